"""The board's numbers: one statement for a table of any depth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lms.certification.board.conditions import Measure, at_work_on, condition, seen_by
from lms.certification.board.models import BoardChange, BoardTally, StandingAtPost
from lms.certification.board.tally import MEASURES, until
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, UnitPlace
from lms.people.queries import in_units, is_in, place_on

WEEK = timedelta(days=7)
WEEKS = 13  # a quarter of a year


@dataclass(frozen=True)
class Cell:
    """One unit and certification: how many must hold it, and how many of them stand how."""

    required: int = 0
    compliant: int = 0
    overdue: int = 0
    expiring: int = 0
    serving: int = 0  # may serve, required or not

    def __add__(self, other: "Cell") -> "Cell":
        """Return the sum of both."""
        return Cell(
            self.required + other.required,
            self.compliant + other.compliant,
            self.overdue + other.overdue,
            self.expiring + other.expiring,
            self.serving + other.serving,
        )

    @property
    def percent(self) -> int | None:
        """How many in a hundred of those who must hold it are compliant; None: nobody must.

        Rounded down: 100 means everybody.
        """
        return self.compliant * 100 // self.required if self.required else None


@dataclass(frozen=True)
class Row:
    """A unit with its cells by the scheme's id, and all its cells together; None: all units."""

    unit: OrganisationUnit | None
    cells: dict[int, Cell]
    total: Cell


@dataclass(frozen=True)
class Week:
    """How many certifications end within the seven days from ``first_on``."""

    first_on: date
    number: int


def board(viewer: Viewer, tops: Sequence[OrganisationUnit], on: date) -> list[Row]:
    """Return a row for each unit directly beneath the only one of ``tops``, and that last.

    Of several, which lie apart: a row for each of them, and all of them together last. At most two
    statements, whatever the size.
    """
    shown: list[OrganisationUnit | None] = (
        [*_children(viewer, tops[0], on), tops[0]] if len(tops) == 1 else [*tops, None]
    )
    cells: dict[int, dict[int, Cell]] = defaultdict(lambda: defaultdict(Cell))
    for path, scheme_id, cell in _counts(viewer, tops, on):
        for place, unit in enumerate(shown):
            if unit is None or is_in(path, unit):
                cells[place][scheme_id] += cell
    return [_row(unit, cells[place]) for place, unit in enumerate(shown)]


def _row(unit: OrganisationUnit | None, cells: dict[int, Cell]) -> Row:
    return Row(unit, dict(cells), sum(cells.values(), Cell()))


def _children(viewer: Viewer, parent: OrganisationUnit, on: date) -> list[OrganisationUnit]:
    """Return what the viewer sees of what on ``on`` lay directly beneath and was open, by name."""
    statement = (
        sa.select(OrganisationUnit)
        .join(UnitPlace, place_on(on, OrganisationUnit.id))
        .where(
            UnitPlace.parent_id == parent.id,
            seen_by(viewer),
            sa.or_(OrganisationUnit.closed_on.is_(None), OrganisationUnit.closed_on > on),
        )
        .order_by(OrganisationUnit.name_ru)
    )
    return list(db.session.scalars(statement))


def _counts(
    viewer: Viewer, tops: Sequence[OrganisationUnit], on: date
) -> Iterable[tuple[str, int, Cell]]:
    fields = ("required", "compliant", "overdue", "expiring", "serving")
    for path, scheme_id, numbers in sums(viewer, tops, on):
        yield path, scheme_id, Cell(*(numbers[name] for name in fields))


def sums(
    viewer: Viewer, tops: Sequence[OrganisationUnit] | None, on: date
) -> Iterator[tuple[str, int, dict[str, int]]]:
    """Yield (path of a unit, scheme's id, number by measure) in the viewer's scope on ``on``.

    The scope is today's; the path, and what lay beneath ``tops``, is that of the day. None: all.
    A unit may come twice: from the settled tally, and from what changed since. One statement.
    """
    settled, since = (
        sa.select(
            UnitPlace.path,
            model.scheme_id,
            *(sa.func.sum(getattr(model, name)).label(name) for name in MEASURES),
        )
        .join(OrganisationUnit, OrganisationUnit.id == model.unit_id)
        .join(UnitPlace, place_on(on, model.unit_id))
        .where(until(model, on), seen_by(viewer), _beneath(model.unit_id, tops, on))
        .group_by(UnitPlace.path, model.scheme_id)
        for model in (BoardTally, BoardChange)
    )
    for path, scheme_id, *numbers in db.session.execute(sa.union_all(settled, since)):
        yield path, scheme_id, dict(zip(MEASURES, map(int, numbers), strict=True))


def _beneath(
    unit_id: Any, tops: Sequence[OrganisationUnit] | None, on: date
) -> sa.ColumnElement[bool]:
    return sa.true() if tops is None else in_units(unit_id, tops, on)


def totals(viewer: Viewer, unit: OrganisationUnit, on: date) -> dict[str, int]:
    """Return the numbers of a unit with all beneath it, all certifications together, by measure.

    One statement.
    """
    found = [numbers for _path, _scheme_id, numbers in sums(viewer, [unit], on)]
    return {name: sum(numbers[name] for numbers in found) for name in MEASURES}


def expiries_by_week(viewer: Viewer, tops: Sequence[OrganisationUnit], on: date) -> list[Week]:
    """Return how many certifications in force on ``on`` end in each of the next ``WEEKS`` weeks."""
    last = on + WEEKS * WEEK - timedelta(days=1)
    ends_on = StandingAtPost.valid_until_on
    statement = (
        sa.select(ends_on, sa.func.count())
        .join(OrganisationUnit, OrganisationUnit.id == StandingAtPost.unit_id)
        .where(
            at_work_on(on),
            seen_by(viewer),
            condition(Measure.SERVING, on),
            _beneath(StandingAtPost.unit_id, tops, on),
            ends_on.between(on, last),
        )
        .group_by(ends_on)
    )
    ends = {day: number for day, number in db.session.execute(statement) if day is not None}
    firsts = [on + number * WEEK for number in range(WEEKS)]
    return [
        Week(first, sum(count for day, count in ends.items() if first <= day < first + WEEK))
        for first in firsts
    ]
