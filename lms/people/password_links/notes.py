"""The signed note in a link: whose, for what, since when, and what the account was like then."""

import hashlib
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import joinedload

from lms.core import clock
from lms.core.database import db
from lms.core.identifiers import is_public_id
from lms.core.settings import Settings
from lms.people.models import Account
from lms.people.sign_in import is_open


class Purpose(Enum):
    """Why somebody chooses a password by a link."""

    FORGOTTEN = "forgotten"
    FIRST = "first"


LIFETIMES = {Purpose.FORGOTTEN: timedelta(hours=1), Purpose.FIRST: timedelta(days=14)}


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="password-link")


def _state_of(account: Account) -> str:
    """Return what changes with the password and with the address that the link went to."""
    state = f"{account.password_hash}\n{(account.person.email or '').strip()}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def note_for(account: Account, purpose: Purpose, *, now: datetime, settings: Settings) -> str:
    """Return the note for ``account``, whose person is loaded."""
    facts = [account.public_id, purpose.value, int(now.timestamp()), _state_of(account)]
    return str(_serializer(settings).dumps(facts))


def account_noted(
    note: str, *, now: datetime, settings: Settings, held: bool = False
) -> Account | None:
    """Return whose password may be chosen with ``note``, with its person; ``held`` for a change.

    None for one that isn't ours, is too old or was used, and when the account is shut.
    """
    try:
        key, purpose, made_at, state = _serializer(settings).loads(note)
        lifetime = LIFETIMES[Purpose(purpose)]
    except (BadData, ValueError, TypeError):
        return None
    account = account_keyed(key, held=held)
    if account is None or not may_choose(account, settings) or _state_of(account) != state:
        return None
    age = timedelta(seconds=now.timestamp() - made_at)
    return account if age <= lifetime else None


def account_keyed(key: str, *, held: bool = False) -> Account | None:
    """Return the account with this public id, with its person; ``held``: until all is done."""
    if not is_public_id(key):
        return None
    statement = (
        sa.select(Account)
        .where(Account.public_id == key)
        .options(joinedload(Account.person, innerjoin=True))
    )
    if held:
        statement = statement.with_for_update(of=Account)
        statement = statement.execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def may_choose(account: Account, settings: Settings) -> bool:
    """Tell whether a password of this account is chosen by a link: never a demonstration's."""
    return is_open(account, demonstration=settings.allows_demonstration) and not (
        account.is_demonstration
    )


def link_note(key: str, purpose: str) -> str:
    """Return the note of a mail that goes to the account with this public id at this moment.

    For templates of mail: made when a mail leaves, so that no link lies in the database. Of an
    account that is no more it opens nothing.
    """
    account = account_keyed(key)
    if account is None:
        return "-"
    settings = current_app.config["SETTINGS"]
    return note_for(account, Purpose(purpose), now=clock.now(), settings=settings)
