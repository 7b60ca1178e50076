"""Tables of the register of facts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lms.catalog.facts.errors import HistoryIsKept
from lms.core.database import db, related


class Fact(db.Model):
    """A claim that courses point to; what it says stands in its versions."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)

    versions: Mapped[list["FactVersion"]] = related(
        back_populates="fact", order_by="FactVersion.number"
    )

    @property
    def current(self) -> "FactVersion":
        """What holds now; load ``versions`` first."""
        return self.versions[-1]


class FactVersion(db.Model):
    """What a fact said from one change to the next. Rows are added, never changed.

    Texts are maps ``{"ru": …, "en": …}``.
    """

    __tablename__ = "fact_version"
    __table_args__ = (
        sa.UniqueConstraint("fact_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("review_by > as_of", name="review_after_as_of"),
        sa.CheckConstraint("(number = 1) = (change IS NULL)", name="change_is_explained"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(sa.ForeignKey("fact.id", ondelete="RESTRICT"))
    number: Mapped[int]  # from 1
    statement: Mapped[dict[str, Any]]
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)  # such as "15 minutes"; or empty
    source: Mapped[dict[str, Any]]
    url: Mapped[str | None] = mapped_column(sa.String(500))
    as_of: Mapped[date]  # the day on which it was checked
    review_by: Mapped[date]  # the day by which to look again
    change: Mapped[dict[str, Any] | None]  # what changed and why; none for the first version
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    fact: Mapped[Fact] = related(back_populates="versions")


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _objects: Any) -> None:
    changed = [*session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    if any(isinstance(row, FactVersion) for row in changed):
        raise HistoryIsKept


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if (state.is_update or state.is_delete) and model is FactVersion:
        raise HistoryIsKept
