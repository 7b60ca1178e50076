"""Sending one mail again that did not go out."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.mailing import is_address
from lms.core.settings import Settings
from lms.notifications.models import MailState, OutgoingMail
from lms.people.models import Person

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
