"""The table of digital credentials."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.credentials.statuses import ENTRIES
from lms.core.database import db


class Credential(db.Model):
    """What a certificate's digital credential needs beside the record; made when it is first taken.

    The credential itself is signed anew each time it is taken and says the same.
    """

    __tablename__ = "credential"
    __table_args__ = (
        sa.UniqueConstraint("status_list", "status_index"),
        sa.CheckConstraint("status_list >= 1", name="status_list"),
        sa.CheckConstraint(f"status_index >= 0 AND status_index < {ENTRIES}", name="status_index"),
    )

    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT"), primary_key=True
    )
    status_list: Mapped[int]  # number of the list, from 1
    status_index: Mapped[int]  # random; never used twice in a list
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(16))  # of the holder's hashed identity
    made_at: Mapped[datetime]
