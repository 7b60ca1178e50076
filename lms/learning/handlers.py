"""What learning tells the domains beneath it: who may see a course's figures, words for its audit
entries.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog import publishing
from lms.catalog.models import CourseFile
from lms.catalog.policies import register_file_rule
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.moving.publication import MovingPart
from lms.people.audit_words import ACTIONS
from lms.people.identity import Viewer

publishing.register(MovingPart())

ACTIONS.update(
    {
        "learning.enrolled": _l("Enrolled in a course"),
        "learning.due_set": _l("Due date changed"),
        "learning.withdrawn": _l("Withdrawn from a course"),
        "learning.completed": _l("Course completed"),
        "learning.move_ordered": _l("People asked to go on with a new version"),
        "learning.moved": _l("Moved to a new version of a course"),
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
