"""Loading what is known of people: one History for each person and scheme."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.certification.lifecycle.facts import Fact, Left, Returned
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.codec import FACT_COLUMNS, fact_of
from lms.certification.schemes.definitions import scheme_of
from lms.certification.schemes.models import CertificationFact, CertificationScheme, SchemeVersion
from lms.certification.schemes.records.foreseeing import Post, changing_posts, foreseen
from lms.core.calendar import add_days
from lms.core.database import db
from lms.core.unit_of_work import forget_when_written, read_once
from lms.people.planned.expected import People

BATCH = 500  # people whose facts are loaded with one statement


def schemes_by_id(ids: Collection[int] | None = None) -> dict[int, Scheme]:
    """Return all schemes, or those with ``ids``, as the life cycle reads them."""
    if ids is None:
        return read_once("all schemes", _read_schemes)
    return _read_schemes(ids)


forget_when_written("all schemes", CertificationScheme, SchemeVersion)


def _read_schemes(ids: Collection[int] | None = None) -> dict[int, Scheme]:
    statement = sa.select(CertificationScheme).options(selectinload(CertificationScheme.versions))
    if ids is not None:
        statement = statement.where(CertificationScheme.id.in_(ids))
    return {row.id: scheme_of(row.versions) for row in db.session.scalars(statement)}


def histories(
    people: Iterable[int] | sa.Select[Any],
    schemes: dict[int, Scheme],
    *,
    known_at: datetime | None = None,
    always: Iterable[tuple[int, int]] = (),
) -> dict[tuple[int, int], History]:
    """Return the history of each (person, scheme) about which there is a fact, or one is foreseen.

    ``people`` are ids, or the statement that selects them. ``known_at`` leaves out what was
    recorded or planned after that instant. Of ``always``, pairs of these people, there is one also
    where leaves and absences are all that is known. Two statements, of many ids for each ``BATCH``,
    and one for the rules where something is planned for somebody.
    """
    if isinstance(people, sa.Select):
        return _histories(people, schemes, known_at, always)
    found: dict[tuple[int, int], History] = {}
    pairs = set(always)
    for ids in _batches(sorted(set(people))):
        found |= _histories(ids, schemes, known_at, pairs.intersection(product(ids, schemes)))
    return found


def history(
    person_id: int, scheme_id: int, scheme: Scheme, *, known_at: datetime | None = None
) -> History:
    """Return the history of one person and scheme; leaves and absences alone are one, too."""
    pair = person_id, scheme_id
    return histories([person_id], {scheme_id: scheme}, known_at=known_at, always=[pair])[pair]


def _histories(
    people: People,
    schemes: dict[int, Scheme],
    known_at: datetime | None,
    always: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], History]:
    own: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    shared: dict[int, list[Fact]] = defaultdict(list)
    for found in db.session.execute(_facts(people, schemes.keys(), known_at)):
        if found.scheme_id is None:
            shared[found.person_id].append(fact_of(found))
        else:
            own[found.person_id, found.scheme_id].append(fact_of(found))
    posts = changing_posts(people, known_at)
    absences, ahead = _absences(posts), foreseen(posts, own, schemes.keys(), known_at)
    return {
        (person_id, scheme_id): History(
            # What is recorded comes last: it counts where both have the same key.
            [
                *ahead.get((person_id, scheme_id), ()),
                *own[person_id, scheme_id],
                *shared[person_id],
                *absences[person_id],
            ],
            schemes[scheme_id],
        )
        for person_id, scheme_id in {*own, *ahead, *always}
    }


def _facts(people: People, scheme_ids: Collection[int], known_at: datetime | None) -> Any:
    """Return the statement of what is recorded of people about these schemes, or about all.

    Each kind by its own unique index: for one condition with an ``or``, PostgreSQL searches another
    index many times over for each person.
    """
    fact = CertificationFact
    statement = sa.select(fact.person_id, fact.scheme_id, *FACT_COLUMNS).where(
        fact.person_id.in_(people)
    )
    if known_at is not None:
        statement = statement.where(fact.recorded_at <= known_at)
    return sa.union_all(
        statement.where(fact.scheme_id.in_(scheme_ids)),
        statement.where(fact.scheme_id.is_(None)),
    )


def _absences(posts: Mapping[int, Sequence[Post]]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for person_id, own in posts.items():
        found[person_id] = list(_gaps(own))
    return found


def _gaps(posts: Sequence[Post]) -> Iterable[Fact]:
    for place, post in enumerate(posts):
        if post.ended_on is None:
            continue
        gone_on = add_days(post.ended_on, 1)
        following = posts[place + 1].started_on if place + 1 < len(posts) else None
        if following is not None and following <= gone_on:
            continue
        key = f"left:{gone_on.isoformat()}"
        yield Left(key=key, effective_on=gone_on, recorded_at=_midnight(gone_on))
        if following is not None:
            yield Returned(
                key=f"returned:{following.isoformat()}",
                effective_on=following,
                recorded_at=_midnight(following),
                absence=key,
            )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
