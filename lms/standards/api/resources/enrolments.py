"""Enrolments: who is on which course until when."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy.orm import contains_eager

from lms.catalog.models import Course
from lms.catalog.queries import course_for
from lms.core.database import db
from lms.core.errors import Missing
from lms.learning import services
from lms.learning.lists import LATEST
from lms.learning.models import Enrolment
from lms.learning.queries import managed_enrolment
from lms.people.permissions import Permission
from lms.people.queries import person_for, visible_to
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Reason,
    Received,
    Sent,
    Slug,
    person_ref,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Courses and enrolments"


class State(Enum):
    """Where an enrolment stands."""

    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class EnrolmentOut(Sent):
    """One person's place in one course."""

    id: Key
    person: PersonRef
    course: Slug
    state: State
    enrolled_at: datetime
    due_on: date | None
    started_at: datetime | None
    completed_at: datetime | None
    withdrawn_at: datetime | None


class EnrolmentQuery(Paging):
    """What the list is narrowed to."""

    person: Key | None = None
    course: Slug | None = None
    state: State | None = None
    due_before: Day | None = Field(None, description="Due before this day.")


class EnrolmentIn(Received):
    """Whom to enrol in which course."""

    person: Key
    course: Slug
    due_on: Day | None = Field(
        None, description="The day to be done by: from today to the end of this century."
    )


class DueIn(Received):
    """The day to be done by; null: none."""

    due_on: Day | None


class WithdrawalIn(Received):
    """Why the enrolment ends."""

    reason: Reason


@operation(
    "GET",
    "/enrolments",
    tag=TAG,
    scope=Scope.ENROLMENTS_READ,
    summary="List enrolments",
    query=EnrolmentQuery,
    answer=PageOf[EnrolmentOut],
)
def list_enrolments(call: Call) -> Answer:
    """The enrolments of people in the token's part of the network, in the order they were made."""
    return Answer(
        page_of(
            _selection(call),
            call.query,
            shown,
            columns=(Enrolment.id,),
            readers=(int,),
            key=lambda enrolment: (enrolment.id,),
        )
    )


def _selection(call: Call) -> sa.Select[Any]:
    asked: EnrolmentQuery = call.query
    statement = (
        sa.select(Enrolment)
        .join(Enrolment.learner)
        .join(Enrolment.course)
        .where(visible_to(call.viewer, Permission.ENROL_PEOPLE))
        .options(contains_eager(Enrolment.learner), contains_eager(Enrolment.course))
    )
    if asked.person is not None:
        person = person_for(call.viewer, Permission.ENROL_PEOPLE, asked.person)
        if person is None:
            raise unknown("query.person")
        statement = statement.where(Enrolment.learner_id == person.id)
    if asked.course is not None:
        statement = statement.where(Course.slug == asked.course)
    if asked.state is not None:
        statement = statement.where(_is_in(asked.state))
    if asked.due_before is not None:
        statement = statement.where(Enrolment.due_on < asked.due_before)
    return statement


def _is_in(state: State) -> sa.ColumnElement[bool]:
    completed, withdrawn = Enrolment.completed_at, Enrolment.withdrawn_at
    return {
        State.OPEN: sa.and_(completed.is_(None), withdrawn.is_(None)),
        State.COMPLETED: completed.is_not(None),
        State.WITHDRAWN: withdrawn.is_not(None),
    }[state]


@operation(
    "GET",
    "/enrolments/{enrolment_id}",
    tag=TAG,
    scope=Scope.ENROLMENTS_READ,
    summary="Get an enrolment",
    answer=EnrolmentOut,
)
def get_enrolment(call: Call, enrolment_id: str) -> Answer:
    """One enrolment. The `ETag` is what a change is sent with."""
    return Answer(shown(_managed(call, enrolment_id)))


