"""What messages hold about a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.notifications.forms import STATE_NAMES
from lms.notifications.models import Message, MessageFile, OutgoingMail
from lms.people.disclosure.parts import Part, of_person, tell
from lms.people.forms import LANGUAGE_NAMES

# In the language in which it was mailed.
_subject = (
    sa.select(OutgoingMail.subject)
    .where(OutgoingMail.message_id == Message.id)
    .correlate(Message)
    .scalar_subquery()
)

tell(
    Part(
        "messages",
        _l("Messages"),
        Message,
        of_person(Message.recipient_id),
        {
            "kind": Message.kind,
            "details": Message.details,
            "subject": _subject,
            "written_at": Message.written_at,
            "read_at": Message.read_at,
        },
        unprinted=frozenset({"kind", "details"}),
    ),
    Part(
        "mail",
        _l("Mail sent"),
        OutgoingMail,
        of_person(OutgoingMail.recipient_id),
        {
            "address": OutgoingMail.address,
            "subject": OutgoingMail.subject,
            "language": OutgoingMail.language,
            "queued_at": OutgoingMail.queued_at,
            "sent_at": OutgoingMail.sent_at,
            "state": OutgoingMail.state,
        },
        words={"language": LANGUAGE_NAMES, "state": STATE_NAMES},
    ),
    Part(
        "message_files",
        _l("Files of messages"),
        MessageFile,
        of_person(MessageFile.message_id, Message.recipient_id),
        {
            "file_name": MessageFile.name,
            "size": MessageFile.size,
            "expires_at": MessageFile.kept_until,
        },
    ),
)
