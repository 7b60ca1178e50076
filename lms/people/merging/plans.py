"""The dry run: what moves, what clashes and what happens then, how the record would read."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.core.database import db, fold
from lms.people.merging.carrying import Carry, Clash, Pair, carries
from lms.people.models import Employment, Person

# From this share of common letters on, two names count as spellings of one: Наталья and Наталия.
SPELT_ALIKE = 0.8


class Value(Enum):
    """What the record that stays may take over from the one that ends."""

    NAME = "name"
    NUMBER = "number"
    EMAIL = "email"
    LANGUAGE = "language"
    POSTS = "posts"  # the posts that count where those of both overlap


@dataclass(frozen=True)
class Post:
    """A post of one of the two records, with its unit and job role."""

    row: Employment
    owner_id: int

    @property
    def days(self) -> tuple[date, date]:
        """First and last day; without an end the calendar's last."""
        return self.row.started_on, self.row.ended_on or date.max

    def overlaps(self, other: "Post") -> bool:
        """Tell whether there is a day in both."""
        (first, last), (begins, ends) = self.days, other.days
        return first <= ends and begins <= last


@dataclass(frozen=True)
class Line:
    """One kind of rows and how many of them move."""

    carry: Carry
    rows: int


@dataclass(frozen=True)
class Plan:
    """A dry run of one pair."""

    pair: Pair
    taken: frozenset[Value]
    posts: tuple[Post, ...]  # as they would be
    dropped: tuple[Post, ...]  # that count twice
    lines: tuple[Line, ...]
    clashes: tuple[Clash, ...]

    def value(self, value: Value) -> Any:
        """Return what would stand in the record that stays."""
        source = self.pair.ended if value in self.taken else self.pair.kept
        shown = {
            Value.NAME: source.own_name,
            Value.NUMBER: source.personnel_number,
            Value.EMAIL: source.email,
            Value.LANGUAGE: source.language,
        }
        return shown[value]

    @property
    def warnings(self) -> list[Any]:
        """What whoever decides should look at twice."""
        if not names_differ(*self.pair.both):
            return []
        names = {"one": self.pair.kept.own_name, "two": self.pair.ended.own_name}
        return [_l("The names differ: %(one)s and %(two)s. Is it really one person?", **names)]

    @property
    def moving(self) -> list[Line]:
        """The kinds of which something moves."""
        return [line for line in self.lines if line.rows]

    @property
    def digest(self) -> str:
        """What the dry run is known by when it comes back.

        Practice, messages and the like come by themselves: how many there are doesn't bind.
        """
        facts = [
            [one.public_id, one.row_version, one.personnel_number, one.email]
            for one in self.pair.both
        ]
        with force_locale("en"):  # who agrees may read in another language than who asked
            clashes = sorted(str(clash.what) for clash in self.clashes)
        text = json.dumps(
            [
                facts,
                sorted(value.value for value in self.taken),
                [[post.row.id, post.owner_id] for post in self.posts],
                [[post.row.id, post.owner_id] for post in self.dropped],
                [[line.carry.key, line.rows] for line in self.lines if not line.carry.is_passing],
                clashes,
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()


def names_differ(one: Person, two: Person) -> bool:
    """Tell whether some part of the two names is another one: no misspelling, initial or gap."""
    pairs = (
        (one.family_name, two.family_name),
        (one.given_name, two.given_name),
        (one.patronymic, two.patronymic),
    )
    return not all(_is_alike(fold(mine) or "", fold(other) or "") for mine, other in pairs)


def _is_alike(one: str, two: str) -> bool:
    short, long = sorted((one.rstrip("."), two.rstrip(".")), key=len)
    return (
        not short
        or (len(short) == 1 and long.startswith(short))
        or SequenceMatcher(None, short, long, autojunk=False).ratio() >= SPELT_ALIKE
    )


def counts_of(pair: Pair) -> list[tuple[Carry, tuple[int, int]]]:
    """Return how many rows each of the two has of each kind, the one that stays first."""
    known = list(carries().values())
    found = [
        db.session.execute(sa.select(*(one.rows(person).label(one.key) for one in known)))
        .mappings()
        .one()
        for person in pair.both
    ]
    return [(one, (found[0][one.key], found[1][one.key])) for one in known if not one.is_passing]


def plan_of(pair: Pair, taken: Collection[Value]) -> Plan:
    """Return what merging would do. Nothing changes."""
    known = list(carries().values())
    columns = [one.rows(pair.ended).label(one.key) for one in known]
    counts = db.session.execute(sa.select(*columns)).mappings().one()
    posts, dropped = joined_posts(posts_of(pair), pair, taken)
    return Plan(
        pair,
        frozenset(taken),
        tuple(posts),
        tuple(dropped),
        tuple(Line(one, counts[one.key]) for one in known),
        tuple(clash for one in known if one.clashes for clash in one.clashes(pair)),
    )


def posts_of(pair: Pair) -> list[Post]:
    """Return all posts of both records, by their first day."""
    statement = (
        sa.select(Employment)
        .where(Employment.person_id.in_([one.id for one in pair.both]))
        .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        .order_by(Employment.started_on, Employment.id)
    )
    return [Post(row, row.person_id) for row in db.session.scalars(statement)]


def joined_posts(
    posts: Sequence[Post], pair: Pair, taken: Collection[Value]
) -> tuple[list[Post], list[Post]]:
    """Return the posts as they would be, and those that go: one can't hold two at once.

    The posts of the chosen record all count; of the other's, those that overlap none of them.
    """
    chosen = pair.ended if Value.POSTS in taken else pair.kept
    base = [post for post in posts if post.owner_id == chosen.id]
    others = [post for post in posts if post.owner_id != chosen.id]
    dropped = [post for post in others if any(post.overlaps(one) for one in base)]
    kept = [post for post in posts if post not in dropped]
    return [replace(post, owner_id=pair.kept.id) for post in kept], dropped
