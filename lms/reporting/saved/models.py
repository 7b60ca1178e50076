"""The table of saved lists."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db


class SavedList(PublicId, db.Model):
    """What a list is narrowed to, under a name of its owner's."""

    __tablename__ = "saved_list"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # of the lists that domains register
    name: Mapped[str] = mapped_column(sa.String(80))
    values: Mapped[dict[str, Any]]  # of the list's address: name → text
    saved_at: Mapped[datetime]
