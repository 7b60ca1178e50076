"""Builders of messages. Each flushes."""

import io
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core import clock
from lms.core.database import db
from lms.core.settings import Settings
from lms.notifications.attachments import files
from lms.notifications.models import Message, MessageFile, OutgoingMail
from lms.notifications.services import notify
from lms.people.models import Person
from tests.builders.people import make_person

SENDER = "Training Centre <learn@site.example>"
_numbers = count(1)


def with_server(url: str = "smtp://127.0.0.1:25") -> Settings:
    """The application's settings with a mail server."""
    present: Settings = current_app.config["SETTINGS"]
    given = {name: getattr(present, name) for name in present.model_fields_set}
    return Settings(_env_file=None, **{**given, "smtp_url": url, "mail_from": SENDER})  # type: ignore[arg-type]


def make_message(
    recipient: Person | None = None, *, settings: Settings | None = None, **overrides: Any
) -> Message:
    """A message to somebody with an address."""
    values: dict[str, Any] = {
        "kind": "notifications.test",
        "key": f"message-{next(_numbers)}",
        "details": {},
        "now": clock.now(),
        **overrides,
    }
    recipient = recipient or make_person(email="maria@people.example")
    message = notify(recipient=recipient, settings=settings or with_server(), **values)
    assert message is not None
    return message


def mail_of(message: Message) -> OutgoingMail:
    """The mail of a message as it stands now."""
    statement = sa.select(OutgoingMail).where(OutgoingMail.message_id == message.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def make_file(content: bytes = b"a;b\r\n", name: str = "list.csv") -> MessageFile:
    """A file kept for a message to come."""
    settings: Settings = current_app.config["SETTINGS"]
    kept = files.keep(
        io.BytesIO(content), name=name, media_type="text/csv", now=clock.now(), settings=settings
    )
    return files.file_kept(kept)
