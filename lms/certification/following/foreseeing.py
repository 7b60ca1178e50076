"""How many enrolments a rule would make, before it makes them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from lms.certification.following.finding import Pair, asks_of, part_courses
from lms.certification.following.places import wishes_for
from lms.certification.following.policies import Asked
from lms.certification.lifecycle.facts import FactKind
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.records.histories import BATCH
from lms.core.database import db
from lms.learning.queries.people import open_enrolments_in


def enrolments_for(asks: Mapping[Pair, Asked], day: date) -> int:
    """Return how many places would be made for what is asked: those that aren't open yet."""
    courses = part_courses({scheme_id for _person_id, scheme_id in asks}, day)
    wanted: dict[int, set[int]] = defaultdict(set)
    for (person_id, scheme_id), ask in asks.items():
        if ask.may_enrol:
            for wish in wishes_for(person_id, scheme_id, ask, courses[scheme_id]):
                wanted[wish.course_id].add(person_id)
    return sum(
        len(people - open_enrolments_in(course, people)) for course, people in wanted.items()
    )


def enrolments_of(rule: RequirementRule, today: date) -> int:
    """Return how many places a rule would make today if it enrolled."""
    keys: dict[Pair, set[str]] = defaultdict(set)
    statement = sa.select(CertificationFact.person_id, CertificationFact.key).where(
        CertificationFact.rule_id == rule.id, CertificationFact.kind == FactKind.REQUIRED
    )
    for person_id, key in db.session.execute(statement):
        keys[person_id, rule.scheme_id].add(key)
    pairs = sorted(keys)
    parts = (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))
    return sum(
        enrolments_for(asks_of({pair: keys[pair] for pair in part}, today), today) for part in parts
    )
