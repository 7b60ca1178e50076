"""What learning tells the domains beneath it: who may see a course's figures, words for its audit
entries.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog import publishing
from lms.catalog.models import Course, CourseFile, CourseVersion
from lms.catalog.policies import register_file_rule
from lms.core.database import db
from lms.learning import course_results, home_sections
from lms.learning.activities.queries import followed_parts, open_mentees
from lms.learning.finding.scope import newest_versions
from lms.learning.models import Enrolment
from lms.learning.moving.publication import MovingPart
from lms.learning.programmes import handlers as programme_handlers  # noqa: F401 - connects them
from lms.people.audit_words import ACTIONS
from lms.people.identity import Viewer
from lms.people.permissions import Permission

publishing.register(MovingPart())

ACTIONS.update(
    {
        "learning.enrolled": _l("Enrolled in a course"),
        "learning.due_set": _l("Due date changed"),
        "learning.withdrawn": _l("Withdrawn from a course"),
        "learning.completed": _l("Course completed"),
        "learning.move_ordered": _l("People asked to go on with a new version"),
        "learning.moved": _l("Moved to a new version of a course"),
        "learning.attendance_marked": _l("Attendance of a class marked"),
        "learning.steps_ticked": _l("Steps of a checklist ticked"),
        "learning.mentor_named": _l("Mentor named"),
    }
)


def mentoring_section(viewer: Viewer, _now: datetime) -> home_sections.Section | None:
    """Tell a mentor whose checklists wait."""
    waiting = open_mentees(viewer.person.id)
    if not waiting:
        return None
    return home_sections.Section("learning/home_mentoring.html", 30, {"waiting": waiting})


def parts_section(
    viewer: Viewer, course: Course, _now: datetime
) -> course_results.ResultSection | None:
    """List the parts of a course that its instructors and mentors confirm."""
    parts = followed_parts(viewer, course)
    if not parts:
        return None
    values = {"parts": parts, "slug": course.slug}
    return course_results.ResultSection("learning/results_parts.html", 5, values)


home_sections.register(mentoring_section)
course_results.register(parts_section)


@register_file_rule
def may_see_own_course_file(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether the viewer is, or was, on the version the file belongs to."""
    statement = sa.select(Enrolment.id).where(
        Enrolment.learner_id == viewer.person.id,
        Enrolment.version_id == file.version_id,
        Enrolment.withdrawn_at.is_(None),
    )
    return db.session.scalar(statement.limit(1)) is not None


@register_file_rule
def may_see_file_of_taught_course(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether the file belongs to a version that every learner may read."""
    if not viewer.may(Permission.LEARN):
        return False
    statement = newest_versions().with_only_columns(CourseVersion.id)
    return db.session.scalar(statement.where(CourseVersion.id == file.version_id)) is not None
