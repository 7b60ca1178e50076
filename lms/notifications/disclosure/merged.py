"""What merging two people does with their messages: one inbox holds them all."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from lms.notifications.models import Message, OutgoingMail
from lms.people.merging.carrying import Deed, carry, rows_of, run


def _tell_apart(deed: Deed) -> None:
    """Let messages that both got be two messages: each was said to one of the two."""
    other = aliased(Message)
    twice = sa.exists().where(other.recipient_id == deed.pair.kept.id, other.key == Message.key)
    whole = sa.func.substr(Message.key, 1, 100) + f":{deed.pair.ended.public_id}"
    changed = sa.update(Message).where(Message.recipient_id == deed.pair.ended.id, twice)
    run(changed.values(key=whole))


carry(
    rows_of("messages", _l("Messages"), Message.recipient_id, before=_tell_apart, is_passing=True),
    rows_of("mail", _l("Mail"), OutgoingMail.recipient_id, is_passing=True),
)
