"""What messages hold of a person, and how it goes; mail goes with its message.

Files of others' messages are lists of many people that nobody can look into: they go by themselves
when their days are over, and a dry run says until when that is.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.core import clock, jobs
from lms.core.database import db
from lms.notifications.models import Message, MessageFile
from lms.people.disclosure.parts import of_person
from lms.people.erasure.holdings import Holding, hold, rows_of, theirs
from lms.people.erasure.models import Fate
from lms.people.models import Person

_theirs = of_person(MessageFile.message_id, Message.recipient_id)


def _is_kept(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(MessageFile.removed_at.is_(None), MessageFile.kept_until > now)


def _of_others(person: Person) -> sa.ColumnElement[bool]:
    is_theirs = sa.exists().where(
        Message.id == MessageFile.message_id, Message.recipient_id == person.id
    )
    return sa.and_(_is_kept(clock.now()), ~is_theirs)


def _end_files(person: Person, now: datetime) -> None:
    """Let the time of their files be over, and have them removed."""
    db.session.execute(
        sa.update(MessageFile)
        .where(_theirs(person), _is_kept(now))
        .values(kept_until=now)
        .execution_options(synchronize_session=False)
    )
    key = f"erased-{person.public_id}-{now.timestamp():.6f}"
    jobs.enqueue("notifications.remove_files", key=key, now=now)


def _leave_to_the_sweep(_person: Person, _now: datetime) -> None:
    """Do nothing: a file whose days are over is removed within the hour, whoever it names."""


_others = rows_of("", "", MessageFile, _of_others, newest=MessageFile.kept_until)
hold(
    theirs("messages", _l("Messages and their mail"), Message.recipient_id, deletes=True),
    Holding(
        "message_files",
        _l("Files of messages"),
        rows_of(
            "",
            "",
            MessageFile,
            lambda person: sa.and_(_theirs(person), _is_kept(clock.now())),
        ).rows,
        {Fate.DELETE: _end_files},
        tables=frozenset({"message_file"}),
    ),
    Holding(
        "passing_files",
        _l("Files of lists mailed to others that may name the person"),
        _others.rows,
        {Fate.DELETE: _leave_to_the_sweep},
        _others.newest,
        frozenset({"message_file"}),
    ),
)
