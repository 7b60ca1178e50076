"""Delivery: each mail is claimed, offered, handed over and noted as sent, a transaction a step.

A worker that is killed before the content leaves, leaves a claim that ends; the mail is tried
again. Killed after it, the mail stays ``handed_over`` and is never sent a second time.
"""

import time
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from lms.core import clock
from lms.core.database import db
from lms.core.mailing import MailServer
from lms.core.settings import Settings
from lms.core.storage import StoreUnavailable
from lms.core.unit_of_work import unit_of_work
from lms.notifications.attachments import files
from lms.notifications.channel import Channel, Never, NoAnswer, NotNow, Unreachable
from lms.notifications.composing import Letter, letter
from lms.notifications.models import MailState, OutgoingMail
from lms.notifications.queries import mail_due, mail_with_message
from lms.notifications.refusals.noticing import tell

BATCH, LONGEST = 2000, 50.0  # mails and seconds of one run: the next one follows within a minute
LEASE = timedelta(minutes=5)
# After the first failure, the second, …; after the last one it has failed: a day and a half.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 180, 600, 1440))


def deliver(*, settings: Settings) -> int:
    """Send what is due; return how many the server took.

    Stops where the server takes nothing, and after ``LONGEST`` seconds.
    """
    server = settings.mail_server
    if server is None:
        _note_no_server()
        return 0
    sent = 0
    with unit_of_work():
        identifiers = mail_due(clock.now(), BATCH)
    began = time.monotonic()
    with Channel(server) as channel:
        for identifier in identifiers:
            if time.monotonic() - began > LONGEST:
                break
            try:
                sent += _deliver_one(channel, identifier, settings)
            except Unreachable:
                break
    return sent


def _note_no_server() -> None:
    """Say of what waits that it isn't sent: mail was set up once, and no longer is."""
    with unit_of_work():
        db.session.execute(
            sa.update(OutgoingMail)
            .where(OutgoingMail.state == MailState.WAITING)
            .values(state=MailState.NOT_SET_UP),
            execution_options={"synchronize_session": False},
        )


def _deliver_one(channel: Channel, identifier: int, settings: Settings) -> bool:
    """Send one mail; False when another worker has it or it was refused. Raises Unreachable."""
    made = _claim(identifier, settings, clock.now())
    if made is None:
        return False
    try:
        channel.offer(made)
        if not _move(made, MailState.SENDING, state=MailState.HANDED_OVER):
            channel.close()  # the claim ended meanwhile: the content is not sent
            return False
        channel.hand_over(made)
    except NoAnswer:
        _move(made, MailState.HANDED_OVER, problem="no answer")
        return False
    except Never as refusal:
        _fail(made, str(refusal), settings)
        return False
    except (NotNow, Unreachable) as refusal:
        _put_off(made, str(refusal), settings)
        if isinstance(refusal, Unreachable):
            raise
        return False
    return _move(made, MailState.HANDED_OVER, state=MailState.SENT, sent_at=clock.now(), problem="")


_OURS = (MailState.SENDING, MailState.HANDED_OVER)


def _claim(identifier: int, settings: Settings, now: datetime) -> Letter | None:
    """Take the mail for this worker and make its content; None when somebody else has it."""
    with unit_of_work():
        claimed = db.session.execute(
            sa.update(OutgoingMail)
            .where(
                OutgoingMail.id == identifier,
                OutgoingMail.state.in_((MailState.WAITING, MailState.SENDING)),
                OutgoingMail.due_at <= now,
            )
            .values(state=MailState.SENDING, due_at=now + LEASE, tries=OutgoingMail.tries + 1),
            execution_options={"synchronize_session": False},
        )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return None
    try:
        enclosed = files.enclosures(identifier)
    except StoreUnavailable:
        _wait_for_files(identifier, settings)
        return None
    with unit_of_work():
        mail = mail_with_message(identifier)
        try:
            return letter(mail, settings=settings, now=now, files=enclosed)
        except Exception:  # one that can't be made must not hold up the others
            current_app.logger.exception("mail %s can't be made", mail.public_id)
            mail.state, mail.problem = MailState.FAILED, "can't be made"
            return None


def _wait_for_files(identifier: int, settings: Settings) -> None:
    """Put a claimed mail off whose files can't be read now."""
    with unit_of_work():
        number = mail_with_message(identifier).tries
    _put_off(Letter(identifier, number, "", "", b""), "the files can't be read", settings)


def _move(made: Letter, *states: MailState, **values: object) -> bool:
    """Note a step of this try, if it is still this worker's; tell whether it was."""
    with unit_of_work():
        return _moved(made, *states, **values)


def _moved(made: Letter, *states: MailState, **values: object) -> bool:
    moved = db.session.execute(
        sa.update(OutgoingMail)
        .where(
            OutgoingMail.id == made.mail_id,
            OutgoingMail.tries == made.number,
            OutgoingMail.state.in_(states),
        )
        .values(**values),
        execution_options={"synchronize_session": False},
    )
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


def _fail(made: Letter, problem: str, settings: Settings) -> None:
    """Note that the mail won't be tried again, and tell of its address in the same transaction."""
    with unit_of_work():
        if _moved(made, *_OURS, state=MailState.FAILED, problem=problem):
            tell(mail_with_message(made.mail_id), now=clock.now(), settings=settings)


def _put_off(made: Letter, problem: str, settings: Settings) -> None:
    """Let the mail wait for its next try; after the last one it has failed."""
    if made.number > len(PAUSES):
        _fail(made, problem, settings)
        return
    due_at = clock.now() + PAUSES[made.number - 1]
    _move(made, *_OURS, state=MailState.WAITING, due_at=due_at, problem=problem)


def check(server: MailServer, made: Letter) -> None:
    """Send one letter that stands in no table. Raises what the channel raises."""
    with Channel(server) as channel:
        channel.offer(made)
        channel.hand_over(made)
