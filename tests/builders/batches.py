"""Builders of batches of certificates."""

import io
from typing import Any

import sqlalchemy as sa

from lms.certification.batches import services
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.certification.models import Certificate
from lms.core.database import db
from lms.core.storage import passing
from lms.people.models import Account
from tests.builders.certification import ISSUED
from tests.builders.people import make_viewer


def make_batch(account: Account, kind: BatchKind, *numbers: str, **given: Any) -> CertificateBatch:
    """A batch of the certificates with these numbers, as ``account`` asks for it."""
    wanted = sa.select(Certificate.id).where(Certificate.number.in_(numbers))
    return services.ask(
        kind=kind,
        viewer=make_viewer(account=account),
        now=ISSUED,
        certificates=db.session.scalars(wanted.order_by(Certificate.id)).all(),
        **given,
    )


def make_batches(account: Account, number: str) -> dict[str, str]:
    """Public ids of a revocation that waits and of a download that is done."""
    revocation = make_batch(account, BatchKind.REVOKE, number, reason="They were issued twice")
    download = make_batch(account, BatchKind.ORIGINALS, number)
    download.finished_at = ISSUED
    db.session.flush()
    download.file = passing().put_file(io.BytesIO(b"a file"))
    download.file_size, download.expires_at = 6, ISSUED
    db.session.flush()
    return {"revocation": revocation.public_id, "download": download.public_id}
