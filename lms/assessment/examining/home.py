"""The home page's word of what waits for an examiner: two statements, for whoever grades."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.models import Appeal, AppealState
from lms.assessment.examining.queries import examined_by, title_column
from lms.assessment.grading.queries import waiting_count
from lms.assessment.models import Attempt
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.home_sections import Section
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission


def waiting_section(viewer: Viewer, _now: datetime) -> Section | None:
    """Show how many answers wait to be graded, and in which courses appeals wait for an answer."""
    if not viewer.may(Permission.GRADE_ANSWERS):
        return None
    answers, appeals = waiting_count(viewer), _appeals(viewer)
    if not answers and not appeals:
        return None
    values = {"answers": answers, "appeals": appeals}
    return Section("assessment/examining/_home.html", 5, values, urgent=True)


def _appeals(viewer: Viewer) -> list[Any]:
    """Return (slug, title, number of open appeals) of the courses that have any."""
    counted = (
        sa.select(Enrolment.course_id, sa.func.count().label("count"))
        .select_from(Appeal)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Appeal.state == AppealState.OPEN, examined_by(viewer, Permission.CONDUCT_COURSES))
        .group_by(Enrolment.course_id)
        .subquery("counted")
    )
    title = title_column(counted.c.course_id).label("title")
    statement = (
        sa.select(Course.slug, title, counted.c.count)
        .join(counted, counted.c.course_id == Course.id)
        .order_by(Course.slug)
    )
    return list(db.session.execute(statement))
