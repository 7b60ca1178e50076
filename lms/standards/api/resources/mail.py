"""The log of mail: which message went out to whom, what became of it; where mail goes."""

from datetime import datetime

from pydantic import Field

from lms.core.errors import Missing
from lms.notifications import services
from lms.notifications.models import MailState, OutgoingMail
from lms.notifications.queries import mail_kept_by, mail_seen_by
from lms.people.errors import AddressTaken, WrongAddress
from lms.people.services import correct_email
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    Why,
    Words,
    person_ref,
)
from lms.standards.api.resources import people
from lms.standards.api.tokens.scopes import Scope

TAG = "Mail"


class MailOut(Sent):
    """The mail of one message, such as a reminder; its text isn't told."""

    id: Key
    recipient: PersonRef
    address: str = Field(
        description="As it was when the message was written, or empty.",
        examples=["maria@example.org"],
    )
    subject: str
    state: MailState
    queued_at: datetime
    sent_at: datetime | None = Field(description="When the mail server took it.")
    tries: int
    problem: str = Field(description="The last refusal; empty without one.")


class AddressIn(Received):
    """Where mail to a person goes, and why it is corrected."""

    email: people.Email
    reason: Why


class MailQuery(Paging):
    """What the log is narrowed to."""

    q: Words | None = Field(None, description="Parts of the recipient's name or number.")
    state: MailState | None = None


@operation(
    "GET",
    "/mail",
    tag=TAG,
    scope=Scope.MAIL_READ,
    summary="List mail",
    query=MailQuery,
    answer=PageOf[MailOut],
)
def list_mail(call: Call) -> Answer:
    """Mail to people of the token's part of the network, reminders too, the newest first."""
    asked: MailQuery = call.query
    return Answer(
        page_of(
            mail_seen_by(call.viewer, words=asked.q or "", state=asked.state),
            asked,
            _shown,
            columns=(OutgoingMail.id,),
            readers=(int,),
            key=lambda mail: (mail.id,),
            descending=True,
        )
    )


@operation(
    "POST",
    "/mail/{mail_id}/resend",
    tag=TAG,
    scope=Scope.MAIL_WRITE,
    summary="Send a mail again",
    answer=MailOut,
    refusals=(409,),
)
def resend_mail(call: Call, mail_id: str) -> Answer:
    """Send a mail again that did not go out, to the address that its recipient has by now. What
    went out, or waits, is refused (409).
    """
    mail = mail_kept_by(call.viewer, mail_id)
    if mail is None:
        raise Missing
    services.send_again(mail=mail, actor=call.viewer.person, now=call.now, settings=call.settings)
    return Answer(_shown(mail))


@operation(
    "POST",
    "/people/{person_id}/email",
    tag=people.TAG,
    scope=Scope.MAIL_WRITE,
    summary="Correct an e-mail address",
    body=AddressIn,
    answer=people.PersonOut,
    refusals=(409,),
    versioned=True,
)
def correct_address(call: Call, person_id: str) -> Answer:
    """Let mail to a person go to another address; a notice goes to it and to the former one.

    Of somebody whose roles allow what the token's owner may not it is refused (403).
    """
    person = people.kept_person(call, person_id)
    call.match(people.shown(person))
    try:
        correct_email(
            now=call.now,
            viewer=call.viewer,
            person=person,
            email=call.body.email,
            reason=call.body.reason,
            row_version=person.row_version,
        )
    except (AddressTaken, WrongAddress) as refusal:
        raise fault("body.email", refusal.message) from refusal
    return people.changed(person)


def _shown(mail: OutgoingMail) -> MailOut:
    return MailOut(
        id=mail.public_id,
        recipient=person_ref(mail.recipient),
        address=mail.address,
        subject=mail.subject,
        state=mail.state,
        queued_at=mail.queued_at,
        sent_at=mail.sent_at,
        tries=mail.tries,
        problem=mail.problem,
    )
