"""Commands on accounts and their roles."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from lms.audit.services import record
from lms.core.database import db, execute, fold
from lms.core.errors import Forbidden
from lms.core.unit_of_work import insert_new
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
from lms.people.queries import has_left, is_gone
from lms.people.services.sessions import end_all_sessions

ONE_TIME = timedelta(days=30)  # how long a one-time password that somebody gave can be used
HINDRANCES = sa.select(sa.exists().where(Account.person_id == Person.id), has_left()).where(
    Person.id == sa.bindparam("person")
)


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
    db.session.flush()
    has_account, gone = execute(HINDRANCES, {"person": person.id}).one()
    if has_account:
        raise HasAccount
    if gone:
        raise HasLeft
    if len({(role, unit.id) for role, unit in roles}) < len(roles):
        raise RoleHeld
    if password is not None:
        password_hash = passwords().hash(password)
    account: Account | None = insert_new(
        Account,
        person_id=person.id,
        username=folded,
        password_hash=password_hash,
        is_demonstration=is_demonstration,
        must_change_password=must_change_password,
        password_ends_at=now + ONE_TIME if must_change_password else None,
        created_at=now,
    )
    if account is None:
        raise UsernameTaken
    set_committed_value(account, "person", person)
    record_on(now, actor_key, account, action="people.account_created")
    grants = [
        grant_role(now=now, actor_key=actor_key, account=account, role=role, unit=unit)
        for role, unit in roles
    ]
    set_committed_value(account, "grants", grants)
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
    grant: RoleGrant | None = insert_new(
        RoleGrant, account_id=account.id, role=role, unit_id=unit.id, granted_at=now
    )
    if grant is None:
        raise RoleHeld
    set_committed_value(grant, "account", account)
    set_committed_value(grant, "unit", unit)
    db.session.expire(account, ["grants"])
    record_on(
        now, actor_key, account, action="people.role_granted", role=role.value, unit=unit.code
    )
    return grant


def take_turn(*, actor: Account, account: Account) -> None:
    """Let administrators who act on one another's accounts do so one after the other.

    Raises Forbidden for whom the first has shut out meanwhile: else nobody would remain.
    """
    both = sa.select(Account.id).where(Account.id.in_((actor.id, account.id)))
    db.session.execute(both.order_by(Account.id).with_for_update(key_share=True))
    administration = (
        sa.select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            Account.id == actor.id,
            Account.suspended_at.is_(None),
            RoleGrant.role == AccessRole.ADMINISTRATOR,
            RoleGrant.ended_at.is_(None),
        )
    )
    if db.session.scalars(administration).first() is None:
        raise Forbidden


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
