"""A due date was moved: the person concerned is told the old day and the new one, once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext

from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.learning.queries.enrolments import OPEN
from lms.learning.queries.people import chunks
from lms.notifications.kinds import Kind, register
from lms.notifications.services import collect
from lms.people.models import Person
from lms.web.i18n import localised

KIND = "learning.dates_moved"
TELL_JOB = "learning.tell_moved_dates"
GATHERED = timedelta(hours=1)  # what is moved meanwhile goes in the same mail
Details = Mapping[str, Any]
Dates = tuple[int, date | None, date | None]  # an enrolment, its day before, its day now


def ask_to_tell(moved: Sequence[Dates], *, actor: Person | None, now: datetime) -> None:
    """Ask for jobs that tell people, after this transaction. Nobody is told what they did."""
    lines = [[enrolment, _text(before), _text(after)] for enrolment, before, after in moved]
    for part in chunks(lines):
        key = public_id()
        enqueue(TELL_JOB, key=key, now=now, key_of_job=key, lines=part, by=actor and actor.id)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def tell(
    lines: Sequence[Sequence[Any]], *, by: int | None, key: str, now: datetime, settings: Settings
) -> int:
    """Write the messages about these moves of one job; return how many. Safe to repeat."""
    learners = sa.select(Enrolment.id, Enrolment.learner_id).where(
        OPEN, Enrolment.id.in_([line[0] for line in lines]), Enrolment.learner_id != (by or 0)
    )
    of = _pairs(learners)
    own: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for line in lines:
        if line[0] in of:
            own[of[line[0]]].append(line)
    for person_id, theirs in sorted(own.items()):
        collect(
            recipient=db.session.get_one(Person, person_id),
            kind=KIND,
            key=f"{KIND}:{key}",
            details={"lines": theirs},
            merge=merged,
            within=GATHERED,
            now=now,
            settings=settings,
        )
    return len(own)


def _pairs(statement: Any) -> dict[int, Any]:
    return dict(db.session.execute(statement).all())


def merged(said: Details, new: Details) -> dict[str, Any] | None:
    """Return both as one: from each first day to the last; None when all are back where they were.

    Telling the same again changes nothing.
    """
    lines = {line[0]: list(line) for line in said["lines"]}
    for enrolment, before, after in new["lines"]:
        first = lines[enrolment][1] if enrolment in lines else before
        lines[enrolment] = [enrolment, first, after]
    kept = [line for line in lines.values() if line[1] != line[2]]
    return {"lines": kept} if kept else None


def subject(details: Details) -> str:
    """Return the subject: in how many courses."""
    return str(
        ngettext(
            "The due date of a course has been moved",
            "The due dates of %(num)d courses have been moved",
            len(details["lines"]),
        )
    )


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return by message its courses with both days, the nearest first; one statement for all."""
    ids = {line[0] for one in many for line in one["lines"]}
    statement = (
        sa.select(Enrolment.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.id.in_(ids))
    )
    titles = _pairs(statement)
    return [
        {"lines": [_line(*line, titles=titles) for line in sorted(one["lines"], key=_order)]}
        for one in many
    ]


def _order(line: Sequence[Any]) -> tuple[str, int]:
    return line[2] or "9", line[0]


def _line(
    enrolment: int, before: str | None, after: str | None, *, titles: Mapping[int, Any]
) -> dict[str, Any]:
    return {
        "course": localised(titles.get(enrolment)),
        "before": date.fromisoformat(before) if before else None,
        "after": date.fromisoformat(after) if after else None,
    }


register(
    Kind(
        key=KIND,
        template="dates_moved",
        subject=subject,
        present=present,
        endpoint="learning.home",
    )
)
