"""People: who works where and as what; adding, renaming, moving, leaving."""

from datetime import datetime
from typing import Annotated, Literal

import sqlalchemy as sa
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.core.errors import Missing
from lms.core.tables.texts import HIDDEN
from lms.learning.queries import people_list
from lms.people import services
from lms.people.models import Employment, JobRole, OrganisationUnit, Person, number_of
from lms.people.permissions import Permission
from lms.people.planned.errors import FarAhead
from lms.people.planned.models import AHEAD
from lms.people.planned.queries import newcomer_for
from lms.people.planned.services import Ahead, dismiss, move, plan_posts
from lms.people.queries import person_for, unit_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    Line,
    PageOf,
    Paging,
    PostHeld,
    Received,
    Sent,
    Words,
    all_seen,
    post_held,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "People"
WITH_POST = joinedload(Person.employment).options(
    joinedload(Employment.unit), joinedload(Employment.job_role)
)
PersonnelNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[\w.\-/]{1,40}$"),
    AfterValidator(all_seen),  # to the library some of the signs are letters
    Field(examples=["N000123"]),
]
Email = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$"),
    Field(examples=["maria@example.org"]),
]
PartOfName = Annotated[
    str, StringConstraints(pattern=f"^(?:[^{HIDDEN}]*[^ {HIDDEN}])?$", max_length=120)
]


class PersonOut(Sent):
    """A person with the present post; without one the person has left."""

    id: Key
    personnel_number: str | None = Field(description="null: the person's data was erased.")
    family_name: str
    given_name: str
    patronymic: str
    email: str | None
    language: str
    post: PostHeld | None
    created_at: datetime


class PeopleQuery(Paging):
    """What the list is narrowed to."""

    q: Words | None = Field(
        None, description="Parts of the name, the beginning of a number, a centre's name or code."
    )
    unit: Key | None = Field(None, description="Only within this unit.")


class PersonIn(Received):
    """A new person, with a post."""

    personnel_number: PersonnelNumber
    family_name: Line
    given_name: Line
    patronymic: PartOfName = ""
    email: Email | None = None
    language: Literal["ru", "en"] = "ru"
    unit: Key
    post: Key
    started_on: Day


class PersonChange(Received):
    """New names and language; what is left out stays."""

    family_name: Line | None = None
    given_name: Line | None = None
    patronymic: PartOfName | None = None
    language: Literal["ru", "en"] | None = None


class TransferIn(Received):
    """Another post from a day on; up to a year ahead."""

    unit: Key
    post: Key
    on: Day


class DismissalIn(Received):
    """The last day of work; up to a year ahead."""

    on: Day


@operation(
    "GET",
    "/people",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="List people",
    query=PeopleQuery,
    answer=PageOf[PersonOut],
)
def list_people(call: Call) -> Answer:
    """The people of the token's part of the network by name. People who left are in the list of a
    token over the whole network.
    """
    path = _unit(call, call.query.unit).path if call.query.unit else ""
    statement = people_list(call.viewer, today=call.today, words=call.query.q or "", unit_path=path)
    return Answer(
        page_of(
            statement,
            call.query,
            lambda row: shown(row.Person),
            columns=(Person.sort_name, Person.id),
            readers=(str, int),
            key=lambda row: (row.Person.sort_name, row.Person.id),
        )
    )


@operation(
    "GET",
    "/people/{person_id}",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="Get a person",
    answer=PersonOut,
)
def get_person(call: Call, person_id: str) -> Answer:
    """One person with the present post. The `ETag` is what a change is sent with."""
    return Answer(shown(person_of(call, person_id, Permission.SEE_PEOPLE)))


@operation(
    "POST",
    "/people",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="Add a person",
    body=PersonIn,
    answer=PersonOut,
    status=201,
    refusals=(409,),
)
def add_person(call: Call) -> Answer:
    """Add a person with a post. Rules of certification apply at once. An account is given apart.

    A first day ahead, up to a year, is planned: the person is there at once, the post on its day.
    """
    given: PersonIn = call.body
    is_ahead = given.started_on > call.today
    if given.started_on > call.today + AHEAD:
        raise FarAhead
    unit, job_role = given_unit(call, given.unit), _post(given.post)
    person = services.create_person(
        now=call.now,
        actor_key=call.viewer.person.public_id,
        personnel_number=given.personnel_number,
        family_name=given.family_name,
        given_name=given.given_name,
        patronymic=given.patronymic,
        email=given.email,
        language=given.language,
        unit=unit,
        job_role=job_role,
        started_on=None if is_ahead else given.started_on,
    )
    if is_ahead:
        wanted = Ahead(person, unit, job_role, given.started_on)
        plan_posts(wanted=[wanted], actor=call.viewer.person, now=call.now)
    return changed(person, created=True)


