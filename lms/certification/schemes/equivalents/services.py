"""Saying what counts in place of a certification, and ending it."""

from collections.abc import Collection
from datetime import date, datetime

from lms.audit.services import record as audit
from lms.catalog.models import Course
from lms.certification.errors import EquivalentCircle, EquivalentExists, EquivalentOver
from lms.certification.schemes.defining import AT_ONCE
from lms.certification.schemes.equivalents.applying import apply_equivalent, changed_people
from lms.certification.schemes.equivalents.queries import counting
from lms.certification.schemes.models import CertificationScheme, SchemeEquivalent
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.people.models import Person

APPLY_EQUIVALENT = "certification.apply_equivalent"


def declare(
    *,
    scheme: CertificationScheme,
    old: CertificationScheme | Course,
    until_on: date,
    reason: str,
    actor: Person,
    now: datetime,
    today: date,
) -> SchemeEquivalent:
    """Let ``old`` count in place of ``scheme`` until a day; whoever holds it is recognised at once,
    or, where they are more than ``AT_ONCE``, by a job.

    Raises EquivalentExists, EquivalentCircle. Load ``versions`` of the scheme.
    """
    check(scheme, old, today)
    made = SchemeEquivalent(
        scheme=scheme,
        old_scheme=old if isinstance(old, CertificationScheme) else None,
        course=old if isinstance(old, Course) else None,
        until_on=until_on,
        made_at=now,
        made_by_id=actor.id,
        reason=reason,
    )
    db.session.add(made)
    db.session.flush()
    _audit(made, "certification.equivalent_made", actor, now, reason)
    _follow(made, now=now, today=today)
    return made


def check(scheme: CertificationScheme, old: CertificationScheme | Course, today: date) -> None:
    """Refuse what counts already, or would count by itself. Raises as ``declare`` does."""
    known = counting(today)
    own = [one for one in known if one.scheme_id == scheme.id]
    if any(old in (one.old_scheme, one.course) for one in own):
        raise EquivalentExists
    if isinstance(old, CertificationScheme) and scheme.id in _behind({old.id}, known):
        raise EquivalentCircle


def _behind(reached: set[int], known: Collection[SchemeEquivalent]) -> set[int]:
    """Return the schemes that count, by one another, in place of those that are reached."""
    further = {
        one.old_scheme_id for one in known if one.scheme_id in reached and one.old_scheme_id
    } - reached
    return _behind(reached | further, known) if further else reached


def end(
    equivalent: SchemeEquivalent, *, reason: str, actor: Person, now: datetime, today: date
) -> None:
    """Let it count for nobody from today on. Raises EquivalentOver."""
    if equivalent.ended_at is not None or equivalent.until_on < today:
        raise EquivalentOver
    equivalent.ended_at = now
    db.session.flush()
    _audit(equivalent, "certification.equivalent_ended", actor, now, reason)
    _follow(equivalent, now=now, today=today, actor=actor, reason=reason)


def _follow(
    equivalent: SchemeEquivalent,
    *,
    now: datetime,
    today: date,
    actor: Person | None = None,
    reason: str = "",
) -> None:
    if len(changed_people(equivalent, today)) > AT_ONCE:
        enqueue(
            APPLY_EQUIVALENT,
            key=public_id(),
            now=now,
            equivalent_id=equivalent.public_id,
            actor_id=actor.id if actor else None,
            reason=reason,
        )
        return
    apply_equivalent(equivalent, now=now, today=today, actor=actor, reason=reason)


def _audit(
    equivalent: SchemeEquivalent, action: str, actor: Person, now: datetime, reason: str
) -> None:
    audit(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="certification_scheme",
        subject_key=equivalent.scheme.public_id,
        reason=reason,
        until_on=equivalent.until_on.isoformat(),
    )
