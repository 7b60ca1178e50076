"""What the board counts, as conditions that its numbers and its lists share."""

from datetime import date, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa

from lms.certification.lifecycle.state import Obligation
from lms.certification.schemes.models import CertificationStanding
from lms.people.identity import Viewer
from lms.people.models import Employment
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
    """Return the condition on ``CertificationStanding``."""
    row = CertificationStanding
    required = row.obligation.in_((Obligation.REQUIRED, Obligation.OVERDUE))
    conditions: dict[Measure, Any] = {
        Measure.REQUIRED: required,
        Measure.COMPLIANT: sa.and_(required, row.is_compliant),
        Measure.OVERDUE: row.obligation == Obligation.OVERDUE,
        Measure.LACKING: sa.and_(required, sa.not_(row.may_serve)),
        Measure.EXPIRING: sa.and_(
            row.may_serve, row.valid_until_on.between(on, on + timedelta(days=EXPIRING_DAYS))
        ),
        Measure.SERVING: row.may_serve,
    }
    return conditions[measure]  # type: ignore[no-any-return]


def people_on(on: date) -> sa.ColumnElement[bool]:
    """Return 'the row of the timeline covers ``on``'."""
    return sa.and_(CertificationStanding.first_on <= on, CertificationStanding.last_on >= on)


def employed_on(on: date) -> sa.ColumnElement[bool]:
    """Return the join to the post held on ``on``: who moved on the 15th is new from the 15th."""
    return sa.and_(
        Employment.person_id == CertificationStanding.person_id,
        Employment.started_on <= on,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= on),
    )


def seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return 'the unit of that post lies in the viewer's scope'."""
    return within(viewer.scope(Permission.SEE_CERTIFICATES))
