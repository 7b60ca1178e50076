"""Reads: whom requirements enrol, which places they have, which courses parts mean."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.catalog.models import Course
from lms.certification.following.models import PlaceCause, RequiredPlace
from lms.certification.following.policies import Asked, asked
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.history import History
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    RequirementRule,
)
from lms.certification.schemes.records.histories import histories, schemes_by_id
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.rule.members import taught
from lms.learning.queries.enrolments import OPEN

Pair = tuple[int, int]  # person and scheme


@dataclass
class Place:
    """A place that is still open, with the certifications it is required for."""

    row: RequiredPlace
    enrolment: Enrolment
    schemes: list[int] = field(default_factory=list)


def enrolling_keys(person_ids: Collection[int]) -> dict[Pair, set[str]]:
    """Return the keys of what enrols these people: required by a rule that does, or by a person."""
    fact, rule = CertificationFact, RequirementRule
    statement = (
        sa.select(fact.person_id, fact.scheme_id, fact.key, fact.rule_id, fact.details)
        .outerjoin(rule, rule.id == fact.rule_id)
        .join(CertificationScheme, CertificationScheme.id == fact.scheme_id)
        .where(
            fact.person_id.in_(person_ids),
            fact.kind == FactKind.REQUIRED,
            sa.or_(rule.enrols, fact.rule_id.is_(None)),
            CertificationScheme.retired_at.is_(None),
        )
    )
    found: dict[Pair, set[str]] = defaultdict(set)
    for row in db.session.execute(statement):
        if row.rule_id is not None or row.details.get("enrols"):
            found[row.person_id, row.scheme_id].add(row.key)
    return found


def open_places(person_ids: Collection[int]) -> list[Place]:
    """Return the required places of these people in which they can still learn."""
    statement = (
        sa.select(RequiredPlace, Enrolment, PlaceCause.scheme_id)
        .join(Enrolment, Enrolment.id == RequiredPlace.enrolment_id)
        .join(PlaceCause, PlaceCause.enrolment_id == RequiredPlace.enrolment_id)
        .where(RequiredPlace.person_id.in_(person_ids), OPEN)
        .order_by(Enrolment.id, PlaceCause.scheme_id)
        .options(joinedload(Enrolment.learner), joinedload(Enrolment.course))
    )
    found: dict[int, Place] = {}
    for row, enrolment, scheme_id in db.session.execute(statement):
        found.setdefault(enrolment.id, Place(row, enrolment)).schemes.append(scheme_id)
    return list(found.values())


def taken_away(person_ids: Collection[int]) -> set[tuple[int, int, int, str]]:
    """Return (person, scheme, course, cycle) of places that a person withdrew them from."""
    statement = (
        sa.select(
            RequiredPlace.person_id, PlaceCause.scheme_id, Enrolment.course_id, PlaceCause.cycle
        )
        .join(Enrolment, Enrolment.id == RequiredPlace.enrolment_id)
        .join(PlaceCause, PlaceCause.enrolment_id == RequiredPlace.enrolment_id)
        .where(
            RequiredPlace.person_id.in_(person_ids),
            Enrolment.withdrawn_at.is_not(None),
            RequiredPlace.dropped_at.is_(None),
        )
    )
    return {(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)}


def open_in(person_ids: Collection[int], course_ids: Collection[int]) -> dict[Pair, Enrolment]:
    """Return the open enrolments of these people in these courses, by person and course."""
    statement = sa.select(Enrolment).where(
        Enrolment.learner_id.in_(person_ids), Enrolment.course_id.in_(course_ids), OPEN
    )
    return {(one.learner_id, one.course_id): one for one in db.session.scalars(statement)}


def asks_of(pairs: Mapping[Pair, Collection[str]], today: date) -> dict[Pair, Asked]:
    """Return what is asked of each person and scheme; the values are the keys that enrol."""
    schemes = schemes_by_id({scheme_id for _person_id, scheme_id in pairs})
    known = histories({person_id for person_id, _scheme_id in pairs}, schemes)
    return {
        pair: asked(known.get(pair) or History([], schemes[pair[1]]), today, keys)
        for pair, keys in pairs.items()
    }


def part_courses(scheme_ids: Collection[int], today: date) -> dict[int, dict[str, int]]:
    """Return by scheme the ids of the courses that its parts are; of what is taught alone."""
    statement = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.id.in_(scheme_ids))
        .options(selectinload(CertificationScheme.versions))
    )
    slugs = {
        scheme.id: {
            part.key: part.course
            for part in parts_of(current_version(scheme, today))
            if part.course is not None
        }
        for scheme in db.session.scalars(statement)
    }
    ids = _ids({slug for own in slugs.values() for slug in own.values()})
    offered = taught(ids.values())
    return {
        scheme_id: {key: ids[slug] for key, slug in own.items() if ids.get(slug) in offered}
        for scheme_id, own in slugs.items()
    }


def _ids(slugs: Collection[str]) -> dict[str, int]:
    statement = sa.select(Course.slug, Course.id).where(Course.slug.in_(slugs))
    return dict(db.session.execute(statement).all())
