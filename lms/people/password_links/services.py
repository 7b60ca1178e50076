"""Sending links, and choosing a password by one."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.core.mailing import is_address
from lms.core.settings import Settings
from lms.people.events import password_link_wanted
from lms.people.models import Account
from lms.people.password_links.notes import Purpose, account_noted, may_choose
from lms.people.services.accounts import change_password, record_on

SENDING = "people.send_password_links"
PORTION = 500  # accounts in one job


def ask_for_links(
    *, now: datetime, actor_key: str | None, accounts: Sequence[int], purpose: Purpose
) -> None:
    """Let the accounts with these ids be sent a link soon; who asked stands in the log then.

    As much is done for nobody as for somebody: how long it takes doesn't tell whether an account
    exists.
    """
    for start in range(0, max(len(accounts), 1), PORTION):
        enqueue(
            SENDING,
            key=public_id(),
            now=now,
            account_ids=list(accounts[start : start + PORTION]),
            purpose=purpose.value,
            actor_key=actor_key,
        )


def send_links(
    account_ids: Sequence[int],
    purpose: Purpose,
    *,
    actor_key: str | None,
    now: datetime,
    settings: Settings,
) -> int:
    """Send a link to each account that may have one and has an address; return to how many."""
    statement = (
        sa.select(Account)
        .where(Account.id.in_(account_ids))
        .options(joinedload(Account.person))
        .order_by(Account.id)
    )
    sent = 0
    for account in db.session.scalars(statement).all():
        address = (account.person.email or "").strip()
        if may_choose(account, settings) and is_address(address):
            password_link_wanted.send(account, purpose=purpose, now=now)
            record_on(now, actor_key, account, action="people.password_link_sent")
            sent += 1
    return sent


def choose_password(
    *, now: datetime, note: str, password_hash: str, settings: Settings
) -> Account | None:
    """Set the password that was chosen with ``note``; None when it counts no longer.

    All sessions of the account end. Of two who use one link at once the second finds it used.
    """
    account = account_noted(note, now=now, settings=settings, held=True)
    if account is None:
        return None
    change_password(now=now, account=account, password_hash=password_hash, keep_session_id=None)
    return account
