"""What units were a part of on a day that is past.

Codes are unique and never change: a unit lay in another when the other's code stands in its path.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.core.unit_of_work import forget_when_written, read_once
from lms.people.models import OrganisationUnit, UnitKind, UnitPlace

EVERYWHERE = ("/", "/network/")
READ = "units that lay in others"

forget_when_written(READ, UnitPlace)


def place_on(on: date, unit_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition on ``UnitPlace`` 'there the unit lay on this day': true of one."""
    return sa.and_(UnitPlace.unit_id == unit_id, UnitPlace.first_on <= on, UnitPlace.last_on >= on)


def path_on(unit: OrganisationUnit, on: date) -> str:
    """Return the unit's path as it was on this day."""
    statement = sa.select(UnitPlace.path).where(place_on(on, unit.id))
    return db.session.scalars(statement).one()


def former_places(unit: OrganisationUnit) -> list[tuple[UnitPlace, OrganisationUnit]]:
    """Return where the unit was before, the last first, with what it was a part of then."""
    statement = (
        sa.select(UnitPlace, OrganisationUnit)
        .join(OrganisationUnit, OrganisationUnit.id == UnitPlace.parent_id)
        .where(
            UnitPlace.unit_id == unit.id,
            UnitPlace.ended_at.is_not(None),
            UnitPlace.first_on <= UnitPlace.last_on,
        )
        .order_by(UnitPlace.first_on.desc())
    )
    return [(place, part) for place, part in db.session.execute(statement)]


def lay_in(path: str) -> sa.ColumnElement[bool]:
    """Return the condition on ``UnitPlace`` 'in the unit that now has this path'."""
    if path in EVERYWHERE:
        return sa.true()
    return UnitPlace.path.contains(_named(path), autoescape=True)


def is_in(path: str, unit: OrganisationUnit | str) -> bool:
    """Tell whether a path, as it was, is of ``unit`` or beneath it; twin of ``lay_in``.

    ``unit`` may be its present path.
    """
    above = unit if isinstance(unit, str) else unit.path
    return above in EVERYWHERE or _named(above) in path


def in_units(unit_id: Any, units: Collection[OrganisationUnit], on: date) -> sa.ColumnElement[bool]:
    """Return the condition on a unit's id 'on this day it was one of ``units`` or beneath them'.

    The ids are named, so that the database knows how many they are; for districts they are read
    with one statement, once in a transaction.
    """
    if any(one.path in EVERYWHERE for one in units):
        return sa.true()
    found = {one.id for one in units}
    districts = [one.path for one in units if one.kind is not UnitKind.SERVICE_CENTRE]
    if districts:
        found |= _beneath(tuple(districts), on)
    return unit_id.in_(sorted(found))  # type: ignore[no-any-return]


def _beneath(paths: tuple[str, ...], on: date) -> set[int]:
    def read() -> set[int]:
        statement = sa.select(UnitPlace.unit_id).where(
            place_on(on, UnitPlace.unit_id), sa.or_(*map(lay_in, paths))
        )
        return set(db.session.scalars(statement))

    known: dict[Any, set[int]] = read_once(READ, dict)
    if (paths, on) not in known:
        known[paths, on] = read()
    return known[paths, on]


def _named(path: str) -> str:
    """Return the unit's code as it stands in every path of it and of what is beneath it."""
    return f"/{path.rstrip('/').rpartition('/')[2]}/"
