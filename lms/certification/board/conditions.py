"""What the board counts, as conditions that its numbers and its lists share."""

from datetime import date
from enum import Enum
from typing import Any

import sqlalchemy as sa

from lms.certification.board.models import StandingAtPost
from lms.certification.schemes.models import CertificationStanding
from lms.core.calendar import add_days
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.queries import within

EXPIRING_DAYS = 90


class Measure(Enum):
    """What is counted of those who work in a unit on the board's date."""

    REQUIRED = "required"  # must hold it
    COMPLIANT = "compliant"  # must hold it, and nothing is missing
    OVERDUE = "overdue"  # must hold it, and the term is over
    LACKING = "lacking"  # must hold it and may not serve yet
    EXPIRING = "expiring"  # hold it, for 90 days at most
    SERVING = "serving"  # may serve


def condition(measure: Measure, on: date) -> sa.ColumnElement[bool]:
    """Return the condition on ``StandingAtPost``. Twin of ``tally._stretch``."""
    row = StandingAtPost
    conditions: dict[Measure, Any] = {
        Measure.REQUIRED: row.is_required,
        Measure.COMPLIANT: row.is_compliant,
        Measure.OVERDUE: row.is_overdue,
        Measure.LACKING: sa.and_(row.is_required, sa.not_(row.may_serve)),
        Measure.EXPIRING: sa.and_(
            row.may_serve, row.valid_until_on.between(on, add_days(on, EXPIRING_DAYS))
        ),
        Measure.SERVING: row.may_serve,
    }
    return conditions[measure]  # type: ignore[no-any-return]


def people_on(on: date, row: Any = CertificationStanding) -> sa.ColumnElement[bool]:
    """Return 'the row of the timeline covers ``on``'."""
    return sa.and_(row.first_on <= on, row.last_on >= on)


def at_work_on(on: date) -> sa.ColumnElement[bool]:
    """Return 'so it was on ``on``, in a post': who moved on the 15th is new from the 15th."""
    return people_on(on, StandingAtPost)


def seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return 'the unit of that post lies in the viewer's scope'."""
    return within(viewer.scope(Permission.SEE_CERTIFICATES))
