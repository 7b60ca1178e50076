"""Who is calling: the viewer of a request, loaded once with one statement."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lms.core.clock import local_date
from lms.core.database import UTCDateTime, columns_of, db, execute, loaded, parts_of
from lms.people.models import (
    AccessRole,
    Account,
    AccountSession,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    RoleGrant,
    UnitKind,
)
from lms.people.permissions import HEAD_OF_CENTRE, HEAD_PERMISSIONS, ROLE_PERMISSIONS


class PostUnit(NamedTuple):
    """The unit of a post."""

    path: str
    kind: UnitKind
    name_ru: str
    name_en: str


class PostRole(NamedTuple):
    """The job role of a post."""

    code: str
    name_ru: str
    name_en: str


class Post(NamedTuple):
    """A viewer's present post: of ``Employment`` and what belongs to it, what pages tell."""

    started_on: date
    unit: PostUnit
    job_role: PostRole


@dataclass
class Viewer(UserMixin):  # type: ignore[misc]
    """A signed-in account: its person and, for each permission, the paths it holds it over."""

    token: str
    session_id: int
    account: Account
    person: Person
    scopes: dict[Enum, frozenset[str]] = field(default_factory=dict)
    session_key: str = ""  # the session's public id
    post: Post | Employment | None = None
    told: Mapping[str, Any] = field(default_factory=dict)  # see ``tell``

    def get_id(self) -> str:
        """Return what the browser's signed cookie carries."""
        return self.token

    def may(self, permission: Enum) -> bool:
        """Tell whether the viewer has ``permission`` over some part of the network."""
        return permission in self.scopes

    def may_over(self, permission: Enum, path: str | None) -> bool:
        """Tell whether the viewer has ``permission`` over the unit with ``path``.

        Someone without a unit (path None: has left) is within the whole network's scope only.
        """
        return any(
            (path or "/network/").startswith(scope) for scope in self.scope(permission)
        ) and (path is not None or "/network/" in self.scope(permission))

    def scope(self, permission: Enum) -> frozenset[str]:
        """Return the paths of units over which the viewer has ``permission``; empty: none."""
        return self.scopes.get(permission, frozenset())

    @property
    def is_guest(self) -> bool:
        """Whether this is someone from outside: an account without a post and without a role."""
        return not self.scopes and self.post is None


class Anonymous(AnonymousUserMixin):  # type: ignore[misc]
    """A visitor who is not signed in."""

    person = None
    is_guest = False

    def may(self, _permission: Enum) -> bool:
        """Tell that nothing is permitted."""
        return False


def token_hash(token: str) -> str:
    """Return what the session table stores for a browser's token."""
    return hashlib.sha256(token.encode()).hexdigest()


# What is told: by name, on which endpoint's page (None: on each with a header), and its expression.
_told: dict[str, tuple[str | None, sa.ColumnElement[Any]]] = {}


def tell(name: str, value: sa.ColumnElement[Any], *, on: str | None = None) -> None:
    """Read ``value``, an expression on ``Person``, with a session's viewer into ``Viewer.told``.

    For what nearly every page of someone signed in shows, or the one ``on`` an endpoint that
    everybody opens, so that it costs no statement of its own.
    """
    _told[name] = (on, value)
    _names_told.cache_clear()
    _statement.cache_clear()


@lru_cache(maxsize=1024)  # endpoints
def _names_told(endpoint: str | None) -> tuple[str, ...]:
    """Return the names of what the page of an endpoint is told; None: of no page, nothing."""
    return tuple(name for name, (on, _) in _told.items() if endpoint and on in (None, endpoint))


@lru_cache(maxsize=64)  # every request of a signed-in viewer begins with one of them
def _statement(names: tuple[str, ...], *, demonstration: bool) -> Any:
    """Return the statement of a session's account with its person: a row for each open grant.

    Of the session, the post and the grants it reads only what a viewer needs: every page pays for
    it.
    """
    unit = aliased(OrganisationUnit)
    return (
        sa.select(
            *columns_of(Account),
            *columns_of(Person),
            AccountSession.id,
            AccountSession.public_id,
            *(Employment.started_on, unit.path, unit.kind, unit.name_ru, unit.name_en),
            *(JobRole.code, JobRole.name_ru, JobRole.name_en),
            *(_told[name][1] for name in names),
            RoleGrant.role,
            OrganisationUnit.path.label("over"),
        )
        .select_from(Account)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .join(Account.person)
        .outerjoin(Person.employment)
        .outerjoin(unit, unit.id == Employment.unit_id)
        .outerjoin(JobRole, JobRole.id == Employment.job_role_id)
        .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(
            AccountSession.token_hash == sa.bindparam("hash"),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > sa.bindparam("now", type_=UTCDateTime()),
            *_open(demonstration=demonstration),
        )
    )


