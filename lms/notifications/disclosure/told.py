"""What messages hold about a person."""

from flask_babel import lazy_gettext as _l

from lms.notifications.models import Message, MessageFile, OutgoingMail
from lms.people.disclosure.parts import Part, of_person, tell

tell(
    Part(
        "messages",
        _l("Messages"),
        Message,
        of_person(Message.recipient_id),
        {
            "kind": Message.kind,
            "details": Message.details,
            "written_at": Message.written_at,
            "read_at": Message.read_at,
        },
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
