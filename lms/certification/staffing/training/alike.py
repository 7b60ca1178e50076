"""Histories of a whole centre: of those of whom the same is on record, one is read."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.codec import FACT_COLUMNS
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.histories import histories
from lms.certification.staffing.attendance import ids_of, read_ids
from lms.certification.staffing.crews import Ids
from lms.core.database import db
from lms.people.models import Employment, Person
from lms.people.planned.models import PlannedPost


@dataclass(frozen=True)
class Alike:
    """People of whom the same is known about a certification."""

    people: Ids
    history: History


def shared_histories(people: sa.Select[Any], schemes: dict[int, Scheme]) -> dict[int, list[Alike]]:
    """Return, by certification, the histories of those whose ids ``people`` selects.

    Who is in none of them has no history there. Whose absences, or plans, count too is read by
    themselves.
    """
    single, found = _single(people), defaultdict[int, list[Alike]](list)
    crowds = {
        scheme: [rest for ids in sets if (rest := ids - single)]
        for scheme, sets in _crowds(people, schemes).items()
    }
    firsts = {scheme: [min(ids) for ids in sets] for scheme, sets in crowds.items()}
    read = single.union(*firsts.values())
    known = histories(sa.select(Person.id).where(Person.id.in_(read)), schemes)
    for (person, scheme), history in known.items():
        if person in single:
            found[scheme].append(Alike(frozenset({person}), history))
    for scheme, sets in crowds.items():
        for first, ids in zip(firsts[scheme], sets, strict=True):
            found[scheme].append(Alike(ids, known[first, scheme]))
    return found


def _single(people: sa.Select[Any]) -> Ids:
    """Return who has facts about all certifications, left a post, or has something planned."""
    fact, post, plan = CertificationFact, Employment, PlannedPost
    statements = [
        sa.select(of.person_id).where(of.person_id.in_(people), condition)
        for of, condition in (
            (fact, fact.scheme_id.is_(None)),
            (post, post.ended_on.is_not(None)),
            (plan, plan.ended_at.is_(None)),
        )
    ]
    return frozenset(db.session.scalars(sa.union(*statements)))


def _crowds(people: sa.Select[Any], schemes: dict[int, Scheme]) -> dict[int, list[Ids]]:
    """Return the people of whom the same is on record, by certification.

    Where the same is listed in another order they are two crowds: that costs time alone.
    """
    fact = CertificationFact
    listed: Any = sa.literal("")
    for column in FACT_COLUMNS:
        listed = listed.concat(sa.cast(column, sa.Text)).concat("|")
    each = (
        sa.select(fact.scheme_id, fact.person_id, sa.func.aggregate_strings(listed, ";"))
        .where(fact.person_id.in_(people), fact.scheme_id.in_(schemes))
        .group_by(fact.scheme_id, fact.person_id)
        .subquery()
    )
    scheme, person, record = each.c
    statement = sa.select(scheme, ids_of(person)).group_by(scheme, record)
    found: dict[int, list[Ids]] = defaultdict(list)
    for scheme_id, ids in db.session.execute(statement):
        found[scheme_id].append(read_ids(ids))
    return found
