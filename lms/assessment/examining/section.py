"""The examiner's part of a course's results page: what is waiting, and the way to it."""

from datetime import datetime

import sqlalchemy as sa

from lms.assessment.examining.appeals.queries import open_appeals
from lms.assessment.examining.queries import examined_by, of_course
from lms.assessment.models import Attempt
from lms.catalog.models import Course
from lms.catalog.policies import may_author
from lms.core.database import db
from lms.learning.course_results import ResultSection
from lms.people.identity import Viewer
from lms.people.permissions import Permission


def examining_section(viewer: Viewer, course: Course, _now: datetime) -> ResultSection | None:
    """Return how many sit the exam now and how many appeals wait: two statements."""
    if not viewer.may(Permission.SEE_SITTINGS):
        return None
    sitting = (
        sa.select(sa.func.count(Attempt.id))
        .join(Attempt.candidate)
        .where(of_course(course), Attempt.settled_at.is_(None), examined_by(viewer))
    )
    values = {
        "slug": course.slug,
        "sitting": db.session.scalar(sitting) or 0,
        "appeals": open_appeals(viewer, course),
        "may_correct": may_author(viewer),
    }
    return ResultSection("assessment/examining/_section.html", 30, values)
