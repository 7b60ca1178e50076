"""Reads of reviews. Scope: whose certificates the viewer may read, or decides on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.catalog.models import Activity, ActivityKind
from lms.certification.queries.certificates import in_scope, managed_by
from lms.certification.reviews.models import CertificateReview
from lms.certification.schemes.definitions import parts_of
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, Person


@dataclass(frozen=True)
class Evidence:
    """What evidence shows: a part of a certification, both by language, and since when."""

    certification: Mapping[str, str]
    part: Mapping[str, str]
    accepted_on: date


def reviews(viewer: Viewer, *, is_open: bool) -> Any:
    """Return reviews with holder, course, certificate and evidence, to be paged by their id."""
    decided = CertificateReview.decision
    return _whole().where(in_scope(viewer), decided.is_(None) if is_open else decided.is_not(None))


def review_for(viewer: Viewer, public_id: str) -> CertificateReview | None:
    """Return one review that the viewer may read or decide, as ``reviews`` loads it."""
    statement = _whole().where(
        CertificateReview.public_id == public_id, sa.or_(in_scope(viewer), managed_by(viewer))
    )
    return db.session.scalars(statement).one_or_none()


def _whole() -> Any:
    return (
        sa.select(CertificateReview)
        .join(CertificateReview.holder)
        .options(
            contains_eager(CertificateReview.holder)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            joinedload(CertificateReview.enrolment).joinedload(Enrolment.version),
            joinedload(CertificateReview.certificate),
            joinedload(CertificateReview.fact),
        )
    )


def exam_titles(shown: Iterable[CertificateReview]) -> dict[int, Mapping[str, str]]:
    """Return the titles of the exams that reviews are about, by review; final ones have none."""
    rows = list(shown)
    statement = sa.select(Activity.version_id, Activity.key, Activity.title).where(
        Activity.kind == ActivityKind.EXAM,
        Activity.version_id.in_({row.enrolment.version_id for row in rows}),
    )
    titles = {(row[0], row[1]): row[2] for row in db.session.execute(statement)}
    named = {row.id: titles.get((row.enrolment.version_id, row.exam_key)) for row in rows}
    return {review_id: title for review_id, title in named.items() if title}


def evidence_of(shown: Iterable[CertificateReview]) -> dict[int, Evidence]:
    """Return what reviews of evidence are about, by review."""
    facts = {row.id: row.fact for row in shown if row.fact is not None}
    statement = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.id.in_({fact.scheme_id for fact in facts.values()}))
        .options(selectinload(CertificationScheme.versions))
    )
    schemes = {scheme.id: scheme for scheme in db.session.scalars(statement)} if facts else {}
    found = {}
    for review_id, fact in facts.items():
        assert fact.scheme_id is not None
        scheme, key = schemes[fact.scheme_id], fact.details["part"]
        parts = {part.key: part for version in scheme.versions for part in parts_of(version)}
        title = parts[key].title if key in parts else {}
        found[review_id] = Evidence(scheme.title, title, fact.effective_on)
    return found


def open_count(viewer: Viewer) -> int:
    """Return how many reviews wait for a decision."""
    statement = (
        sa.select(sa.func.count(CertificateReview.id))
        .join(CertificateReview.holder)
        .where(in_scope(viewer), CertificateReview.decision.is_(None))
    )
    return db.session.scalar(statement) or 0


def locked_review(viewer: Viewer, public_id: str) -> CertificateReview | None:
    """Return a review that the viewer may decide, locked until the transaction's end."""
    statement = (
        sa.select(CertificateReview)
        .join(Person, Person.id == CertificateReview.holder_id)
        .join(CertificateReview.enrolment)
        .where(CertificateReview.public_id == public_id, managed_by(viewer))
        .options(
            contains_eager(CertificateReview.enrolment),
            joinedload(CertificateReview.fact),
            joinedload(CertificateReview.certificate),
        )
        .with_for_update(of=CertificateReview)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()
