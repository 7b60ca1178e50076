"""Reads of tokens. List scope: one's own; who sees accounts sees theirs too."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core import clock
from lms.core.database import UTCDateTime, db
from lms.people.identity import Viewer, headed_path, scopes_of, token_hash
from lms.people.models import Account, Employment, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.scopes import BESIDE, PERMISSIONS, Scope


def _known(*, demonstration: bool) -> sa.Select[ApiToken]:
    return (
        sa.select(ApiToken)
        .join(ApiToken.account)
        .join(Account.person)
        .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(
            ApiToken.token_hash == sa.bindparam("hash"),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > sa.bindparam("now", type_=UTCDateTime()),
            Account.suspended_at.is_(None),
            sa.true() if demonstration else Account.is_demonstration.is_(False),
        )
        .options(
            contains_eager(ApiToken.account).options(
                contains_eager(Account.grants).contains_eager(RoleGrant.unit),
                contains_eager(Account.person)
                .joinedload(Person.employment)
                .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            )
        )
    )


# Built once: every request begins with it.
STATEMENTS = {demonstration: _known(demonstration=demonstration) for demonstration in (True, False)}


def token_of(secret: str, now: datetime, *, demonstration: bool = True) -> ApiToken | None:
    """Return the token whose secret is ``secret``, with its account, person and open roles.

    None when it is unknown, revoked or expired, or when its owner's account is shut.
    """
    values = {"hash": token_hash(secret), "now": now}
    return db.session.scalars(STATEMENTS[demonstration], values).unique().one_or_none()


def viewer_of(token: ApiToken) -> Viewer:
    """Return the token's owner as a viewer who may do no more than the token's scopes say.

    With the rights they have now, by roles and by their post.
    """
    account = token.account
    given = {
        permissions[scope]
        for scope in map(Scope, token.scopes)
        for permissions in (PERMISSIONS, BESIDE)
        if scope in permissions
    }
    held = scopes_of(account.grants, headed_path(account.person.employment, clock.now()))
    scopes: dict[Enum, frozenset[str]] = {
        permission: paths for permission, paths in held.items() if permission in given
    }
    return Viewer("", 0, account, account.person, scopes, post=account.person.employment)


def _listed(viewer: Viewer, permission: Permission) -> sa.Select[ApiToken]:
    own = ApiToken.account_id == viewer.account.id
    others = visible_to(viewer, permission)
    return (
        sa.select(ApiToken)
        .join(ApiToken.account)
        .join(Account.person)
        .where(sa.or_(own, others) if viewer.may(permission) else own)
        .options(contains_eager(ApiToken.account).contains_eager(Account.person))
    )


def tokens_for(viewer: Viewer) -> list[ApiToken]:
    """Return the tokens the viewer may see, with their owners, the newest first."""
    listed = _listed(viewer, Permission.SEE_ACCOUNTS)
    return list(db.session.scalars(listed.order_by(ApiToken.id.desc())))


def token_for(viewer: Viewer, public_id: str) -> ApiToken | None:
    """Return one of those that the viewer may revoke."""
    statement = _listed(viewer, Permission.MANAGE_ACCOUNTS).where(ApiToken.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def all_tokens() -> list[ApiToken]:
    """Return every token with its owner (for the operator's command)."""
    statement = (
        sa.select(ApiToken)
        .options(joinedload(ApiToken.account).joinedload(Account.person))
        .order_by(ApiToken.id)
    )
    return list(db.session.scalars(statement))