@operation(
    "POST",
    "/enrolments",
    tag=TAG,
    scope=Scope.ENROLMENTS_WRITE,
    summary="Enrol a person",
    body=EnrolmentIn,
    answer=EnrolmentOut,
    status=201,
    also=(200,),
    refusals=(409,),
)
def enrol_person(call: Call) -> Answer:
    """Give a person a place in the newest version of a course. Who has an open one keeps it as it
    is: then the answer is 200 with that.
    """
    given: EnrolmentIn = call.body
    person = person_for(call.viewer, Permission.ENROL_PEOPLE, given.person)
    if person is None:
        raise unknown("body.person")
    if person.employment is None:
        raise fault("body.person", _l("has left the network"))
    course = course_for(given.course)
    if course is None:
        raise unknown("body.course")
    check_due(given.due_on, call.today)
    wish = services.EnrolmentWish(person.id, person.public_id, given.due_on)
    made = services.enrol_many(wishes=[wish], course=course, actor=call.viewer.person, now=call.now)
    open_one = sa.select(Enrolment.public_id).where(
        Enrolment.learner_id == person.id, Enrolment.course_id == course.id, _is_in(State.OPEN)
    )
    found = _managed(call, db.session.scalars(open_one).one())
    location = f"/enrolments/{found.public_id}"
    return Answer(shown(found), status=201 if made else 200, location=location)


@operation(
    "PATCH",
    "/enrolments/{enrolment_id}",
    tag=TAG,
    scope=Scope.ENROLMENTS_WRITE,
    summary="Change the due date",
    body=DueIn,
    answer=EnrolmentOut,
    refusals=(409,),
    versioned=True,
)
def change_due(call: Call, enrolment_id: str) -> Answer:
    """Set or take away the day by which an open enrolment should be completed."""
    enrolment = _managed(call, enrolment_id)
    call.match(shown(enrolment))
    check_due(call.body.due_on, call.today)
    services.set_due(
        enrolment=enrolment,
        due_on=call.body.due_on,
        row_version=enrolment.row_version,
        actor=call.viewer.person,
        now=call.now,
    )
    return Answer(shown(enrolment))


@operation(
    "POST",
    "/enrolments/{enrolment_id}/withdrawal",
    tag=TAG,
    scope=Scope.ENROLMENTS_WRITE,
    summary="Withdraw",
    body=WithdrawalIn,
    answer=EnrolmentOut,
    refusals=(409,),
    versioned=True,
)
def withdraw_enrolment(call: Call, enrolment_id: str) -> Answer:
    """End an open enrolment without completion; what was learnt stays on record."""
    enrolment = _managed(call, enrolment_id)
    call.match(shown(enrolment))
    services.withdraw(
        enrolment=enrolment,
        reason=call.body.reason,
        row_version=enrolment.row_version,
        actor=call.viewer.person,
        now=call.now,
    )
    return Answer(shown(enrolment))


def shown(enrolment: Enrolment) -> EnrolmentOut:
    """Return an enrolment loaded with its learner and course."""
    state = State.OPEN
    if enrolment.completed_at is not None:
        state = State.COMPLETED
    elif enrolment.withdrawn_at is not None:
        state = State.WITHDRAWN
    return EnrolmentOut(
        id=enrolment.public_id,
        person=person_ref(enrolment.learner),
        course=enrolment.course.slug,
        state=state,
        enrolled_at=enrolment.enrolled_at,
        due_on=enrolment.due_on,
        started_at=enrolment.started_at,
        completed_at=enrolment.completed_at,
        withdrawn_at=enrolment.withdrawn_at,
    )


def _managed(call: Call, enrolment_id: str) -> Enrolment:
    enrolment = managed_enrolment(call.viewer, enrolment_id)
    if enrolment is None:
        raise Missing
    return enrolment


def check_due(due_on: date | None, today: date) -> None:
    """Refuse a due date that has passed, and one beyond this century."""
    if due_on is not None and due_on < today:
        raise fault("body.due_on", _l("has passed"))
    if due_on is not None and due_on > LATEST:
        raise fault("body.due_on", _l("is beyond this century"))
