"""How many enrolments a rule would make, before it makes them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from lms.certification.following.finding import part_courses
from lms.certification.following.policies import Asked, asked
from lms.certification.lifecycle.facts import FactKind
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.records.alike import shared_histories
from lms.certification.schemes.records.histories import schemes_by_id
from lms.certification.schemes.records.standings import serving
from lms.core.database import db
from lms.learning.queries.people import open_enrolments_in


def enrolments_for(scheme_id: int, asks: Iterable[tuple[Collection[int], Asked]], day: date) -> int:
    """Return how many places would be made for what is asked of people: those not open yet."""
    courses = part_courses([scheme_id], day)[scheme_id]
    wanted: dict[int, set[int]] = defaultdict(set)
    for people, ask in asks:
        for part in ask.lacking if ask.may_enrol else ():
            if part in courses:
                wanted[courses[part]].update(people)
    return sum(
        len(people - open_enrolments_in(course, people)) for course, people in wanted.items()
    )


def enrolments_of(rule: RequirementRule, today: date) -> int:
    """Return how many places a rule would make today if it enrolled."""
    fact = CertificationFact
    required = sa.select(fact.person_id).where(
        fact.rule_id == rule.id,
        fact.kind == FactKind.REQUIRED,
        fact.person_id.not_in(serving(rule.scheme_id, today)),
    )
    keys = set(db.session.scalars(required.with_only_columns(fact.key).distinct()))
    scheme = schemes_by_id([rule.scheme_id])
    shared = shared_histories(required, scheme)[rule.scheme_id]
    asks = ((one.people, asked(one.history, today, keys)) for one in shared)
    return enrolments_for(rule.scheme_id, asks, today)
