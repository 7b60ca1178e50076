"""Moving a centre to another part of the network, from today on: what was stays as it was.

Only centres are moved. Every district is a part of the whole network, so there is nothing else that
one could be moved to; and nothing lies beneath a centre. Whoever looks after the new part sees the
centre's people from now on, with all that is known of them; who looked after the former one doesn't
any more. A centre that is moved back on the same day was never away.
"""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict
from lms.people.events import unit_moved
from lms.people.models import OrganisationUnit, UnitKind, UnitPlace
from lms.people.network.rules import may_have_parts
from lms.people.second_person.models import SecondPersonRequest


class NotMovable(Conflict):
    """It isn't a centre, it is closed, or something lies beneath it."""

    def __init__(self) -> None:
        super().__init__(_l("Only open centres can be moved."))


class NoPlaceThere(Conflict):
    """Nothing can stand there: it is closed, or a centre itself."""

    def __init__(self) -> None:
        super().__init__(_l("It can’t be moved there: that part is closed or has no parts."))


class AlreadyThere(Conflict):
    """It is a part of that already."""

    def __init__(self) -> None:
        super().__init__(_l("It is a part of that already."))


class MovedMeanwhile(Conflict):
    """Somebody else moved it since it was read."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else moved it meanwhile. Look at what is there now."))


def is_movable(unit: OrganisationUnit) -> bool:
    """Tell whether ``unit`` is one that can be moved."""
    return unit.kind is UnitKind.SERVICE_CENTRE and unit.closed_on is None


def move(
    unit: OrganisationUnit,
    above: OrganisationUnit,
    *,
    seen_id: int | None,
    on: date,
    now: datetime,
    actor_key: str,
    reason: str,
) -> None:
    """Make ``unit`` a part of ``above`` from ``on``, which is today; ``unit_moved`` is told.

    ``seen_id`` is the part it was of when the move was decided. Raises NotMovable, NoPlaceThere,
    AlreadyThere, MovedMeanwhile.
    """
    _hold(unit, above)
    if unit.parent_id != seen_id:
        raise MovedMeanwhile
    if not is_movable(unit) or _has_parts(unit):
        raise NotMovable
    if unit.parent_id == above.id:
        raise AlreadyThere
    if not may_have_parts(above):
        raise NoPlaceThere
    former, previous = unit.path, db.session.get_one(OrganisationUnit, unit.parent_id)
    _place(unit, above, on, now)
    record(
        now=now,
        actor_key=actor_key,
        action="people.unit_moved",
        subject_kind="organisation_unit",
        subject_key=unit.public_id,
        reason=reason,
        name=unit.name_ru,
        previous=previous.name_ru,
        unit=above.code,
    )
    follow_paths(SecondPersonRequest, SecondPersonRequest.scope, former, unit.path)
    unit_moved.send(unit, former=former, now=now)


def _hold(*units: OrganisationUnit) -> None:
    """Read the units as they are now; nobody else moves or closes them before this is done."""
    held = sa.select(OrganisationUnit).where(OrganisationUnit.id.in_([one.id for one in units]))
    locked = held.order_by(OrganisationUnit.id).with_for_update(key_share=True)
    db.session.scalars(locked.execution_options(populate_existing=True)).all()


def _has_parts(unit: OrganisationUnit) -> bool:
    beneath = sa.select(OrganisationUnit.id).where(OrganisationUnit.parent_id == unit.id).limit(1)
    return db.session.scalar(beneath) is not None


def _place(unit: OrganisationUnit, above: OrganisationUnit, on: date, now: datetime) -> None:
    ended = (
        sa.update(UnitPlace)
        .where(UnitPlace.unit_id == unit.id, UnitPlace.ended_at.is_(None))
        .values(last_on=on - timedelta(days=1), ended_at=now)
    )
    db.session.execute(ended)
    unit.parent, unit.path = above, f"{above.path}{unit.code}/"
    place = UnitPlace(
        unit_id=unit.id,
        parent_id=above.id,
        path=unit.path,
        first_on=on,
        last_on=date.max,
        recorded_at=now,
    )
    db.session.add(place)
    db.session.flush()


def follow_paths(kind: Any, scope: Any, former: str, path: str) -> None:
    """Let the paths that rows of ``kind`` keep in the list ``scope`` follow a moved unit."""
    named = sa.cast(scope, sa.Text).contains(f'"{former}', autoescape=True)
    for row in db.session.scalars(sa.select(kind).where(named)):
        kept = getattr(row, scope.key)
        moved = (path + one.removeprefix(former) if one.startswith(former) else one for one in kept)
        setattr(row, scope.key, sorted(moved))
