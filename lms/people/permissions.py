"""The vocabulary of permissions and the one map from access roles to them."""

from enum import Enum

from lms.people.models import AccessRole

# The post whose holder is the head of the unit where it is held. The one place that says so.
HEAD_OF_CENTRE = "head-of-centre"


class Permission(Enum):
    """What an account may do. Each is held over one or more parts of the organisation tree."""

    LEARN = "learn"  # take courses and exams, keep certificates
    AUTHOR_COURSES = "author_courses"  # create, edit and publish courses and items
    SEE_COURSE_RESULTS = "see_course_results"  # progress and statistics of courses
    GRADE_ANSWERS = "grade_answers"  # judge what no scoring key can
    SEE_PEOPLE = "see_people"  # people and their records
    KEEP_PEOPLE = "keep_people"  # add people, move them, note leave and dismissal: by a file
    ENROL_PEOPLE = "enrol_people"  # enrol, set due dates, withdraw
    DEFINE_PROGRAMMES = "define_programmes"  # which courses a post asks for, in which order
    ADJUST_EXAMS = "adjust_exams"  # allowances, more time after an incident, release codes
    MANAGE_CERTIFICATES = "manage_certificates"  # the registry: search, export, revoke, reissue
    SEE_STAFFING = "see_staffing"  # which windows of a centre can be staffed, and by whom
    PLAN_STAFFING = "plan_staffing"  # windows, hours and needs of a centre, when people work
    MANAGE_ACCOUNTS = "manage_accounts"  # accounts and access roles
    SEE_AUDIT = "see_audit"


P = Permission

ROLE_PERMISSIONS: dict[AccessRole, frozenset[Permission]] = {
    AccessRole.TRAINEE: frozenset({P.LEARN}),
    AccessRole.INSTRUCTOR: frozenset(
        {
            P.LEARN,
            P.AUTHOR_COURSES,
            P.SEE_COURSE_RESULTS,
            P.GRADE_ANSWERS,
            P.DEFINE_PROGRAMMES,
            P.ADJUST_EXAMS,
        }
    ),
    AccessRole.HR: frozenset(
        {
            P.LEARN,
            P.SEE_PEOPLE,
            P.KEEP_PEOPLE,
            P.ENROL_PEOPLE,
            P.DEFINE_PROGRAMMES,
            P.ADJUST_EXAMS,
            P.MANAGE_CERTIFICATES,
            P.SEE_STAFFING,
            P.PLAN_STAFFING,
        }
    ),
    AccessRole.ADMINISTRATOR: frozenset(Permission),
}

# What the head of a unit may do there: given by the post, not by a role, and over with it.
HEAD_PERMISSIONS: frozenset[Permission] = frozenset({P.SEE_STAFFING, P.PLAN_STAFFING})
