"""The demonstration's certifications: two schemes, their rules, and the facts of the past.

Besides, what counts for some months in place of one of them.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.app.demonstration.staff import Staff
from lms.catalog.models import Course
from lms.catalog.queries import course_for
from lms.certification.lifecycle.anchors import Previous, award_span
from lms.certification.lifecycle.facts import Awarded, EvidenceAccepted, Fact, Revoked
from lms.certification.lifecycle.terms import Anchor, Terms
from lms.certification.models import Certificate
from lms.certification.schemes.defining import create_rule, create_scheme
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.equivalents.services import declare
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import Desk, begin_leave
from lms.certification.schemes.records.recording import Entry, append
from lms.certification.schemes.rules.applying import apply_rule
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.people.models import JobRole, OrganisationUnit
from lms.people.queries import unit_coded

# short name and course: title, and terms as long as the certificate of the course counts
SCHEMES = {
    "sincere-service": (
        {"ru": "Работа с посетителями", "en": "Serving visitors"},
        Terms(
            parts=("course",),
            short_parts=("course",),
            valid_months=24,
            anchor=Anchor.PREVIOUS_EXPIRY,
            grace_days=14,
            grace_serves=True,
            short_months=3,
        ),
    ),
    "lean-practices": (
        {"ru": "Бережливое производство в центре", "en": "Lean practices in a centre"},
        Terms(parts=("course",), short_parts=("course",), valid_months=36, notice_days=45),
    ),
}
# short name of the scheme, post, days to certify, how many days ago the rule came into force
RULES = (
    ("sincere-service", "universal-specialist", 60, 48),
    ("sincere-service", "hall-administrator", 60, 400),
    ("lean-practices", "senior-specialist", 90, 70),
)
# short name of the scheme, the course whose certificate counts in its place, for how many days
EQUIVALENT = ("sincere-service", "service-standard", 120)


def make_certifications(staff: Staff, *, now: datetime, settings: Settings) -> None:
    """Define the schemes whose courses are there, tell the past as facts, and make the rules."""
    today = local_date(now, settings.time_zone)
    schemes = {
        slug: _scheme(slug, now)
        for slug in SCHEMES
        if db.session.scalar(sa.select(Course.id).where(Course.slug == slug))
    }
    for slug, scheme in schemes.items():
        append(_past(slug, scheme))
    network = unit_coded("network")
    assert network is not None
    for slug, post, days, ago in RULES:
        if slug in schemes:
            _rule(schemes[slug], network, post, days, today - timedelta(days=ago), now, today)
    _equivalent(staff, schemes, now, today)
    _exceptions(staff, list(schemes.values()), now, today)


def _scheme(slug: str, now: datetime) -> CertificationScheme:
    title, terms = SCHEMES[slug]
    course = {"ru": "Курс с экзаменом", "en": "Course with its exam"}
    return create_scheme(
        key=slug,
        title=title,
        terms=terms,
        parts=[Part("course", EvidenceKind.COURSE, course, slug)],
        in_force_on=date(2020, 1, 1),
        now=now,
        actor=None,
    )


def _past(slug: str, scheme: CertificationScheme) -> list[Entry]:
    """What each certificate of the course means: evidence, an award, and perhaps its end."""
    statement = (
        sa.select(Certificate)
        .join(Certificate.course)
        .where(Course.slug == slug, Certificate.replaces_id.is_(None))
        .options(
            sa.orm.joinedload(Certificate.revocation), sa.orm.joinedload(Certificate.enrolment)
        )
        .order_by(Certificate.holder_id, Certificate.issued_on)
    )
    previous: dict[int, Previous] = {}
    entries: list[Entry] = []
    for certificate in db.session.scalars(statement):
        facts, previous[certificate.holder_id] = _facts(
            certificate, SCHEMES[slug][1], previous.get(certificate.holder_id)
        )
        entries += [Entry(certificate.holder_id, scheme.id, fact) for fact in facts]
    return entries


def _facts(
    certificate: Certificate, terms: Terms, previous: Previous | None
) -> tuple[list[Fact], Previous]:
    on, at = certificate.issued_on, certificate.issued_at
    span = award_span(terms, on, previous)
    facts: list[Fact] = [
        EvidenceAccepted(
            key=f"course:enrolment:{certificate.enrolment.public_id}",
            effective_on=on,
            recorded_at=at,
            part="course",
        ),
        Awarded(
            key=f"award:{on.isoformat()}",
            effective_on=on,
            recorded_at=at,
            from_on=span.from_on,
            until_on=span.until_on,
            version=1,
            anchor_on=span.anchor_on,
            cycle=span.cycle,
        ),
    ]
    if certificate.revocation is not None:
        revoked = certificate.revocation.revoked_at
        key = f"revoked:{certificate.number}"
        facts.append(Revoked(key=key, effective_on=revoked.date(), recorded_at=revoked))
    return facts, Previous(span.until_on, span.anchor_on, span.cycle)


def _rule(
    scheme: CertificationScheme,
    network: OrganisationUnit,
    post: str,
    days: int,
    in_force_on: date,
    now: datetime,
    today: date,
) -> None:
    role = db.session.scalars(sa.select(JobRole).where(JobRole.code == post)).one()
    rule = create_rule(
        scheme=scheme,
        unit=network,
        job_role=role,
        days=days,
        in_force_on=in_force_on,
        enrols=False,
        now=now,
        today=today,
        actor=None,
        reason="Демонстрация: правило сети",
    )
    apply_rule(rule, now=now, today=today)  # now, to however many: what is made next builds on it


def _equivalent(
    staff: Staff, schemes: Mapping[str, CertificationScheme], now: datetime, today: date
) -> None:
    slug, old, days = EQUIVALENT
    course = course_for(old)
    if slug in schemes and course is not None:
        declare(
            scheme=schemes[slug],
            old=course,
            until_on=today + timedelta(days=days),
            reason="Демонстрация: учат тому же, что и раньше",
            actor=staff.named["hr"],
            now=now,
            today=today,
        )


def _exceptions(
    staff: Staff, schemes: list[CertificationScheme], now: datetime, today: date
) -> None:
    """A waiver and a leave, so that each state has somebody."""
    if not schemes or len(staff.people) < 2:
        return
    hr, (first, second) = staff.named["hr"], staff.people[:2]
    desk = Desk(person=first, scheme_id=schemes[0].id, actor=hr, now=now, today=today)
    desk.waive(
        until_on=today + timedelta(days=60),
        grants_authority=False,
        reason="Демонстрация: переходит на другую работу",
    )
    begin_leave(
        person=second,
        on=today - timedelta(days=20),
        actor=hr,
        now=now,
        reason="Демонстрация: отпуск по уходу",
    )
