"""What a provisioning system calls our people and units."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import db


class ScimIdentity(db.Model):
    """The identifier that the HR system has for a person; nobody else has the same."""

    __tablename__ = "scim_identity"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[str] = mapped_column(sa.String(200), index=True, unique=True)


class ScimGroupIdentity(db.Model):
    """The identifier that the HR system has for a unit; no other one has the same."""

    __tablename__ = "scim_group_identity"

    unit_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation_unit.id", ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[str] = mapped_column(sa.String(200), index=True, unique=True)
