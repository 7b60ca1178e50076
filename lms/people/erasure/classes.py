"""Classes of retention: the file's, and what an administrator changed and added since."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert
from lms.people.erasure.errors import ClassChanged
from lms.people.erasure.holdings import Holding, holdings
from lms.people.erasure.models import Fate, RetentionChange, Start
from lms.people.models import Person

FILE = Path(__file__).with_name("classes.toml")
FORMAT = "lms-retention-classes/1"
LONGEST_TEXT, MOST_MONTHS = 400, 1200  # of what an administrator says


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


def fault_of_fate(records: Iterable[str], fate: Fate | None) -> Any:
    """Return why what happens to records of a class can't be that, in a sentence; else nothing."""
    if fate in possible_fates(records):
        return ""
    return _("Some of these records can’t have that. Choose another.")


def fault_of_records(records: Iterable[str]) -> Any:
    """Return why a class can't take these records from others, in a sentence; else nothing."""
    for one, other in _torn_apart(records):
        return _(
            "“%(one)s” can’t be in another class than “%(other)s”: it points to them.",
            one=one.title,
            other=other.title,
        )
    return ""


def _torn_apart(records: Iterable[str]) -> Iterator[tuple[Holding, Holding]]:
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


def new_class(records: Iterable[str]) -> RetentionClass:
    """Return a class that takes these records, under a key of its own; the rest is to be said."""
    key = f"own_{public_id()}"
    return RetentionClass(key, {}, {}, tuple(records), Start.LEAVING, 0, Fate.KEEP, False)


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
