"""Closing a part of the network, and opening it again."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict
from lms.people.models import Employment, OrganisationUnit
from lms.people.planned.models import PlannedPost


class StillUsed(Conflict):
    """People have, or are to take up, a post there, or parts of it are open."""

    def __init__(self, people: int, planned: int, parts: int) -> None:
        super().__init__(
            _l(
                "It isn’t closed yet. At work there: %(people)s, to begin there: %(planned)s, "
                "open parts: %(parts)s. Move them first.",
                people=people,
                planned=planned,
                parts=parts,
            )
        )


class WithinClosed(Conflict):
    """What it is a part of is closed."""

    def __init__(self) -> None:
        super().__init__(_l("What it is a part of is closed: open that first."))


def close(unit: OrganisationUnit, *, on: date, now: datetime, actor_key: str) -> None:
    """Let nobody work there from ``on``; what was stays. Raises StillUsed.

    Closing what is closed already changes nothing.
    """
    if unit.closed_on is not None:
        return
    # Nothing is moved there meanwhile.
    db.session.refresh(unit, ["closed_on"], with_for_update={"key_share": True})
    uses = _uses(unit)
    if any(uses):
        raise StillUsed(*uses)
    unit.closed_on = on
    record(
        now=now,
        actor_key=actor_key,
        action="people.unit_closed",
        subject_kind="organisation_unit",
        subject_key=unit.public_id,
        name=unit.name_ru,
    )


def _uses(unit: OrganisationUnit) -> tuple[int, int, int]:
    """Return how many work there, how many are to begin there, and how many parts are open."""
    work = sa.select(sa.func.count()).where(
        Employment.unit_id == unit.id, Employment.ended_on.is_(None)
    )
    begin = sa.select(sa.func.count()).where(
        PlannedPost.unit_id == unit.id, PlannedPost.outcome.is_(None)
    )
    parts = sa.select(sa.func.count()).where(
        OrganisationUnit.parent_id == unit.id, OrganisationUnit.closed_on.is_(None)
    )
    counts = sa.select(*(one.scalar_subquery() for one in (work, begin, parts)))
    people, planned, open_parts = db.session.execute(counts).one()
    return people, planned, open_parts


def reopen(unit: OrganisationUnit, *, now: datetime, actor_key: str) -> None:
    """Let people work there again. Raises WithinClosed."""
    if unit.closed_on is None:
        return
    if unit.parent is not None and unit.parent.closed_on is not None:
        raise WithinClosed
    unit.closed_on = None
    record(
        now=now,
        actor_key=actor_key,
        action="people.unit_reopened",
        subject_kind="organisation_unit",
        subject_key=unit.public_id,
        name=unit.name_ru,
    )
