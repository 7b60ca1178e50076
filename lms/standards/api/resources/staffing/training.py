"""What training closes a centre's gaps soonest, and enrolling for it."""

from datetime import date

from pydantic import Field

from lms.certification.staffing import services
from lms.certification.staffing.training.proposals import Proposal
from lms.certification.staffing.training.showing import (
    Candidate,
    load_proposal,
    load_shown,
    load_ticked,
)
from lms.certification.staffing.training.steps import Block
from lms.certification.staffing.weeks import Group, Week
from lms.certification.staffing.words import step
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import UNKNOWN, faulty
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Day, Key, Query, Received, Sent, Why
from lms.standards.api.resources.enrolments import check_due
from lms.standards.api.resources.staffing.weeks import (
    TAG,
    GroupOut,
    asked_week,
    group_out,
    seen_centre,
)
from lms.standards.api.tokens.scopes import Scope


class TrainingQuery(Query):
    """Which week."""

    week: Day | None = Field(None, description="Any day of it. Default: today.")


class CandidateOut(Sent):
    """Somebody who could be trained for a group."""

    person: Key
    name: str
    ready_on: date | None = Field(description="The earliest date; null: no training helps.")
    minutes: int = Field(description="How much study that is.")
    seats: int = Field(description="Empty ones of the week at whose time they are there.")
    is_chosen: bool = Field(description="Whether the soonest closing needs them.")
    courses: list[str] = Field(description="Slugs of those to enrol in.")
    steps: list[str] = Field(description="What is missing, in sentences.")
    block: Block | None = Field(description="Why no training helps.")


class GroupTraining(Sent):
    """A group that is short, and who could be trained for it."""

    group: GroupOut
    number: int = Field(description="How many could be.")
    candidates: list[CandidateOut] = Field(
        description="The first of them, the earliest first, and all that the closing needs."
    )


class TrainingOut(Sent):
    """What training closes the gap of a week soonest."""

    monday: date
    closed_by: date | None = Field(description="The day by which those chosen could be ready.")
    won: int = Field(description="Seats that training wins.")
    left: int = Field(description="Seats that stay empty all the same.")
    groups: list[GroupTraining]


class TraineeIn(Received):
    """Somebody, and the group they are to be trained for."""

    person: Key
    group: Key


class TrainingIn(Received):
    """Who is enrolled in what they lack, by when and why."""

    week: Day = Field(description="Any day of it.")
    candidates: list[TraineeIn] = Field(min_length=1, max_length=1000)
    due_on: Day | None = None
    reason: Why


class TrainingMade(Sent):
    """What was done."""

    enrolments: int


@operation(
    "GET",
    "/staffing/{unit_id}/training",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="What training closes a centre's gaps",
    query=TrainingQuery,
    answer=TrainingOut,
)
def get_training(call: Call, unit_id: str) -> Answer:
    """For a week: the groups that are short, who could be trained for them and by when, and whom
    the soonest closing of the gap needs.
    """
    unit = seen_centre(call, unit_id)
    week = asked_week(unit, call.query.week or call.today, "query.week")
    proposal = _proposal(call, unit, week)
    shown, closing = load_shown(unit, week.monday, proposal), proposal.closing
    return Answer(
        TrainingOut(
            monday=week.monday,
            closed_by=closing.by,
            won=closing.won,
            left=closing.left,
            groups=[_group(one, proposal, shown[one.id]) for one in week.short_groups],
        )
    )


@operation(
    "POST",
    "/staffing/{unit_id}/training",
    tag=TAG,
    scope=Scope.ENROLMENTS_WRITE,
    summary="Enrol people to close a centre's gaps",
    body=TrainingIn,
    answer=TrainingMade,
)
def enrol_for_staffing(call: Call, unit_id: str) -> Answer:
    """Enrol people in the courses they lack for groups that are short. Needs, too, the scope
    `staffing:read`. Who is enrolled already stays so.
    """
    unit, wish = seen_centre(call, unit_id), call.body
    if not call.viewer.may_over(Permission.ENROL_PEOPLE, unit.path):
        raise Missing
    check_due(wish.due_on, call.today)
    week = asked_week(unit, wish.week, "body.week")
    made = services.enrol_candidates(
        candidates=_named(wish, unit, week, _proposal(call, unit, week)),
        due_on=wish.due_on,
        reason=wish.reason,
        now=call.now,
        actor=call.viewer.person,
    )
    return Answer(TrainingMade(enrolments=made))


def _proposal(call: Call, unit: OrganisationUnit, week: Week) -> Proposal:
    return load_proposal(unit, week, today=call.today, zone=call.settings.time_zone)


def _named(
    wish: TrainingIn, unit: OrganisationUnit, week: Week, proposal: Proposal
) -> list[Candidate]:
    """Return whom the body names; refuse each who can't be enrolled for that group."""
    keys = [f"{one.person}:{one.group}" for one in wish.candidates]
    found = load_ticked(unit, week, proposal, keys)
    known = {one.key for one in found}
    faults = [(f"body.candidates.{n}", UNKNOWN) for n, key in enumerate(keys) if key not in known]
    if faults:
        raise faulty(faults)
    return found


def _group(group: Group, proposal: Proposal, shown: list[Candidate]) -> GroupTraining:
    return GroupTraining(
        group=group_out(group),
        number=proposal.count(group.id),
        candidates=[_candidate(one) for one in shown],
    )


def _candidate(one: Candidate) -> CandidateOut:
    return CandidateOut(
        person=one.worker.public_id,
        name=one.worker.name,
        ready_on=one.way.ready_on,
        minutes=one.way.minutes,
        seats=one.seats,
        is_chosen=one.is_chosen,
        courses=list(one.way.courses),
        steps=[step(row) for row in one.way.steps],
        block=one.way.block,
    )
