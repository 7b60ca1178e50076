"""The vocabulary of permissions and the one map from access roles to them."""

from enum import Enum

from lms.people.models import AccessRole


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
        }
    ),
    AccessRole.ADMINISTRATOR: frozenset(Permission),
}
