"""The dry run: what would happen to each kind of a person's records today, and by which rule."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.core.calendar import add_months
from lms.core.clock import local_date
from lms.core.database import db
from lms.people.erasure.classes import RetentionClass, in_force
from lms.people.erasure.holdings import Holding, holdings
from lms.people.erasure.models import Fate
from lms.people.models import Employment, Person
from lms.people.queries import records_of


@dataclass(frozen=True)
class Line:
    """What would happen to one kind of records."""

    holding: Holding
    rule: RetentionClass
    rows: int
    fate: Fate  # today
    due_on: date | None  # when the rule's period is over; None: it has none

    @property
    def until_on(self) -> date | None:
        """The day until which records stay that have to go later."""
        return self.due_on if self.fate is Fate.KEEP else None


@dataclass(frozen=True)
class Plan:
    """A dry run of one person."""

    person: Person
    left_on: date
    lines: tuple[Line, ...]

    @property
    def erases_something(self) -> bool:
        """Whether anything would change."""
        return any(line.rows for line in self.lines if line.fate is not Fate.KEEP)

    @property
    def counts(self) -> dict[Fate, int]:
        """How many records have which fate."""
        return {fate: sum(line.rows for line in self.lines if line.fate is fate) for fate in Fate}

    @property
    def by_class(self) -> list[tuple[RetentionClass, list[Line]]]:
        """The lines that have records, by class."""
        found: dict[str, tuple[RetentionClass, list[Line]]] = {}
        for line in self.lines:
            if line.rows:
                found.setdefault(line.rule.key, (line.rule, []))[1].append(line)
        return list(found.values())

    @property
    def digest(self) -> str:
        """What the dry run is known by when it comes back.

        Of what stays only the rule counts: entries of the audit log come by looking, and lists are
        mailed every day.
        """
        facts = [
            [
                line.holding.key,
                line.rule.number,
                line.fate.value,
                line.rows if line.fate is not Fate.KEEP else None,
            ]
            for line in self.lines
        ]
        text = json.dumps([self.person.public_id, self.person.row_version, facts])
        return hashlib.sha256(text.encode()).hexdigest()

    def due(self, today: date) -> tuple[date, int] | None:
        """Return since when something's time is over, and how many records; None: of nothing."""
        over = [
            (line.due_on, line.rows)
            for line in self.lines
            if line.rows and line.due_on is not None and line.due_on < today
        ]
        return (min(day for day, _rows in over), sum(rows for _day, rows in over)) if over else None


def left_on(person: Person, *, zone: str) -> date | None:
    """Return the person's last day at work, or the day they were added who never had a post.

    None for somebody who works here. Days are the network's.
    """
    ends = db.session.execute(
        sa.select(sa.func.max(Employment.ended_on), sa.func.count(Employment.id)).where(
            Employment.person_id == person.id
        )
    ).one()
    working = sa.select(Employment.id).where(
        Employment.person_id == person.id, Employment.ended_on.is_(None)
    )
    if db.session.scalar(working) is not None:
        return None
    return ends[0] or local_date(person.created_at, zone)


def plan_of(
    person: Person, *, left: date, today: date, zone: str, rules: Mapping[str, Any] | None = None
) -> Plan:
    """Return what erasing somebody who left on ``left`` would do. Nothing changes."""
    known, rules = holdings(), rules if rules is not None else in_force()
    placed = [(known[key], rule) for rule in rules.values() for key in rule.records]
    found = _read(person, [holding for holding, _rule in placed])
    lines = [
        _line(holding, rule, *found[holding.key], left=left, today=today, zone=zone)
        for holding, rule in placed
    ]
    return Plan(person, left, tuple(lines))


def _read(person: Person, wanted: list[Holding]) -> dict[str, tuple[int, Any]]:
    """Return how many rows there are of each kind, and of when the newest; merged records too."""
    found = [_read_one(one, wanted) for one in records_of(person)]
    return {
        one.key: (
            sum(rows[one.key][0] for rows in found),
            max((rows[one.key][1] for rows in found if rows[one.key][1] is not None), default=None),
        )
        for one in wanted
    }


def _read_one(person: Person, wanted: list[Holding]) -> dict[str, tuple[int, Any]]:
    columns: list[Any] = []
    for one in wanted:
        newest = sa.null() if one.newest is None else one.newest(person)
        columns += [one.rows(person).label(f"n_{one.key}"), newest.label(f"d_{one.key}")]
    row = db.session.execute(sa.select(*columns)).mappings().one()
    return {one.key: (row[f"n_{one.key}"], row[f"d_{one.key}"]) for one in wanted}


def _line(
    holding: Holding,
    rule: RetentionClass,
    rows: int,
    newest: Any,
    *,
    left: date,
    today: date,
    zone: str,
) -> Line:
    if rule.fate is Fate.KEEP:
        return Line(holding, rule, rows, Fate.KEEP, None)
    begins = left
    if rule.start.value == "record" and newest is not None:
        day = local_date(newest, zone) if isinstance(newest, datetime) else newest
        begins = max(left, day)
    due_on = add_months(begins, rule.months)
    goes = rule.is_early or due_on < today
    return Line(holding, rule, rows, rule.fate if goes else Fate.KEEP, due_on)
