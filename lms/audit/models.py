"""The audit log's table."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import db


class AuditEntry(db.Model):
    """One thing done by someone to one record."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.UniqueConstraint("previous_hash"),  # a chain never forks
        sa.Index("ix_audit_entry_subject", "subject_kind", "subject_key", "id"),
        sa.Index("ix_audit_entry_person_key", "person_key", "id"),
        sa.Index("ix_audit_entry_recorded_at", "recorded_at", "id"),
        # The few that give a reason, of millions: whom it names is told before an erasure.
        sa.Index(
            "ix_audit_entry_reason",
            "id",
            sqlite_where=sa.text("reason <> ''"),
            postgresql_where=sa.text("reason <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    # The acting person's public id; None for the system itself (jobs, commands).
    actor_key: Mapped[str | None] = mapped_column(sa.String(16), index=True)
    # `<domain>.<past participle>`, such as certification.revoked.
    action: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_key: Mapped[str] = mapped_column(sa.String(64))
    # The public id of the person whom the change concerns, for that person's page.
    person_key: Mapped[str | None] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    # Machine-readable facts: keys, numbers and dates, never names or texts people wrote.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
