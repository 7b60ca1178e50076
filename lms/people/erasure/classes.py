"""Classes of retention: the file's, and what an administrator changed and added since."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.erasure.errors import ClassChanged
from lms.people.erasure.holdings import Holding, holdings
from lms.people.erasure.models import Fate, RetentionChange, Start
from lms.people.models import Person

FILE = Path(__file__).with_name("classes.toml")
FORMAT = "lms-retention-classes/1"


@dataclass(frozen=True)
class RetentionClass:
    """Which records stay how long, on what ground, and what happens then."""

    key: str
    name: dict[str, Any]
    basis: dict[str, Any]
    records: tuple[str, ...]  # keys of holdings
    start: Start
    months: int
    fate: Fate
    is_early: bool
    number: int = 0  # of the change; 0: as the file has it


@cache
def shipped() -> dict[str, RetentionClass]:
    """Return the classes of the file, by key and in its order."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    if read["format"] != FORMAT:
        raise ValueError(f"{FILE.name}: unknown format")
    return {
        key: RetentionClass(
            key=key,
            name=one["name"],
            basis=one["basis"],
            records=tuple(one["records"]),
            start=Start(one["start"]),
            months=one["months"],
            fate=Fate(one["fate"]),
            is_early=one["early"],
        )
        for key, one in read["classes"].items()
    }


def in_force() -> dict[str, RetentionClass]:
    """Return the classes as they read now, by key: the file's, then those that were added.

    Each kind of records is in one class: in the one that was added last and takes it, else in the
    file's. One statement.
    """
    statement = sa.select(RetentionChange).order_by(RetentionChange.id)
    changes: dict[str, RetentionChange] = {}
    for change in db.session.scalars(statement):
        changes[change.key] = change  # a class stays where it was added
    found = {key: _changed(one, changes.get(key)) for key, one in shipped().items()}
    for key, change in changes.items():
        if key not in found:
            own = _added(change)
            found = {other: _without(one, own.records) for other, one in found.items()}
            found[key] = own
    return found


def _added(change: RetentionChange) -> RetentionClass:
    known = holdings()
    records = tuple(key for key in change.records or () if key in known)
    blank = RetentionClass(change.key, {}, {}, records, change.start, 0, change.fate, False)
    return _changed(blank, change)


def _without(one: RetentionClass, records: Sequence[str]) -> RetentionClass:
    return replace(one, records=tuple(key for key in one.records if key not in records))


def is_own(one: RetentionClass) -> bool:
    """Tell whether a class was added by an administrator."""
    return one.key not in shipped()


def _changed(one: RetentionClass, change: RetentionChange | None) -> RetentionClass:
    if change is None:
        return one
    return replace(
        one,
        name=change.name,
        basis=change.basis,
        start=change.start,
        months=change.months,
        fate=change.fate,
        is_early=change.is_early,
        number=change.number,
    )


def possible_fates(records: Iterable[str]) -> list[Fate]:
    """Return what can happen to all of these records."""
    known = holdings()
    return [
        fate
        for fate in Fate
        if fate is Fate.KEEP or all(fate in known[key].deeds for key in records)
    ]


def torn_apart(records: Iterable[str]) -> Iterator[tuple[Holding, Holding]]:
    """Yield records that a class would separate: (those that point to others, the others).

    The others couldn't be deleted while those that point to them stay.
    """
    known, chosen = holdings(), set(records)
    place = {table: one for one in known.values() for table in one.tables}
    for name, one in place.items():
        for key in db.metadata.tables[name].foreign_keys:
            other = place.get(key.column.table.name)
            if other is None or key.ondelete != "RESTRICT" or Fate.DELETE not in other.deeds:
                continue
            if key.column.table.name != "person" and (one.key in chosen) != (other.key in chosen):
                yield one, other


def add_class(added: RetentionClass, *, actor: Person, now: datetime) -> None:
    """Add a class with records that others had. Its fate is possible for all of them."""
    _append(added, number=1, action="people.retention_added", actor=actor, now=now)


def change_class(changed: RetentionClass, *, seen: int, actor: Person, now: datetime) -> None:
    """Let a class read otherwise from now on. Raises ClassChanged when it isn't as it was seen."""
    if in_force()[changed.key].number != seen:
        raise ClassChanged
    _append(changed, number=seen + 1, action="people.retention_changed", actor=actor, now=now)


def _append(one: RetentionClass, *, number: int, action: str, actor: Person, now: datetime) -> None:
    row = RetentionChange(
        key=one.key,
        number=number,
        name=one.name,
        basis=one.basis,
        start=one.start,
        months=one.months,
        fate=one.fate,
        is_early=one.is_early,
        records=list(one.records) if is_own(one) else None,
        changed_at=now,
        changed_by_id=actor.id,
    )
    insert(row, ClassChanged())
    record(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="retention_class",
        subject_key=one.key,
        months=one.months,
        fate=one.fate.value,
    )
