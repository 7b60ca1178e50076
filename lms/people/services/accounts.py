"""Commands on accounts and their roles."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.core.database import db, fold
from lms.core.unit_of_work import insert
from lms.people.errors import (
    Erased,
    HasAccount,
    HasLeft,
    MergedAway,
    RoleHeld,
    UsernameTaken,
)
from lms.people.models import AccessRole, Account, OrganisationUnit, Person, RoleGrant
from lms.people.passwords.hashing import passwords
from lms.people.queries import is_gone
from lms.people.services.sessions import end_all_sessions

ONE_TIME = timedelta(days=30)  # how long a one-time password that somebody gave can be used


def record_on(
    now: datetime, actor_key: str | None, account: Account, *, action: str, **details: Any
) -> None:
    """Note in the audit log what was done to an account."""
    record(
        now=now,
        actor_key=actor_key,
        action=action,
        subject_kind="account",
        subject_key=account.public_id,
        person_key=account.person.public_id,
        **details,
    )


def _record_grant(
    now: datetime,
    actor_key: str | None,
    account: Account,
    role: AccessRole,
    unit: OrganisationUnit,
) -> None:
    record_on(
        now, actor_key, account, action="people.role_granted", role=role.value, unit=unit.code
    )


def create_account(
    *,
    now: datetime,
    person: Person,
    username: str,
    password: str | None = None,
    password_hash: str | None = None,
    roles: Sequence[tuple[AccessRole, OrganisationUnit]] = (),
    is_demonstration: bool = False,
    must_change_password: bool = False,
    actor_key: str | None = None,
) -> Account:
    """Give ``person`` an account that signs in as ``username`` (folded) with these roles.

    Pages hash beforehand, outside of the transaction, and pass ``password_hash``; ``password`` is
    for commands and tests. Without either nobody can sign in. Raises HasAccount, UsernameTaken,
    HasLeft, MergedAway and Erased.
    """
    folded = fold(username) or ""
    if person.merged_into_id is not None:
        raise MergedAway
    if person.erased_at is not None:
        raise Erased
    if db.session.scalar(sa.select(Account.id).where(Account.person_id == person.id)) is not None:
        raise HasAccount
    if is_gone(person):
        raise HasLeft
    if len({(role, unit.id) for role, unit in roles}) < len(roles):
        raise RoleHeld
    if password is not None:
        password_hash = passwords().hash(password)
    account = Account(
        person=person,
        username=folded,
        password_hash=password_hash,
        is_demonstration=is_demonstration,
        must_change_password=must_change_password,
        password_ends_at=now + ONE_TIME if must_change_password else None,
        created_at=now,
        grants=[RoleGrant(role=role, unit=unit, granted_at=now) for role, unit in roles],
    )
    insert(account, UsernameTaken())
    record_on(now, actor_key, account, action="people.account_created")
    for role, unit in roles:
        _record_grant(now, actor_key, account, role, unit)
    return account


def grant_role(
    *,
    now: datetime,
    actor_key: str | None,
    account: Account,
    role: AccessRole,
    unit: OrganisationUnit,
) -> RoleGrant:
    """Give ``account`` a role over ``unit`` and all beneath it. Raises RoleHeld."""
    held = sa.select(RoleGrant.id).where(
        RoleGrant.account_id == account.id,
        RoleGrant.role == role,
        RoleGrant.unit_id == unit.id,
        RoleGrant.ended_at.is_(None),
    )
    if db.session.scalar(held) is not None:
        raise RoleHeld
    grant = RoleGrant(account_id=account.id, role=role, unit=unit, granted_at=now)
    insert(grant, RoleHeld())
    db.session.expire(account, ["grants"])
    _record_grant(now, actor_key, account, role, unit)
    return grant


def end_role(*, now: datetime, actor_key: str | None, grant: RoleGrant) -> None:
    """End a role; what was done with it before stays valid. Ending it twice changes nothing.

    ``grant`` comes with its unit, its account and the account's person.
    """
    if grant.ended_at is not None:
        return
    grant.ended_at = now
    db.session.flush()
    record_on(
        now,
        actor_key,
        grant.account,
        action="people.role_ended",
        role=grant.role.value,
        unit=grant.unit.code,
    )


def suspend(*, now: datetime, actor_key: str | None, account: Account) -> None:
    """Shut the account: it can't sign in, and whoever is signed in with it is out at once."""
    if account.suspended_at is not None:
        return
    account.suspended_at = now
    end_all_sessions(now=now, account=account)
    db.session.flush()
    record_on(now, actor_key, account, action="people.account_suspended")


def reinstate(*, now: datetime, actor_key: str | None, account: Account) -> None:
    """Open a suspended account again; old sessions stay ended. Raises HasLeft and MergedAway."""
    if account.suspended_at is None:
        return
    if account.person.merged_into_id is not None:
        raise MergedAway
    if is_gone(account.person):
        raise HasLeft
    account.suspended_at = None
    db.session.flush()
    record_on(now, actor_key, account, action="people.account_reinstated")


def change_password(
    *, now: datetime, account: Account, password_hash: str, keep_session_id: int | None
) -> None:
    """Set the password its owner chose and end the account's other sessions."""
    account.password_hash = password_hash
    account.must_change_password, account.password_ends_at = False, None
    end_all_sessions(now=now, account=account, except_id=keep_session_id)
    db.session.flush()
    record_on(now, account.person.public_id, account, action="people.password_changed")


def reset_password(
    *, now: datetime, actor_key: str | None, account: Account, password_hash: str
) -> None:
    """Set a one-time password: all sessions end, and its owner must choose another one."""
    account.password_hash = password_hash
    account.must_change_password, account.password_ends_at = True, now + ONE_TIME
    end_all_sessions(now=now, account=account)
    db.session.flush()
    record_on(now, actor_key, account, action="people.password_reset")
