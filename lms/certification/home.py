"""The home page's certificates. One statement, built once: everybody opens that page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.status import CertificateStatus, Standing, standing_on
from lms.core.clock import local_date
from lms.core.database import execute
from lms.core.settings import Settings
from lms.learning.home_sections import Section
from lms.people.identity import Viewer
from lms.people.permissions import Permission

SHOWN = 3  # certificates on the home page


@dataclass(frozen=True)
class Earned:
    """A certificate with its standing today."""

    number: str
    course_id: int
    title: dict[str, Any]
    issued_on: date
    valid_until_on: date | None
    standing: Standing


def _statement() -> sa.Select[Any]:
    # Not as a join: SQLite would think that each has thousands, and read everybody's in this order.
    successor = aliased(Certificate)
    return (
        sa.select(
            Certificate.number,
            Certificate.course_id,
            Certificate.snapshot,
            Certificate.issued_on,
            Certificate.valid_until_on,
            CertificateRevocation.id.label("revocation"),
        )
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(
            Certificate.holder_id == sa.bindparam("holder"),
            ~sa.exists().where(successor.replaces_id == Certificate.id),
        )
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )


STATEMENT = _statement()


def earned_by(holder_id: int, today: date) -> list[Earned]:
    """Return a person's certificates, the newest first, without those that were replaced."""
    return [
        Earned(
            row.number,
            row.course_id,
            row.snapshot["course"],
            row.issued_on,
            row.valid_until_on,
            standing_on(
                today,
                valid_until_on=row.valid_until_on,
                is_revoked=row.revocation is not None,
                is_replaced=False,
            ),
        )
        for row in execute(STATEMENT, {"holder": holder_id})
    ]


def ending_among(certificates: list[Earned], days: int) -> list[Earned]:
    """Return the valid ones that end within ``days``, the first to end first.

    One for whose course a valid one stands that ends later, or never, is left out.
    """
    valid = [one for one in certificates if one.standing.status is CertificateStatus.VALID]
    last_of = {one.course_id: one for one in sorted(valid, key=_end)}
    ending = [one for one in last_of.values() if one.standing.expires_within(days)]
    return sorted(ending, key=_end)


def _end(one: Earned) -> date:
    return one.valid_until_on or date.max


def certificates_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show what ends soon, then what was earned; nothing to someone without certificates."""
    if not viewer.may(Permission.LEARN):
        return None
    settings: Settings = current_app.config["SETTINGS"]
    certificates = earned_by(viewer.person.id, local_date(now, settings.time_zone))
    if not certificates:
        return None
    days = settings.certificate_notice_days
    ending = ending_among(certificates, days)
    shown = [*ending, *(one for one in certificates if one not in ending)][
        : max(SHOWN, len(ending))
    ]
    return Section(
        template="certification/home_section.html",
        order=50,
        values={
            "certificates": shown,
            "ending": len(ending),
            "total": len(certificates),
            "notice_days": days,
        },
    )
