"""The board's numbers: one statement for a table of any depth."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from lms.certification.board.conditions import (
    Measure,
    condition,
    employed_on,
    people_on,
    seen_by,
)
from lms.certification.schemes.models import CertificationStanding
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit
from lms.people.queries import within

WEEK = timedelta(days=7)


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
    """A unit with its cells by the scheme's id, and all its cells together."""

    unit: OrganisationUnit
    cells: dict[int, Cell]
    total: Cell


@dataclass(frozen=True)
class Week:
    """How many certifications end within the seven days from ``first_on``."""

    first_on: date
    number: int


def board(viewer: Viewer, parent: OrganisationUnit, on: date) -> list[Row]:
    """Return a row for each unit directly beneath ``parent``, and ``parent`` last, on ``on``.

    Two statements, whatever the size.
    """
    children = _children(parent)
    cells: dict[int, dict[int, Cell]] = defaultdict(lambda: defaultdict(Cell))
    for path, scheme_id, cell in _counts(viewer, parent, on):
        for unit in (*children, parent):
            if path.startswith(unit.path):
                cells[unit.id][scheme_id] += cell
    return [_row(unit, cells[unit.id]) for unit in (*children, parent)]


def _row(unit: OrganisationUnit, cells: dict[int, Cell]) -> Row:
    return Row(unit, dict(cells), sum(cells.values(), Cell()))


def _children(parent: OrganisationUnit) -> list[OrganisationUnit]:
    statement = (
        sa.select(OrganisationUnit)
        .where(OrganisationUnit.parent_id == parent.id, OrganisationUnit.closed_on.is_(None))
        .order_by(OrganisationUnit.name_ru)
    )
    return list(db.session.scalars(statement))


def _counts(viewer: Viewer, parent: OrganisationUnit, on: date) -> Iterable[tuple[str, int, Cell]]:
    def number(measure: Measure) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition(measure, on), 1), else_=0))

    statement = (
        sa.select(
            OrganisationUnit.path,
            CertificationStanding.scheme_id,
            *(
                number(measure)
                for measure in (
                    Measure.REQUIRED,
                    Measure.COMPLIANT,
                    Measure.OVERDUE,
                    Measure.EXPIRING,
                    Measure.SERVING,
                )
            ),
        )
        .select_from(CertificationStanding)
        .join(Employment, employed_on(on))
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(people_on(on), seen_by(viewer), within(frozenset({parent.path})))
        .group_by(OrganisationUnit.path, CertificationStanding.scheme_id)
    )
    for path, scheme_id, *numbers in db.session.execute(statement):
        yield path, scheme_id, Cell(*(int(one) for one in numbers))


def expiries_by_week(
    viewer: Viewer, parent: OrganisationUnit, on: date, *, weeks: int = 13
) -> list[Week]:
    """Return how many certifications in force on ``on`` end in each of the coming weeks."""
    last = on + weeks * WEEK - timedelta(days=1)
    until = CertificationStanding.valid_until_on
    statement = (
        sa.select(until, sa.func.count())
        .select_from(CertificationStanding)
        .join(Employment, employed_on(on))
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(
            people_on(on),
            seen_by(viewer),
            condition(Measure.SERVING, on),
            within(frozenset({parent.path})),
            until.between(on, last),
        )
        .group_by(until)
    )
    ends = {day: number for day, number in db.session.execute(statement) if day is not None}
    firsts = [on + number * WEEK for number in range(weeks)]
    return [
        Week(first, sum(count for day, count in ends.items() if first <= day < first + WEEK))
        for first in firsts
    ]
