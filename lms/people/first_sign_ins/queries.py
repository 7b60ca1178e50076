"""Who needs an account, and who has one and has not chosen a password yet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.core.database import db, fold
from lms.people.forms import LONGEST_USERNAME, USERNAME
from lms.people.identity import Viewer
from lms.people.models import (
    Account,
    Employment,
    OrganisationUnit,
    Person,
    RoleGrant,
    name_of,
)
from lms.people.permissions import Permission
from lms.people.queries import within

MANAGE = Permission.MANAGE_ACCOUNTS


@dataclass(frozen=True)
class Newcomer:
    """Somebody without an account: the name to sign in with, and where they work."""

    person_id: int
    person_key: str
    full_name: str
    personnel_number: str
    username: str
    unit_id: int
    unit_code: str


@dataclass(frozen=True)
class Waiting:
    """How many accounts of a part of the network are without a password of their owner's choice."""

    never: int  # no password was ever given
    given: int  # a one-time password was, and has not been used
    reachable: int  # of both, who has an e-mail address


def _working_in(unit: OrganisationUnit) -> sa.ColumnElement[bool]:
    """Return the condition 'the person of ``Employment`` works in ``unit`` or beneath it'."""
    return sa.and_(
        Employment.ended_on.is_(None),
        within(frozenset({unit.path})),
        Person.erased_at.is_(None),
        Person.merged_into_id.is_(None),
    )


def newcomers(unit: OrganisationUnit) -> tuple[list[Newcomer], list[Newcomer]]:
    """Return who works in ``unit`` without an account, and who of them can't have the usual name.

    By name. Another account is called like their personnel number, or it has characters that no
    sign-in name has.
    """
    statement = (
        sa.select(
            Person.id,
            Person.public_id,
            Person.family_name,
            Person.given_name,
            Person.patronymic,
            Person.personnel_number,
            OrganisationUnit.id,
            OrganisationUnit.code,
        )
        .join(Employment, Employment.person_id == Person.id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(_working_in(unit), ~sa.exists().where(Account.person_id == Person.id))
        .order_by(Person.sort_name, Person.id)
    )
    found = [_newcomer(*row) for row in db.session.execute(statement)]
    taken: set[str] = set(db.session.scalars(sa.select(Account.username))) if found else set()
    usual: list[Newcomer] = []
    others: list[Newcomer] = []
    for one in found:
        is_usual = one.username not in taken and _is_username(one.username)
        (usual if is_usual else others).append(one)
        taken.add(one.username)
    return usual, others


def _newcomer(
    person_id: int,
    key: str,
    family: str,
    given: str,
    patronymic: str,
    number: str,
    unit_id: int,
    code: str,
) -> Newcomer:
    name = name_of(family, given, patronymic, None)
    return Newcomer(person_id, key, name, number, fold(number) or "", unit_id, code)


def _is_username(text: str) -> bool:
    return len(text) <= LONGEST_USERNAME and re.fullmatch(USERNAME, text) is not None


def _is_waiting(viewer: Viewer, unit: OrganisationUnit) -> sa.ColumnElement[bool]:
    """Return the condition 'the viewer may give this account of ``unit`` a one-time password'.

    The list's twin of ``policies.may_reset_password`` for accounts whose owner has chosen none.
    """
    grant, over = aliased(RoleGrant), aliased(OrganisationUnit)
    reaches_beyond = (
        sa.exists()
        .where(grant.account_id == Account.id, grant.ended_at.is_(None))
        .where(over.id == grant.unit_id, ~within(viewer.scope(MANAGE), over.path))
    )
    return sa.and_(
        _working_in(unit),
        sa.or_(Account.password_hash.is_(None), Account.must_change_password.is_(True)),
        Account.suspended_at.is_(None),
        Account.is_demonstration.is_(False),
        Account.id != viewer.account.id,
        ~reaches_beyond,
    )


def _joined(selected: sa.Select[Any]) -> sa.Select[Any]:
    return (
        selected.join(Person, Person.id == Account.person_id)
        .join(Employment, Employment.person_id == Person.id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
    )


def _has_mail() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Person.email, "") != ""


def waiting(viewer: Viewer, unit: OrganisationUnit) -> Waiting:
    """Count the accounts of ``unit`` that the viewer may let in for the first time."""
    has_none = Account.password_hash.is_(None)
    counts = [sa.func.count().filter(those) for those in (has_none, ~has_none, _has_mail())]
    selected: Any = sa.select(*counts).select_from(Account)
    statement = _joined(selected).where(_is_waiting(viewer, unit))
    return Waiting(*db.session.execute(statement).one())


def waiting_accounts(
    viewer: Viewer, unit: OrganisationUnit, *, again: bool, limit: int
) -> Sequence[Account]:
    """Return the accounts that ``waiting`` counted, with person and post, centre by centre.

    Without ``again`` those alone that never had a password.
    """
    statement = (
        _joined(sa.select(Account))
        .where(_is_waiting(viewer, unit))
        .options(
            joinedload(Account.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        )
        .order_by(OrganisationUnit.path, Person.sort_name, Account.id)
        .limit(limit)
    )
    if not again:
        statement = statement.where(Account.password_hash.is_(None))
    return db.session.scalars(statement).all()


def reachable_accounts(viewer: Viewer, unit: OrganisationUnit, *, again: bool) -> Sequence[int]:
    """Return the ids of those accounts that ``waiting`` counted whose owner has an address.

    Without ``again`` those alone that never had a password.
    """
    statement = _joined(sa.select(Account.id)).where(_is_waiting(viewer, unit), _has_mail())
    if not again:
        statement = statement.where(Account.password_hash.is_(None))
    return db.session.scalars(statement.order_by(Account.id)).all()
