"""The lists behind the board's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.certification.board.conditions import (
    Measure,
    condition,
    employed_on,
    people_on,
    seen_by,
)
from lms.certification.schemes.models import CertificationScheme, CertificationStanding
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.queries import within
from lms.web.paging import count_up_to

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
    row = CertificationStanding
    statement: Any = (
        sa.select(row, Person, OrganisationUnit, JobRole, CertificationScheme)
        .select_from(row)
        .join(Person, Person.id == row.person_id)
        .join(Employment, employed_on(filters.on))
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .join(CertificationScheme, CertificationScheme.id == row.scheme_id)
        .where(people_on(filters.on), seen_by(viewer), condition(filters.measure, filters.on))
    )
    if filters.unit is not None:
        statement = statement.where(within(frozenset({filters.unit.path})))
    if filters.scheme is not None:
        statement = statement.where(row.scheme_id == filters.scheme.id)
    if filters.until_from is not None:
        statement = statement.where(row.valid_until_on >= filters.until_from)
    if filters.until_to is not None:
        statement = statement.where(row.valid_until_on <= filters.until_to)
    return statement  # type: ignore[no-any-return]


COLUMNS = (Person.sort_name, Person.id, CertificationScheme.id)


def key(row: Any) -> tuple[Any, ...]:
    """Return the values of ``COLUMNS`` of a row of ``people``."""
    return row[1].sort_name, row[1].id, row[4].id


def count(viewer: Viewer, filters: Filters) -> int:
    """Return how many rows the list has, as far as ``count_up_to`` counts."""
    return count_up_to(people(viewer, filters))


def every(viewer: Viewer, filters: Filters) -> Iterator[Any]:
    """Yield all rows in the list's order, read in chunks."""
    statement = people(viewer, filters).order_by(*COLUMNS)
    yield from db.session.execute(statement.execution_options(yield_per=CHUNK))
