"""Noting that a mail was refused or came back, and telling of its address."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.database import db
from lms.core.settings import Settings
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.models import MailState, OutgoingMail
from lms.notifications.services import notify
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import who_keep

BOUNCED = "bounced"
# What was refused is the address or the mail to it: 'recipient', 'content' (see ``channel``). That
# a server isn't there, or a file isn't, says nothing of an address.
REFUSED = re.compile(r"[45]\d\d (recipient|content)|bounced( \d\.\d{1,3}\.\d{1,3})?")
CODE = re.compile(r"5\.\d{1,3}\.\d{1,3}")
LARGEST = 2**20  # bytes of a report that are read
IDENTIFIER = re.compile(r"<([a-z0-9]{16})@")


def is_refusal(mail: OutgoingMail) -> bool:
    """Tell whether the mail failed because of its address."""
    return mail.state is MailState.FAILED and REFUSED.fullmatch(mail.problem) is not None


def bounces(person: Person) -> bool:
    """Tell whether the last mail to a person's present address whose fate is known failed by it."""
    if not person.email:
        return False
    statement = (
        sa.select(OutgoingMail)
        .where(
            OutgoingMail.recipient_id == person.id,
            OutgoingMail.address == person.email.strip(),
            OutgoingMail.state.in_((MailState.SENT, MailState.FAILED)),
        )
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )
    last = db.session.scalars(statement).one_or_none()
    return last is not None and is_refusal(last)


def tell(mail: OutgoingMail, *, now: datetime, settings: Settings) -> None:
    """Tell those who keep the recipient's record, once for each address that is at fault."""
    if not is_refusal(mail):
        return
    person = db.session.get_one(Person, mail.recipient_id)
    digest = hashlib.sha256(mail.address.lower().encode()).hexdigest()[:32]
    for keeper in who_keep(person, Permission.KEEP_PEOPLE):
        notify(
            recipient=keeper,
            kind=KIND.key,
            key=f"{KIND.key}:{person.public_id}:{digest}",
            details={"person": person.id, "mail": mail.id},
            now=now,
            settings=settings,
        )


def take_report(content: bytes, *, now: datetime, settings: Settings) -> OutgoingMail | None:
    """Note that a mail came back, from the report of a mail server (RFC 3464).

    None when it isn't a report of a final failure, or of no mail from here.
    """
    report = message_from_bytes(content[:LARGEST], policy=policy.default)
    code, identifier = _failure(report), _original(content[:LARGEST])
    if code is None or identifier is None:
        return None
    statement = sa.select(OutgoingMail).where(
        OutgoingMail.public_id == identifier,
        OutgoingMail.state.in_((MailState.SENT, MailState.HANDED_OVER)),
    )
    mail = db.session.scalars(statement.with_for_update()).one_or_none()
    if mail is None:
        return None
    mail.state, mail.problem = MailState.FAILED, f"{BOUNCED} {code}"
    db.session.flush()
    tell(mail, now=now, settings=settings)
    return mail


def _failure(report: Any) -> str | None:
    """Return the status code of a final failure that a report states."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks: Sequence[EmailMessage] = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            code = CODE.match(str(block.get("Status", "")).strip())
            if str(block.get("Action", "")).strip().lower() == "failed" and code:
                return code.group()
    return None


def _original(content: bytes) -> str | None:
    """Return which mail a report is about: the last part repeats its headers."""
    text = content.decode("ascii", "replace")
    found = re.findall(r"^message-id:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    named = [match.group(1) for one in found if (match := IDENTIFIER.match(one))]
    return named[-1] if named else None


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Read people and addresses anew; one statement each for all."""
    people = sa.select(Person).where(Person.id.in_({one["person"] for one in many}))
    named = {person.id: person for person in db.session.scalars(people)}
    mail = sa.select(OutgoingMail.id, OutgoingMail.address).where(
        OutgoingMail.id.in_({one["mail"] for one in many})
    )
    addresses = {key: address for key, address in db.session.execute(mail)}  # noqa: C416
    return [
        {"person": named.get(one["person"]), "address": addresses.get(one["mail"], "")}
        for one in many
    ]


KIND = register(
    Kind(
        key="notifications.address_refused",
        template="address_refused",
        subject=lambda _details: _("Mail to an address doesn’t arrive"),
        present=_present,
        endpoint="notifications.inbox",
    )
)
