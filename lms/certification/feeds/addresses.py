"""Calendar addresses: made, renewed, switched off, and recognised."""

import hashlib
import hmac
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record as audit
from lms.certification.errors import FeedChanged
from lms.certification.feeds.models import CalendarFeed
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import insert
from lms.people.models import Account, Person


def open_feed(owner: Person) -> CalendarFeed | None:
    """Return the person's calendar address that is open."""
    statement = sa.select(CalendarFeed).where(
        CalendarFeed.owner_id == owner.id, CalendarFeed.ended_at.is_(None)
    )
    return db.session.scalars(statement).one_or_none()


def renew(*, owner: Person, now: datetime) -> CalendarFeed:
    """Open an address; the one before, if there is one, ends. Raises FeedChanged in a race."""
    _end(owner, now)
    feed = CalendarFeed(owner_id=owner.id, made_at=now)
    insert(feed, FeedChanged())
    _audit(owner, action="certification.calendar_opened", now=now)
    return feed


def switch_off(*, owner: Person, now: datetime) -> None:
    """End the person's address, if there is one."""
    if _end(owner, now):
        _audit(owner, action="certification.calendar_closed", now=now)


def token_of(feed: CalendarFeed, settings: Settings) -> str:
    """Return what stands in the feed's address: 80 random bits and a code of 128."""
    return f"{feed.public_id}-{_code(feed.public_id, settings)}"


def feed_of(token: str, settings: Settings) -> CalendarFeed | None:
    """Return the open feed with its owner for what stands in an address; None for any other.

    Nor is there one for somebody without an account, or with one that is shut.
    """
    public_id, _, code = token.partition("-")
    if not hmac.compare_digest(code.encode(), _code(public_id, settings).encode()):
        return None
    statement = (
        sa.select(CalendarFeed)
        .join(Account, Account.person_id == CalendarFeed.owner_id)
        .where(
            CalendarFeed.public_id == public_id,
            CalendarFeed.ended_at.is_(None),
            Account.suspended_at.is_(None),
        )
        .options(joinedload(CalendarFeed.owner))
    )
    return db.session.scalars(statement).one_or_none()


def _code(public_id: str, settings: Settings) -> str:
    secret = settings.secret_key.encode()
    return hmac.new(secret, b"calendar-feed:" + public_id.encode(), hashlib.sha256).hexdigest()[:32]


def _end(owner: Person, now: datetime) -> bool:
    feed = open_feed(owner)
    if feed is None:
        return False
    feed.ended_at = now
    db.session.flush()
    return True


def _audit(owner: Person, *, action: str, now: datetime) -> None:
    audit(
        now=now,
        actor_key=owner.public_id,
        action=action,
        subject_kind="person",
        subject_key=owner.public_id,
        person_key=owner.public_id,
    )
