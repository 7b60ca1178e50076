"""Reads of the second factor."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people.models import AccessRole, Account, RoleGrant
from lms.people.second_factor.models import RecoveryCode, SecondFactor


def account_keyed(public_id: str) -> Account | None:
    """Return the account with this public id, with its person."""
    statement = sa.select(Account).where(Account.public_id == public_id)
    return db.session.scalars(statement.options(joinedload(Account.person))).one_or_none()


def factor_of(account: Account) -> SecondFactor | None:
    """Return the factor of an account, confirmed or only begun."""
    return db.session.get(SecondFactor, account.id)


def is_set(account: Account) -> bool:
    """Tell whether signing in to the account takes a code."""
    factor = factor_of(account)
    return factor is not None and factor.confirmed_at is not None


def codes_left(account: Account) -> int:
    """Return how many recovery codes still count."""
    statement = (
        sa.select(sa.func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    )
    return db.session.scalar(statement) or 0


def has_to(account: Account, roles: tuple[str, ...]) -> bool:
    """Tell whether the account holds one of ``roles`` somewhere, and so needs a factor."""
    if not roles or account.is_demonstration:
        return False
    statement = sa.select(RoleGrant.id).where(
        RoleGrant.account_id == account.id,
        RoleGrant.ended_at.is_(None),
        RoleGrant.role.in_([AccessRole(role) for role in roles]),
    )
    return db.session.scalar(statement.limit(1)) is not None
