"""Tables of messages and of the mail that carries them."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person


class Message(PublicId, db.Model):
    """Something said to one person; shown in the inbox, whatever becomes of its mail."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("recipient_id", "key"),
        sa.Index("ix_message_inbox", "recipient_id", "id"),
        sa.Index(
            "ix_message_unread",
            "recipient_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(60))  # of ``kinds``
    # Saying the same key to the same person twice is saying it once.
    key: Mapped[str] = mapped_column(sa.String(120))
    details: Mapped[dict[str, Any]]  # what it is about: keys of rows and dates, no texts
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    recipient: Mapped[Person] = related()


class MessageFile(PublicId, db.Model):
    """A file that goes with a message: in its mail, or behind a link when it is large.

    The row is there before the bytes are, so that nothing lies in the store that no row names. It
    outlives its message until the bytes are removed.
    """

    __tablename__ = "message_file"
    __table_args__ = (
        sa.CheckConstraint("size >= 0", name="size_counted"),
        sa.Index(
            "ix_message_file_kept",
            "kept_until",
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None until the message is written.
    message_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    is_enclosed: Mapped[bool]  # in the mail itself
    blob: Mapped[str] = mapped_column(sa.String(64))  # key in core.storage.passing, see attachments
    kept_until: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class MailState(Enum):
    """Life of a message's mail."""

    WAITING = "waiting"  # for ``due_at``
    SENDING = "sending"  # a worker has it until ``due_at``; then another may
    HANDED_OVER = "handed_over"  # its content left; that the server took it was never heard
    SENT = "sent"  # the server took it
    FAILED = "failed"  # refused for good, or too often
    NO_ADDRESS = "no_address"
    NOT_SET_UP = "not_set_up"  # there was no mail server


class OutgoingMail(PublicId, db.Model):
    """The mail of one message."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.Index("ix_outgoing_mail_due", "state", "due_at"),
        sa.CheckConstraint("tries >= 0", name="tries_counted"),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_at_an_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(
        sa.ForeignKey("message.id", ondelete="CASCADE"), unique=True
    )
    recipient_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(sa.String(254))  # as it was when the message was written
    language: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[MailState] = mapped_column(enum_type(MailState))
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    # The last refusal: its code and what it was an answer to, never the server's own words.
    problem: Mapped[str] = mapped_column(sa.String(80), default="")

    message: Mapped[Message] = related()
    recipient: Mapped[Person] = related()
