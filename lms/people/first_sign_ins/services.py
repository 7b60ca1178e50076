"""Commands on many accounts at once: create them, and give them one-time passwords."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.audit.services import record_many
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.people.first_sign_ins.errors import OthersWereFaster
from lms.people.first_sign_ins.queries import Newcomer
from lms.people.models import AccessRole, Account, AccountSession, RoleGrant
from lms.people.passwords.hashing import one_time_password, passwords
from lms.people.services.accounts import ONE_TIME

CHUNK = 1000  # accounts in one statement


def create_accounts(*, now: datetime, actor_key: str | None, newcomers: Sequence[Newcomer]) -> None:
    """Give each an account, without a password, that learns where its owner works.

    Raises OthersWereFaster when one of them or a name got an account meanwhile; creates none then.
    """
    rows = [
        {
            "public_id": public_id(),
            "row_version": 1,
            "person_id": one.person_id,
            "username": one.username,
            "must_change_password": False,
            "is_demonstration": False,
            "created_at": now,
        }
        for one in newcomers
    ]
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(Account), rows)
    except IntegrityError as error:
        raise OthersWereFaster from error
    ids = _ids([str(row["username"]) for row in rows])
    grants = [
        {
            "public_id": public_id(),
            "account_id": ids[one.username],
            "role": AccessRole.TRAINEE,
            "unit_id": one.unit_id,
            "granted_at": now,
        }
        for one in newcomers
    ]
    db.session.execute(sa.insert(RoleGrant), grants)
    keys = [(str(row["public_id"]), one) for row, one in zip(rows, newcomers, strict=True)]
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.account_created",
        subject_kind="account",
        subjects=[(key, one.person_key, {}) for key, one in keys],
    )
    role = AccessRole.TRAINEE.value
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.role_granted",
        subject_kind="account",
        subjects=[
            (key, one.person_key, {"role": role, "unit": one.unit_code}) for key, one in keys
        ],
    )


def _ids(usernames: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(usernames), CHUNK):
        part = usernames[start : start + CHUNK]
        statement = sa.select(Account.username, Account.id).where(Account.username.in_(part))
        found |= {row.username: row.id for row in db.session.execute(statement)}
    return found


@dataclass(frozen=True)
class Given:
    """A one-time password for an account: told once, kept as ``password_hash``."""

    account_id: int
    account_key: str
    person_key: str
    former_hash: str | None
    secret: str
    password_hash: str


def make_passwords(accounts: Sequence[Account]) -> list[Given]:
    """Return a one-time password for each account, in their order; nothing is changed by it."""
    return [_given(account) for account in accounts]


def _given(account: Account) -> Given:
    secret = one_time_password()
    return Given(
        account_id=account.id,
        account_key=account.public_id,
        person_key=account.person.public_id,
        former_hash=account.password_hash,
        secret=secret,
        password_hash=passwords().hash_random(secret),
    )


def give_passwords(*, now: datetime, actor_key: str | None, given: Sequence[Given]) -> datetime:
    """Let the accounts be signed in with by their one-time passwords; return when these end.

    Whoever is signed in with a former one is out.

    Raises OthersWereFaster, and changes none, when one of them got another password meanwhile or
    was shut.
    """
    ends_at = now + ONE_TIME
    for start in range(0, len(given), CHUNK):
        _give(given[start : start + CHUNK], ends_at, now)
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.password_reset",
        subject_kind="account",
        subjects=[(one.account_key, one.person_key, {}) for one in given],
    )
    return ends_at


def _give(given: Sequence[Given], ends_at: datetime, now: datetime) -> None:
    former = {one.account_id: one.former_hash for one in given}
    held = (
        sa.select(Account.id, Account.password_hash)
        .where(Account.id.in_(former), Account.suspended_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    )
    if {row.id: row.password_hash for row in db.session.execute(held)} != former:
        raise OthersWereFaster
    values = {
        "password_hash": sa.bindparam("new_hash"),
        "must_change_password": True,
        "password_ends_at": ends_at,
        "row_version": Account.row_version + 1,
    }
    db.session.connection().execute(
        sa.update(Account.__table__)  # type: ignore[arg-type]
        .where(Account.__table__.c.id == sa.bindparam("of_account"))
        .values(values),
        [{"of_account": one.account_id, "new_hash": one.password_hash} for one in given],
    )
    signed_in = sa.update(AccountSession).where(
        AccountSession.account_id.in_(former), AccountSession.ended_at.is_(None)
    )
    db.session.execute(
        signed_in.values(ended_at=now), execution_options={"synchronize_session": False}
    )
