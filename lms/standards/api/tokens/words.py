"""Scopes in words, and by what they are about."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.standards.api.tokens.scopes import Scope

SCOPE_NAMES = {
    Scope.PEOPLE_READ: _l("Read people, units and posts"),
    Scope.PEOPLE_WRITE: _l("Add people, change names and posts, end employments"),
    Scope.PEOPLE_DISCLOSE: _l("Take the whole record of a person"),
    Scope.NETWORK_WRITE: _l("Add, rename and close units, add and rename posts"),
    Scope.LEAVES_READ: _l("Read leaves"),
    Scope.LEAVES_WRITE: _l("Enter, correct and strike leaves"),
    Scope.IMPORTS_WRITE: _l("Import people from tables"),
    Scope.MERGES_READ: _l("Read likely duplicates and merges of people"),
    Scope.MERGES_WRITE: _l("Ask for merges of people, decide on them, tell people apart"),
    Scope.ERASURES_READ: _l("Read erasures and retention classes, make dry runs"),
    Scope.ERASURES_WRITE: _l("Ask for erasures and decide on them"),
    Scope.RETENTION_WRITE: _l("Change and add retention classes"),
    Scope.ACCOUNTS_READ: _l("Read accounts and access roles"),
    Scope.ACCOUNTS_WRITE: _l("Give and suspend accounts, give and take access roles"),
    Scope.COURSES_READ: _l("Read courses"),
    Scope.ENROLMENTS_READ: _l("Read enrolments"),
    Scope.ENROLMENTS_WRITE: _l("Enrol people, set due dates, withdraw"),
    Scope.CERTIFICATES_READ: _l("Read the registry of certificates"),
    Scope.CERTIFICATES_WRITE: _l("Issue, revoke and reissue certificates"),
    Scope.STANDINGS_READ: _l("Read certifications, how people stand, the board"),
    Scope.CERTIFICATIONS_WRITE: _l(
        "Define certifications, rules and equivalents, decide about people"
    ),
    Scope.DESIGNS_READ: _l("Read designs of certificates and which certificates get which"),
    Scope.DESIGNS_WRITE: _l("Edit, publish, choose and retire designs of certificates"),
    Scope.BATCHES_READ: _l("Read work on many certificates at once, take its files"),
    Scope.BATCHES_WRITE: _l("Ask for, steer and agree to work on many certificates"),
    Scope.STAFFING_READ: _l("Read which windows can be staffed, and what is set for it"),
    Scope.STAFFING_WRITE: _l("Set service groups, windows, hours, needs and who works when"),
    Scope.RESULTS_READ: _l("Read course results, classes and checklists"),
    Scope.ATTENDANCE_WRITE: _l("Mark who was at classes"),
    Scope.CHECKLISTS_WRITE: _l("Tick steps of checklists"),
    Scope.EXAMS_READ: _l("Read lists of the exam desk"),
    Scope.SITTINGS_READ: _l("Read lists of sittings and of questions"),
    Scope.LISTS_READ: _l("Read saved lists"),
    Scope.LISTS_WRITE: _l("Keep lists, have them mailed, name colleagues for them"),
    Scope.MAIL_READ: _l("Read which mail went out"),
    Scope.MAIL_WRITE: _l("Send mail again, correct addresses"),
    Scope.WEBHOOKS_READ: _l("Read webhooks and what was sent to them"),
    Scope.WEBHOOKS_WRITE: _l("Make, change and delete webhooks, send again"),
    Scope.AUDIT_READ: _l("Read the audit log"),
    Scope.SCIM: _l("Keep people and accounts in step with an HR system (SCIM)"),
}

# By subject, as the form of a token shows them: in a row what reads beside what changes.
SCOPE_GROUPS: tuple[tuple[Any, tuple[tuple[Scope | None, Scope | None], ...]], ...] = (
    (
        _l("People"),
        (
            (Scope.PEOPLE_READ, Scope.PEOPLE_WRITE),
            (Scope.PEOPLE_DISCLOSE, Scope.IMPORTS_WRITE),
            (Scope.LEAVES_READ, Scope.LEAVES_WRITE),
            (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE),
            (Scope.MERGES_READ, Scope.MERGES_WRITE),
            (Scope.ERASURES_READ, Scope.ERASURES_WRITE),
            (None, Scope.RETENTION_WRITE),
            (None, Scope.NETWORK_WRITE),
            (None, Scope.SCIM),
        ),
    ),
    (
        _l("Courses and exams"),
        (
            (Scope.COURSES_READ, None),
            (Scope.ENROLMENTS_READ, Scope.ENROLMENTS_WRITE),
            (Scope.RESULTS_READ, Scope.ATTENDANCE_WRITE),
            (None, Scope.CHECKLISTS_WRITE),
            (Scope.EXAMS_READ, None),
            (Scope.SITTINGS_READ, None),
        ),
    ),
    (
        _l("Certificates and certifications"),
        (
            (Scope.CERTIFICATES_READ, Scope.CERTIFICATES_WRITE),
            (Scope.STANDINGS_READ, Scope.CERTIFICATIONS_WRITE),
            (Scope.DESIGNS_READ, Scope.DESIGNS_WRITE),
            (Scope.BATCHES_READ, Scope.BATCHES_WRITE),
            (Scope.STAFFING_READ, Scope.STAFFING_WRITE),
        ),
    ),
    (
        _l("Lists, mail and the log"),
        (
            (Scope.LISTS_READ, Scope.LISTS_WRITE),
            (Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE),
            (Scope.MAIL_READ, Scope.MAIL_WRITE),
            (Scope.AUDIT_READ, None),
        ),
    ),
)
