"""Reads of hooks. List scope: one's own; who sees accounts sees theirs too."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.database import db, execute
from lms.core.unit_of_work import forget_when_written, read_once
from lms.people.identity import Viewer
from lms.people.models import Account, Employment, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.standards.webhooks.models import DeliveryState, Webhook, WebhookDelivery


def hooks_for(viewer: Viewer) -> list[Webhook]:
    """Return the hooks that the viewer may see, with their owners, the newest first."""
    return list(db.session.scalars(hooks_seen_by(viewer).order_by(Webhook.id.desc())))


def hook_seen_by(viewer: Viewer, public_id: str) -> Webhook | None:
    """Return one of those."""
    statement = hooks_seen_by(viewer).where(Webhook.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def hooks_seen_by(viewer: Viewer) -> sa.Select[Webhook]:
    """Return the statement of those hooks, with their owners."""
    own = Webhook.account_id == viewer.account.id
    return (
        sa.select(Webhook)
        .join(Webhook.account)
        .join(Account.person)
        .where(sa.or_(own, visible_to(viewer, Permission.SEE_ACCOUNTS)))
        .options(contains_eager(Webhook.account).contains_eager(Account.person))
    )


def hook_for(viewer: Viewer, public_id: str) -> Webhook | None:
    """Return one of the viewer's own: only those are changed."""
    return db.session.scalars(_own(viewer).where(Webhook.public_id == public_id)).one_or_none()


def held_hook(viewer: Viewer, public_id: str) -> Webhook | None:
    """Return one of the viewer's own, locked: what waits for it is going to change."""
    hook = hook_for(viewer, public_id)
    return hook if hook is not None and locked(hook.id) is not None else None


def _own(viewer: Viewer) -> sa.Select[Webhook]:
    return (
        sa.select(Webhook)
        .where(Webhook.account_id == viewer.account.id)
        .options(joinedload(Webhook.account).joinedload(Account.person))
    )


# Made once: whatever happens asks both.
IS_ANY = sa.select(sa.exists().where(Webhook.disabled_at.is_(None)))
LISTENING = (
    sa.select(Webhook)
    .join(Webhook.account)
    .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.ended_at.is_(None))
    .outerjoin(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
    .where(Webhook.disabled_at.is_(None), Account.suspended_at.is_(None))
    .options(
        contains_eager(Webhook.account).options(
            contains_eager(Account.grants).contains_eager(RoleGrant.unit)
        )
    )
    .execution_options(populate_existing=True)
)


def is_any_in_use() -> bool:
    """Tell whether there is any hook that is told of anything."""
    return read_once("webhooks in use", lambda: bool(execute(IS_ANY).scalar()))


def listening() -> list[Webhook]:
    """Return the hooks in use with their owners' open roles."""
    return list(db.session.scalars(LISTENING).unique())


def roles_of_owner(hook: Webhook) -> list[RoleGrant]:
    """Return the open roles of a hook's owner; none while the hook or the account is shut."""
    found = db.session.scalars(LISTENING.where(Webhook.id == hook.id)).unique().one_or_none()
    return list(found.account.grants) if found else []


def count_of(account: Account) -> int:
    """Return how many hooks an account has."""
    statement = sa.select(sa.func.count(Webhook.id)).where(Webhook.account_id == account.id)
    return db.session.scalar(statement) or 0


def path_of(person_key: str) -> str | None:
    """Return the path of the unit where a person works; None for someone who has left."""
    statement = (
        sa.select(OrganisationUnit.path)
        .join(Employment, Employment.unit_id == OrganisationUnit.id)
        .join(Person, Person.id == Employment.person_id)
        .where(Person.public_id == person_key, Employment.ended_on.is_(None))
    )
    return db.session.scalar(statement)


def deliveries(hook: Webhook) -> sa.Select[Any]:
    """Return the statement of what was sent to a hook, for paging by id."""
    return sa.select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)


def delivery_to(hook: Webhook, public_id: str) -> WebhookDelivery | None:
    """Return one message to a hook as it is now."""
    statement = deliveries(hook).where(WebhookDelivery.public_id == public_id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def locked(hook_id: int) -> Webhook | None:
    """Return a hook as it is now, locked: whoever changes what waits for it locks it first.

    What happens meanwhile may still be written down for it.
    """
    statement = sa.select(Webhook).where(Webhook.id == hook_id).with_for_update(key_share=True)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def hooks_with_due(now: datetime) -> list[int]:
    """Return the ids of the hooks for which a message is due, in their order."""
    due = sa.exists().where(WebhookDelivery.webhook_id == Webhook.id, *is_due(now))
    return list(db.session.scalars(sa.select(Webhook.id).where(due).order_by(Webhook.id)))


def due(hook: Webhook, now: datetime, limit: int) -> list[WebhookDelivery]:
    """Return up to ``limit`` messages to a locked hook that are due, the longest due first."""
    statement = (
        sa.select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook.id, *is_due(now))
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what holds of a message that is to be tried now."""
    return (WebhookDelivery.state == DeliveryState.WAITING, WebhookDelivery.due_at <= now)


def waiting(hook: Webhook, public_id: str) -> WebhookDelivery | None:
    """Return a message to a locked hook if it still waits."""
    statement = sa.select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == hook.id,
        WebhookDelivery.public_id == public_id,
        WebhookDelivery.state == DeliveryState.WAITING,
    )
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def owner_key(account: Account) -> str:
    """Return the public id of an account's person."""
    statement = sa.select(Person.public_id).where(Person.id == account.person_id)
    return db.session.scalars(statement).one()


forget_when_written("webhooks in use", Webhook)
