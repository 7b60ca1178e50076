"""Reads of messages and of the mail that went out. List scope of the log: ``mail_seen_by``."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.database import db
from lms.notifications.models import MailState, Message, OutgoingMail
from lms.people.identity import Viewer, tell
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import name_matches, visible_to

MOST_SHOWN = 99  # what the bell counts to


def unread(reader_id: Any) -> sa.ScalarSelect[int]:
    """Return the number of messages that a person hasn't read, at most one past ``MOST_SHOWN``."""
    some = (
        sa.select(Message.id)
        .where(Message.recipient_id == reader_id, Message.read_at.is_(None))
        .limit(MOST_SHOWN + 1)
        .correlate(Person)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


tell("unread", unread(Person.id))


def unread_count(reader_id: int) -> int:
    """Return how many messages the person hasn't read now, at most one past ``MOST_SHOWN``."""
    return db.session.scalars(sa.select(unread(reader_id))).one()


def inbox(reader: Person) -> sa.Select[tuple[Message]]:
    """Return the statement of a person's messages, without an order."""
    return sa.select(Message).where(Message.recipient_id == reader.id)


def mail_seen_by(
    viewer: Viewer, *, words: str = "", state: MailState | None = None
) -> sa.Select[tuple[OutgoingMail]]:
    """Return the statement of mail to people in the viewer's scope, with them and their posts."""
    statement = (
        sa.select(OutgoingMail)
        .join(OutgoingMail.recipient)
        .where(visible_to(viewer, Permission.SEE_MAIL))
        .options(
            contains_eager(OutgoingMail.recipient)
            .joinedload(Person.employment)
            .joinedload(Employment.unit)
        )
    )
    if words.strip():
        statement = statement.where(name_matches(words))
    return statement if state is None else statement.where(OutgoingMail.state == state)


def mail_kept_by(viewer: Viewer, public_id: str) -> OutgoingMail | None:
    """Return a mail to someone whose record the viewer keeps, with them, locked."""
    statement = (
        sa.select(OutgoingMail)
        .join(OutgoingMail.recipient)
        .where(OutgoingMail.public_id == public_id, visible_to(viewer, Permission.KEEP_PEOPLE))
        .options(contains_eager(OutgoingMail.recipient))
        .with_for_update(of=OutgoingMail)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def mail_due(now: datetime, limit: int) -> list[int]:
    """Return the ids of mail to send: waiting, or taken by a worker that didn't come back."""
    statement = (
        sa.select(OutgoingMail.id)
        .where(
            OutgoingMail.state.in_((MailState.WAITING, MailState.SENDING)),
            OutgoingMail.due_at <= now,
        )
        .order_by(OutgoingMail.due_at, OutgoingMail.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def mail_with_message(identifier: int) -> OutgoingMail:
    """Return one mail with its message, read anew."""
    statement = (
        sa.select(OutgoingMail)
        .where(OutgoingMail.id == identifier)
        .options(joinedload(OutgoingMail.message))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()
