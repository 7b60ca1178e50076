"""Commands on many people at once, at the price of a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from lms.audit.services import record_many
from lms.core.database import db, fold
from lms.people.errors import NumberTaken
from lms.people.events import tell_posts_changed
from lms.people.models import Employment, JobRole, OrganisationUnit, Person


@dataclass(frozen=True)
class Newcomer:
    """Somebody to add, with a first post."""

    personnel_number: str
    family_name: str
    given_name: str
    patronymic: str
    email: str | None
    unit: OrganisationUnit
    job_role: JobRole
    started_on: date


def create_people(
    *, now: datetime, actor_key: str | None, newcomers: Sequence[Newcomer], language: str
) -> list[Person]:
    """Add people with their posts, in their order. Raises NumberTaken, and adds nobody then."""
    people = [_person(one, now, language) for one in newcomers]
    try:
        with db.session.begin_nested():
            db.session.add_all(people)
    except IntegrityError as error:
        raise NumberTaken from error
    db.session.add_all(
        Employment(
            person_id=person.id,
            unit_id=one.unit.id,
            job_role_id=one.job_role.id,
            started_on=one.started_on,
        )
        for person, one in zip(people, newcomers, strict=True)
    )
    db.session.flush()
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


def _person(one: Newcomer, now: datetime, language: str) -> Person:
    person = Person(
        personnel_number=one.personnel_number,
        family_name=one.family_name,
        given_name=one.given_name,
        patronymic=one.patronymic,
        email=one.email,
        language=language,
        created_at=now,
    )
    person.sort_name = fold(person.full_name) or ""
    return person
