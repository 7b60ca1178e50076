"""What importing a table would do, row by row, before anything is changed."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.reading import Entry
from lms.people.importing.rules.refusals import Refused
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.planned.models import PlannedPost

Value = str | date | OrganisationUnit | JobRole | None


class Outcome(Enum):
    """What would become of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """One field's value before (None: there is none) and after."""

    field: Field
    before: Value
    after: Value


@dataclass(frozen=True)
class PlannedRow:
    """A row with its outcome. ``person`` is the known one whom it concerns.

    ``faults`` are all that is wrong with a refused row, as far as it can be told apart; ``planned``
    is the post ahead that the changes replace.
    """

    entry: Entry
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    faults: tuple[Refused, ...] = ()
    person: Person | None = None
    planned: PlannedPost | None = None

    @property
    def name(self) -> str:
        """Whom the row is about: as the records have it, else as the row has it."""
        return self.person.full_name if self.person else self.entry.name

    def after(self, field: Field) -> Any:
        """Return what a field changes to; None when it doesn't."""
        return next((one.after for one in self.changes if one.field is field), None)

    @property
    def lapses(self) -> PlannedPost | None:
        """The post ahead that comes to nothing, as the row's last day at work is before it."""
        left_on = self.after(Field.LEFT_ON)
        if self.planned is None or left_on is None or self.planned.starts_on <= left_on:
            return None
        return self.planned


@dataclass(frozen=True)
class Absent:
    """Somebody of a centre that the table names, whom it doesn't name."""

    person: Person
    unit: OrganisationUnit


@dataclass(frozen=True)
class Outline:
    """What a plan comes to, whoever is said to have left; of people it has nothing but ids."""

    outcomes: Sequence[Outcome]  # of the rows, in their order
    missing: Sequence[int]  # people whom no row names, in the order in which they are shown
    digest: str  # of the rows


@dataclass(frozen=True)
class Plan:
    """All rows with their outcomes, and who is missing.

    ``leaving`` are the missing ones whom the importer said to have left.
    """

    rows: tuple[PlannedRow, ...]
    absent: tuple[Absent, ...] = ()
    leaving: tuple[PlannedRow, ...] = ()
    counts: Counter[Outcome] = field(default_factory=Counter)

    @classmethod
    def of(
        cls, rows: Sequence[PlannedRow], absent: Sequence[Absent], leaving: Sequence[PlannedRow]
    ) -> "Plan":
        """Return a plan with its counts; ``counts`` leave those out who are only missing."""
        counts = Counter(row.outcome for row in [*rows, *leaving])
        return cls(tuple(rows), tuple(absent), tuple(leaving), counts)

    def having(self, outcome: Outcome) -> list[PlannedRow]:
        """Return the rows with an outcome."""
        return [row for row in (*self.rows, *self.leaving) if row.outcome is outcome]

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.counts[Outcome.NEW] or self.counts[Outcome.CHANGED])

    @property
    def digest(self) -> str:
        """What a confirmation is bound to; see ``digest_of``."""
        return digest_of(self.leaving, after=digest_of(self.rows))


def digest_of(rows: Sequence[PlannedRow], *, after: str = "") -> str:
    """Return the digest of each row's change from what to what, in no language.

    ``after``: that of the rows before them.
    """
    facts = [
        [
            row.entry.line,
            row.entry.number,
            row.outcome.value,
            [[one.reason.value, one.value] for one in row.faults],
            [[one.field.value, plain(one.before), plain(one.after)] for one in row.changes],
            *([row.lapses.public_id] if row.lapses else []),
        ]
        for row in rows
    ]
    return hashlib.sha256(f"{after}{json.dumps(facts)}".encode()).hexdigest()


def plain(value: Value) -> str | None:
    """Return a value for machines: codes of units and posts, dates as ISO has them."""
    if isinstance(value, OrganisationUnit | JobRole):
        return value.code
    return value.isoformat() if isinstance(value, date) else value
