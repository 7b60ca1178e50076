"""What a browser's signed cookie notes: a right password that waits for its code; what comes first.

Between password and code a browser holds no session, and the note lasts a few minutes.
"""

import hashlib
import time

from flask import session

from lms.people.models import Account
from lms.people.second_factor import queries

KEY, WANTED = "half_signed_in", "second_factor_wanted"
SECONDS = 10 * 60


def begin(account: Account, target: str) -> None:
    """Note in the browser's signed cookie that the password of ``account`` was right."""
    session.clear()
    session[KEY] = [account.public_id, int(time.time()), _proof(account), target]


def present() -> tuple[Account, str] | None:
    """Return whose password was right in this browser and where they wanted to go.

    None when that is too long ago, and when the account was shut or its password changed since.
    """
    note = session.get(KEY)
    if not note or time.time() - note[1] > SECONDS:
        return None
    account = queries.account_keyed(note[0])
    if account is None or account.suspended_at is not None or _proof(account) != note[2]:
        return None
    return account, str(note[3])


def lacks(account: Account, roles: tuple[str, ...]) -> bool:
    """Tell whether the account has to have a second factor, for one of ``roles``, and has none."""
    return queries.has_to(account, roles) and not queries.is_set(account)


def insist() -> None:
    """Note that this session does nothing before its second factor is set up."""
    session[WANTED] = True


def is_insisted() -> bool:
    """Tell whether this session has to set up its second factor first."""
    return WANTED in session


def satisfy() -> None:
    """Let the session go on: its second factor is set up."""
    session.pop(WANTED, None)


def _proof(account: Account) -> str:
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:32]
