"""The log of mail: which message went out to whom, and what became of it."""

from datetime import datetime

from pydantic import Field

from lms.notifications.models import MailState, OutgoingMail
from lms.notifications.queries import mail_seen_by
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PageOf,
    Paging,
    PersonRef,
    Sent,
    Words,
    person_ref,
)
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
