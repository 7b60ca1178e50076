"""The table of files that were handed in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db


class AttemptFile(PublicId, db.Model):
    """A file that was sent for one question of an attempt; appended, never changed."""

    __tablename__ = "attempt_file"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "position", "sha256"),
        sa.CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="RESTRICT"))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))  # key of the blob
    size: Mapped[int]  # bytes
    name: Mapped[str] = mapped_column(sa.String(120))  # as its sender called it, cleaned
    received_at: Mapped[datetime]
