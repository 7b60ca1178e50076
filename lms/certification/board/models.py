"""Tables the board reads. All in them follows from facts and posts; ``remaking``."""

from collections.abc import Sequence
from datetime import date
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from lms.core.database import db, enum_type


def _partly(name: str, columns: Sequence[str], postgres: str, sqlite: str) -> sa.Index:
    """Return an index over some rows; each database compares truth in its own words."""
    return sa.Index(
        f"ix_standing_at_post_{name}",
        *columns,
        postgresql_where=sa.text(postgres),
        sqlite_where=sa.text(sqlite),
    )


class StandingAtPost(db.Model):
    """Days on which one person stands one way in one post: a standing met with a post.

    Posts as expected: held, and planned. Derived, see ``standings_at_posts``: never edited, kept in
    the transaction that changes either.
    """

    __tablename__ = "standing_at_post"
    __table_args__ = (
        sa.Index("ix_standing_at_post_unit", "unit_id", "last_on", "first_on"),
        # The few of a large network who are late or may not serve are found without the others.
        _partly("overdue", ("last_on", "first_on"), "is_overdue", "is_overdue = 1"),
        _partly(
            "lacking",
            ("last_on", "first_on"),
            "is_required AND NOT may_serve",
            "is_required = 1 AND may_serve = 0",
        ),
        _partly(
            "ends",
            ("valid_until_on", "last_on", "first_on", "unit_id"),
            "may_serve",
            "may_serve = 1",
        ),
    )

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE"), primary_key=True
    )
    first_on: Mapped[date] = mapped_column(primary_key=True)
    # Inclusive; the calendar's last day: without an end.
    last_on: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation_unit.id", ondelete="CASCADE"), primary_key=True
    )
    job_role_id: Mapped[int] = mapped_column(
        sa.ForeignKey("job_role.id", ondelete="CASCADE"), primary_key=True
    )
    is_required: Mapped[bool]
    is_compliant: Mapped[bool]  # required, and nothing is missing
    is_overdue: Mapped[bool]
    may_serve: Mapped[bool]
    valid_until_on: Mapped[date | None]


class Span(Enum):
    """Over which days a row of the tally sums."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class _Counted:
    """By how many each number of a unit and certification grows within the span from a day."""

    span: Mapped[Span] = mapped_column(enum_type(Span))
    first_on: Mapped[date]

    @declared_attr
    def unit_id(cls) -> Mapped[int]:  # noqa: N805
        """The unit itself, without those beneath it."""
        return mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="CASCADE"))

    @declared_attr
    def scheme_id(cls) -> Mapped[int]:  # noqa: N805
        """The certification."""
        return mapped_column(sa.ForeignKey("certification_scheme.id", ondelete="CASCADE"))

    required: Mapped[int]
    compliant: Mapped[int]
    overdue: Mapped[int]
    lacking: Mapped[int]
    expiring: Mapped[int]
    serving: Mapped[int]


class BoardTally(_Counted, db.Model):
    """The settled part of the tally: one row for each span, unit and certification."""

    __tablename__ = "board_tally"
    __table_args__ = (
        sa.PrimaryKeyConstraint("span", "first_on", "unit_id", "scheme_id", name="pk_board_tally"),
    )


class BoardChange(_Counted, db.Model):
    """What is added to the tally since: appended, so that no transaction waits for another."""

    __tablename__ = "board_change"

    id: Mapped[int] = mapped_column(primary_key=True)
