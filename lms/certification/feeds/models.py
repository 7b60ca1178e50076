"""The table of calendar addresses."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, related
from lms.people.models import Person


class CalendarFeed(PublicId, db.Model):
    """One address of a person's calendar; renewing it ends it and makes another.

    The address is the public id and a code made of it with the installation's secret: the table
    alone opens nothing.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.Index(
            "uq_calendar_feed_open",
            "owner_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    owner: Mapped[Person] = related()
