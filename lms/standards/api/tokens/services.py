"""Making and revoking tokens; noting that one was used."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from lms.audit.services import record
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.errors import Invalid
from lms.people.identity import token_hash
from lms.people.models import Account
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.scopes import Scope

PREFIX = "lms_"  # so that scanners of code find a secret that leaked
LONGEST = timedelta(days=366)
NOTED_EVERY = timedelta(minutes=10)


def make_token(
    *,
    account: Account,
    name: str,
    scopes: Collection[Scope],
    days: int,
    actor_key: str | None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token that acts as ``account`` for ``days``; return it with its secret.

    The secret is nowhere else. ``account`` comes with its person. Raises Invalid without a scope
    or for a term that isn't between one day and ``LONGEST``.
    """
    term = timedelta(days=days)
    if not scopes or not timedelta(0) < term <= LONGEST:
        raise Invalid(f"a token needs a scope and a term of 1 to {LONGEST.days} days")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        account=account,
        name=name,
        token_hash=token_hash(secret),
        hint=secret[-4:],
        scopes=[scope.value for scope in Scope if scope in scopes],
        made_at=now,
        expires_at=now + term,
    )
    db.session.add(token)
    db.session.flush()
    record(
        now=now,
        actor_key=actor_key,
        action="standards.token_made",
        subject_kind="api_token",
        subject_key=token.public_id,
        person_key=account.person.public_id,
        scopes=", ".join(token.scopes),
        until_on=last_day(token).isoformat(),
    )
    return token, secret


def last_day(token: ApiToken) -> date:
    """Return the day, where the network works, on which a token's term ends."""
    return local_date(token.expires_at, current_app.config["SETTINGS"].time_zone)


def revoke_token(
    *, token: ApiToken, actor_key: str | None, now: datetime, reason: str = ""
) -> None:
    """End a token at once; ending it twice changes nothing. It comes with its owner."""
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    db.session.flush()
    record(
        now=now,
        actor_key=actor_key,
        action="standards.token_revoked",
        subject_kind="api_token",
        subject_key=token.public_id,
        person_key=token.account.person.public_id,
        reason=reason,
    )


def is_use_worth_noting(token: ApiToken, now: datetime) -> bool:
    """Tell whether the use was last noted so long ago that it is noted again."""
    return token.last_used_at is None or token.last_used_at < now - NOTED_EVERY


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Note that the token was used."""
    statement = sa.update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now)
    db.session.execute(statement, execution_options={"synchronize_session": False})
