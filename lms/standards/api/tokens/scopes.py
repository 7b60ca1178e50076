"""What a token may do: the vocabulary of scopes and the permission of its owner behind each."""

from enum import Enum

from lms.people.identity import Viewer
from lms.people.permissions import Permission


class Scope(Enum):
    """One thing a token may do, as it is written in the API's documentation."""

    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    PEOPLE_DISCLOSE = "people:disclose"
    NETWORK_WRITE = "network:write"
    LEAVES_READ = "leaves:read"
    LEAVES_WRITE = "leaves:write"
    IMPORTS_WRITE = "imports:write"
    MERGES_READ = "merges:read"
    MERGES_WRITE = "merges:write"
    ERASURES_READ = "erasures:read"
    ERASURES_WRITE = "erasures:write"
    RETENTION_WRITE = "retention:write"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    COURSES_READ = "courses:read"
    ENROLMENTS_READ = "enrolments:read"
    ENROLMENTS_WRITE = "enrolments:write"
    CERTIFICATES_READ = "certificates:read"
    CERTIFICATES_WRITE = "certificates:write"
    STANDINGS_READ = "standings:read"
    CERTIFICATIONS_WRITE = "certifications:write"
    DESIGNS_READ = "designs:read"
    DESIGNS_WRITE = "designs:write"
    BATCHES_READ = "batches:read"
    BATCHES_WRITE = "batches:write"
    STAFFING_READ = "staffing:read"
    STAFFING_WRITE = "staffing:write"
    RESULTS_READ = "results:read"
    ATTENDANCE_WRITE = "attendance:write"
    CHECKLISTS_WRITE = "checklists:write"
    EXAMS_READ = "exams:read"
    SITTINGS_READ = "sittings:read"
    LISTS_READ = "lists:read"
    LISTS_WRITE = "lists:write"
    MAIL_READ = "mail:read"
    MAIL_WRITE = "mail:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    AUDIT_READ = "audit:read"
    SCIM = "scim"


# Without the permission the owner has no use of the scope, whatever the token says.
PERMISSIONS: dict[Scope, Permission] = {
    Scope.PEOPLE_READ: Permission.SEE_PEOPLE,
    Scope.PEOPLE_WRITE: Permission.MANAGE_ACCOUNTS,
    Scope.PEOPLE_DISCLOSE: Permission.KEEP_PEOPLE,
    Scope.NETWORK_WRITE: Permission.KEEP_NETWORK,
    Scope.LEAVES_READ: Permission.KEEP_PEOPLE,
    Scope.LEAVES_WRITE: Permission.KEEP_PEOPLE,
    Scope.IMPORTS_WRITE: Permission.KEEP_PEOPLE,
    Scope.MERGES_READ: Permission.KEEP_PEOPLE,
    Scope.MERGES_WRITE: Permission.KEEP_PEOPLE,
    Scope.ERASURES_READ: Permission.KEEP_PEOPLE,
    Scope.ERASURES_WRITE: Permission.KEEP_PEOPLE,
    Scope.RETENTION_WRITE: Permission.SET_RETENTION,
    Scope.ACCOUNTS_READ: Permission.SEE_ACCOUNTS,
    Scope.ACCOUNTS_WRITE: Permission.MANAGE_ACCOUNTS,
    Scope.COURSES_READ: Permission.ENROL_PEOPLE,
    Scope.ENROLMENTS_READ: Permission.ENROL_PEOPLE,
    Scope.ENROLMENTS_WRITE: Permission.ENROL_PEOPLE,
    Scope.CERTIFICATES_READ: Permission.SEE_CERTIFICATES,
    Scope.CERTIFICATES_WRITE: Permission.MANAGE_CERTIFICATES,
    Scope.STANDINGS_READ: Permission.SEE_CERTIFICATES,
    Scope.CERTIFICATIONS_WRITE: Permission.MANAGE_CERTIFICATES,
    Scope.DESIGNS_READ: Permission.SEE_SETUP,
    Scope.DESIGNS_WRITE: Permission.MANAGE_CERTIFICATES,
    Scope.BATCHES_READ: Permission.SEE_SETUP,
    Scope.BATCHES_WRITE: Permission.MANAGE_CERTIFICATES,
    Scope.STAFFING_READ: Permission.SEE_STAFFING,
    Scope.STAFFING_WRITE: Permission.PLAN_STAFFING,
    Scope.RESULTS_READ: Permission.SEE_COURSE_RESULTS,
    Scope.ATTENDANCE_WRITE: Permission.CONDUCT_COURSES,
    Scope.CHECKLISTS_WRITE: Permission.OBSERVE_WORK,
    Scope.EXAMS_READ: Permission.SEE_EXAM_DESK,
    Scope.SITTINGS_READ: Permission.SEE_SITTINGS,
    Scope.LISTS_READ: Permission.KEEP_LISTS,
    Scope.LISTS_WRITE: Permission.KEEP_LISTS,
    Scope.MAIL_READ: Permission.SEE_MAIL,
    Scope.MAIL_WRITE: Permission.KEEP_PEOPLE,
    Scope.WEBHOOKS_READ: Permission.SEE_SETUP,
    Scope.WEBHOOKS_WRITE: Permission.MANAGE_CERTIFICATES,
    Scope.AUDIT_READ: Permission.SEE_AUDIT,
    Scope.SCIM: Permission.MANAGE_ACCOUNTS,
}

# What comes with a scope where its owner has it: whoever changes an account, or steers a batch, has
# to see it; who manages certificates sees less of others' work than who only reads; and what is set
# of a centre is read by who may set it.
BESIDE: dict[Scope, Permission] = {
    Scope.ACCOUNTS_WRITE: Permission.SEE_ACCOUNTS,
    Scope.BATCHES_READ: Permission.MANAGE_CERTIFICATES,
    Scope.BATCHES_WRITE: Permission.SEE_SETUP,
    Scope.WEBHOOKS_READ: Permission.SEE_ACCOUNTS,
    Scope.STAFFING_READ: Permission.PLAN_STAFFING,
}


def scopes_for(viewer: Viewer) -> list[Scope]:
    """Return the scopes that ``viewer`` may give to a token: those they could use themselves."""
    return [scope for scope in Scope if viewer.may(PERMISSIONS[scope])]
