"""Reads of designs. Who may see them at all is ``policies.may_manage_designs``."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.certification.designs.models import CertificateDesign, DesignVersion
from lms.certification.models import Certificate
from lms.core.database import db

_WHOLE = (
    joinedload(CertificateDesign.draft_changed_by),
    selectinload(CertificateDesign.versions).joinedload(DesignVersion.published_by),
)


def designs() -> list[CertificateDesign]:
    """Return all designs with their versions, by name."""
    statement = sa.select(CertificateDesign).order_by(CertificateDesign.name).options(*_WHOLE)
    return list(db.session.scalars(statement))


def design_for(key: str) -> CertificateDesign | None:
    """Return a design with its versions."""
    statement = (
        sa.select(CertificateDesign).where(CertificateDesign.public_id == key).options(*_WHOLE)
    )
    return db.session.scalars(statement).one_or_none()


def locked_design(key: str) -> CertificateDesign | None:
    """Return a design as the database has it now; who else changes it waits."""
    statement = (
        sa.select(CertificateDesign)
        .where(CertificateDesign.public_id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        return None
    db.session.expire(found, ["versions", "draft_changed_by"])
    return design_for(key)


def issued_with(design: CertificateDesign) -> dict[int, int]:
    """Return how many certificates were issued with each version, by its number."""
    statement = (
        sa.select(DesignVersion.number, sa.func.count(Certificate.id))
        .join(Certificate, Certificate.design_version_id == DesignVersion.id)
        .where(DesignVersion.design_id == design.id)
        .group_by(DesignVersion.number)
    )
    return {number: count for number, count in db.session.execute(statement)}  # noqa: C416
