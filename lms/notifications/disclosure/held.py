"""What messages hold of a person, and how it goes; mail goes with its message."""

from flask_babel import lazy_gettext as _l

from lms.notifications.models import Message
from lms.people.disclosure.parts import of_person
from lms.people.erasure.holdings import hold, rows_of

hold(
    rows_of(
        "messages",
        _l("Messages and their mail"),
        Message,
        of_person(Message.recipient_id),
        deletes=True,
    ),
)
