"""Where a person is named in what others wrote about somebody else. All of it stays.

Reasons of the audit log and notes are read through once for a dry run, a portion at a time: the
rule which words name somebody (``holdings.mentions``) is more than a database can tell.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.audit_words import ACTIONS
from lms.people.disclosure.parts import Act, acts, parts
from lms.people.disclosure.words import TABLES
from lms.people.erasure.holdings import mentions
from lms.people.models import Person

PORTION = 2000  # rows held at a time
MOST = 100  # shown; how many there are in all is said


@dataclass(frozen=True)
class Naming:
    """A text that names the person: when, at what, and the text."""

    at: datetime | date | None
    what: Any
    text: str


def elsewhere(records: Sequence[Person]) -> list[Naming]:
    """Return texts about others that name one of these records, the newest first.

    One statement for the audit log and one for each kind of notes, at any size.
    """
    found = [*_in_the_log(records), *_in_notes(records)]
    return sorted(found, key=lambda one: _day(one.at), reverse=True)


def _day(at: datetime | date | None) -> str:
    return at.isoformat() if at else ""


def _in_the_log(records: Sequence[Person]) -> Iterator[Naming]:
    keys = [one.public_id for one in records]
    is_theirs = sa.func.coalesce(AuditEntry.person_key.in_(keys), sa.false())
    statement: Any = sa.select(AuditEntry.recorded_at, AuditEntry.action, AuditEntry.reason)
    for at, action, reason in _read(statement.where(AuditEntry.reason != "", ~is_theirs)):
        if _names_one(reason, records):
            yield Naming(at, ACTIONS.get(action, action), reason)


def _in_notes(records: Sequence[Person]) -> Iterator[Naming]:
    for own_words, act in {
        act.own_words: act for act in acts() if act.own_words is not None
    }.items():
        statement = sa.select(act.at, own_words).where(own_words != "", *_of_others(act, records))
        for at, text in _read(statement):
            if _names_one(text, records):
                yield Naming(at, TABLES[act.column.class_.__tablename__], text)


def _of_others(act: Act, records: Sequence[Person]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions that leave out rows about the person: what becomes of these is told."""
    for part in parts():
        if part.model is act.column.class_:
            for person in records:
                yield ~sa.func.coalesce(part.whose(person), sa.false())


def _read(statement: Any) -> Iterable[Any]:
    return db.session.execute(statement.execution_options(yield_per=PORTION))


def _names_one(text: str, records: Sequence[Person]) -> bool:
    return any(mentions(text, one) for one in records)
