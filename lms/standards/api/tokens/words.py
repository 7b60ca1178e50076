"""Scopes in words."""

from flask_babel import lazy_gettext as _l

from lms.standards.api.tokens.scopes import Scope

SCOPE_NAMES = {
    Scope.PEOPLE_READ: _l("Read people, units and posts"),
    Scope.PEOPLE_WRITE: _l("Add people, change names and posts, end employments"),
    Scope.PEOPLE_DISCLOSE: _l("Take the whole record of a person"),
    Scope.LEAVES_READ: _l("Read leaves"),
    Scope.LEAVES_WRITE: _l("Enter, correct and strike leaves"),
    Scope.IMPORTS_WRITE: _l("Import people from tables"),
    Scope.MERGES_READ: _l("Read likely duplicates and merges of people"),
    Scope.MERGES_WRITE: _l("Ask for merges of people, decide on them, tell people apart"),
    Scope.ERASURES_READ: _l("Read erasures and retention classes, make dry runs"),
    Scope.ERASURES_WRITE: _l("Ask for erasures and decide on them"),
    Scope.ACCOUNTS_READ: _l("Read accounts and access roles"),
    Scope.ACCOUNTS_WRITE: _l("Suspend accounts, give and take access roles"),
    Scope.COURSES_READ: _l("Read courses"),
    Scope.ENROLMENTS_READ: _l("Read enrolments"),
    Scope.ENROLMENTS_WRITE: _l("Enrol people, set due dates, withdraw"),
    Scope.CERTIFICATES_READ: _l("Read the registry of certificates"),
    Scope.CERTIFICATES_WRITE: _l("Issue, revoke and reissue certificates"),
    Scope.STANDINGS_READ: _l("Read certifications, how people stand, the board"),
    Scope.CERTIFICATIONS_WRITE: _l("Make and end rules and equivalents, decide about people"),
    Scope.BATCHES_READ: _l("Read work on many certificates at once, take its files"),
    Scope.BATCHES_WRITE: _l("Ask for, steer and agree to work on many certificates"),
    Scope.STAFFING_READ: _l("Read which windows can be staffed"),
    Scope.RESULTS_READ: _l("Read lists of course results"),
    Scope.EXAMS_READ: _l("Read lists of the exam desk"),
    Scope.SITTINGS_READ: _l("Read lists of sittings and of questions"),
    Scope.LISTS_READ: _l("Read saved lists"),
    Scope.LISTS_WRITE: _l("Keep lists, have them mailed, name colleagues for them"),
    Scope.MAIL_READ: _l("Read which mail went out"),
    Scope.AUDIT_READ: _l("Read the audit log"),
    Scope.SCIM: _l("Keep people and accounts in step with an HR system (SCIM)"),
}
