"""Tables of the register. Personal data stays out: an entry is random without its salt."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.models import Certificate
from lms.core.database import db


class RegisterEntry(db.Model):
    """One certificate's leaf; waits without a position until the next checkpoint takes it in."""

    __tablename__ = "register_entry"
    __table_args__ = (
        sa.CheckConstraint(
            "(position IS NULL) = (commitment IS NULL)", name="taken_in_with_commitment"
        ),
        sa.CheckConstraint("salt IS NULL OR certificate_id IS NOT NULL", name="salt_of_a_record"),
        sa.CheckConstraint("position >= 0", name="position"),
        sa.Index(
            "ix_register_entry_waiting",
            "id",
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None: the certificate's row is gone with the person; the leaf stays.
    certificate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="SET NULL"), unique=True
    )
    position: Mapped[int | None] = mapped_column(unique=True)  # in the tree, from 0 without gaps
    # Destroyed when the person is erased: then the commitment can't be tied to anyone any more.
    salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    commitment: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))


class RegisterCheckpoint(db.Model):
    """The signed root over the first ``size`` entries."""

    __tablename__ = "register_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    root: Mapped[str] = mapped_column(sa.String(64))  # in hexadecimal
    # Roots of the full subtrees in hexadecimal: the next checkpoint continues from them.
    peaks: Mapped[list[Any]]
    statement: Mapped[str] = mapped_column(sa.Text)  # see checkpoints.py


WAIT = sa.insert(RegisterEntry.__table__)


@event.listens_for(Certificate, "after_insert")
def _enter(_mapper: Any, connection: sa.Connection, certificate: Certificate) -> None:
    """Let a new certificate wait for the next checkpoint: no way of issuing it can forget that."""
    connection.execute(WAIT, {"certificate_id": certificate.id})
