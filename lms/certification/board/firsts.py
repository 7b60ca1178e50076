"""The first people of several of the board's lists at once, for pages that show a few of each."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from lms.certification.board.conditions import at_work_on, people_on
from lms.certification.board.models import StandingAtPost
from lms.certification.board.people import Filters, narrowed
from lms.certification.schemes.models import CertificationScheme, CertificationStanding
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import JobRole, OrganisationUnit, Person


def firsts(
    viewer: Viewer, lists: Sequence[Filters], number: int
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the first ``number`` rows of each of these lists of one day, as ``people.people`` has
    them, by name.

    Three statements for all lists. A list of a large centre is sorted by its keys alone: to join
    what is shown of it costs the planner more than the few rows themselves.
    """
    keys = db.session.execute(
        sa.union_all(*(_keys(place, viewer, one, number) for place, one in enumerate(lists)))
    ).all()
    shown = _shown({key.person_id for key in keys}, lists[0])
    standings = _standings({key.person_id for key in keys}, lists[0])
    for place in range(len(lists)):
        own = sorted((key for key in keys if key.place == place), key=lambda key: key.rank)
        yield [
            _row(
                shown[key.person_id, key.unit_id, key.job_role_id],
                standings[key.person_id, key.scheme_id],
            )
            for key in own
        ]


def _keys(place: int, viewer: Viewer, filters: Filters, number: int) -> sa.Select[Any]:
    row = StandingAtPost
    order = (Person.sort_name, Person.id, row.scheme_id)
    statement: Any = (
        sa.select(row.scheme_id, row.person_id, row.unit_id, row.job_role_id, Person.sort_name)
        .join(Person, Person.id == row.person_id)
        .join(OrganisationUnit, OrganisationUnit.id == row.unit_id)
    )
    few = narrowed(statement, viewer, filters).order_by(*order).limit(number).subquery()
    rank = sa.func.row_number().over(
        order_by=(few.c.sort_name, few.c.person_id, few.c.scheme_id),
    )
    return sa.select(
        sa.literal(place, sa.Integer()).label("place"),
        rank.label("rank"),
        few.c.scheme_id,
        few.c.person_id,
        few.c.unit_id,
        few.c.job_role_id,
    )


def _shown(ids: Collection[int], filters: Filters) -> dict[tuple[int, ...], Any]:
    """Return these people with the units and posts that they have on the day, by their ids."""
    row = StandingAtPost
    statement = (
        sa.select(Person, OrganisationUnit, JobRole)
        .join(row, row.person_id == Person.id)
        .join(OrganisationUnit, OrganisationUnit.id == row.unit_id)
        .join(JobRole, JobRole.id == row.job_role_id)
        .where(row.person_id.in_(ids), at_work_on(filters.on))
    )
    return {tuple(one.id for one in found): found for found in db.session.execute(statement)}


def _standings(ids: Collection[int], filters: Filters) -> dict[tuple[int, int], tuple[Any, Any]]:
    row = CertificationStanding
    statement = (
        sa.select(row, CertificationScheme)
        .join(CertificationScheme, CertificationScheme.id == row.scheme_id)
        .where(row.person_id.in_(ids), people_on(filters.on))
    )
    return {
        (standing.person_id, standing.scheme_id): (standing, scheme)
        for standing, scheme in db.session.execute(statement)
    }


def _row(shown: tuple[Any, ...], standing: tuple[Any, Any]) -> tuple[Any, ...]:
    return standing[0], *shown, standing[1]
