"""Setting up when a list is sent, beginning a run, forgetting old ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.core import jobs
from lms.core.database import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import insert, unit_of_work
from lms.reporting.mailing import queries
from lms.reporting.mailing.models import (
    Cause,
    Condition,
    FileKind,
    ListDelivery,
    ListRun,
    ListSchedule,
)
from lms.reporting.mailing.times import Rule, next_moment
from lms.reporting.saved.models import SavedList, SavedListPerson
from lms.web.limits import Allowance

SEND_JOB = "reporting.send_list"
SENDINGS = Allowance("send-list", "30 per hour")  # of one owner, on request
KEPT = timedelta(days=400)


class ScheduleChanged(Conflict):
    """The schedule was changed since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("The schedule was changed meanwhile, in another window."))


class NobodyToSendTo(Invalid):
    """The list goes to nobody."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody gets this list yet: tick yourself, or name a colleague."))


class _Begun(Conflict):
    """The run was begun already."""


@dataclass(frozen=True)
class Order:
    """When a list is sent, as what, on what condition, and whether to its owner."""

    rule: Rule
    file_kind: FileKind
    condition: Condition
    to_owner: bool


def set_schedule(
    *, row: SavedList, order: Order, seen: int, now: datetime, zone: ZoneInfo
) -> ListSchedule:
    """Set when a list is sent; ``seen`` is the version that the form was opened with, 0 for none.

    A pause stays. Raises ScheduleChanged.
    """
    schedule = queries.schedule_of(row)
    if (schedule.row_version if schedule else 0) != seen:
        raise ScheduleChanged
    if schedule is None:
        schedule = ListSchedule(list_id=row.id)
    rule = order.rule
    schedule.rhythm, schedule.hour = rule.rhythm, rule.hour
    schedule.weekday, schedule.month_day = rule.weekday, rule.month_day
    schedule.file_kind, schedule.condition = order.file_kind, order.condition
    schedule.to_owner = order.to_owner
    schedule.due_at = None if schedule.paused_at else next_moment(rule, now, zone)
    insert(schedule, ScheduleChanged())
    _record(row, "reporting.list_scheduled", now, kind=order.file_kind.value)
    return schedule


def _record(row: SavedList, action: str, now: datetime, **details: str) -> None:
    audit.record(
        now=now,
        actor_key=row.owner.public_id,
        action=action,
        subject_kind="saved_list",
        subject_key=row.public_id,
        **details,
    )


def pause(*, schedule: ListSchedule, row: SavedList, now: datetime) -> None:
    """Send nothing by the rule until it is resumed. A paused one stays as it is."""
    if schedule.paused_at is None:
        schedule.paused_at, schedule.due_at = now, None
        db.session.flush()
        _record(row, "reporting.list_paused", now)


def resume(*, schedule: ListSchedule, row: SavedList, now: datetime, zone: ZoneInfo) -> None:
    """Send by the rule again, from the next moment on: none of the pause is made up for."""
    if schedule.paused_at is not None:
        schedule.paused_at = None
        schedule.due_at = next_moment(schedule.rule, now, zone)
        db.session.flush()
        _record(row, "reporting.list_resumed", now)


def send_now(*, schedule: ListSchedule, row: SavedList, key: str, now: datetime) -> None:
    """Begin a run at once; the same ``key`` begins one once. Raises NobodyToSendTo."""
    if not _recipients(schedule, row):
        raise NobodyToSendTo
    _begin(schedule, row, key=key, cause=Cause.ASKED, planned_for=now, now=now)


def begin_due(*, now: datetime, zone: ZoneInfo) -> int:
    """Begin the runs whose moment has come, each in a transaction; return how many.

    However many moments of a schedule were missed, they are one run.
    """
    with unit_of_work():
        identifiers = queries.due(now)
    return sum(_begin_due(identifier, now, zone) for identifier in identifiers)


def _begin_due(identifier: int, now: datetime, zone: ZoneInfo) -> bool:
    with unit_of_work():
        schedule = queries.locked_due(identifier, now)
        if schedule is None or schedule.due_at is None:
            return False
        planned_for, row = schedule.due_at, schedule.saved_list
        following = next_moment(schedule.rule, now, zone)
        db.session.execute(  # no new row version: a form that is open stays good
            sa.update(ListSchedule)
            .where(ListSchedule.id == schedule.id)
            .values(due_at=following)
            .execution_options(synchronize_session=False)
        )
        key = planned_for.isoformat(timespec="seconds")
        return _begin(schedule, row, key=key, cause=Cause.PLAN, planned_for=planned_for, now=now)


def _begin(
    schedule: ListSchedule,
    row: SavedList,
    *,
    key: str,
    cause: Cause,
    planned_for: datetime,
    now: datetime,
) -> bool:
    """Write the run, its recipients and the job that serves them; False when it was begun."""
    recipients = _recipients(schedule, row)
    if not recipients:
        return False
    run = ListRun(
        list_id=row.id,
        key=key,
        cause=cause,
        planned_for=planned_for,
        file_kind=schedule.file_kind,
        condition=schedule.condition,
    )
    try:
        insert(run, _Begun())
    except _Begun:
        return False
    db.session.add_all(ListDelivery(run_id=run.id, recipient_id=one, tries=0) for one in recipients)
    db.session.flush()
    jobs.enqueue(SEND_JOB, key=run.public_id, now=now, run_id=run.public_id)
    return True


def _recipients(schedule: ListSchedule, row: SavedList) -> list[int]:
    statement = sa.select(SavedListPerson.person_id).where(
        SavedListPerson.list_id == row.id, SavedListPerson.is_mailed
    )
    named = list(db.session.scalars(statement.order_by(SavedListPerson.person_id)))
    return [row.owner_id, *named] if schedule.to_owner else named


def forget_old_runs(*, now: datetime) -> None:
    """Delete the history of runs older than ``KEPT``."""
    db.session.execute(
        sa.delete(ListRun).where(ListRun.planned_for < now - KEPT),
        execution_options={"synchronize_session": False},
    )
