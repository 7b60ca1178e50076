"""Making schemes and rules."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from lms.audit.services import record as audit
from lms.certification.errors import RuleEnded, RuleExists, SchemeChanged, SchemeKeyTaken
from lms.certification.lifecycle.terms import Terms
from lms.certification.schemes.codec import terms_data
from lms.certification.schemes.definitions import Part, newest_version
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    RequirementRule,
    SchemeVersion,
)
from lms.certification.schemes.queries import rules_that_stay
from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rule
from lms.certification.schemes.rules.changed import changed_people
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.core.unit_of_work import insert
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.planned.expected import people_with_plans

AT_ONCE = 500  # people, about a second
APPLY_RULE = "certification.apply_rule"
REFRESH = "certification.refresh"


def create_scheme(
    *,
    key: str,
    title: Mapping[str, str],
    terms: Terms,
    parts: Sequence[Part],
    in_force_on: date,
    now: datetime,
    actor: Person | None,
) -> CertificationScheme:
    """Make a scheme with its first version. Raises SchemeKeyTaken."""
    scheme = CertificationScheme(
        key=key, title=dict(title), created_at=now, created_by_id=actor.id if actor else None
    )
    insert(scheme, SchemeKeyTaken())
    _add_version(scheme, 1, terms, parts, in_force_on, now, actor, "")
    _audit(scheme, action="certification.scheme_created", now=now, actor=actor, reason="")
    return scheme


def change_scheme(
    *,
    scheme: CertificationScheme,
    title: Mapping[str, str],
    terms: Terms,
    parts: Sequence[Part],
    in_force_on: date,
    now: datetime,
    actor: Person,
    reason: str,
) -> SchemeVersion:
    """Add a version, in force for periods from ``in_force_on``; dates given before stay.

    What follows for more than ``AT_ONCE`` people is worked out by a job. Raises SchemeChanged when
    another version was added at the same moment.
    """
    scheme.title = dict(title)
    number = newest_version(scheme).number + 1
    version = _add_version(scheme, number, terms, parts, in_force_on, now, actor, reason)
    _audit(scheme, action="certification.scheme_changed", now=now, actor=actor, reason=reason)
    if changes_many(scheme):
        enqueue(REFRESH, key=public_id(), now=now, scheme_id=scheme.id)
    else:
        refresh(people_of(scheme.id), [scheme.id])
    return version


def changes_many(scheme: CertificationScheme) -> bool:
    """Tell whether what follows from a change of a scheme is left to a job."""
    return len(people_of(scheme.id)) > AT_ONCE


def create_rule(
    *,
    scheme: CertificationScheme,
    unit: OrganisationUnit,
    job_role: JobRole | None,
    days: int,
    in_force_on: date,
    enrols: bool,
    now: datetime,
    today: date,
    actor: Person | None,
    reason: str = "",
) -> RequirementRule:
    """Make a rule and apply it: to more than ``AT_ONCE`` people, and where it ``enrols``, by jobs.

    Raises RuleExists for one that would change nothing, such as one that is sent twice.
    """
    if any(
        (one.unit_id, one.job_role_id, one.days)
        == (unit.id, job_role.id if job_role else None, days)
        and one.in_force_on <= in_force_on
        for one in rules_that_stay(scheme)
    ):
        raise RuleExists
    rule = RequirementRule(
        scheme_id=scheme.id,
        unit_id=unit.id,
        job_role_id=job_role.id if job_role else None,
        days=days,
        in_force_on=in_force_on,
        enrols=enrols,
        made_at=now,
        made_by_id=actor.id if actor else None,
        reason=reason,
    )
    rule.unit = unit
    db.session.add(rule)
    db.session.flush()
    _audit(scheme, action="certification.rule_made", now=now, actor=actor, reason=reason)
    _follow(rule, now, today)
    return rule


def end_rule(
    *, rule: RequirementRule, on: date, now: datetime, today: date, actor: Person, reason: str
) -> None:
    """End a rule: ``on`` is the first day without it. Raises RuleEnded. Load unit and scheme."""
    if rule.ended_on is not None:
        raise RuleEnded
    rule.ended_on = max(on, rule.in_force_on)
    db.session.flush()
    _audit(rule.scheme, action="certification.rule_ended", now=now, actor=actor, reason=reason)
    _follow(rule, now, today)


def touches_many(rule: RequirementRule, today: date) -> bool:
    """Tell whether a rule is left to a job, or was and the job isn't done; load its ``unit``."""
    return len(changed_people(rule, today)) > AT_ONCE


def _follow(rule: RequirementRule, now: datetime, today: date) -> None:
    """Apply a rule, to many by a job; who isn't in its reach yet may be as planned."""
    if touches_many(rule, today):
        enqueue(APPLY_RULE, key=public_id(), now=now, rule_id=rule.id)
    else:
        apply_rule(rule, now=now, today=today)
    refresh(people_with_plans(), [rule.scheme_id])


def _add_version(
    scheme: CertificationScheme,
    number: int,
    terms: Terms,
    parts: Sequence[Part],
    in_force_on: date,
    now: datetime,
    actor: Person | None,
    reason: str,
) -> SchemeVersion:
    version = SchemeVersion(
        scheme_id=scheme.id,
        number=number,
        in_force_on=in_force_on,
        terms=terms_data(terms),
        parts=[part.data for part in parts],
        made_at=now,
        made_by_id=actor.id if actor else None,
        reason=reason,
    )
    insert(version, SchemeChanged())
    db.session.expire(scheme, ["versions"])
    return version


def people_of(scheme_id: int) -> set[int]:
    """Return the ids of those about whom something is recorded, or planned."""
    statement = sa.select(CertificationFact.person_id).where(
        CertificationFact.scheme_id == scheme_id
    )
    return {*db.session.scalars(statement.distinct()), *people_with_plans()}


def _audit(
    scheme: CertificationScheme,
    *,
    action: str,
    now: datetime,
    actor: Person | None,
    reason: str,
) -> None:
    audit(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="certification_scheme",
        subject_key=scheme.public_id,
        reason=reason,
    )
