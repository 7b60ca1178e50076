"""Tables of delta trainings."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lms.catalog.facts.models import FactVersion
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.learning.deltas.errors import RecordIsKept
from lms.people.models import OrganisationUnit, Person


class DeltaTraining(PublicId, RowVersion, db.Model):
    """The short training on one change of one fact.

    Texts are maps ``{"ru": …, "en": …}``; ``questions`` are those of ``questions.stored``.
    """

    __tablename__ = "delta_training"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The version that the change led to.
    fact_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fact_version.id", ondelete="RESTRICT"), unique=True
    )
    text_was: Mapped[dict[str, Any]]
    text_now: Mapped[dict[str, Any]]
    questions: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]  # from then on nothing of it changes

    fact_version: Mapped[FactVersion] = related()


class Whom(Enum):
    """To whom a training is sent."""

    TOUCHED = "touched"  # whom the change touches, for whatever reason
    CHOSEN = "chosen"  # whom it touches for one of the order's reasons
    EVERYBODY = "everybody"  # all with a present post, whether they learnt the old fact or not


class DeltaOrder(PublicId, db.Model):
    """Someone asked that the training goes to these people, as far as they lack it."""

    __tablename__ = "delta_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(
        sa.ForeignKey("delta_training.id", ondelete="RESTRICT"), index=True
    )
    whom: Mapped[Whom] = mapped_column(
        enum_type(Whom), default=Whom.TOUCHED, server_default=Whom.TOUCHED.value
    )
    # Names of groups of ``touched``; empty unless people are chosen by them.
    reasons: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    unit_id: Mapped[int | None] = mapped_column(  # only who works beneath it; None: everywhere
        sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT")
    )
    due_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]

    training: Mapped[DeltaTraining] = related()
    unit: Mapped[OrganisationUnit | None] = related()


class DeltaAssignment(PublicId, db.Model):
    """One person has one training to do. Rows are added, never changed."""

    __tablename__ = "delta_assignment"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "person_id"),  # a job that runs twice assigns once
        sa.Index("ix_delta_assignment_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(
        sa.ForeignKey("delta_training.id", ondelete="RESTRICT")
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    order_id: Mapped[int] = mapped_column(
        sa.ForeignKey("delta_order.id", ondelete="RESTRICT"), index=True
    )
    due_on: Mapped[date]
    assigned_at: Mapped[datetime]

    training: Mapped[DeltaTraining] = related()
    person: Mapped[Person] = related()


class DeltaAnswer(db.Model):
    """One go at the check, all its questions at once. Rows are added, never changed."""

    __tablename__ = "delta_answer"
    __table_args__ = (
        sa.Index("ix_delta_answer_assignment", "assignment_id", "id"),
        sa.Index(  # completed once, and then there is nothing to answer
            "uq_delta_answer_right",
            "assignment_id",
            unique=True,
            sqlite_where=sa.text("is_right"),
            postgresql_where=sa.text("is_right"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("delta_assignment.id", ondelete="RESTRICT")
    )
    given: Mapped[list[Any]]  # for each question the keys that were chosen
    is_right: Mapped[bool]  # all of them: the assignment is completed by it
    answered_at: Mapped[datetime]


_KEPT = (DeltaOrder, DeltaAssignment, DeltaAnswer)


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _objects: Any) -> None:
    changed = [*session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    if any(isinstance(row, _KEPT) for row in changed):
        raise RecordIsKept


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if (state.is_update or state.is_delete) and model in _KEPT:
        raise RecordIsKept
