"""What candidates are told by message: an examiner has read their answers, a result has changed, an
appeal is answered.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.assessment.examining.models import Appeal
from lms.assessment.models import Attempt, Score
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.notifications.kinds import Kind, register
from lms.notifications.services import notify
from lms.people.models import Person
from lms.web.i18n import localised

KIND = "assessment.news"
Details = Mapping[str, Any]


def tell_graded(attempt: Attempt, score: Score, *, now: datetime, settings: Settings) -> None:
    """Tell a candidate that all written answers are read and the result is there."""
    details = {"why": "graded", "passed": score.passed, "percent": score.percent}
    _tell(attempt, f"score:{score.number}", details, now, settings)


def tell_changed(
    attempt: Attempt, before: Score, score: Score, *, now: datetime, settings: Settings
) -> None:
    """Tell a candidate that a correction has changed a result they know."""
    details = {
        "why": "changed",
        "passed": score.passed,
        "percent": score.percent,
        "previous": before.percent,
    }
    _tell(attempt, f"score:{score.number}", details, now, settings)


def tell_answered(appeal: Appeal, *, now: datetime, settings: Settings) -> None:
    """Tell a candidate that their appeal is answered."""
    details = {"why": "answered", "verdict": appeal.state.value}
    _tell(appeal.attempt, f"appeal:{appeal.public_id}", details, now, settings)


def _tell(
    attempt: Attempt, what: str, details: dict[str, Any], now: datetime, settings: Settings
) -> None:
    notify(
        recipient=db.session.get_one(Person, attempt.candidate_id),
        kind=KIND,
        key=f"{KIND}:{attempt.public_id}:{what}",
        details={"attempt": attempt.id, **details},
        now=now,
        settings=settings,
    )


def subject(details: Details) -> str:
    """Return the subject: what has happened, never with which result."""
    said = {
        "graded": _("Your exam has been graded"),
        "changed": _("The result of your exam has changed"),
        "answered": _("Your appeal has been answered"),
    }
    return str(said[details["why"]])


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return each message with its course and the sitting's public id; one statement for all."""
    statement = (
        sa.select(Attempt.id, Attempt.public_id, CourseVersion.title)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Attempt.id.in_({one["attempt"] for one in many}))
    )
    found = {row.id: row for row in db.session.execute(statement)}
    return [_presented(one, found.get(one["attempt"])) for one in many]


def _presented(details: Details, row: Any) -> dict[str, Any]:
    news = {
        **details,
        "attempt": None if row is None else row.public_id,  # once the sitting is no longer kept
        "course": "" if row is None else localised(row.title),
    }
    return {"news": news}


register(
    Kind(
        key=KIND,
        template="exam_news",
        subject=subject,
        present=present,
        endpoint="learning.home",
    )
)
