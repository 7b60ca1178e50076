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
    return list(db.session.scalars(designs_statement().order_by(CertificateDesign.name)))


def designs_statement() -> sa.Select[CertificateDesign]:
    """Return the statement of designs with their versions, without an order."""
    return sa.select(CertificateDesign).options(*_WHOLE)


def versions_statement(design: CertificateDesign) -> sa.Select[DesignVersion]:
    """Return the statement of a design's versions, without an order."""
    return (
        sa.select(DesignVersion)
        .where(DesignVersion.design_id == design.id)
        .options(joinedload(DesignVersion.published_by))
    )


def design_for(key: str) -> CertificateDesign | None:
    """Return a design with its versions."""
    statement = designs_statement().where(CertificateDesign.public_id == key)
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
