"""Mail of a saved list: when it goes, letting it go now, what became of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.core.errors import Missing
from lms.core.identifiers import public_id
from lms.notifications.models import MailState
from lms.reporting.mailing import queries, services
from lms.reporting.mailing.models import (
    Cause,
    Condition,
    FileKind,
    ListRun,
    ListSchedule,
    Outcome,
)
from lms.reporting.mailing.times import Rhythm, Rule
from lms.reporting.resources.shown import TAG, SavedListWhole, kind_for, own_list, whole
from lms.reporting.saved.models import SavedList
from lms.standards.api.frame.faults import faulty
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    person_ref,
)
from lms.standards.api.tokens.scopes import Scope

# The part of a rule that a rhythm needs, and that no other has.
NEEDED = {Rhythm.WEEKLY: "weekday", Rhythm.MONTHLY: "month_day"}


class ScheduleIn(Received):
    """When a list is mailed, and as what."""

    rhythm: Rhythm
    weekday: int | None = Field(
        None, ge=1, le=7, description="Needed with `weekly`: 1 is Monday, 7 Sunday."
    )
    month_day: int | None = Field(
        None, ge=1, le=31, description="Needed with `monthly`; in a shorter month its last day."
    )
    hour: int = Field(8, ge=0, le=23, description="By the clock of the network.")
    file: FileKind = FileKind.XLSX
    condition: Condition = Condition.ALWAYS
    to_owner: bool = Field(True, description="Whether the owner gets it, too.")


class ReachedOut(Sent):
    """What a run came to for one recipient."""

    person: PersonRef
    outcome: Outcome | None = Field(description="null: not yet.")
    done_at: datetime | None
    rows: int | None = Field(description="null, too, of who sees more than the owner.")
    mail: MailState | None = Field(description="What became of the mail; null without one.")


class RunOut(Sent):
    """One sending of a list, as it was set up then."""

    id: Key
    cause: Cause
    planned_for: datetime
    file: FileKind
    condition: Condition
    finished_at: datetime | None
    recipients: list[ReachedOut]


@operation(
    "PUT",
    "/saved-lists/{list_id}/schedule",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Set when a saved list is mailed",
    body=ScheduleIn,
    answer=SavedListWhole,
    versioned=True,
)
def schedule_saved_list(call: Call, list_id: str) -> Answer:
    """Set when one's own list is mailed to its owner and to the colleagues named for it. A pause
    stays. Needs, too, the scope that the list's kind names.
    """
    row = own_list(call, list_id)
    kind_for(call.viewer, row.kind)
    call.match(whole(call, row))
    schedule = queries.schedule_of(row)
    services.set_schedule(
        row=row,
        order=_order(call.body),
        seen=schedule.row_version if schedule else 0,
        now=call.now,
        zone=_zone(call),
    )
    return Answer(whole(call, row))


def _order(given: ScheduleIn) -> services.Order:
    """Return the order; refuse a rhythm without its day, and a day that belongs to another."""
    faults: list[tuple[str, Any]] = []
    for rhythm, name in NEEDED.items():
        is_given = getattr(given, name) is not None
        if given.rhythm is rhythm and not is_given:
            faults.append((f"body.{name}", _l("is needed with this rhythm")))
        if given.rhythm is not rhythm and is_given:
            faults.append((f"body.{name}", _l("has no sense with this rhythm")))
    if faults:
        raise faulty(faults)
    weekday = None if given.weekday is None else given.weekday - 1
    rule = Rule(given.rhythm, given.hour, weekday, given.month_day)
    return services.Order(rule, given.file, given.condition, given.to_owner)


def _zone(call: Call) -> ZoneInfo:
    return ZoneInfo(call.settings.time_zone)


@operation(
    "POST",
    "/saved-lists/{list_id}/schedule/pause",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Pause the mail of a saved list",
    answer=SavedListWhole,
)
def pause_saved_list(call: Call, list_id: str) -> Answer:
    """Let one's own list not be mailed by its schedule; 404 when it has none."""
    row = own_list(call, list_id)
    services.pause(schedule=_scheduled(row), row=row, now=call.now)
    return Answer(whole(call, row))


@operation(
    "POST",
    "/saved-lists/{list_id}/schedule/resume",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Resume the mail of a saved list",
    answer=SavedListWhole,
)
def resume_saved_list(call: Call, list_id: str) -> Answer:
    """Let it be mailed again from its next moment on; none of the pause is made up for."""
    row = own_list(call, list_id)
    kind_for(call.viewer, row.kind)
    services.resume(schedule=_scheduled(row), row=row, now=call.now, zone=_zone(call))
    return Answer(whole(call, row))


def _scheduled(row: SavedList) -> ListSchedule:
    schedule = queries.schedule_of(row)
    if schedule is None:
        raise Missing
    return schedule


@operation(
    "POST",
    "/saved-lists/{list_id}/runs",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Mail a saved list now",
    answer=RunOut,
    status=202,
)
def mail_saved_list(call: Call, list_id: str) -> Answer:
    """Mail one's own list to all who get it, each as they may see it. It is made in the background;
    what became of it stands in the list's runs. 404 before it has a schedule (`on_request` is one),
    422 when nobody gets it. At most 30 an hour by one owner.
    """
    row = own_list(call, list_id)
    kind_for(call.viewer, row.kind)
    schedule = _scheduled(row)
    services.SENDINGS.spend(call.viewer.person.public_id)
    services.send_now(schedule=schedule, row=row, key=public_id(), now=call.now)
    (begun,) = queries.history(row, most=1)
    return Answer(_run(row, *begun))


@operation(
    "GET",
    "/saved-lists/{list_id}/runs",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="List what was mailed of a saved list",
    query=Paging,
    answer=PageOf[RunOut],
)
def list_saved_runs(call: Call, list_id: str) -> Answer:
    """The runs of one's own list with what each came to for every recipient, the newest first. They
    are kept for 400 days.
    """
    row = own_list(call, list_id)
    page = page_of(
        queries.runs_of(row),
        call.query,
        lambda run: run,
        columns=(ListRun.id,),
        readers=(int,),
        key=lambda run: (run.id,),
        descending=True,
    )
    shown = [_run(row, *one) for one in queries.served_in(page.items)]
    return Answer(PageOf[RunOut](items=shown, next=page.next))


def _run(row: SavedList, run: ListRun, served: Any) -> RunOut:
    return RunOut(
        id=run.public_id,
        cause=run.cause,
        planned_for=run.planned_for,
        file=run.file_kind,
        condition=run.condition,
        finished_at=run.finished_at,
        recipients=[_reached(row, one) for one in served],
    )


def _reached(row: SavedList, served: queries.Served) -> ReachedOut:
    delivery = served.delivery
    is_told = delivery.is_within or delivery.recipient_id == row.owner_id
    return ReachedOut(
        person=person_ref(delivery.recipient),
        outcome=delivery.outcome,
        done_at=delivery.done_at,
        rows=delivery.rows if is_told else None,
        mail=served.mail.state if served.mail else None,
    )
