"""Making the record: everything held about a person, as plain values."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.people.disclosure.parts import Act, Part, acts, parts
from lms.people.models import Person
from lms.people.queries import records_of

FORMAT = "lms-person-record/1"
Loaded = list[tuple[Part, list[dict[str, Any]]]]


def loaded_parts(person: Person) -> Loaded:
    """Return each part with its rows. A fixed number of statements for
    each record that was merged into the person's.
    """
    records = records_of(person)
    return [(part, [row for one in records for row in part.rows(one)]) for part in parts()]


def acts_of(person: Person) -> list[dict[str, Any]]:
    """Return what a person did for others, in the order of the kinds."""
    records = records_of(person)
    return [fact for act in acts() for one in records for fact in _told(act, one)]


def _told(act: Act, person: Person) -> list[dict[str, Any]]:
    columns = [act.at.label("at")]
    if act.own_words is not None:
        columns.append(act.own_words.label("own_words"))
    statement = sa.select(*columns).where(act.column == person.id).order_by(act.at)
    table, role = act.column.class_.__tablename__, act.column.key
    return [
        {"table": table, "role": role, **row} for row in db.session.execute(statement).mappings()
    ]


def record_of(person: Person, *, now: datetime) -> dict[str, Any]:
    """Return the whole record as JSON holds it; ``lms/people/README.md`` says how it reads."""
    return {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(),
        "person": person.public_id,
        "parts": {part.key: plain(rows) for part, rows in loaded_parts(person)},
        "acts": plain(acts_of(person)),
    }


def plain(value: Any) -> Any:
    """Return a value as JSON writes it: instants in UTC, dates as ISO has them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