@operation(
    "PATCH",
    "/people/{person_id}",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="Change a person",
    body=PersonChange,
    answer=PersonOut,
    versioned=True,
)
def change_person(call: Call, person_id: str) -> Answer:
    """Change names and language. Documents issued before keep the old names."""
    person, given = person_of(call, person_id, Permission.MANAGE_ACCOUNTS), call.body
    call.match(shown(person))
    names = {
        part: getattr(person, part) if (new := getattr(given, part)) is None else new
        for part in ("family_name", "given_name", "patronymic")
    }
    if any(names[part] != getattr(person, part) for part in names):
        services.rename_person(
            now=call.now, actor_key=call.viewer.person.public_id, person=person, **names
        )
    if given.language is not None:
        services.choose_language(now=call.now, person=person, language=given.language)
    return changed(person)


@operation(
    "POST",
    "/people/{person_id}/transfer",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="Move to another post",
    body=TransferIn,
    answer=PersonOut,
    refusals=(409,),
    versioned=True,
)
def transfer_person(call: Call, person_id: str) -> Answer:
    """End the present post and begin another from a day on, which is after the first day of the
    present one. A day ahead, up to a year, is planned: the present post stays until then, and
    another transfer sent before it replaces the plan. Somebody without a post gets one from a day
    ahead; from today or earlier on an import gives it.
    The post that the person has is refused (409): a planned transfer is called off instead.
    """
    person = person_of(call, person_id, Permission.MANAGE_ACCOUNTS)
    call.match(shown(person))
    unit, job_role = given_unit(call, call.body.unit), _post(call.body.post)
    wanted = Ahead(person, unit, job_role, call.body.on)
    move(wanted=wanted, actor=call.viewer.person, now=call.now, today=call.today)
    return changed(person)


@operation(
    "POST",
    "/people/{person_id}/dismissal",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="End the employment",
    body=DismissalIn,
    answer=PersonOut,
    refusals=(409,),
    versioned=True,
)
def dismiss_person(call: Call, person_id: str) -> Answer:
    """End the post with a day. Access ends at once, records stay. A day ahead is planned: access
    ends after it, the post is there until then, and another day sent before it replaces the plan.
    """
    person = person_of(call, person_id, Permission.MANAGE_ACCOUNTS)
    call.match(shown(person))
    dismiss(
        now=call.now,
        actor=call.viewer.person,
        person=person,
        on=call.body.on,
        today=call.today,
    )
    return changed(person)


def shown(person: Person) -> PersonOut:
    """Return a person loaded with the present post."""
    return PersonOut(
        id=person.public_id,
        personnel_number=number_of(person),
        family_name=person.family_name,
        given_name=person.given_name,
        patronymic=person.patronymic,
        email=person.email,
        language=person.language,
        post=post_held(person.employment),
        created_at=person.created_at,
    )


def changed(person: Person, *, created: bool = False) -> Answer:
    """Answer with a person as they are now."""
    # Whoever moved or left may be out of the token's sight now: read without its scope.
    db.session.flush()
    db.session.expire(person)
    statement = (
        sa.select(Person)
        .where(Person.public_id == person.public_id)
        .options(WITH_POST)
        .execution_options(populate_existing=True)
    )
    found = shown(db.session.scalars(statement).one())
    return Answer(found, location=f"/people/{found.id}" if created else None)


def person_of(call: Call, person_id: str, permission: Permission) -> Person:
    """Return a person of the token's scope, or a newcomer to it."""
    person = person_for(call.viewer, permission, person_id) or newcomer_for(
        call.viewer, permission, person_id
    )
    if person is None:
        raise Missing
    return person


def kept_person(call: Call, person_id: str) -> Person:
    """Return a person whose records the token's owner keeps."""
    person = person_for(call.viewer, Permission.KEEP_PEOPLE, person_id)
    if person is None:
        raise Missing
    return person


def _unit(call: Call, unit_id: str) -> OrganisationUnit:
    unit = unit_for(call.viewer, Permission.SEE_PEOPLE, unit_id)
    if unit is None:
        raise unknown("query.unit")
    return unit


def given_unit(call: Call, unit_id: str) -> OrganisationUnit:
    """Return an open unit of the token's scope."""
    unit = unit_for(call.viewer, Permission.MANAGE_ACCOUNTS, unit_id)
    if unit is None or unit.closed_on is not None:
        raise unknown("body.unit")
    return unit


def _post(post_id: str) -> JobRole:
    post = db.session.scalars(sa.select(JobRole).where(JobRole.public_id == post_id)).one_or_none()
    if post is None:
        raise unknown("body.post")
    return post
