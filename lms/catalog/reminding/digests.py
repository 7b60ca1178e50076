"""Digests: what one author is told on one day, in one message."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.reminding.due import Author, Due, authors, due_reviews
from lms.catalog.reminding.models import ReviewReminder
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.notifications.services import notify
from lms.people.models import Person

KIND = "catalog.review_reminders"
MOST_LISTED = 50  # in one digest; how many more there are is said


def remind(*, now: datetime, today: date, settings: Settings) -> int:
    """Tell authors what is due and what they weren't told of yet; return how many were told.

    Each digest is a transaction of its own, one for each author and day: what comes up after it
    waits for the next day. Safe to repeat.
    """
    with unit_of_work():
        due = due_reviews(today)
        people = authors(now, today) if due else []
    return sum(_send(author, due, now=now, today=today, settings=settings) for author in people)


def _send(
    author: Author, due: Sequence[Due], *, now: datetime, today: date, settings: Settings
) -> bool:
    """Write one digest; False when there is nothing new to say."""
    with unit_of_work():
        told = _told(author)
        fresh = [
            one
            for one in due
            if author.edits(one) and (one.about, one.review_by, one.occasion) not in told
        ]
        if not fresh:
            return False
        message = notify(
            recipient=db.session.get_one(Person, author.person_id),
            kind=KIND,
            key=f"{KIND}:{today.isoformat()}",
            details=_details(author, fresh),
            now=now,
            settings=settings,
        )
        if message is None:
            return False  # of this day was told already
        db.session.add_all(_row(author, one, today) for one in fresh)
    return True


def _told(author: Author) -> set[tuple[Any, ...]]:
    row = ReviewReminder
    statement = sa.select(row.about, row.review_by, row.occasion).where(
        row.recipient_id == author.person_id
    )
    return {tuple(found) for found in db.session.execute(statement)}


def _row(author: Author, one: Due, today: date) -> ReviewReminder:
    return ReviewReminder(
        recipient_id=author.person_id,
        about=one.about,
        review_by=one.review_by,
        occasion=one.occasion,
        told_on=today,
    )


def _details(author: Author, fresh: Sequence[Due]) -> Mapping[str, Any]:
    """Return the lines of the message: keys and dates; of courses those that the author edits."""
    lines = [
        [
            one.kind,
            one.key,
            one.review_by.isoformat(),
            one.occasion.value,
            sorted(one.courses if author.courses is None else one.courses & author.courses),
        ]
        for one in fresh[:MOST_LISTED]
    ]
    return {"lines": lines, "total": len(fresh), "is_guest": author.is_guest}
