"""Tables of moves between versions of a course."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db


class MoveOrder(PublicId, db.Model):
    """Someone asked that all who are on a course go on with its version ``to_version_id``."""

    __tablename__ = "move_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    to_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id", ondelete="RESTRICT"), index=True
    )
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]


class EnrolmentMove(db.Model):
    """One enrolment went on with a newer version. Rows are added, never changed."""

    __tablename__ = "enrolment_move"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "to_version_id"),  # a job that runs twice moves once
        sa.CheckConstraint("from_version_id <> to_version_id", name="goes_elsewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        sa.ForeignKey("move_order.id", ondelete="RESTRICT"), index=True
    )
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    from_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id", ondelete="RESTRICT")
    )
    to_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id", ondelete="RESTRICT")
    )
    moved_at: Mapped[datetime]
    kept_lessons: Mapped[int]  # how many read lessons stayed read
