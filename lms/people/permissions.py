"""The vocabulary of permissions and the one map from access roles to them."""

from enum import Enum

from lms.people.models import AccessRole

# The post whose holder is the head of the centre where it is held. The one place that says so.
HEAD_OF_CENTRE = "head-of-centre"


class Permission(Enum):
    """What an account may do. Each is held over one or more parts of the organisation tree."""

    LEARN = "learn"  # take courses and exams, keep certificates
    AUTHOR_COURSES = "author_courses"  # create, edit and publish courses and items
    SEE_DRAFTS = "see_drafts"  # courses and drafts for reading, without questions of exams
    SEE_COURSE_RESULTS = "see_course_results"  # progress on courses, attendance
    SEE_SITTINGS = "see_sittings"  # exams that were sat, with answers; statistics of questions
    CONDUCT_COURSES = "conduct_courses"  # mark attendance, answer appeals
    OBSERVE_WORK = "observe_work"  # tick checklists of work that was watched, name mentors
    GRADE_ANSWERS = "grade_answers"  # judge what no scoring key can
    SEE_PEOPLE = "see_people"  # people and their records
    SEE_MAIL = "see_mail"  # what was mailed to whom
    KEEP_LISTS = "keep_lists"  # save lists under a name, get them by mail, share them
    KEEP_PEOPLE = "keep_people"  # add people, move them, note leave and dismissal: by a file
    ENROL_PEOPLE = "enrol_people"  # enrol, set due dates, withdraw
    SEE_PROGRAMMES = "see_programmes"
    DEFINE_PROGRAMMES = "define_programmes"  # which courses a post asks for, in which order
    SEE_EXAM_DESK = "see_exam_desk"  # who sits an exam, and what was allowed to whom
    ADJUST_EXAMS = "adjust_exams"  # allowances, more time after an incident, release codes
    SEE_CERTIFICATES = "see_certificates"  # registry, board, certifications and their rules
    MANAGE_CERTIFICATES = "manage_certificates"  # revoke, reissue, define, decide
    SEE_SETUP = "see_setup"  # designs of certificates, work on many at once, webhooks (no secrets)
    SEE_TOKENS = "see_tokens"  # tokens of the API, without their secrets
    KEEP_TOKENS = "keep_tokens"  # make ones that act as oneself, revoke them
    SEE_STAFFING = "see_staffing"  # which windows of a centre can be staffed, and by whom
    PLAN_STAFFING = "plan_staffing"  # windows, hours and needs of a centre, when people work
    SEE_ACCOUNTS = "see_accounts"  # accounts, access roles, who signed in when
    MANAGE_ACCOUNTS = "manage_accounts"  # accounts and access roles
    SEE_AUDIT = "see_audit"
    KEEP_NETWORK = "keep_network"  # the parts of the network and the posts
    SET_RETENTION = "set_retention"  # how long what is held about people is kept
    SEE_JOBS = "see_jobs"  # work in the background: what waits, what failed
    MANAGE_JOBS = "manage_jobs"  # let what failed begin anew; be told of it
    LEAD_CENTRE = "lead_centre"  # the page of one's own centre: given by the post alone


P = Permission

# Who may change something may see it: the right to the left brings the one to the right.
BRINGS: dict[Permission, Permission] = {
    P.CONDUCT_COURSES: P.SEE_COURSE_RESULTS,
    P.OBSERVE_WORK: P.SEE_COURSE_RESULTS,
    P.KEEP_PEOPLE: P.SEE_PEOPLE,
    P.ENROL_PEOPLE: P.SEE_PEOPLE,
    P.DEFINE_PROGRAMMES: P.SEE_PROGRAMMES,
    P.ADJUST_EXAMS: P.SEE_EXAM_DESK,
    P.MANAGE_CERTIFICATES: P.SEE_CERTIFICATES,
    P.KEEP_TOKENS: P.SEE_TOKENS,
    P.PLAN_STAFFING: P.SEE_STAFFING,
    P.MANAGE_ACCOUNTS: P.SEE_ACCOUNTS,
    P.MANAGE_JOBS: P.SEE_JOBS,
}


def _with_sight(*permissions: Permission) -> frozenset[Permission]:
    return frozenset(permissions) | {BRINGS[one] for one in permissions if one in BRINGS}


ROLE_PERMISSIONS: dict[AccessRole, frozenset[Permission]] = {
    AccessRole.TRAINEE: frozenset({P.LEARN}),
    AccessRole.INSTRUCTOR: _with_sight(
        P.LEARN,
        P.AUTHOR_COURSES,
        P.CONDUCT_COURSES,
        P.OBSERVE_WORK,
        P.SEE_SITTINGS,
        P.GRADE_ANSWERS,
        P.KEEP_LISTS,
        P.DEFINE_PROGRAMMES,
        P.ADJUST_EXAMS,
    ),
    AccessRole.HR: _with_sight(
        P.LEARN,
        P.KEEP_LISTS,
        P.KEEP_PEOPLE,
        P.ENROL_PEOPLE,
        P.SEE_MAIL,
        P.DEFINE_PROGRAMMES,
        P.ADJUST_EXAMS,
        P.MANAGE_CERTIFICATES,
        P.SEE_SETUP,
        P.KEEP_TOKENS,
        P.PLAN_STAFFING,
    ),
    # Reads what HR and administrators read, and changes nothing. Banks of questions are not among
    # it: they hold the keys of exams that are still sat, and an auditor may have to sit one. Keys
    # of what was sat are read in its replay.
    AccessRole.AUDITOR: frozenset(
        {
            P.SEE_PEOPLE,
            P.KEEP_LISTS,
            P.SEE_MAIL,
            P.SEE_DRAFTS,
            P.SEE_COURSE_RESULTS,
            P.SEE_SITTINGS,
            P.SEE_PROGRAMMES,
            P.SEE_EXAM_DESK,
            P.SEE_CERTIFICATES,
            P.SEE_SETUP,
            P.SEE_TOKENS,
            P.SEE_STAFFING,
            P.SEE_ACCOUNTS,
            P.SEE_AUDIT,
            P.SEE_JOBS,
        }
    ),
    AccessRole.ADMINISTRATOR: frozenset(Permission) - {P.LEAD_CENTRE},
}

# What the head of a centre may do there: given by the post, not by a role, and over with it.
HEAD_PERMISSIONS: frozenset[Permission] = _with_sight(
    P.LEAD_CENTRE, P.KEEP_LISTS, P.SEE_PEOPLE, P.SEE_COURSE_RESULTS, P.SEE_PROGRAMMES,
    P.SEE_CERTIFICATES, P.PLAN_STAFFING, P.ENROL_PEOPLE, P.OBSERVE_WORK, P.KEEP_TOKENS,
)  # fmt: skip
