"""One person's checklist on the job: its steps, ticking them, who is the mentor."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.catalog.kinds.checklist import MOST_STEPS, ChecklistDetails
from lms.core.errors import Forbidden, Missing
from lms.learning.activities import queries, services
from lms.learning.activities.queries import ChecklistPlace
from lms.learning.errors import NoSuchPerson, NotYourOwnMentor
from lms.standards.api.frame.faults import fault, faulty
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PersonRef,
    Received,
    Sent,
    Texts,
    person_ref,
)
from lms.standards.api.resources.evidence.attendance import TAG, PartKey
from lms.standards.api.resources.people import PersonnelNumber
from lms.standards.api.tokens.scopes import Scope

PATH = "/enrolments/{enrolment_id}/checklists/{checklist_id}"


class StepOut(Sent):
    """One thing to do."""

    key: PartKey
    text: Texts
    done_on: date | None = Field(description="null: not yet.")
    ticked_by: str | None = Field(description="The name of who saw it.")


class ChecklistOut(Sent):
    """How far one person is with a checklist."""

    id: Key
    enrolment: Key
    person: PersonRef
    title: Texts
    mentor: PersonRef | None
    steps: list[StepOut]


class TickIn(Received):
    """When a step was done."""

    key: PartKey
    done_on: Day | None = Field(description="Today or earlier; null: it isn't done after all.")


class TicksIn(Received):
    """Steps of a checklist; those that are left out stay as they are."""

    steps: list[TickIn] = Field(min_length=1, max_length=MOST_STEPS)


class MentorIn(Received):
    """Who ticks the checklists of an enrolment."""

    personnel_number: PersonnelNumber | None = Field(description="null: nobody any more.")


@operation(
    "GET",
    PATH,
    tag=TAG,
    scope=Scope.RESULTS_READ,
    summary="Get a checklist",
    answer=ChecklistOut,
)
def get_checklist(call: Call, enrolment_id: str, checklist_id: str) -> Answer:
    """One person's checklist: which steps were seen, when and by whom. Never the owner's own."""
    return Answer(_shown(_place(call, enrolment_id, checklist_id)))


@operation(
    "POST",
    f"{PATH}/ticks",
    tag=TAG,
    scope=Scope.CHECKLISTS_WRITE,
    summary="Tick steps of a checklist",
    body=TicksIn,
    answer=ChecklistOut,
)
def tick_checklist(call: Call, enrolment_id: str, checklist_id: str) -> Answer:
    """Note which steps were done on which day. With the last one the checklist is complete, as
    evidence for whatever asks for it.
    """
    place = _place(call, enrolment_id, checklist_id)
    if not place.may_tick:
        raise Forbidden
    steps = _steps(place)
    _check(call.body, steps, call.today)
    services.tick_steps(
        enrolment=place.enrolment,
        activity=place.activity,
        steps={tick.key: tick.done_on for tick in call.body.steps},
        all_steps=steps,
        actor=call.viewer.person,
        now=call.now,
    )
    return Answer(_shown(place))


@operation(
    "PUT",
    f"{PATH}/mentor",
    tag=TAG,
    scope=Scope.ENROLMENTS_WRITE,
    summary="Name the mentor",
    body=MentorIn,
    answer=ChecklistOut,
)
def name_mentor(call: Call, enrolment_id: str, checklist_id: str) -> Answer:
    """Say who ticks the checklists of an enrolment from now on: anybody who works in the token's
    part of the network, but never the person.
    """
    place = _place(call, enrolment_id, checklist_id)
    if not place.may_name:
        raise Forbidden
    number = call.body.personnel_number
    try:
        services.name_mentor(
            enrolment=place.enrolment,
            mentor=queries.mentor_numbered(call.viewer, number) if number else None,
            actor=call.viewer.person,
            now=call.now,
        )
    except (NoSuchPerson, NotYourOwnMentor) as refusal:
        raise fault("body.personnel_number", refusal.message) from refusal
    return Answer(_shown(_place(call, enrolment_id, checklist_id)))


def _check(given: TicksIn, steps: dict[str, Any], today: date) -> None:
    faults: list[tuple[str, Any]] = []
    keys = [tick.key for tick in given.steps]
    for number, tick in enumerate(given.steps):
        field = f"body.steps.{number}"
        if tick.key not in steps:
            faults.append((f"{field}.key", _l("isn’t a step of this checklist")))
        elif tick.key in keys[:number]:
            faults.append((f"{field}.key", _l("stands there twice")))
        if tick.done_on is not None and tick.done_on > today:
            faults.append((f"{field}.done_on", _l("lies ahead")))
    if faults:
        raise faulty(faults)


def _place(call: Call, enrolment_id: str, checklist_id: str) -> ChecklistPlace:
    place = queries.checklist_place(call.viewer, enrolment_id, checklist_id)
    if place is None:
        raise Missing
    return place


def _steps(place: ChecklistPlace) -> dict[str, Texts]:
    return {step.key: step.text for step in ChecklistDetails.restore(place.activity.details).steps}


def _shown(place: ChecklistPlace) -> ChecklistOut:
    ticked = queries.steps_ticked(place.enrolment.id, place.activity.id)
    return ChecklistOut(
        id=place.activity.public_id,
        enrolment=place.enrolment.public_id,
        person=person_ref(place.enrolment.learner),
        title=place.activity.title,
        mentor=person_ref(place.mentor) if place.mentor else None,
        steps=[
            StepOut(
                key=key,
                text=dict(text),
                done_on=ticked[key][0] if key in ticked else None,
                ticked_by=ticked[key][1] if key in ticked else None,
            )
            for key, text in _steps(place).items()
        ],
    )
