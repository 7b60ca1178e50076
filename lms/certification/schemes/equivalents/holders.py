"""Who holds today what counts in place of something, and until when."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.certification.lifecycle.state import IN_FORCE
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.schemes.models import CertificationStanding, SchemeEquivalent
from lms.core.database import db


def holders(
    equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None = None
) -> dict[int, date]:
    """Return until when it counts for each person who holds the old one today; one statement.

    Of all people, or those given. Nobody once it was ended, or after its last day.
    """
    if equivalent.ended_at is not None or equivalent.until_on < today:
        return {}
    found: Any = (
        _of_certificate(equivalent.course_id, today)
        if equivalent.old_scheme_id is None
        else _of_scheme(equivalent.old_scheme_id, today)
    )
    if person_ids is not None:
        found = found.where(found.selected_columns[0].in_(person_ids))
    return {
        person_id: min(until_on or date.max, equivalent.until_on)
        for person_id, until_on in db.session.execute(found)
    }


def _of_scheme(scheme_id: int, today: date) -> sa.Select[int, date | None]:
    standing = CertificationStanding
    return sa.select(standing.person_id, standing.valid_until_on).where(
        standing.scheme_id == scheme_id,
        standing.first_on <= today,
        standing.last_on >= today,
        standing.holding.in_(IN_FORCE),
    )


def _of_certificate(course_id: int | None, today: date) -> sa.Select[int, date]:
    later = aliased(Certificate)
    return (
        sa.select(Certificate.holder_id, sa.func.max(Certificate.sort_until_on))
        .where(
            Certificate.course_id == course_id,
            Certificate.sort_until_on >= today,
            ~sa.exists().where(CertificateRevocation.certificate_id == Certificate.id),
            ~sa.exists().where(later.replaces_id == Certificate.id),
        )
        .group_by(Certificate.holder_id)
    )
