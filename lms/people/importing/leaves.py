"""Leaves of people, kept by an upper domain that registers how they are read and written."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from lms.people.models import Person


@dataclass(frozen=True)
class Leave:
    """One leave: its key, first day, and the first day back (None: not known yet)."""

    key: str
    began_on: date
    back_on: date | None

    @property
    def last_on(self) -> date | None:
        """The last day of the leave; None: not known yet."""
        return self.back_on - timedelta(days=1) if self.back_on else None

    def overlaps(self, first_on: date, last_on: date | None) -> bool:
        """Tell whether a day of the leave is one of these; ``last_on`` None: without an end."""
        return first_on <= (self.last_on or date.max) and self.began_on <= (last_on or date.max)


class LeaveBook(Protocol):
    """Where leaves are on record."""

    def of(self, person_ids: Collection[int]) -> dict[int, list[Leave]]:
        """Return the leaves of these people, who have none left out."""

    def noted(self) -> sa.ColumnElement[bool]:
        """Return the condition on ``AuditEntry`` 'this is about a leave'."""

    def begin(
        self, *, person: Person, on: date, actor: Person | None, now: datetime, reason: str
    ) -> None:
        """Note that the person is away from ``on``."""

    def end(
        self,
        *,
        person: Person,
        began_on: date | None,
        on: date,
        actor: Person | None,
        now: datetime,
        reason: str,
    ) -> None:
        """Note that the leave that began on ``began_on`` is over; ``on`` is the first day back.

        ``began_on`` None: the leave that has no end yet.
        """


_books: list[LeaveBook] = []


def register(book: LeaveBook) -> None:
    """Say where leaves are kept; there is one such place."""
    _books[:] = [book]


def leave_book() -> LeaveBook | None:
    """Return where leaves are kept; None: nowhere."""
    return _books[0] if _books else None
