"""Reads of centres, groups and people for staffing, within the viewer's scope."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.certification.staffing.models import (
    ServiceGroup,
    ServiceGroupScheme,
    ServiceWindow,
    StaffingNeed,
    WorkException,
    WorkPattern,
)
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person, UnitKind
from lms.people.permissions import Permission
from lms.people.queries import are_common_names, lies_in_called, name_matches, within
from lms.web.paging import Page, count_up_to, paginate

CENTRES_A_PAGE = 25


@dataclass(frozen=True)
class CentreRow:
    """A centre in the list: how many windows it has and how many it needs in a week."""

    unit: OrganisationUnit
    windows: int
    needed: int  # seats a week


def centres(viewer: Viewer, words: str = "", cursor: str | None = None) -> Page:
    """Return a page of the open centres in the viewer's scope by name, as what CentreRow tells.

    ``words`` keep those that are called so, or whose district is.
    """
    statement: Any = centres_statement(viewer)
    page = paginate(
        statement.where(lies_in_called(words)) if words.strip() else statement,
        columns=(OrganisationUnit.name_ru, OrganisationUnit.id),
        readers=(str, int),
        key=lambda row: (row.OrganisationUnit.name_ru, row.OrganisationUnit.id),
        cursor=cursor,
        size=CENTRES_A_PAGE,
    )
    return replace(page, rows=[CentreRow(*row) for row in page.rows])


def centres_statement(viewer: Viewer) -> sa.Select[OrganisationUnit, int, int]:
    """Return the statement of open centres in the viewer's scope with what CentreRow tells."""
    windows = _count(sa.func.count(), ServiceWindow)
    needed = _count(sa.func.coalesce(sa.func.sum(StaffingNeed.windows), 0), StaffingNeed)
    return sa.select(OrganisationUnit, windows, needed).where(
        _open_centre(viewer, Permission.SEE_STAFFING)
    )


def _count(number: sa.ColumnElement[int], table: type) -> sa.ScalarSelect[int]:
    return (
        sa.select(number)
        .select_from(table)
        .where(table.unit_id == OrganisationUnit.id)  # type: ignore[attr-defined]
        .correlate(OrganisationUnit)
        .scalar_subquery()
    )


def _open_centre(viewer: Viewer, permission: Permission) -> sa.ColumnElement[bool]:
    return sa.and_(
        within(viewer.scope(permission)),
        OrganisationUnit.kind == UnitKind.SERVICE_CENTRE,
        OrganisationUnit.closed_on.is_(None),
    )


def centre_for(viewer: Viewer, permission: Permission, public_id: str) -> OrganisationUnit | None:
    """Return the open centre with ``public_id`` if it lies in the viewer's scope."""
    statement = sa.select(OrganisationUnit).where(
        OrganisationUnit.public_id == public_id, _open_centre(viewer, permission)
    )
    return db.session.scalars(statement).one_or_none()


def centres_coded(viewer: Viewer) -> dict[str, OrganisationUnit]:
    """Return the centres that the viewer may plan, by their codes."""
    statement = sa.select(OrganisationUnit).where(_open_centre(viewer, Permission.PLAN_STAFFING))
    return {unit.code: unit for unit in db.session.scalars(statement)}


def groups(*, retired: bool = False) -> list[ServiceGroup]:
    """Return the service groups with what they ask for, in the order they were made."""
    statement = groups_statement(retired=retired).order_by(ServiceGroup.id)
    return list(db.session.scalars(statement))


def groups_statement(*, retired: bool = False) -> sa.Select[ServiceGroup]:
    """Return the statement of service groups with what they ask for, without an order."""
    is_retired = ServiceGroup.retired_at.is_not(None)
    return _with_schemes().where(is_retired if retired else ~is_retired)


def group_for(public_id: str) -> ServiceGroup | None:
    """Return the service group with this public id."""
    return db.session.scalars(
        _with_schemes().where(ServiceGroup.public_id == public_id)
    ).one_or_none()


def _with_schemes() -> sa.Select[ServiceGroup]:
    return sa.select(ServiceGroup).options(
        selectinload(ServiceGroup.asked).joinedload(ServiceGroupScheme.scheme)
    )


@dataclass(frozen=True)
class StaffRow:
    """Someone of the centre with the pattern of their own, if there is one, and days to come."""

    person: Person
    pattern: int | None
    days: Sequence[WorkException]


STAFF_READERS = (str, int)  # of the cursors of ``staff``


def staff(
    unit: OrganisationUnit, today: date, words: str, cursor: str | None, size: int = 50
) -> Page:
    """Return a page of those who work at the centre today and match ``words``, by name.

    ``rows`` are StaffRow.
    """
    statement: sa.Select[Any] = _staff(sa.select(Person, WorkPattern.pattern), unit, today, words)
    found = paginate(
        statement.outerjoin(WorkPattern, WorkPattern.person_id == Person.id),
        columns=(Person.sort_name, Person.id),
        readers=STAFF_READERS,
        key=lambda row: (row[0].sort_name, row[0].id),
        cursor=cursor,
        size=size,
    )
    days: dict[int, list[WorkException]] = {}
    coming = sa.select(WorkException).where(
        WorkException.person_id.in_([row[0].id for row in found.rows]),
        WorkException.last_on >= today,
    )
    for one in db.session.scalars(coming.order_by(WorkException.first_on, WorkException.id)):
        days.setdefault(one.person_id, []).append(one)
    rows = [StaffRow(person, pattern, days.get(person.id, [])) for person, pattern in found.rows]
    return Page(rows, found.next_cursor, found.previous_cursor)


def staff_number(unit: OrganisationUnit, today: date, words: str) -> int:
    """Return how many ``staff`` has on all its pages, as far as ``count_up_to`` counts."""
    return count_up_to(_staff(sa.select(Person.id), unit, today, words))


def _staff(statement: Any, unit: OrganisationUnit, today: date, words: str) -> Any:
    post = sa.select(Employment.person_id).where(*_at(unit, today))
    is_named = name_matches(words, common=are_common_names(words))
    return statement.where(Person.id.in_(post), is_named)


def _at(unit: OrganisationUnit, on: date) -> Sequence[sa.ColumnElement[bool]]:
    return (
        Employment.unit_id == unit.id,
        Employment.started_on <= on,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= on),
    )


def person_at(unit: OrganisationUnit, public_id: str, today: date) -> Person | None:
    """Return the person with ``public_id`` if they work at the centre today."""
    statement = (
        sa.select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(Person.public_id == public_id, *_at(unit, today))
    )
    return db.session.scalars(statement).first()


def pattern_of(person: Person) -> WorkPattern | None:
    """Return the pattern of a person's own, if there is one."""
    return db.session.get(WorkPattern, person.id)


def days_of(person: Person, today: date) -> list[WorkException]:
    """Return the days that were said of a person and aren't over, the first to come first."""
    statement = (
        sa.select(WorkException)
        .where(WorkException.person_id == person.id, WorkException.last_on >= today)
        .order_by(WorkException.first_on, WorkException.id)
    )
    return list(db.session.scalars(statement))
