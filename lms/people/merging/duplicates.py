"""Finding records that are likely of one human being: pairs, each with why it was found."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.merging.different import is_told_apart
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

# An address or a number that more people share tells a mailbox of a centre, not one person.
MOST_ALIKE = 5


class Alike(Enum):
    """Why two records look like one person."""

    NUMBER = "number"  # but for zeros in front, case, spaces and strokes
    EMAIL = "email"
    NAME_AND_START = "name_and_start"  # the same name, ё as е, and a post since the same day
    NAME_AND_CENTRE = "name_and_centre"  # the same name, and a post at the same centre


WORDS = {
    Alike.NUMBER: _l("personnel numbers that differ only in zeros, strokes or case"),
    Alike.EMAIL: _l("the same e-mail address"),
    Alike.NAME_AND_START: _l("the same name and the same first day in a post"),
    Alike.NAME_AND_CENTRE: _l("the same name and a post at the same centre"),
}


def pairs(viewer: Viewer) -> sa.Subquery:
    """Return the pairs whom the viewer keeps both: ``low``, ``high`` and a column for each reason.

    Of ids the lower one comes first. Who was erased or merged is in no pair, and two who are marked
    as different people are none.
    """
    found = sa.union_all(
        _same(Alike.NUMBER, Person.plain_number),
        _same(Alike.EMAIL, sa.func.lower(Person.email), Person.email.is_not(None)),
        _namesakes(),
    ).subquery()
    reasons = (sa.func.max(found.c[one.value]).label(one.value) for one in Alike)
    keep = Permission.KEEP_PEOPLE
    return (
        sa.select(found.c.low, found.c.high, *reasons)
        .where(
            visible_to(viewer, keep, found.c.low),
            visible_to(viewer, keep, found.c.high),
            ~is_told_apart(found.c.low, found.c.high),
        )
        .group_by(found.c.low, found.c.high)
        .subquery()
    )


def _lives(person: Any) -> sa.ColumnElement[bool]:
    return sa.and_(person.erased_at.is_(None), person.merged_into_id.is_(None))


def _same(reason: Alike, value: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select pairs whose ``value``, an expression on ``Person``, is the same.

    Only the few that share a value are joined: all with all would be read for each otherwise. Who
    shares one is told by an index, whose conditions are these (migration 0081).
    """
    is_one = sa.and_(_lives(Person), *conditions)
    shared = (
        sa.select(value.label("value"))
        .where(is_one, value != "")
        .group_by(value)
        .having(sa.func.count().between(2, MOST_ALIKE))
        .subquery()
    )
    alike = (
        sa.select(Person.id, value.label("value"))
        .join(shared, shared.c.value == value)
        .where(is_one)
        .cte(f"alike_{reason.value}")
    )
    one, two = alike.alias(), alike.alias()
    return (
        sa.select(one.c.id.label("low"), two.c.id.label("high"), *_told({reason: sa.true()}))
        .join(two, sa.and_(two.c.value == one.c.value, two.c.id > one.c.id))
        .select_from(one)
    )


def _namesakes() -> sa.Select[Any]:
    """Select people of one name who share the first day, or the centre, of some post.

    Both at once, and of nobody else's posts: finding who has the name of another costs more than
    all the rest. That, too, is told by an index, which knows nothing of who lives: of the few with
    a namesake that is asked afterwards, before they are joined with each other.
    """
    sharing = sa.func.count().over(partition_by=Person.sort_name).label("sharing")
    named = sa.select(Person.id, Person.sort_name, sharing).where(Person.sort_name != "").subquery()
    held = (
        sa.select(named.c.id, named.c.sort_name, Employment.started_on, Employment.unit_id)
        .join(Employment, Employment.person_id == named.c.id)
        .join(Person, Person.id == named.c.id)
        .where(named.c.sharing > 1, _lives(Person))
        .cte("namesakes")
    )
    mine, other = held.alias(), held.alias()
    shared = {
        Alike.NAME_AND_START: other.c.started_on == mine.c.started_on,
        Alike.NAME_AND_CENTRE: other.c.unit_id == mine.c.unit_id,
    }
    is_pair = sa.and_(other.c.sort_name == mine.c.sort_name, other.c.id > mine.c.id)
    pair: list[Any] = [mine.c.id.label("low"), other.c.id.label("high"), *_told(shared)]
    return sa.select(*pair).join(other, sa.and_(is_pair, sa.or_(*shared.values())))


def _told(reasons: Mapping[Alike, sa.ColumnElement[bool]]) -> Iterator[sa.ColumnElement[int]]:
    """Yield a column for each reason: 1 where its condition holds, 0 for those not named."""
    for one in Alike:
        yield sa.case((reasons.get(one, sa.false()), 1), else_=0).label(one.value)


def reasons_of(row: Any) -> list[Any]:
    """Return in words why a row of ``pairs`` was found."""
    return [words for reason, words in WORDS.items() if getattr(row, reason.value)]


def people_of(rows: Any) -> dict[int, Person]:
    """Return the people of rows of ``pairs`` by id, with their present posts."""
    ids = {key for row in rows for key in (row.low, row.high)}
    return {person.id: person for person in db.session.scalars(_with_posts(ids))}


def _with_posts(ids: set[int]) -> sa.Select[Person]:
    post = sa.orm.joinedload(Person.employment)
    return (
        sa.select(Person)
        .where(Person.id.in_(ids))
        .options(post.options(sa.orm.joinedload(Employment.unit)))
    )
