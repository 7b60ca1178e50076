"""What learning tells the domains beneath it: who may see a course's figures, words for its audit
entries.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.policies import register_file_rule
from lms.core.database import db
from lms.learning.finding.scope import newest_versions
from lms.learning.models import Enrolment
from lms.people.audit_words import ACTIONS
from lms.people.identity import Viewer
from lms.people.permissions import Permission

ACTIONS.update(
    {
        "learning.enrolled": _l("Enrolled in a course"),
        "learning.due_set": _l("Due date changed"),
        "learning.withdrawn": _l("Withdrawn from a course"),
        "learning.completed": _l("Course completed"),
    }
)


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
