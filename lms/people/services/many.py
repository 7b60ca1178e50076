"""Commands on many people at once, at the price of a few statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.audit.services import record_many
from lms.core.database import db, fold
from lms.core.identifiers import public_id
from lms.people.errors import NumberTaken
from lms.people.events import tell_posts_changed
from lms.people.models import Employment, JobRole, OrganisationUnit, Person

CHUNK = 1000  # rows in one statement


@dataclass(frozen=True)
class Newcomer:
    """Somebody to add, with a first post; without it as long as that is only planned."""

    personnel_number: str
    family_name: str
    given_name: str
    patronymic: str
    email: str | None
    unit: OrganisationUnit
    job_role: JobRole
    started_on: date
    is_planned: bool = False


def create_people(
    *, now: datetime, actor_key: str | None, newcomers: Sequence[Newcomer], language: str
) -> list[Person]:
    """Add people with their posts, in their order. Raises NumberTaken, and adds nobody then."""
    rows = [_row(one, now, language) for one in newcomers]
    try:
        with db.session.begin_nested():
            for part in _chunks(rows):
                db.session.execute(sa.insert(Person), part)
    except IntegrityError as error:
        raise NumberTaken from error
    people = _in_order([row["public_id"] for row in rows])
    posts = [
        {
            "person_id": person.id,
            "unit_id": one.unit.id,
            "job_role_id": one.job_role.id,
            "started_on": one.started_on,
        }
        for person, one in zip(people, newcomers, strict=True)
        if not one.is_planned
    ]
    for part in _chunks(posts):
        db.session.execute(sa.insert(Employment), part)
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.person_created",
        subject_kind="person",
        subjects=[
            (person.public_id, person.public_id, {"unit": one.unit.code})
            for person, one in zip(people, newcomers, strict=True)
        ],
    )
    for person in people:
        tell_posts_changed(person, now=now)
    return people


def _row(one: Newcomer, now: datetime, language: str) -> dict[str, Any]:
    names = (one.family_name, one.given_name, one.patronymic)
    return {
        "public_id": public_id(),
        "row_version": 1,
        "personnel_number": one.personnel_number,
        "family_name": one.family_name,
        "given_name": one.given_name,
        "patronymic": one.patronymic,
        "sort_name": fold(" ".join(filter(None, names))),
        "email": one.email,
        "language": language,
        "created_at": now,
    }


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _in_order(keys: Sequence[str]) -> list[Person]:
    found: dict[str, Person] = {}
    for part in _chunks(keys):
        statement = sa.select(Person).where(Person.public_id.in_(part))
        found |= {person.public_id: person for person in db.session.scalars(statement)}
    return [found[key] for key in keys]
