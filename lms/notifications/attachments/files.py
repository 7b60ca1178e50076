"""Files that go with messages: kept in the store for some days, sent in the mail or linked to.

A file is stored behind some random bytes of its own, so that no two rows ever share a blob and each
can be removed when its time is over, whatever others hold.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

import sqlalchemy as sa

from lms.core.database import db
from lms.core.settings import Settings
from lms.core.storage import passing
from lms.core.storage.store import Pieces, key_of
from lms.core.unit_of_work import unit_of_work
from lms.notifications.models import Message, MessageFile, OutgoingMail
from lms.people.models import Person

KEPT_FOR = timedelta(days=14)
AHEAD = 16  # random bytes before the file's own
MEGABYTE = 1_000_000  # as the setting counts


@dataclass(frozen=True)
class Enclosure:
    """A file of a mail that goes out; ``content`` is None for one that is linked to."""

    public_id: str
    name: str
    media_type: str
    size: int
    kept_until: datetime
    content: bytes | None


def keep(file: IO[bytes], *, name: str, media_type: str, now: datetime, settings: Settings) -> int:
    """Store ``file`` for a message to come, in a transaction of its own; return its row's id.

    Raises StoreUnavailable; what was begun is removed in its time.
    """
    with tempfile.TemporaryFile() as stored:
        stored.write(secrets.token_bytes(AHEAD))
        file.seek(0)
        shutil.copyfileobj(file, stored)
        size = stored.tell() - AHEAD
        row = MessageFile(
            name=name,
            media_type=media_type,
            size=size,
            is_enclosed=size <= settings.mail_attachment_megabytes * MEGABYTE,
            blob=key_of(stored),
            kept_until=now + KEPT_FOR,
        )
        with unit_of_work():
            db.session.add(row)
        passing().put_file(stored)
    return row.id


def file_kept(identifier: int) -> MessageFile:
    """Return a file that was kept."""
    return db.session.get_one(MessageFile, identifier)


def of_messages(message_ids: Iterable[int]) -> dict[int, list[MessageFile]]:
    """Return the files of each of these messages; one statement."""
    statement = (
        sa.select(MessageFile)
        .where(MessageFile.message_id.in_(sorted(set(message_ids))))
        .order_by(MessageFile.id)
    )
    found: dict[int, list[MessageFile]] = {}
    for file in db.session.scalars(statement):
        found.setdefault(file.message_id or 0, []).append(file)
    return found


def file_of(reader: Person, message_key: str, file_key: str) -> tuple[Message, MessageFile] | None:
    """Return a file that is still kept of one of the reader's messages, with the message."""
    statement = (
        sa.select(Message, MessageFile)
        .join(MessageFile, MessageFile.message_id == Message.id)
        .where(
            Message.recipient_id == reader.id,
            Message.public_id == message_key,
            MessageFile.public_id == file_key,
            MessageFile.removed_at.is_(None),
        )
    )
    row = db.session.execute(statement).one_or_none()
    return (row[0], row[1]) if row is not None else None


def pieces(file: MessageFile) -> Pieces:
    """Return the file's bytes in pieces, to be closed. FileNotFoundError, StoreUnavailable."""
    return passing().stream(file.blob, AHEAD)


def enclosures(mail_id: int) -> list[Enclosure]:
    """Return the files of a mail, read outside of any transaction.

    Raises StoreUnavailable. A file that is gone is left to its link, which says so.
    """
    with unit_of_work():
        statement = (
            sa.select(MessageFile)
            .join(OutgoingMail, OutgoingMail.message_id == MessageFile.message_id)
            .where(OutgoingMail.id == mail_id)
            .order_by(MessageFile.id)
        )
        rows = list(db.session.scalars(statement))
    return [
        Enclosure(row.public_id, row.name, row.media_type, row.size, row.kept_until, _content(row))
        for row in rows
    ]


def _content(row: MessageFile) -> bytes | None:
    if not row.is_enclosed or row.removed_at is not None:
        return None
    try:
        with pieces(row) as found:
            return b"".join(found)
    except FileNotFoundError:
        return None


def remove_old(*, now: datetime) -> int:
    """Remove the files whose time is over; return how many. Raises StoreUnavailable."""
    with unit_of_work():
        statement = sa.select(MessageFile).where(
            MessageFile.kept_until <= now, MessageFile.removed_at.is_(None)
        )
        rows = list(db.session.scalars(statement.order_by(MessageFile.id).limit(1000)))
    for row in rows:
        passing().remove(row.blob)
        with unit_of_work():
            db.session.execute(
                sa.update(MessageFile).where(MessageFile.id == row.id).values(removed_at=now)
            )
    return len(rows)
