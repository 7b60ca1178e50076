"""The order of a draft's outline: modules and activities moved, two authors at once included.

The order has a stamp. A move that carries the stamp its page was made with is refused once the
order is another one; nothing is moved then, so nobody's order is lost.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from lms.catalog.errors import OrderChanged
from lms.catalog.models import Activity, CourseModule, CourseVersion
from lms.catalog.services.drafts import lock_draft, note, renumber
from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import Person


def order_stamp(version_id: int) -> str:
    """Return what tells one order of the version's outline from any other."""
    modules = db.session.execute(
        sa.select(CourseModule.public_id)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position, CourseModule.id)
    ).all()
    activities = db.session.execute(
        sa.select(Activity.public_id, CourseModule.public_id)
        .outerjoin(CourseModule, CourseModule.id == Activity.module_id)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
    ).all()
    return sha256(repr((modules, activities)).encode()).hexdigest()[:20]


def move_module(
    module: CourseModule,
    steps: int,
    *,
    now: datetime,
    actor: Person | None,
    stamp: str | None = None,
) -> None:
    """Move a module by ``steps`` places (-1: up); past an end it stays at the end.

    Raises OrderChanged when the order isn't the one that ``stamp`` tells of.
    """
    version = _held(module.version_id, stamp)
    ids = _modules(version.id)
    place = min(max(ids.index(module.id) + steps, 0), len(ids) - 1)
    _put_module(version, ids, module, place, now=now, actor=actor)


def place_module(
    module: CourseModule,
    *,
    before: str,
    now: datetime,
    actor: Person | None,
    stamp: str | None = None,
) -> None:
    """Put a module before the one with the public id ``before``; "": at the end.

    Raises OrderChanged, and Missing when the draft has no such module.
    """
    version = _held(module.version_id, stamp)
    ids = _modules(version.id)
    place = _index(CourseModule, version, [one for one in ids if one != module.id], before)
    _put_module(version, ids, module, place, now=now, actor=actor)


def move_activity(
    activity: Activity,
    steps: int,
    *,
    now: datetime,
    actor: Person | None,
    stamp: str | None = None,
) -> None:
    """Move an activity by ``steps`` places within its module (-1: up).

    Raises OrderChanged when the order isn't the one that ``stamp`` tells of.
    """
    version = _held(activity.version_id, stamp)
    ids = _activities(version.id, activity.module_id)
    place = min(max(ids.index(activity.id) + steps, 0), len(ids) - 1)
    _put_activity(version, ids, activity, place, now=now, actor=actor)


def place_activity(
    activity: Activity,
    *,
    module: str,
    before: str = "",
    now: datetime,
    actor: Person | None,
    stamp: str | None = None,
) -> None:
    """Put an activity into a module, before another activity of it or at its end ("").

    ``module`` and ``before`` are public ids; without a module the final exam goes after all
    modules. Raises OrderChanged, and Missing for a place that the draft doesn't have.
    """
    version = _held(activity.version_id, stamp)
    home = None
    if module:
        found = sa.select(CourseModule.id).where(
            CourseModule.version_id == version.id, CourseModule.public_id == module
        )
        home = db.session.scalar(found)
    if home is None and (module or not activity.is_final_exam):
        raise Missing
    ids = [one for one in _activities(version.id, home) if one != activity.id]
    place = _index(Activity, version, ids, before)
    db.session.execute(
        sa.update(Activity.__table__)  # type: ignore[arg-type]
        .where(Activity.__table__.c.id == activity.id)
        .values(module_id=home)
    )
    db.session.expire(activity, ["module_id", "module"])
    _put_activity(version, ids, activity, place, now=now, actor=actor)


def _held(version_id: int, stamp: str | None) -> CourseVersion:
    version = lock_draft(version_id)
    if stamp is not None and stamp != order_stamp(version.id):
        raise OrderChanged
    return version


def _modules(version_id: int) -> list[int]:
    statement = (
        sa.select(CourseModule.id)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position, CourseModule.id)
    )
    return list(db.session.scalars(statement))


def _activities(version_id: int, module_id: int | None) -> list[int]:
    statement = (
        sa.select(Activity.id)
        .where(Activity.version_id == version_id, Activity.module_id == module_id)
        .order_by(Activity.position, Activity.id)
    )
    return list(db.session.scalars(statement))


def _index(model: Any, version: CourseVersion, ids: Sequence[int], before: str) -> int:
    """Return the place in ``ids`` of the row with the public id ``before``; their end for ""."""
    if not before:
        return len(ids)
    found = sa.select(model.id).where(model.version_id == version.id, model.public_id == before)
    row = db.session.scalar(found)
    if row not in ids:
        raise Missing
    return ids.index(row)


def _put_module(
    version: CourseVersion,
    ids: list[int],
    module: CourseModule,
    place: int,
    *,
    now: datetime,
    actor: Person | None,
) -> None:
    _reorder(CourseModule, ids, module.id, place)
    renumber(version.id)
    note(version, action="catalog.module_moved", now=now, actor=actor, key=module.key)


def _put_activity(
    version: CourseVersion,
    ids: list[int],
    activity: Activity,
    place: int,
    *,
    now: datetime,
    actor: Person | None,
) -> None:
    _reorder(Activity, ids, activity.id, place)
    renumber(version.id)
    note(version, action="catalog.lesson_moved", now=now, actor=actor, key=activity.key)


def _reorder(model: Any, ids: list[int], moved: int, place: int) -> None:
    """Give the rows ``ids`` positions with ``moved`` at ``place``; ``renumber`` makes them final.

    Plain SQL on purpose: a new place is no change of the record that someone may be editing.
    """
    rest = [one for one in ids if one != moved]
    rest.insert(place, moved)
    table = model.__table__
    for position, row_id in enumerate(rest, start=1):
        db.session.execute(sa.update(table).where(table.c.id == row_id).values(position=position))
