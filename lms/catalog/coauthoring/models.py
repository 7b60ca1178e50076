"""The table of invitations."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course
from lms.core.database import PublicId, RowVersion, db, related
from lms.people.models import Person


class CoAuthorship(PublicId, RowVersion, db.Model):
    """One person from outside may edit one course up to a day."""

    __tablename__ = "co_authorship"
    __table_args__ = (
        sa.Index(
            "uq_co_authorship_open",
            "course_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    organisation: Mapped[str] = mapped_column(sa.String(200))  # where the expert works
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    invited_at: Mapped[datetime]
    expires_on: Mapped[date]  # the last day
    withdrawn_at: Mapped[datetime | None]

    course: Mapped[Course] = related()
    person: Mapped[Person] = related(foreign_keys=[person_id])
