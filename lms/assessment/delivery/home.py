"""The home page's word of an exam that isn't settled: one statement, for whoever sits one."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.assessment.models import Assessment, Attempt, Behaviour
from lms.catalog.models import CourseVersion
from lms.core.database import execute
from lms.learning.home_sections import Section
from lms.learning.models import Enrolment
from lms.people.identity import Viewer


def has_unsettled_exam(person_id: Any) -> sa.Exists:
    """Return the condition 'an exam of the person isn't settled'; its time may be over already."""
    return sa.exists().where(
        Attempt.candidate_id == person_id,
        Attempt.settled_at.is_(None),
        Attempt.behaviour == Behaviour.EXAM,
    )


UNSETTLED = (
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
        Attempt.settled_at.is_(None),
        Attempt.behaviour == Behaviour.EXAM,
        Attempt.deadline_at >= sa.bindparam("since"),
    )
    .order_by(Attempt.deadline_at)
)


def unsettled_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show the exams that the person sits now, the one that ends first on top.

    Also those whose time is over while late answers are awaited: the browser that keeps them sends
    them from the result alone, and whoever closed the exam's page has to be led there.
    """
    replay = timedelta(minutes=current_app.config["SETTINGS"].exam_replay_minutes)
    running = execute(UNSETTLED, {"candidate": viewer.person.id, "since": now - replay}).all()
    if not running:
        return None
    values = {"running": running, "now": now, "replay": replay}
    return Section("assessment/_home.html", 10, values, urgent=True)
