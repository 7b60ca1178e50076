"""A plan on its way through the browser: what was shown, signed, so that only that is confirmed.

Nothing is stored between the dry run and its confirmation. The token holds the list as it was sent
and which rows were to be enrolled; it is bound to the person who made it and ends after an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from itsdangerous import BadData, URLSafeTimedSerializer

from lms.core.errors import Conflict
from lms.learning.lists import Flaw, ListRow

MAX_AGE = 3600  # seconds


class PlanExpired(Conflict):
    """The token is too old, altered, or someone else's."""


@dataclass(frozen=True)
class PlanRequest:
    """What a plan is made from, and which rows it accepted when it was shown."""

    slug: str
    due_on: date | None
    rows: Sequence[ListRow]
    accepted: Sequence[int] = ()


def _serialiser(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="learning.enrolment-plan")


def sign(plan: PlanRequest, *, secret: str, actor_key: str) -> str:
    """Return the token."""
    rows = [
        [
            row.line,
            row.number,
            row.due_on.isoformat() if row.due_on else 0,
            row.flaw.value if row.flaw else 0,
        ]
        for row in plan.rows
    ]
    due = plan.due_on.isoformat() if plan.due_on else 0
    text = [actor_key, plan.slug, due, rows, list(plan.accepted)]
    return str(_serialiser(secret).dumps(text))


def read(token: str, *, secret: str, actor_key: str) -> PlanRequest:
    """Return what ``sign`` was given. Raises PlanExpired."""
    try:
        owner, slug, due, rows, accepted = _serialiser(secret).loads(token, max_age=MAX_AGE)
    except BadData as error:
        raise PlanExpired from error
    if owner != actor_key:
        raise PlanExpired
    return PlanRequest(
        slug,
        _date(due),
        [ListRow(line, number, _date(on), _flaw(flaw)) for line, number, on, flaw in rows],
        accepted,
    )


def _date(text: str | int) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _flaw(text: str | int) -> Flaw | None:
    return Flaw(text) if text else None
