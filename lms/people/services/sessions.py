"""Commands on sessions: a signed-in browser is one row, and ends with it."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.core.database import db
from lms.people.identity import token_hash
from lms.people.models import Account, AccountSession

# Absolute, without regard to idling: a working day fits in, a forgotten one doesn't last.
LIFETIME = timedelta(hours=12)
KEPT = timedelta(days=90)


def admit(*, account: Account, renewed_hash: str | None) -> Account | None:
    """Return ``account`` read anew, unless it was shut or its password changed in the meantime.

    Hashing takes place outside of the transaction; this is the check within it. ``renewed_hash``
    replaces a hash made with outdated parameters.
    """
    checked = account.password_hash
    present = db.session.get_one(Account, account.id, populate_existing=True, with_for_update=True)
    if present.suspended_at is not None or present.password_hash != checked:
        return None
    if renewed_hash is not None:
        present.password_hash = renewed_hash
        db.session.flush()
    return present


def open_session(*, now: datetime, account: Account, device: str) -> str:
    """Begin a session of ``account`` and return the token that its browser carries."""
    token = secrets.token_urlsafe(32)
    row = AccountSession(
        token_hash=token_hash(token),
        account_id=account.id,
        started_at=now,
        expires_at=now + LIFETIME,
        device=device,
    )
    db.session.add(row)
    db.session.flush()
    return token


def end_session(*, now: datetime, account: Account, public_id: str) -> bool:
    """End one open session of ``account``; tell whether there was one."""
    ended = db.session.execute(
        sa.update(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            AccountSession.public_id == public_id,
            AccountSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def end_all_sessions(*, now: datetime, account: Account, except_id: int | None = None) -> None:
    """End all open sessions of ``account``, but for the one with the id ``except_id``."""
    statement = sa.update(AccountSession).where(
        AccountSession.account_id == account.id, AccountSession.ended_at.is_(None)
    )
    if except_id is not None:
        statement = statement.where(AccountSession.id != except_id)
    db.session.execute(statement.values(ended_at=now))


def forget_old_sessions(*, now: datetime) -> int:
    """Delete sessions that expired or ended long ago; return how many."""
    deleted = db.session.execute(
        sa.delete(AccountSession).where(
            sa.or_(
                AccountSession.expires_at < now - KEPT,
                AccountSession.ended_at < now - KEPT,
            )
        )
    )
    return int(deleted.rowcount)  # type: ignore[attr-defined]
