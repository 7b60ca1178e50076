"""Reads of batches. Scope: ``visible`` (whose parts of the network the viewer looks after)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.catalog.models import CourseVersion
from lms.certification.batches.models import (
    BatchItem,
    BatchPart,
    CertificateBatch,
    Outcome,
)
from lms.certification.models import Certificate
from lms.certification.schemes.definitions import parts_of
from lms.certification.schemes.models import SchemeVersion
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.second_person.models import Answer, SecondPersonRequest

_WHOLE = (
    joinedload(CertificateBatch.asked_by),
    joinedload(CertificateBatch.course),
    joinedload(CertificateBatch.scheme),
    joinedload(CertificateBatch.request).joinedload(SecondPersonRequest.answered_by),
)


def batch(public_id: str) -> CertificateBatch | None:
    """Return a batch with what its page shows, whoever asks: ``policies.may_see`` decides."""
    statement = (
        sa.select(CertificateBatch).where(CertificateBatch.public_id == public_id).options(*_WHOLE)
    )
    return db.session.scalars(statement).one_or_none()


def locked(public_id: str) -> CertificateBatch | None:
    """Return the batch, locked until the transaction's end, as it is now."""
    statement = (
        sa.select(CertificateBatch)
        .where(CertificateBatch.public_id == public_id)
        .options(joinedload(CertificateBatch.request))
        .with_for_update(of=CertificateBatch)
        .execution_options(populate_existing=True)
    )
    # Its people are read apart: one is the viewer, who has to stay as loaded with the request.
    return None if db.session.scalars(statement).first() is None else batch(public_id)


def visible(viewer: Viewer) -> sa.Select[Any]:
    """Return the batches of the viewer, and what others ask a second person for; by ``id``.

    All for who reads and manages nothing. Wider than ``policies.may_see``, which looks at each
    batch's scope.
    """
    statement = sa.select(CertificateBatch).options(*_WHOLE)
    if not viewer.may(Permission.MANAGE_CERTIFICATES):
        return statement
    return statement.where(
        sa.or_(
            CertificateBatch.asked_by_id == viewer.person.id,
            CertificateBatch.request_id.is_not(None),
        )
    )


def outcomes(batch_id: int) -> dict[Outcome, int]:
    """Return how many of a batch ended how; what isn't done is not counted."""
    statement = (
        sa.select(BatchItem.outcome, sa.func.count())
        .where(BatchItem.batch_id == batch_id, BatchItem.done_at.is_not(None))
        .group_by(BatchItem.outcome)
    )
    return {outcome: count for outcome, count in db.session.execute(statement) if outcome}


def done_counts(batch_ids: Sequence[int]) -> dict[int, int]:
    """Return how many are done in each of these batches."""
    statement = (
        sa.select(BatchItem.batch_id, sa.func.count())
        .where(BatchItem.batch_id.in_(batch_ids), BatchItem.done_at.is_not(None))
        .group_by(BatchItem.batch_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def course_title(course_id: int) -> dict[str, Any]:
    """Return the title of a course's latest version."""
    statement = (
        sa.select(CourseVersion.title)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return dict(db.session.scalars(statement).one())


def part_title(batch: CertificateBatch) -> dict[str, Any] | None:
    """Return the title of the scheme's part that a batch records evidence for, as named last."""
    if batch.scheme_id is None or not batch.part:
        return None
    statement = (
        sa.select(SchemeVersion)
        .where(SchemeVersion.scheme_id == batch.scheme_id)
        .order_by(SchemeVersion.number.desc())
    )
    titles = (
        dict(part.title)
        for version in db.session.scalars(statement)
        for part in parts_of(version)
        if part.key == batch.part
    )
    return next(titles, None)


def items(batch_id: int) -> sa.Select[Any]:
    """Return a batch's certificates and people, to be paged by ``position``."""
    return (
        sa.select(BatchItem)
        .where(BatchItem.batch_id == batch_id)
        .options(joinedload(BatchItem.person), joinedload(BatchItem.certificate))
    )


def to_do(batch_id: int, limit: int) -> list[BatchItem]:
    """Return what isn't done, those of one course version together, with what documents need."""
    statement = (
        sa.select(BatchItem)
        .outerjoin(Certificate, Certificate.id == BatchItem.certificate_id)
        .where(BatchItem.batch_id == batch_id, BatchItem.done_at.is_(None))
        .order_by(Certificate.version_id, BatchItem.position)
        .limit(limit)
        .options(
            joinedload(BatchItem.certificate).options(
                joinedload(Certificate.replaces),
                joinedload(Certificate.replaced_by),
                joinedload(Certificate.revocation),
            ),
        )
    )
    return list(db.session.scalars(statement))


def parts(batch_id: int) -> list[BatchPart]:
    """Return the parts of a batch to print."""
    statement = sa.select(BatchPart).where(BatchPart.batch_id == batch_id).order_by(BatchPart.id)
    return list(db.session.scalars(statement))


def running() -> list[str]:
    """Return the public ids of batches that should be worked on just now."""
    statement = (
        sa.select(CertificateBatch.public_id)
        .outerjoin(SecondPersonRequest, SecondPersonRequest.id == CertificateBatch.request_id)
        .where(
            CertificateBatch.finished_at.is_(None),
            CertificateBatch.stopped_at.is_(None),
            sa.or_(
                CertificateBatch.request_id.is_(None), SecondPersonRequest.answer == Answer.AGREED
            ),
        )
    )
    return list(db.session.scalars(statement))


def outdated(now: datetime, stopped_before: datetime) -> list[str]:
    """Return the public ids of downloads whose file's time is over, or that stay stopped."""
    statement = sa.select(CertificateBatch.public_id).where(
        sa.or_(
            CertificateBatch.expires_at < now,
            sa.and_(
                CertificateBatch.stopped_at < stopped_before,
                CertificateBatch.finished_at.is_(None),
                CertificateBatch.request_id.is_(None),
            ),
        )
    )
    return list(db.session.scalars(statement))


def waiting_count(viewer: Viewer) -> int:
    """Return how many requests of others wait for the viewer's word, by the viewer's scope."""
    statement = (
        sa.select(CertificateBatch)
        .join(CertificateBatch.request)
        .where(
            SecondPersonRequest.answer.is_(None), CertificateBatch.asked_by_id != viewer.person.id
        )
        .limit(100)
    )
    scope = viewer.scope(Permission.MANAGE_CERTIFICATES)
    return sum(
        all(path.startswith(tuple(scope)) for path in one.scope)
        for one in db.session.scalars(statement)
    )
