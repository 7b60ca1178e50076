"""Issuing and revoking a batch's certificates, after the second person agreed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification import services
from lms.certification.batches import queries
from lms.certification.batches.certifying import certify, count_earlier
from lms.certification.batches.issuing import issue_to
from lms.certification.batches.models import (
    BatchItem,
    BatchKind,
    BatchState,
    CertificateBatch,
    Outcome,
)
from lms.certification.errors import AlreadyReplaced, AlreadyRevoked
from lms.certification.models import Certificate
from lms.core.database import db
from lms.people.models import Person


def apply(batch_id: str, places: Sequence[int], now: datetime) -> None:
    """Do to these places of a batch what was agreed, unless it was done or stopped meanwhile."""
    batch = queries.locked(batch_id)
    if batch is None or batch.state is not BatchState.RUNNING:
        return
    for item in _held(batch, places):
        if batch.kind is BatchKind.REVOKE:
            item.outcome = _revoke(batch, item, now)
        elif batch.kind is BatchKind.CERTIFY:
            item.outcome = certify(batch, item, now)
        elif batch.kind is BatchKind.EARLIER:
            item.outcome = count_earlier(batch, item, now)
        else:
            item.outcome = issue_to(batch, item, now)
        item.done_at = now
    db.session.flush()


def _held(batch: CertificateBatch, places: Sequence[int]) -> list[BatchItem]:
    """Return what isn't done, with its people as they are now, locked until the transaction ends.

    All at once and by their ids, as a merge locks its two: neither waits for the other in a circle.
    While this waits, a merge may give a place to another record.
    """
    locked: set[int] = set()
    while True:
        items = _items(batch, places)
        people = {item.person_id for item in items if item.person_id is not None}
        if people <= locked:
            return items
        one_by_one = sa.select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
        db.session.execute(one_by_one.with_for_update())
        locked |= people


def _items(batch: CertificateBatch, places: Sequence[int]) -> list[BatchItem]:
    statement = (
        sa.select(BatchItem)
        .where(
            BatchItem.batch_id == batch.id,
            BatchItem.position.in_(places),
            BatchItem.done_at.is_(None),
        )
        .order_by(BatchItem.position)
        .options(
            joinedload(BatchItem.person).joinedload(Person.employment),
            joinedload(BatchItem.certificate).options(
                joinedload(Certificate.revocation), joinedload(Certificate.replaced_by)
            ),
        )
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _revoke(batch: CertificateBatch, item: BatchItem, now: datetime) -> Outcome:
    assert item.certificate is not None
    try:
        services.revoke(
            certificate=item.certificate, actor=batch.asked_by, reason=batch.reason, now=now
        )
    except (AlreadyRevoked, AlreadyReplaced):
        return Outcome.LEFT_OUT
    return Outcome.REVOKED
