"""Histories of many: of those of whom the same is on record, one is read."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.histories import histories
from lms.core.database import db
from lms.core.unit_of_work import is_one_of
from lms.people.models import Employment, Person
from lms.people.planned.expected import day_before
from lms.people.planned.models import PlannedPost

PORTION = 20_000  # people named in one statement
# What a state is told by, whenever it was recorded.
COMPARED = (
    CertificationFact.kind,
    CertificationFact.key,
    CertificationFact.effective_on,
    CertificationFact.details,
)


@dataclass(frozen=True)
class Alike:
    """People of whom the same is known about a certification."""

    people: frozenset[int]
    history: History


def shared_histories(
    people: sa.Select[Any], schemes: dict[int, Scheme], *, leaves: bool = False
) -> dict[int, list[Alike]]:
    """Return, by certification, the histories of those whose ids ``people`` selects.

    Who is in none of them has no history there; with ``leaves``, who has been on leave or away from
    the network has one of that alone. Whose absences, or plans, count too is read by themselves.
    Five statements for all, and further ones for each ``PORTION`` of histories that are read.
    """
    single, found = _single(people), defaultdict[int, list[Alike]](list)
    crowds = {
        scheme: [rest for ids in sets if (rest := ids - single)]
        for scheme, sets in _crowds(people, schemes).items()
    }
    firsts = {scheme: [min(ids) for ids in sets] for scheme, sets in crowds.items()}
    known = _read(single.union(*firsts.values()), schemes, single if leaves else frozenset())
    for (person, scheme), history in known.items():
        if person in single:
            found[scheme].append(Alike(frozenset({person}), history))
    for scheme, sets in crowds.items():
        for first, ids in zip(firsts[scheme], sets, strict=True):
            found[scheme].append(Alike(ids, known[first, scheme]))
    return found


def _read(
    people: frozenset[int], schemes: dict[int, Scheme], always: frozenset[int]
) -> dict[tuple[int, int], History]:
    found: dict[tuple[int, int], History] = {}
    ordered = sorted(people)
    for start in range(0, len(ordered), PORTION):
        ids = ordered[start : start + PORTION]
        named = sa.select(Person.id).where(is_one_of(Person.id, ids))
        found |= histories(named, schemes, always=product(always.intersection(ids), schemes))
    return found


def _single(people: sa.Select[Any]) -> frozenset[int]:
    """Return who has facts about all certifications, was away or left, or has something planned."""
    fact, post, plan, following = CertificationFact, Employment, PlannedPost, aliased(Employment)
    goes_on = sa.exists().where(
        following.person_id == post.person_id, day_before(following.started_on) == post.ended_on
    )
    statements = [
        sa.select(of.person_id).where(of.person_id.in_(people), condition)
        for of, condition in (
            (fact, fact.scheme_id.is_(None)),
            (post, sa.and_(post.ended_on.is_not(None), ~goes_on)),
            (plan, plan.ended_at.is_(None)),
        )
    ]
    return frozenset(db.session.scalars(sa.union(*statements)))


def _crowds(people: sa.Select[Any], schemes: dict[int, Scheme]) -> dict[int, list[frozenset[int]]]:
    """Return the people of whom the same is on record, by certification.

    Where the same is listed in another order they are two crowds: that costs time alone.
    """
    fact = CertificationFact
    listed: Any = sa.literal("")
    for column in COMPARED:
        listed = listed.concat(sa.cast(column, sa.Text)).concat("|")
    each = (
        sa.select(fact.scheme_id, fact.person_id, sa.func.aggregate_strings(listed, ";"))
        .where(fact.person_id.in_(people), fact.scheme_id.in_(schemes))
        .group_by(fact.scheme_id, fact.person_id)
        .subquery()
    )
    scheme, person, record = each.c
    statement = sa.select(scheme, ids_of(person)).group_by(scheme, record)
    found: dict[int, list[frozenset[int]]] = defaultdict(list)
    for scheme_id, ids in db.session.execute(statement):
        found[scheme_id].append(read_ids(ids))
    return found


def ids_of(column: Any) -> Any:
    """Return the aggregate that ``read_ids`` reads: thousands of ids in one row."""
    return sa.func.aggregate_strings(sa.cast(column, sa.Text), ",")


def read_ids(listed: str) -> frozenset[int]:
    """Return the ids that ``ids_of`` listed."""
    return frozenset(map(int, listed.split(",")))
