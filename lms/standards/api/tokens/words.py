"""Scopes in words."""

from flask_babel import lazy_gettext as _l

from lms.standards.api.tokens.scopes import Scope

SCOPE_NAMES = {
    Scope.PEOPLE_READ: _l("Read people, units and posts"),
    Scope.PEOPLE_WRITE: _l("Add people, change names and posts, end employments"),
    Scope.COURSES_READ: _l("Read courses"),
    Scope.ENROLMENTS_READ: _l("Read enrolments"),
    Scope.ENROLMENTS_WRITE: _l("Enrol people, set due dates, withdraw"),
    Scope.CERTIFICATES_READ: _l("Read the registry of certificates"),
    Scope.CERTIFICATES_WRITE: _l("Issue, revoke and reissue certificates"),
    Scope.STANDINGS_READ: _l("Read certifications, how people stand, the board"),
    Scope.AUDIT_READ: _l("Read the audit log"),
    Scope.SCIM: _l("Keep people and accounts in step with an HR system (SCIM)"),
}
