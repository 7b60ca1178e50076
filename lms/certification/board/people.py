"""The lists behind the board's numbers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.certification.board.conditions import (
    Measure,
    at_work_on,
    condition,
    people_on,
    seen_by,
)
from lms.certification.board.counts import sums
from lms.certification.board.models import StandingAtPost
from lms.certification.schemes.models import CertificationScheme, CertificationStanding
from lms.core.database import db, in_pieces
from lms.people.identity import Viewer
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.planned.queries import newcomers
from lms.people.queries import in_units, visible_to
from lms.web.paging import MOST_COUNTED, count_up_to

SEE = Permission.SEE_CERTIFICATES
CHUNK = 500  # rows read at once for a file


@dataclass(frozen=True)
class Filters:
    """What is listed, as of ``on``."""

    on: date
    measure: Measure = Measure.REQUIRED
    unit: OrganisationUnit | None = None
    scheme: CertificationScheme | None = None
    until_from: date | None = None  # certifications that end from this day
    until_to: date | None = None  # to this one


def people(viewer: Viewer, filters: Filters) -> sa.Select[Any]:
    """Return (standing, person, unit, post, scheme) of each person listed, to be paged by name."""
    row, standing = StandingAtPost, CertificationStanding
    statement: Any = (
        sa.select(standing, Person, OrganisationUnit, JobRole, CertificationScheme)
        .select_from(row)
        .join(Person, Person.id == row.person_id)
        .join(
            standing,
            sa.and_(
                standing.person_id == row.person_id,
                standing.scheme_id == row.scheme_id,
                people_on(filters.on),
            ),
        )
        .join(OrganisationUnit, OrganisationUnit.id == row.unit_id)
        .join(JobRole, JobRole.id == row.job_role_id)
        .join(CertificationScheme, CertificationScheme.id == row.scheme_id)
    )
    return narrowed(statement, viewer, filters)


def narrowed(statement: sa.Select[Any], viewer: Viewer, filters: Filters) -> sa.Select[Any]:
    """Return a statement over ``StandingAtPost`` and its unit with the list's conditions."""
    row = StandingAtPost
    statement = statement.where(
        at_work_on(filters.on), seen_by(viewer), condition(filters.measure, filters.on)
    )
    if filters.unit is not None:
        statement = statement.where(in_units(row.unit_id, [filters.unit], filters.on))
    if filters.scheme is not None:
        statement = statement.where(row.scheme_id == filters.scheme.id)
    if filters.until_from is not None:
        statement = statement.where(row.valid_until_on >= filters.until_from)
    if filters.until_to is not None:
        statement = statement.where(row.valid_until_on <= filters.until_to)
    return statement


def with_page(viewer: Viewer, person_ids: Collection[int]) -> set[int]:
    """Return those of these people whose page the viewer may open today.

    Of another day a list also has people who were at the viewer's centre, or are to be there.
    """
    statement = sa.select(Person.id).where(
        Person.id.in_(person_ids),
        sa.or_(visible_to(viewer, SEE), Person.id.in_(newcomers(viewer, SEE))),
    )
    return set(db.session.scalars(statement))


COLUMNS = (Person.sort_name, Person.id, CertificationScheme.id)
FEW = 1000


def columns(total: int) -> Sequence[Any]:
    """Return what a list of so many rows is paged by.

    Few rows are found and sorted: to meet a page of them, or that there are none, one would read
    the names of the whole network in their order. No index has the name by this expression.
    """
    if total > FEW:
        return COLUMNS
    return sa.func.coalesce(Person.sort_name, "", type_=sa.String), *COLUMNS[1:]


def key(row: Any) -> tuple[Any, ...]:
    """Return the values of ``COLUMNS`` of a row of ``people``."""
    return row[1].sort_name, row[1].id, row[4].id


def count(viewer: Viewer, filters: Filters, most: int = MOST_COUNTED) -> int:
    """Return how many rows the list has, ``most`` + 1 for any larger number."""
    if filters.until_from is None and filters.until_to is None:
        wanted = filters.scheme.id if filters.scheme else None
        number = sum(
            numbers[filters.measure.value]
            for _path, scheme_id, numbers in sums(
                viewer, [filters.unit] if filters.unit else None, filters.on
            )
            if wanted in (None, scheme_id)
        )
        return min(number, most + 1)
    rows = sa.select(StandingAtPost.scheme_id).join(
        OrganisationUnit, OrganisationUnit.id == StandingAtPost.unit_id
    )
    return count_up_to(narrowed(rows, viewer, filters), most)


def every(viewer: Viewer, filters: Filters) -> Iterator[Any]:
    """Yield all rows in the list's order, read in chunks."""
    statement = people(viewer, filters).order_by(*COLUMNS)
    yield from in_pieces(statement, CHUNK)
