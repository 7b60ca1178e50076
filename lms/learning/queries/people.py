"""Reads of people for HR: the list, and finding those to enrol. Scope: ``people.visible_to``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.queries.enrolments import OPEN
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import (
    are_common_names,
    ids_named,
    is_called,
    name_matches,
    people_numbered,
    visible_to,
    within,
)

CHUNK = 1000


@dataclass(frozen=True)
class Learner:
    """Someone a list of personnel numbers may name."""

    id: int
    public_id: str
    personnel_number: str
    full_name: str
    unit: OrganisationUnit | None  # None: has left


def people_list(
    viewer: Viewer,
    *,
    today: date,
    words: str = "",
    unit_path: str = "",
    permission: Enum = Permission.SEE_PEOPLE,
) -> sa.Select[Any]:
    """Return the statement of people, without an order.

    A row has ``Person`` with post, how many enrolments are ``open`` and ``overdue``, and whether
    they ``worked`` here at any time.

    ``words`` are parts of the name, beginnings of the personnel number, or parts of the unit's name
    or code; people without a present post come only to those who see the whole network, and who
    was erased, and records that were merged into another, to nobody.
    """
    own = sa.and_(Enrolment.learner_id == Person.id, OPEN)
    open_count = sa.select(sa.func.count()).where(own).correlate(Person).scalar_subquery()
    overdue = (
        sa.select(sa.func.count())
        .where(own, Enrolment.due_on < today)
        .correlate(Person)
        .scalar_subquery()
    )
    any_post = aliased(Employment)
    worked = sa.exists().where(any_post.person_id == Person.id).correlate(Person)
    statement = (
        sa.select(
            Person,
            open_count.label("open"),
            overdue.label("overdue"),
            worked.label("worked"),
        )
        .outerjoin(Person.employment)
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(
            visible_to(viewer, permission),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
        .options(
            contains_eager(Person.employment).options(
                contains_eager(Employment.unit), joinedload(Employment.job_role)
            )
        )
    )
    if words.strip():
        statement = statement.where(_matches(words))
    if unit_path:
        statement = statement.where(within(frozenset({unit_path})))
    return statement


def _matches(words: str) -> sa.ColumnElement[bool]:
    """Return 'by name or number, or by the unit'; each is found by indexes of its own.

    But what most names have is looked for in one person after another.
    """
    named = is_called(words)
    if are_common_names(words):
        units = sa.select(OrganisationUnit.id).where(named).correlate(None)
        return sa.or_(name_matches(words, common=True), Employment.unit_id.in_(units))
    by_unit = (
        sa.select(Employment.person_id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Employment.ended_on.is_(None), named)
    )
    return Person.id.in_(sa.union(*ids_named(words), by_unit))


def employed(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Keep those of ``people_list`` who have a present post."""
    return statement.where(Employment.id.is_not(None))


POST = joinedload(Person.employment).joinedload(Employment.unit)


def learners_numbered(viewer: Viewer, numbers: Iterable[str]) -> dict[str, Learner]:
    """Return those the viewer may enrol among the people with these personnel numbers, by number.

    In whichever case it is written; that of a merged record names the one who stayed.
    """
    wanted = set(numbers)
    found = people_numbered(viewer, Permission.ENROL_PEOPLE, wanted, POST)
    named = {number: found.get(number.upper()) for number in wanted}
    return {number: _learner(person) for number, person in named.items() if person is not None}


def learners_keyed(viewer: Viewer, public_ids: Iterable[str]) -> dict[str, Learner]:
    """Return those the viewer may enrol among the people with these public ids, by public id."""
    found: dict[str, Learner] = {}
    for chunk in chunks(sorted(set(public_ids))):
        statement = (
            sa.select(Person)
            .where(
                Person.public_id.in_(chunk),
                Person.merged_into_id.is_(None),
                visible_to(viewer, Permission.ENROL_PEOPLE),
            )
            .options(POST)
        )
        found |= {person.public_id: _learner(person) for person in db.session.scalars(statement)}
    return found


def _learner(person: Person) -> Learner:
    unit = person.employment.unit if person.employment else None
    return Learner(person.id, person.public_id, person.personnel_number, person.full_name, unit)


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists of at most a thousand."""
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def open_enrolments_in(course_id: int, learner_ids: Iterable[int]) -> set[int]:
    """Return which of these learners have an open enrolment in the course.

    One statement for any number of them: of many all that are open are read.
    """
    wanted = set(learner_ids)
    statement = sa.select(Enrolment.learner_id).where(Enrolment.course_id == course_id, OPEN)
    if len(wanted) <= CHUNK:
        statement = statement.where(Enrolment.learner_id.in_(wanted))
    return wanted.intersection(db.session.scalars(statement))
