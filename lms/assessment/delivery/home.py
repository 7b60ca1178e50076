"""The home page's word of an exam whose clock runs: one statement, for whoever sits one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Assessment, Attempt, Behaviour
from lms.catalog.models import CourseVersion
from lms.core.database import execute
from lms.learning.home_sections import Section
from lms.learning.models import Enrolment
from lms.people.identity import Viewer


def has_open_exam(person_id: Any) -> sa.Exists:
    """Return the condition 'an exam of the person is open'; its time may be over already."""
    return sa.exists().where(
        Attempt.candidate_id == person_id,
        Attempt.closed_at.is_(None),
        Attempt.behaviour == Behaviour.EXAM,
    )


RUNNING = (
    sa.select(
        Attempt.public_id,
        Attempt.deadline_at,
        Assessment.title,
        CourseVersion.title.label("course"),
    )
    .join(Attempt.assessment)
    .join(Attempt.enrolment)
    .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
    .where(
        Attempt.candidate_id == sa.bindparam("candidate"),
        Attempt.closed_at.is_(None),
        Attempt.behaviour == Behaviour.EXAM,
        Attempt.deadline_at > sa.bindparam("now"),
    )
    .order_by(Attempt.deadline_at)
)


def running_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show the exams that the person sits now, the one that ends first on top."""
    running = execute(RUNNING, {"candidate": viewer.person.id, "now": now}).all()
    if not running:
        return None
    return Section("assessment/_home.html", 10, {"running": running}, urgent=True)
