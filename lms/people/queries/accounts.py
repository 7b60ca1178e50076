"""Reads of accounts, their roles and their sessions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from lms.core.database import db, fold
from lms.people.demonstration import SHOWN_USERNAMES
from lms.people.identity import Viewer
from lms.people.models import (
    AccessRole,
    Account,
    AccountSession,
    Employment,
    OrganisationUnit,
    Person,
    RoleGrant,
)
from lms.people.permissions import Permission
from lms.people.queries.persons import name_matches, visible_to

STATES = ("active", "suspended")


def account_named(username: str) -> Account | None:
    """Return the account that signs in as ``username``, however it is capitalised."""
    statement = sa.select(Account).where(Account.username == fold(username))
    return db.session.scalars(statement).one_or_none()


def name_instead(username: str) -> str | None:
    """Return with which name one signs in whose own record was merged into another."""
    shut, stays = aliased(Account), aliased(Account)
    statement = (
        sa.select(stays.username)
        .join(Person, Person.merged_into_id == stays.person_id)
        .join(shut, shut.person_id == Person.id)
        .where(shut.username == fold(username))
    )
    return db.session.scalar(statement)


def _with_person_and_grants() -> sa.Select[Any]:
    return (
        sa.select(Account)
        .join(Account.person)
        .options(
            contains_eager(Account.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            selectinload(Account.grants).joinedload(RoleGrant.unit),
        )
    )


def accounts_of(
    viewer: Viewer, *, words: str = "", role: AccessRole | None = None, state: str = ""
) -> sa.Select[Any]:
    """Return the statement of accounts in the viewer's scope that match, without an order."""
    statement = _with_person_and_grants().where(visible_to(viewer, Permission.SEE_ACCOUNTS))
    if words.strip():
        name = Account.username.contains(fold(words), autoescape=True)
        statement = statement.where(sa.or_(name_matches(words), name))
    if role is not None:
        held = sa.exists().where(
            RoleGrant.account_id == Account.id, RoleGrant.role == role, RoleGrant.ended_at.is_(None)
        )
        statement = statement.where(held)
    if state in STATES:
        suspended = Account.suspended_at.is_not(None)
        statement = statement.where(suspended if state == "suspended" else ~suspended)
    return statement


def account_for(viewer: Viewer, public_id: str) -> Account | None:
    """Return the account with its person and all its grants, if in the viewer's scope."""
    # The viewer's own account is loaded already, with its open grants only: read it anew.
    statement = (
        accounts_of(viewer)
        .where(Account.public_id == public_id)
        .execution_options(populate_existing=True)
    )
    account: Account | None = db.session.scalars(statement).one_or_none()
    return account


def account_to_grant(username: str) -> Account | None:
    """Return the account that signs in as ``username``, with its person and grants."""
    statement = _with_person_and_grants().where(Account.username == fold(username))
    return db.session.scalars(statement).one_or_none()


def all_accounts() -> list[Account]:
    """Return every account with its person and grants, by name (for the operator's command)."""
    return list(db.session.scalars(_with_person_and_grants().order_by(Account.username)))


def open_sessions(account: Account, now: datetime) -> list[AccountSession]:
    """Return the account's signed-in browsers, the newest first."""
    statement = (
        sa.select(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
        )
        .order_by(AccountSession.id.desc())
    )
    return list(db.session.scalars(statement))


def last_sign_in(account: Account) -> datetime | None:
    """Return when the account last signed in, as far back as sessions are kept."""
    statement = sa.select(sa.func.max(AccountSession.started_at)).where(
        AccountSession.account_id == account.id
    )
    return db.session.scalar(statement)


def has_accounts() -> bool:
    """Tell whether anybody has an account."""
    return db.session.scalar(sa.select(Account.id).limit(1)) is not None


def has_demonstration_accounts() -> bool:
    """Tell whether an account of the demonstration exists that is not suspended."""
    statement = sa.select(Account.id).where(
        Account.is_demonstration.is_(True), Account.suspended_at.is_(None)
    )
    return db.session.scalar(statement.limit(1)) is not None


def has_demonstration_account(person: Person) -> bool:
    """Tell whether a person is one of the demonstration's, whose password is public."""
    statement = sa.select(Account.id).where(
        Account.person_id == person.id, Account.is_demonstration.is_(True)
    )
    return db.session.scalar(statement) is not None


def roles_of(person_ids: Collection[int]) -> dict[int, list[tuple[AccessRole, str]]]:
    """Return the roles that people's accounts hold, each with the path of its unit, by person."""
    statement = (
        sa.select(Account.person_id, RoleGrant.role, OrganisationUnit.path)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(Account.person_id.in_(sorted(person_ids)), RoleGrant.ended_at.is_(None))
    )
    found: dict[int, list[tuple[AccessRole, str]]] = {}
    for person_id, role, path in db.session.execute(statement):
        found.setdefault(person_id, []).append((role, path))
    return found


def demonstration_accounts() -> list[Account]:
    """Return the accounts that the sign-in page offers, with person and post, in their order."""
    statement = (
        sa.select(Account)
        .where(
            Account.username.in_(SHOWN_USERNAMES),
            Account.is_demonstration.is_(True),
            Account.suspended_at.is_(None),
        )
        .options(
            joinedload(Account.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        )
    )
    return sorted(
        db.session.scalars(statement), key=lambda account: SHOWN_USERNAMES.index(account.username)
    )
