"""Making and stopping hooks; telling them; noting what came of it."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.people.identity import scopes_of
from lms.people.models import Account
from lms.people.permissions import Permission
from lms.standards.webhooks import queries
from lms.standards.webhooks.models import DeliveryState, Happening, Webhook, WebhookDelivery
from lms.standards.webhooks.sending import Outcome

DELIVER_JOB = "standards.deliver"
# Between one try and the next; after the last the message is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
MOST_FAILURES = 20  # tries in a row, over all messages; then the hook is disabled
KEPT = timedelta(days=90)


def make_hook(
    *,
    account: Account,
    name: str,
    address: str,
    happenings: Collection[Happening],
    now: datetime,
) -> Webhook:
    """Tell ``address`` of ``happenings`` from now on. ``account`` comes with its person."""
    hook = Webhook(
        account=account,
        name=name,
        address=address,
        happenings=[one.value for one in Happening if one in happenings],
        made_at=now,
        failures=0,
    )
    db.session.add(hook)
    db.session.flush()
    _record(hook, now, action="standards.webhook_made")
    return hook


def disable(*, hook: Webhook, now: datetime) -> None:
    """Stop telling a hook; what waits for it is given up."""
    if hook.disabled_at is not None:
        return
    hook.disabled_at = now
    db.session.flush()
    _give_up(hook)
    _record(hook, now, action="standards.webhook_disabled")


def enable(*, hook: Webhook, now: datetime) -> None:
    """Go on telling a hook of what happens from now on."""
    if hook.disabled_at is None:
        return
    hook.disabled_at, hook.failures = None, 0
    db.session.flush()
    _record(hook, now, action="standards.webhook_enabled")


def tell(happening: Happening, *, path: str | None, data: dict[str, Any], now: datetime) -> None:
    """Write down what happened for each hook that listens and looks after ``path``.

    ``path`` is that of the unit of the person concerned; None for someone who has left.
    """
    for hook in queries.listening():
        if happening.value in hook.happenings and _looks_after(hook, path):
            write(hook, happening, data=data, now=now)


def _looks_after(hook: Webhook, path: str | None) -> bool:
    held = scopes_of(hook.account.grants).get(Permission.MANAGE_CERTIFICATES, frozenset())
    return "/network/" in held or (path is not None and path.startswith(tuple(held)))


def write(hook: Webhook, happening: Happening, *, data: dict[str, Any], now: datetime) -> None:
    """Write one message to ``hook``; a job delivers it after commit."""
    body = {"type": happening.value, "timestamp": now.isoformat(), "data": data}
    row = WebhookDelivery(
        webhook_id=hook.id,
        happening=happening,
        body=json.dumps(body, ensure_ascii=False),
        state=DeliveryState.WAITING,
        tries=0,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(DELIVER_JOB, key=f"{row.public_id}-0", now=now, key_of=row.public_id)


def note(*, delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    """Note what came of a try: another one follows, or the hook has failed too often."""
    hook = delivery.webhook
    delivery.tries, delivery.tried_at = delivery.tries + 1, now
    delivery.status, delivery.problem = outcome.status, outcome.problem
    if outcome.is_delivered:
        delivery.state, hook.failures = DeliveryState.DELIVERED, 0
    elif delivery.tries > len(PAUSES):
        delivery.state, hook.failures = DeliveryState.FAILED, hook.failures + 1
    else:
        hook.failures += 1
        _try_again(delivery, now)
    db.session.flush()
    if hook.failures >= MOST_FAILURES and hook.disabled_at is None:
        hook.disabled_at = now
        db.session.flush()
        _give_up(hook)
        _record(hook, now, action="standards.webhook_failed", by_hand=False)


def _try_again(delivery: WebhookDelivery, now: datetime) -> None:
    due_at = now + PAUSES[delivery.tries - 1]
    jobs.enqueue(
        DELIVER_JOB,
        key=f"{delivery.public_id}-{delivery.tries}",
        now=now,
        due_at=due_at,
        key_of=delivery.public_id,
    )


def _give_up(hook: Webhook) -> None:
    waiting = sa.update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == hook.id, WebhookDelivery.state == DeliveryState.WAITING
    )
    db.session.execute(waiting.values(state=DeliveryState.FAILED))


def forget_deliveries(*, now: datetime) -> int:
    """Delete what was sent long ago; return how many."""
    gone = db.session.execute(
        sa.delete(WebhookDelivery).where(WebhookDelivery.made_at < now - KEPT)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _record(hook: Webhook, now: datetime, *, action: str, by_hand: bool = True) -> None:
    owner = db.session.get_one(Account, hook.account_id)
    person_key = queries.owner_key(owner)
    record(
        now=now,
        actor_key=person_key if by_hand else None,
        action=action,
        subject_kind="webhook",
        subject_key=hook.public_id,
        person_key=person_key,
    )
