"""Reads of schedules, runs and recipients. List scope: one's own lists; see saved.queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.database import db
from lms.notifications.models import MailState, OutgoingMail
from lms.people.models import Employment, Person
from lms.reporting.mailing.models import (
    ListDelivery,
    ListRun,
    ListSchedule,
    Outcome,
)
from lms.reporting.saved.models import SavedList

RUNS_SHOWN = 20


def schedules_of(list_ids: Collection[int]) -> dict[int, ListSchedule]:
    """Return the schedules of these lists by the list's id."""
    statement = sa.select(ListSchedule).where(ListSchedule.list_id.in_(sorted(list_ids)))
    return {row.list_id: row for row in db.session.scalars(statement)}


def schedule_of(row: SavedList) -> ListSchedule | None:
    """Return a list's schedule as it is now, once one was set up."""
    statement = sa.select(ListSchedule).where(ListSchedule.list_id == row.id)
    found = db.session.scalars(statement.execution_options(populate_existing=True))
    return found.one_or_none()


def due(now: datetime) -> list[int]:
    """Return the ids of schedules whose moment has come."""
    statement = (
        sa.select(ListSchedule.id).where(ListSchedule.due_at <= now).order_by(ListSchedule.due_at)
    )
    return list(db.session.scalars(statement))


def locked_due(identifier: int, now: datetime) -> ListSchedule | None:
    """Return a schedule with its list if it is still due, locked; None when another worker has it.

    The lock ends with the transaction.
    """
    statement = (
        sa.select(ListSchedule)
        .join(ListSchedule.saved_list)
        .where(ListSchedule.id == identifier, ListSchedule.due_at <= now)
        .options(contains_eager(ListSchedule.saved_list).joinedload(SavedList.owner))
        .with_for_update(of=ListSchedule, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def run_named(public_id: str) -> ListRun | None:
    """Return a run with its list and the list's owner."""
    statement = (
        sa.select(ListRun)
        .where(ListRun.public_id == public_id)
        .options(joinedload(ListRun.saved_list).joinedload(SavedList.owner))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def open_deliveries(run_id: int) -> list[int]:
    """Return the ids of a run's recipients who weren't served yet."""
    statement = sa.select(ListDelivery.id).where(
        ListDelivery.run_id == run_id, ListDelivery.outcome.is_(None)
    )
    return list(db.session.scalars(statement.order_by(ListDelivery.id)))


def open_delivery(identifier: int) -> ListDelivery | None:
    """Return one of them with all that sending needs, as it is now; None when it was served."""
    statement = (
        sa.select(ListDelivery)
        .where(ListDelivery.id == identifier, ListDelivery.outcome.is_(None))
        .options(
            joinedload(ListDelivery.recipient),
            joinedload(ListDelivery.run).joinedload(ListRun.saved_list).joinedload(SavedList.owner),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def last_fingerprint(list_id: int, recipient_id: int) -> str | None:
    """Return the fingerprint of what a recipient got last of a list."""
    statement = (
        sa.select(ListDelivery.fingerprint)
        .join(ListRun, ListRun.id == ListDelivery.run_id)
        .where(
            ListRun.list_id == list_id,
            ListDelivery.recipient_id == recipient_id,
            ListDelivery.outcome == Outcome.SENT,
        )
        .order_by(ListDelivery.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def outcomes_of(run: ListRun) -> dict[int, Outcome]:
    """Return what a run came to by the recipient's id."""
    statement = sa.select(ListDelivery.recipient_id, ListDelivery.outcome).where(
        ListDelivery.run_id == run.id, ListDelivery.outcome.is_not(None)
    )
    return {recipient: outcome for recipient, outcome in db.session.execute(statement) if outcome}


def run_before(run: ListRun) -> ListRun | None:
    """Return the list's run before this one."""
    statement = sa.select(ListRun).where(ListRun.list_id == run.list_id, ListRun.id < run.id)
    return db.session.scalars(statement.order_by(ListRun.id.desc()).limit(1)).one_or_none()


@dataclass(frozen=True)
class Served:
    """One recipient in the history: what the run came to, and where their mail is."""

    delivery: ListDelivery
    mail: OutgoingMail | None

    @property
    def has_failed(self) -> bool:
        """Whether the message is there, and its mail will not come."""
        return self.mail is not None and self.mail.state in (
            MailState.FAILED,
            MailState.NO_ADDRESS,
            MailState.NOT_SET_UP,
        )

    @property
    def is_open(self) -> bool:
        """Whether the message is there, and it isn't known yet, or never, that its mail is."""
        return self.mail is not None and self.mail.state in (
            MailState.WAITING,
            MailState.SENDING,
            MailState.HANDED_OVER,
        )


def runs_of(row: SavedList) -> sa.Select[Any]:
    """Select a list's runs."""
    return sa.select(ListRun).where(ListRun.list_id == row.id)


def history(row: SavedList, *, most: int = RUNS_SHOWN) -> list[tuple[ListRun, Sequence[Served]]]:
    """Return the list's last runs with their recipients, the newest first. Two statements."""
    statement = runs_of(row).order_by(ListRun.id.desc()).limit(most)
    return served_in(list(db.session.scalars(statement)))


def served_in(runs: Sequence[ListRun]) -> list[tuple[ListRun, Sequence[Served]]]:
    """Return runs with their recipients by name. One statement."""
    statement = (
        sa.select(ListDelivery, OutgoingMail)
        .join(ListDelivery.recipient)
        .outerjoin(OutgoingMail, OutgoingMail.message_id == ListDelivery.message_id)
        .where(ListDelivery.run_id.in_([run.id for run in runs]))
        .options(
            contains_eager(ListDelivery.recipient)
            .joinedload(Person.employment)
            .joinedload(Employment.unit)
        )
        .order_by(Person.sort_name, Person.id)
    )
    served: dict[int, list[Served]] = {run.id: [] for run in runs}
    for delivery, mail in db.session.execute(statement):
        served[delivery.run_id].append(Served(delivery, mail))
    return [(run, served[run.id]) for run in runs]
