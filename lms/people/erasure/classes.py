"""Classes of retention: the file's, and what an administrator changed since."""

import tomllib
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
from lms.people.erasure.holdings import holdings
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
    """Return the classes as they read now, by key. One statement."""
    statement = sa.select(RetentionChange).order_by(RetentionChange.number)
    changes = {change.key: change for change in db.session.scalars(statement)}
    return {key: _changed(one, changes.get(key)) for key, one in shipped().items()}


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


def possible_fates(one: RetentionClass) -> list[Fate]:
    """Return what can happen to all records of a class."""
    known = holdings()
    return [
        fate
        for fate in Fate
        if fate is Fate.KEEP or all(fate in known[key].deeds for key in one.records)
    ]


def change_class(changed: RetentionClass, *, seen: int, actor: Person, now: datetime) -> None:
    """Let a class read otherwise from now on. Raises ClassChanged when it isn't as it was seen."""
    if in_force()[changed.key].number != seen:
        raise ClassChanged
    row = RetentionChange(
        key=changed.key,
        number=seen + 1,
        name=changed.name,
        basis=changed.basis,
        start=changed.start,
        months=changed.months,
        fate=changed.fate,
        is_early=changed.is_early,
        changed_at=now,
        changed_by_id=actor.id,
    )
    insert(row, ClassChanged())
    record(
        now=now,
        actor_key=actor.public_id,
        action="people.retention_changed",
        subject_kind="retention_class",
        subject_key=changed.key,
        months=changed.months,
        fate=changed.fate.value,
    )
