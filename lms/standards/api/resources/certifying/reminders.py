"""Reminders: when a certification reminds whom; which went out, and the mail that carried them."""

from datetime import date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field

from lms.certification.lifecycle.reminders import Distances, Occasion
from lms.certification.reminding.forms import FURTHEST, MOST
from lms.certification.reminding.models import Reminder
from lms.certification.reminding.plans import Audience, Plan, change_plan, plan_of
from lms.certification.reminding.queries import mails_of, reminders_seen_by
from lms.certification.schemes.queries import scheme_for
from lms.notifications.models import MailState, OutgoingMail
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    person_ref,
)
from lms.standards.api.resources.certifying.certifications import certification, must_define
from lms.standards.api.resources.mail import TAG
from lms.standards.api.resources.standings import TAG as CERTIFICATIONS
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope

Days = Annotated[
    list[Annotated[int, Field(ge=0, le=FURTHEST)]], Field(max_length=MOST, examples=[[30, 14, 1]])
]


class CarrierOut(Sent):
    """The mail that a reminder was part of; see `/mail`."""

    id: Key
    state: MailState
    sent_at: datetime | None


class ReminderOut(Sent):
    """One recipient was reminded of one occasion of one person."""

    recipient: PersonRef
    person: PersonRef = Field(description="Whom it is about; the recipient, too, or another.")
    certification: CertificationRef
    occasion: Occasion
    about_on: date
    days: int = Field(description="Between the day that called for it and `about_on`.")
    told_on: date
    mail: CarrierOut | None = Field(description="null: it is in the inbox alone.")


class ReminderQuery(Paging):
    """What the list is narrowed to."""

    recipient: Key | None = None
    person: Key | None = None
    certification: Key | None = None
    occasion: Occasion | None = None
    told_from: Day | None = Field(None, description="Told on this day or later.")


@operation(
    "GET",
    "/reminders",
    tag=TAG,
    scope=Scope.MAIL_READ,
    summary="List reminders",
    query=ReminderQuery,
    answer=PageOf[ReminderOut],
)
def list_reminders(call: Call) -> Answer:
    """What people of the token's part of the network were reminded of, about such people, the
    newest first. Each occasion is told once at each distance; what one is told on a day is one
    message, and one mail.
    """
    page = page_of(
        _selection(call),
        call.query,
        lambda reminder: reminder,
        columns=(Reminder.id,),
        readers=(int,),
        key=lambda reminder: (reminder.id,),
        descending=True,
    )
    mails = mails_of(page.items)
    shown = [_shown(one, mails.get((one.recipient_id, one.told_on))) for one in page.items]
    return Answer(PageOf[ReminderOut](items=shown, next=page.next))


def _selection(call: Call) -> sa.Select[Any]:
    asked: ReminderQuery = call.query
    statement: sa.Select[Any] = reminders_seen_by(call.viewer)
    for name, column in (("recipient", Reminder.recipient_id), ("person", Reminder.person_id)):
        if (key := getattr(asked, name)) is not None:
            person = person_for(call.viewer, Permission.SEE_MAIL, key)
            if person is None:
                raise unknown(f"query.{name}")
            statement = statement.where(column == person.id)
    if asked.certification is not None:
        scheme = scheme_for(asked.certification)
        if scheme is None:
            raise unknown("query.certification")
        statement = statement.where(Reminder.scheme_id == scheme.id)
    if asked.occasion is not None:
        statement = statement.where(Reminder.occasion == asked.occasion)
    if asked.told_from is not None:
        statement = statement.where(Reminder.told_on >= asked.told_from)
    return statement


def _shown(reminder: Reminder, mail: OutgoingMail | None) -> ReminderOut:
    return ReminderOut(
        recipient=person_ref(reminder.recipient),
        person=person_ref(reminder.person),
        certification=certification_ref(reminder.scheme),
        occasion=reminder.occasion,
        about_on=reminder.about_on,
        days=reminder.days,
        told_on=reminder.told_on,
        mail=CarrierOut(id=mail.public_id, state=mail.state, sent_at=mail.sent_at)
        if mail
        else None,
    )


class DistancesOut(Sent):
    """On which days somebody is reminded."""

    before: list[int] = Field(description="Days before the date, the farthest first.")
    after: list[int] = Field(description="Days after it.")


class PlanOut(Sent):
    """On which days a certification reminds whom."""

    person: DistancesOut = Field(description="Whom it is about.")
    head: DistancesOut = Field(description="The head of their centre.")
    hr: DistancesOut = Field(description="HR of their part of the network.")


class DistancesIn(Received):
    """On which days somebody is to be reminded."""

    before: Days
    after: Days


class PlanIn(Received):
    """On which days a certification is to remind whom."""

    person: DistancesIn
    head: DistancesIn
    hr: DistancesIn


@operation(
    "GET",
    "/certifications/{certification_id}/reminder-plan",
    tag=CERTIFICATIONS,
    scope=Scope.STANDINGS_READ,
    summary="Get when a certification reminds",
    answer=PlanOut,
)
def get_reminder_plan(_call: Call, certification_id: str) -> Answer:
    """How many days before and after a date the person, the head of their centre and HR are
    reminded. The `ETag` is what a change is sent with.
    """
    return Answer(_plan_out(plan_of(certification(certification_id))))


@operation(
    "PUT",
    "/certifications/{certification_id}/reminder-plan",
    tag=CERTIFICATIONS,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Set when a certification reminds",
    body=PlanIn,
    answer=PlanOut,
    versioned=True,
)
def set_reminder_plan(call: Call, certification_id: str) -> Answer:
    """Remind on other days from now on. Needs a token over the whole network."""
    must_define(call)
    scheme = certification(certification_id)
    plan = plan_of(scheme)
    call.match(_plan_out(plan))
    change_plan(
        scheme=scheme,
        distances={audience: _given(call.body, audience) for audience in Audience},
        seen=plan.number,
        actor=call.viewer.person,
        now=call.now,
    )
    return Answer(_plan_out(plan_of(scheme)))


def _given(plan: PlanIn, audience: Audience) -> Distances:
    days: DistancesIn = getattr(plan, audience.value)
    return Distances(frozenset(days.before), frozenset(days.after))


def _plan_out(plan: Plan) -> PlanOut:
    return PlanOut(
        **{
            audience.value: DistancesOut(
                before=sorted(days.before, reverse=True), after=sorted(days.after)
            )
            for audience, days in plan.distances.items()
        }
    )
