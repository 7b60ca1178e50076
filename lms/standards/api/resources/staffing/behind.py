"""Who is behind the numbers of one service group in one part of a day."""

from enum import Enum

from pydantic import Field

from lms.certification.staffing.attendance import Colleague, load_colleagues, load_order
from lms.certification.staffing.crews import Ids
from lms.certification.staffing.export import part_named
from lms.certification.staffing.loading import load_week
from lms.certification.staffing.weeks import PartPlan
from lms.core.errors import Missing
from lms.standards.api.frame.lists import slice_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, Sent, Texts
from lms.standards.api.resources.staffing.weeks import TAG, seen_centre
from lms.standards.api.tokens.scopes import Scope


class Presence(Enum):
    """Where somebody is who may serve a group."""

    THERE = "there"
    AWAY = "away"
    ELSEWHERE = "elsewhere"  # there, and in the plan at the window of another group


class BehindQuery(Paging):
    """Which people."""

    state: Presence = Presence.THERE


class BehindOut(Sent):
    """Somebody who may serve the group."""

    person: Key
    name: str
    post: Texts
    window: int | None = Field(description="Where they sit in the plan; null: nowhere.")


@operation(
    "GET",
    "/staffing/{unit_id}/{day}/{shift}/{group_id}",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="List who may serve a group in a part of a day",
    query=BehindQuery,
    answer=PageOf[BehindOut],
)
def list_behind(call: Call, unit_id: str, day: str, shift: str, group_id: str) -> Answer:
    """Who may serve a service group in one part of one day and is there, or is away, or sits
    elsewhere, by name.
    """
    unit = seen_centre(call, unit_id)
    part = part_named(day, shift)
    if part is None:
        raise Missing
    week = load_week(unit, part.day)
    group = next((one for one in week.groups if one.public_id == group_id), None)
    if group is None:
        raise Missing
    plan = week.plan(part)
    ids = _people(plan, group.id, call.query.state)
    order = [one for one in load_order(unit, week.monday) if one in ids]
    page = slice_of(order, call.query, lambda one: one)
    known = load_colleagues(unit, week.monday, page.items)
    items = [_shown(known[one], plan) for one in page.items]
    return Answer(PageOf[BehindOut](items=items, next=page.next))


def _people(plan: PartPlan, group: int, state: Presence) -> Ids:
    lists = {
        Presence.THERE: plan.available,
        Presence.AWAY: plan.away,
        Presence.ELSEWHERE: plan.elsewhere,
    }
    return lists[state](group)


def _shown(one: Colleague, plan: PartPlan) -> BehindOut:
    seat = plan.place_of.get(one.id)
    return BehindOut(
        person=one.public_id,
        name=one.name,
        post={"ru": one.post_ru, "en": one.post_en},
        window=seat.window if seat else None,
    )
