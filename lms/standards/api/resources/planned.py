"""What lies ahead for a person: a post from a later day, a last day of work; and calling it off."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.core.errors import Missing
from lms.people.erasure.holdings import mentions
from lms.people.permissions import Permission
from lms.people.planned import queries
from lms.people.planned.models import PlannedPost
from lms.people.planned.queries import open_ends, open_plans
from lms.people.planned.services import call_off
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    PageOf,
    Paging,
    PersonRef,
    PostRef,
    Received,
    Sent,
    UnitRef,
    Why,
    person_ref,
    post_ref,
    unit_ref,
)
from lms.standards.api.resources.people import TAG, PersonOut, changed, person_of
from lms.standards.api.tokens.scopes import Scope

Plans = Callable[[Collection[int]], dict[int, PlannedPost]]


class PlannedDismissal(Sent):
    """A dismissal that lies ahead."""

    on: date = Field(description="The last day of work.")


class PlannedTransfer(Sent):
    """A post that lies ahead: another one, or the first."""

    unit: UnitRef
    post: PostRef
    on: date = Field(description="The first day in that post.")


class PlannedOut(Sent):
    """A post that lies ahead, or the end of work; or one that couldn't be done on its day."""

    person: PersonRef
    unit: UnitRef | None = Field(description="null: the end of work.")
    post: PostRef | None
    on: date = Field(description="The first day in the post; of an end of work the last day.")
    failed_at: datetime | None = Field(description="When it couldn't be done; null: it is ahead.")


class CallingOff(Received):
    """Why something planned is called off; without the person's name."""

    reason: Why


@operation(
    "GET",
    "/planned-posts",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="List what is planned for people",
    query=Paging,
    answer=PageOf[PlannedOut],
)
def list_planned_posts(call: Call) -> Answer:
    """Hires, transfers and ends of work that lie ahead in the token's part of the network, and what
    couldn't be done and wasn't mended since; by their days.
    """
    return Answer(
        page_of(
            queries.plans(call.viewer, Permission.SEE_PEOPLE),
            call.query,
            _shown,
            columns=(PlannedPost.starts_on, PlannedPost.id),
            readers=(date.fromisoformat, int),
            key=lambda plan: (plan.starts_on, plan.id),
        )
    )


@operation(
    "GET",
    "/people/{person_id}/dismissal",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="Get a planned dismissal",
    answer=PlannedDismissal,
)
def get_dismissal(call: Call, person_id: str) -> Answer:
    """The last day of work that is planned; 404 when none is."""
    plan = _planned(call, person_id, Permission.SEE_PEOPLE, open_ends)
    return Answer(PlannedDismissal(on=plan.last_on))


@operation(
    "POST",
    "/people/{person_id}/dismissal/call-off",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="Call off a planned dismissal",
    body=CallingOff,
    answer=PersonOut,
    status=200,
    refusals=(409,),
)
def call_off_dismissal(call: Call, person_id: str) -> Answer:
    """Let a planned dismissal not happen; 404 when none is planned. The reason stays on record."""
    return _called_off(call, person_id, open_ends)


@operation(
    "GET",
    "/people/{person_id}/transfer",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="Get a planned post",
    answer=PlannedTransfer,
)
def get_transfer(call: Call, person_id: str) -> Answer:
    """The post that a person takes up on a day ahead; 404 when none is planned."""
    plan = _planned(call, person_id, Permission.SEE_PEOPLE, open_plans)
    if plan.unit is None or plan.job_role is None:
        raise Missing
    return Answer(
        PlannedTransfer(unit=unit_ref(plan.unit), post=post_ref(plan.job_role), on=plan.starts_on)
    )


@operation(
    "POST",
    "/people/{person_id}/transfer/call-off",
    tag=TAG,
    scope=Scope.PEOPLE_WRITE,
    summary="Call off a planned post",
    body=CallingOff,
    answer=PersonOut,
    status=200,
    refusals=(409,),
)
def call_off_transfer(call: Call, person_id: str) -> Answer:
    """Let a planned post not begin; 404 when none is planned. The reason stays on record."""
    return _called_off(call, person_id, open_plans)


def _shown(plan: PlannedPost) -> PlannedOut:
    return PlannedOut(
        person=person_ref(plan.person),
        unit=unit_ref(plan.unit) if plan.unit else None,
        post=post_ref(plan.job_role) if plan.job_role else None,
        on=plan.last_on if plan.is_end else plan.starts_on,
        failed_at=plan.ended_at,
    )


def _called_off(call: Call, person_id: str, plans: Plans) -> Answer:
    plan = _planned(call, person_id, Permission.MANAGE_ACCOUNTS, plans)
    person = person_of(call, person_id, Permission.MANAGE_ACCOUNTS)
    if mentions(call.body.reason, person):
        raise fault("body.reason", _l("names the person"))
    call_off(plan=plan, actor=call.viewer.person, reason=call.body.reason, now=call.now)
    return changed(person)


def _planned(call: Call, person_id: str, permission: Permission, plans: Plans) -> PlannedPost:
    person = person_of(call, person_id, permission)
    plan = plans([person.id]).get(person.id)
    if plan is None:
        raise Missing
    return plan