def _open(*, demonstration: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of an account that one can sign in to."""
    return (
        Account.suspended_at.is_(None),
        sa.true() if demonstration else Account.is_demonstration.is_(False),
    )


def load_viewer(
    token: str, now: datetime, *, demonstration: bool = True, endpoint: str | None = None
) -> Viewer | None:
    """Return the viewer whose session ``token`` names; None when it ended or is unknown.

    Without ``demonstration`` a demonstration account's session is unknown too. The viewer is
    told what the page of ``endpoint`` shows; see ``tell``.
    """
    names = _names_told(endpoint)
    statement = _statement(names, demonstration=demonstration)
    rows = execute(statement, {"hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    account_row, person_row, own = parts_of(rows[0], Account, Person)
    person: Person = loaded(Person, person_row)
    if person.merged_into_id is None:
        set_committed_value(person, "merged_into", None)  # the name needs no look for it
    account: Account = loaded(Account, account_row, person=person)
    session_id, session_key, started_on, *of_post = own[:10]
    post = None
    if started_on is not None:
        post = Post(started_on, PostUnit(*of_post[:4]), PostRole(*of_post[4:]))
    grants = (tuple(row[-2:]) for row in rows)
    scopes = _scopes((grant for grant in grants if grant[0] is not None), headed_path(post, now))
    told = dict(zip(names, own[10:-2], strict=True))
    return Viewer(token, session_id, account, person, scopes, session_key, post, told)


def viewers_of(
    person_ids: Collection[int], now: datetime, *, demonstration: bool = True
) -> dict[int, Viewer]:
    """Return people by id as viewers with the rights they have now, for what is made for them.

    Who has no account, or one that is shut, is left out. One statement.
    """
    statement = (
        sa.select(Account)
        .join(Account.person)
        .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(Account.person_id.in_(sorted(person_ids)), *_open(demonstration=demonstration))
        .options(
            contains_eager(Account.grants).contains_eager(RoleGrant.unit),
            contains_eager(Account.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
        # An account that this transaction knows may have been loaded with other grants.
        .execution_options(populate_existing=True)
    )
    return {
        account.person_id: Viewer(
            "",
            0,
            account,
            account.person,
            scopes_of(account.grants, headed_path(account.person.employment, now)),
            post=account.person.employment,
        )
        for account in db.session.scalars(statement).unique()
    }


def headed_path(post: Post | Employment | None, now: datetime) -> str | None:
    """Return the path of the service centre whose head the holder of ``post`` is ``now``.

    None: of none. The present post decides; no one has to grant anything. It begins when its first
    day does where the network works.
    """
    if post is None or post.job_role.code != HEAD_OF_CENTRE:
        return None
    if post.started_on > local_date(now, current_app.config["SETTINGS"].time_zone):
        return None
    return post.unit.path if post.unit.kind is UnitKind.SERVICE_CENTRE else None


def scopes_of(grants: list[RoleGrant], headed: str | None = None) -> dict[Enum, frozenset[str]]:
    """Return for each permission the paths it is held over.

    By open ``grants``, and by being the head of the centre with the path ``headed``.
    """
    return _scopes(((grant.role, grant.unit.path) for grant in grants), headed)


def _scopes(
    roles: Iterable[tuple[AccessRole, str]], headed: str | None
) -> dict[Enum, frozenset[str]]:
    """Return the paths of each permission, by (role, path it is granted over)."""
    scopes: dict[Enum, set[str]] = {}
    for permission in HEAD_PERMISSIONS if headed else ():
        scopes.setdefault(permission, set()).add(str(headed))
    for role, path in roles:
        for permission in ROLE_PERMISSIONS[role]:
            scopes.setdefault(permission, set()).add(path)
    return {permission: frozenset(paths) for permission, paths in scopes.items()}
