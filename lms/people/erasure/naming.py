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
from lms.core.database import db, fold
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


def elsewhere(people: Sequence[Sequence[Person]]) -> list[list[Naming]]:
    """Return for each of these people, given with all their records, texts about others that name
    them, the newest first.

    One statement for the audit log, of which only entries with a reason are read, and one for each
    kind of notes, at any size.
    """
    found: list[list[Naming]] = [[] for _records in people]
    wanted = [(place, one, _signs(one)) for place, own in enumerate(people) for one in own]
    for at, what, text, about in (*_in_the_log(people), *_in_notes(people)):
        folded = fold(text) or ""
        for place in {place for place, one, signs in wanted if _is_named(text, folded, one, signs)}:
            if not about[place]:
                found[place].append(Naming(at, what, text))
    return [sorted(one, key=lambda naming: _day(naming.at), reverse=True) for one in found]


def _day(at: datetime | date | None) -> str:
    return at.isoformat() if at else ""


def _signs(person: Person) -> list[str]:
    """Return what stands in every text that names the person: one of these. For speed."""
    family = fold(person.family_name or person.given_name) or ""
    stem = family[:-1] if len(family) > 4 else family
    return [one for one in (stem, fold(person.personnel_number), fold(person.email or "")) if one]


def _is_named(text: str, folded: str, person: Person, signs: Sequence[str]) -> bool:
    return any(sign in folded for sign in signs) and mentions(text, person)


# When, at what, the text, and for each of the people whether it is about them.
_Read = tuple[datetime | date | None, Any, str, Sequence[bool]]


def _in_the_log(people: Sequence[Sequence[Person]]) -> Iterator[_Read]:
    keys = [{one.public_id for one in own} for own in people]
    row = AuditEntry
    statement = sa.select(row.recorded_at, row.action, row.reason, row.person_key)
    # Written out: a condition with a parameter isn't the one of the index.
    for at, action, reason, key in _read(statement.where(row.reason != sa.literal_column("''"))):
        yield at, ACTIONS.get(action, action), reason, [key in own for own in keys]


def _in_notes(people: Sequence[Sequence[Person]]) -> Iterator[_Read]:
    for own_words, act in {
        act.own_words: act for act in acts() if act.own_words is not None
    }.items():
        about = [_about(act, own).label(f"about_{place}") for place, own in enumerate(people)]
        statement = sa.select(act.at, own_words, *about).where(own_words != "")
        for at, text, *told in _read(statement):
            yield at, TABLES[act.column.class_.__tablename__], text, told


def _about(act: Act, records: Sequence[Person]) -> sa.ColumnElement[bool]:
    """Return whether a row is about the person: what becomes of these is told."""
    whose = [part.whose for part in parts() if part.model is act.column.class_]
    return sa.or_(
        sa.false(),
        *(sa.func.coalesce(one(person), sa.false()) for one in whose for person in records),
    )


def _read(statement: Any) -> Iterable[Any]:
    return db.session.execute(statement.execution_options(yield_per=PORTION))
