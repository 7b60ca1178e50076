"""Builders of certification schemes, rules and facts. Each flushes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from lms.catalog.models import Course
from lms.certification.lifecycle.facts import Awarded
from lms.certification.lifecycle.state import State, state_on
from lms.certification.lifecycle.terms import Terms
from lms.certification.schemes.defining import create_rule, create_scheme
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.equivalents.services import declare
from lms.certification.schemes.models import (
    CertificationScheme,
    RequirementRule,
    SchemeEquivalent,
)
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.records.recording import Entry, append
from lms.people.models import Person
from tests.builders.people import make_job_role, make_person, network

TODAY = date(2026, 3, 2)
EXAM = Part("exam", EvidenceKind.COURSE, {"ru": "Курс", "en": "Course"}, "taught")
VISIT = Part("visit", EvidenceKind.OBSERVATION, {"ru": "Наблюдение", "en": "Observation"})
_numbers = count(1)


def at(day: date) -> datetime:
    """Noon of a day, UTC."""
    return datetime.combine(day, time(12), UTC)


def certify(person: Person, scheme: CertificationScheme, until_on: date) -> None:
    """Award a certification for the 300 days until ``until_on``."""
    from_on = until_on - timedelta(days=300)
    fact = Awarded(
        key="award", effective_on=from_on, recorded_at=at(from_on), from_on=from_on,
        until_on=until_on, version=1,
    )  # fmt: skip
    append([Entry(person.id, scheme.id, fact)])


def make_scheme(*, parts: tuple[Part, ...] = (EXAM,), **terms: Any) -> CertificationScheme:
    """A scheme that asks for ``parts``, valid for a year, in force since 2020."""
    values = {
        "parts": tuple(part.key for part in parts),
        "short_parts": (parts[0].key,),
        "valid_months": 12,
        **terms,
    }
    return create_scheme(
        key=f"scheme-{next(_numbers)}",
        title={"ru": "Универсальный специалист", "en": "Universal specialist"},
        terms=Terms(**values),
        parts=parts,
        in_force_on=date(2020, 1, 1),
        now=at(TODAY),
        actor=None,
    )


def make_rule(scheme: CertificationScheme, **overrides: Any) -> RequirementRule:
    """Every front-desk specialist of the network must hold it within 30 days, from 1 March 2026."""
    values = {
        "unit": network(),
        "job_role": make_job_role(),
        "days": 30,
        "in_force_on": date(2026, 3, 1),
        "enrols": False,
        "now": at(TODAY),
        "today": TODAY,
        "actor": None,
        **overrides,
    }
    return create_rule(scheme=scheme, **values)


def make_equivalent(
    scheme: CertificationScheme,
    old: CertificationScheme | Course | None = None,
    until_on: date = date(2026, 12, 31),
    today: date = TODAY,
) -> SchemeEquivalent:
    """Another certification, or a course's certificate, counts in its place until a day."""
    return declare(
        scheme=scheme,
        old=old or make_scheme(),
        until_on=until_on,
        reason="The old one counts for now.",
        actor=make_person(),
        now=at(today),
        today=today,
    )


def stands(person: Person, scheme: CertificationScheme, on: date = TODAY) -> State:
    """How the person stands, derived from the facts."""
    known = schemes_by_id([scheme.id])[scheme.id]
    return state_on(history(person.id, scheme.id, known), on)


def award(person: Person, scheme: CertificationScheme, on: date = TODAY) -> None:
    """Award it to the person."""
    desk = Desk(person=person, scheme_id=scheme.id, actor=person, now=at(on), today=on)
    desk.award(reason="for a test")
