"""Commands on messages: write one, mark as read, forget old ones."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.mailing import is_address
from lms.core.settings import Settings
from lms.core.unit_of_work import insert
from lms.notifications.kinds import kind_of
from lms.notifications.models import MailState, Message, MessageFile, OutgoingMail
from lms.people.models import Person
from lms.web.i18n import in_language

KEPT = timedelta(days=400)
LONGEST_SUBJECT = 200


class _Said(Conflict):
    """Another transaction wrote the same message first."""


def notify(
    *,
    recipient: Person,
    kind: str,
    key: str,
    details: Mapping[str, Any],
    now: datetime,
    settings: Settings,
    files: Sequence[MessageFile] = (),
    mail_at: datetime | None = None,
    address: str | None = None,
) -> Message | None:
    """Write a message and queue its mail, in this transaction; None when ``key`` was said before.

    It goes to the inbox in any case, with ``files`` that were kept for it (``attachments.files``);
    its mail not before ``mail_at``, if given, and to ``address`` rather than the recipient's own.
    Raises KeyError for an unregistered ``kind``.
    """
    kind_of(kind)
    known = sa.select(Message.id).where(Message.recipient_id == recipient.id, Message.key == key)
    if db.session.scalar(known) is not None:
        return None
    message = Message(
        recipient_id=recipient.id, kind=kind, key=key, details=dict(details), written_at=now
    )
    try:
        insert(message, _Said())
    except _Said:
        return None
    for file in files:
        file.message_id = message.id
    mail_to = recipient.email if address is None else address
    mail = _mail(message, recipient, mail_to, now, settings)
    mail.due_at = mail_at or now
    db.session.add(mail)
    db.session.flush()
    return message


# Says two messages' details as one; None when nothing is left to say.
Merge = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any] | None]


def collect(
    *,
    recipient: Person,
    kind: str,
    key: str,
    details: Mapping[str, Any],
    merge: Merge,
    within: timedelta,
    now: datetime,
    settings: Settings,
) -> Message | None:
    """Write a message whose mail waits ``within``; while it waits, more goes into the same one.

    So several changes are one message and one mail. Where ``merge`` leaves nothing to say, the
    message is taken back; None then, and when ``key`` was said before.
    """
    _hold(recipient)
    message = _collecting(recipient, kind, now)
    if message is None:
        return notify(
            recipient=recipient,
            kind=kind,
            key=key,
            details=details,
            now=now,
            settings=settings,
            mail_at=now + within,
        )
    both = merge(message.details, details)
    if both is None:
        db.session.execute(sa.delete(Message).where(Message.id == message.id))
        return None
    if both != message.details:
        message.details, message.written_at, message.read_at = both, now, None
        _say_subject(message, recipient)
    db.session.flush()
    return message


def _hold(recipient: Person) -> None:
    """Let those who write to one person take turns."""
    statement = sa.select(Person.id).where(Person.id == recipient.id)
    db.session.execute(statement.with_for_update(key_share=True))


def _collecting(recipient: Person, kind: str, now: datetime) -> Message | None:
    """Return the message of this kind whose mail still waits, held until this transaction ends."""
    statement = (
        sa.select(Message)
        .join(OutgoingMail, OutgoingMail.message_id == Message.id)
        .where(
            Message.recipient_id == recipient.id,
            Message.kind == kind,
            OutgoingMail.due_at > now,
            OutgoingMail.tries == 0,
            OutgoingMail.state.in_((MailState.WAITING, *NOT_OUT)),
        )
        .order_by(Message.id.desc())
        .limit(1)
        .with_for_update(of=OutgoingMail)
    )
    return db.session.scalars(statement).one_or_none()


def _say_subject(message: Message, recipient: Person) -> None:
    with in_language(recipient.language):
        subject = one_line(kind_of(message.kind).subject(message.details))
    statement = sa.update(OutgoingMail).where(OutgoingMail.message_id == message.id)
    db.session.execute(statement.values(subject=subject))


def _mail(
    message: Message, person: Person, mail_to: str | None, now: datetime, settings: Settings
) -> OutgoingMail:
    address = (mail_to or "").strip()
    state = MailState.WAITING
    if settings.mail_server is None:
        state = MailState.NOT_SET_UP
    elif not is_address(address):
        state = MailState.NO_ADDRESS
    with in_language(person.language):
        subject = one_line(kind_of(message.kind).subject(message.details))
    return OutgoingMail(
        message_id=message.id,
        recipient_id=person.id,
        address=address if is_address(address) else "",
        language=person.language,
        subject=subject,
        state=state,
        queued_at=now,
        due_at=now,
        tries=0,
        problem="",
    )


def one_line(text: str) -> str:
    """Return ``text`` as it may stand in a subject: on one line, without control characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:LONGEST_SUBJECT]


def mark_read(*, reader: Person, public_id: str, now: datetime) -> None:
    """Mark one of the reader's messages as read; a foreign or unknown one changes nothing."""
    _mark(Message.recipient_id == reader.id, Message.public_id == public_id, now=now)


def mark_all_read(*, reader: Person, until_id: str, now: datetime) -> None:
    """Mark as read up to the message that was shown first: what came since stays unread."""
    newest = (
        sa.select(Message.id)
        .where(Message.recipient_id == reader.id, Message.public_id == until_id)
        .scalar_subquery()
    )
    _mark(Message.recipient_id == reader.id, Message.id <= newest, now=now)


def _mark(*conditions: sa.ColumnElement[bool], now: datetime) -> None:
    statement = sa.update(Message).where(Message.read_at.is_(None), *conditions)
    db.session.execute(
        statement.values(read_at=now), execution_options={"synchronize_session": False}
    )


def forget_old_messages(*, now: datetime) -> None:
    """Delete messages and their mail that are older than ``KEPT``."""
    db.session.execute(
        sa.delete(Message).where(Message.written_at < now - KEPT),
        execution_options={"synchronize_session": False},
    )


# What may have arrived is never sent a second time.
NOT_OUT = frozenset({MailState.FAILED, MailState.NO_ADDRESS, MailState.NOT_SET_UP})


class NotAgain(Conflict):
    """It went out, waits already, or there is still no way for it."""

    def __init__(self) -> None:
        super().__init__(_l("This mail can’t be sent again now."))


def can_go_again(mail: OutgoingMail, settings: Settings) -> bool:
    """Tell whether the mail didn't go out and now has a way; its recipient is loaded."""
    known = mail.address if mail.state is MailState.FAILED else ""
    return (
        mail.state in NOT_OUT
        and settings.mail_server is not None
        and is_address((mail.recipient.email or known).strip())
    )


def send_again(*, mail: OutgoingMail, actor: Person, now: datetime, settings: Settings) -> None:
    """Queue the mail anew, to the address that its recipient has by now. Raises NotAgain."""
    if not can_go_again(mail, settings):
        raise NotAgain
    mail.address = (mail.recipient.email or mail.address).strip()
    mail.state, mail.tries, mail.due_at, mail.problem = MailState.WAITING, 0, now, ""
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="notifications.sent_again",
        subject_kind="mail",
        subject_key=mail.public_id,
        person_key=mail.recipient.public_id,
    )
