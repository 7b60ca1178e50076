"""Making and stopping hooks; telling them; noting what came of it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.settings import Settings
from lms.notifications.services import notify
from lms.people.identity import scopes_of
from lms.people.models import Account, Person, RoleGrant
from lms.people.permissions import Permission
from lms.standards.webhooks import queries
from lms.standards.webhooks.models import DeliveryState, Happening, Webhook, WebhookDelivery
from lms.standards.webhooks.sending import Outcome, secret_of

DELIVER_JOB = "standards.deliver"
# Between one try and the next; after the last the message is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
# So many tries in a row, over all messages, for so long: then the hook is disabled. A receiver that
# was away for a night loses nothing.
MOST_FAILURES, LONGEST_FAILING = 20, timedelta(days=1)
REST = timedelta(hours=1)  # between tries once it has failed so often
GONE = 410  # the receiver asks to be told no more
BOTH_SIGN = timedelta(days=1)  # how long the secret before a new one signs beside it
FAILED_KIND = "standards.webhook_failed"
KEPT = timedelta(days=90)
MOST = 20  # of one account
LEASE = timedelta(minutes=2)  # a try is over long before, or its process is no more


def make_hook(
    *,
    account: Account,
    name: str,
    address: str,
    happenings: Collection[Happening],
    now: datetime,
) -> Webhook:
    """Tell ``address`` of ``happenings`` from now on. ``account`` comes with its person.

    Raises Conflict beyond ``MOST`` hooks of one account: each costs whatever happens a row.
    """
    if queries.count_of(account) >= MOST:
        raise Conflict(_l("At most %(most)d webhooks of one account.", most=MOST))
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


def change_hook(
    *, hook: Webhook, name: str, address: str, happenings: Collection[Happening], now: datetime
) -> None:
    """Let a hook have another name, address or subject; what waits goes to the address it has now.

    A new address begins without the failures of the one before.
    """
    told = [one.value for one in Happening if one in happenings]
    if (hook.name, hook.address, hook.happenings) == (name, address, told):
        return
    if hook.address != address:
        hook.failures, hook.failing_since = 0, None
    hook.name, hook.address, hook.happenings = name, address, told
    db.session.flush()
    _record(hook, now, action="standards.webhook_changed")


def delete_hook(*, hook: Webhook, now: datetime) -> None:
    """Tell a hook nothing any more, and forget it with what was sent to it."""
    _record(hook, now, action="standards.webhook_deleted")
    db.session.delete(hook)
    db.session.flush()


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
    hook.disabled_at, hook.failures, hook.failing_since = None, 0, None
    db.session.flush()
    _record(hook, now, action="standards.webhook_enabled")


def renew_secret(*, hook: Webhook, number: int, now: datetime) -> None:
    """Sign with a new secret from now on, and for a day also with the one before.

    ``number`` is that of the secret which the owner saw in use: asking twice makes one. Raises
    Conflict.
    """
    if hook.secret_number != number:
        raise Conflict(_l("The webhook has a new secret already."))
    hook.secret_number, hook.secret_made_at = number + 1, now
    db.session.flush()
    _record(hook, now, action="standards.webhook_secret_renewed")


def secrets_of(hook: Webhook, *, settings: Settings, now: datetime) -> list[str]:
    """Return the secrets that sign a message now, the newest first."""
    numbers = [hook.secret_number]
    if hook.secret_made_at is not None and now < hook.secret_made_at + BOTH_SIGN:
        numbers.append(hook.secret_number - 1)
    return [secret_of(hook.public_id, settings, number) for number in numbers]


def tell(happening: Happening, *, path: str | None, data: dict[str, Any], now: datetime) -> None:
    """Write down what happened for each hook that listens and looks after ``path``.

    ``path`` is that of the unit of the person concerned; None for someone who has left.
    """
    for hook in queries.listening():
        if happening.value in hook.happenings and _looks_after(hook.account.grants, path):
            write(hook, happening, data=data, now=now)


def _looks_after(grants: list[RoleGrant], path: str | None) -> bool:
    held = scopes_of(grants).get(Permission.MANAGE_CERTIFICATES, frozenset())
    return "/network/" in held or (path is not None and path.startswith(tuple(held)))


def send_test(*, hook: Webhook, now: datetime) -> WebhookDelivery:
    """Send a message without content; a disabled hook is enabled by it."""
    enable(hook=hook, now=now)
    return write(hook, Happening.TEST, data={}, now=now)


def write(
    hook: Webhook, happening: Happening, *, data: dict[str, Any], now: datetime
) -> WebhookDelivery:
    """Write one message to ``hook``; a job delivers it after commit."""
    body = {"type": happening.value, "timestamp": now.isoformat(), "data": data}
    delivery = WebhookDelivery(
        webhook_id=hook.id,
        happening=happening,
        body=json.dumps(body, ensure_ascii=False),
        state=DeliveryState.WAITING,
        tries=0,
        made_at=now,
        due_at=now,
    )
    db.session.add(delivery)
    db.session.flush()
    jobs.enqueue(DELIVER_JOB, key=now.isoformat(), now=now)
    return delivery


def send_again(*, hook: Webhook, delivery: WebhookDelivery, now: datetime) -> None:
    """Send a message anew under its old id, with as many tries as a new one.

    ``hook`` is locked. Raises Conflict while the message waits, for a disabled hook, and when its
    owner no longer looks after whom the message is about.
    """
    if hook.disabled_at is not None:
        raise Conflict(_l("The webhook is disabled: nothing is sent to it."))
    if delivery.state is DeliveryState.WAITING:
        raise Conflict(_l("The message is on its way already."))
    person = json.loads(delivery.body)["data"].get("person")
    if person is not None:
        path = queries.path_of(person["id"])
        if not _looks_after(queries.roles_of_owner(hook), path):
            raise Conflict(_l("Its owner no longer looks after whom the message is about."))
    delivery.state, delivery.tries, delivery.due_at = DeliveryState.WAITING, 0, now
    db.session.flush()
    jobs.enqueue(DELIVER_JOB, key=now.isoformat(), now=now)


@dataclass(frozen=True)
class Parcel:
    """A message on its way: what is sent, and where to."""

    hook_id: int
    key: str
    address: str
    secrets: Sequence[str]
    body: str


def take(
    *, hook_id: int, most: int, under_way: int, now: datetime, settings: Settings
) -> list[Parcel]:
    """Take up to ``most`` due messages to a hook, less those ``under_way``, and return them.

    One at a time while it fails. What waits is given up when the hook's owner may no longer know,
    and put off while the hook rests. What was taken and isn't noted counts as lost after ``LEASE``.
    """
    hook = queries.locked(hook_id)
    if hook is None:
        return []
    if Permission.MANAGE_CERTIFICATES not in scopes_of(queries.roles_of_owner(hook)):
        _give_up(hook)
        return []
    if hook.failures >= MOST_FAILURES and hook.tried_at and now < hook.tried_at + REST:
        _put_off(hook, now, due_at=hook.tried_at + REST)
        return []
    room = (1 if hook.failures else most) - under_way
    rows = queries.due(hook, now, max(room, 0))
    for row in rows:
        row.due_at = now + LEASE
    db.session.flush()
    secrets = secrets_of(hook, settings=settings, now=now)
    return [Parcel(hook.id, row.public_id, hook.address, secrets, row.body) for row in rows]


def note(*, parcel: Parcel, outcome: Outcome, now: datetime, settings: Settings) -> None:
    """Note what came of a try: another one follows, or the hook has failed for too long.

    Nothing of a message that was given up meanwhile.
    """
    hook = queries.locked(parcel.hook_id)
    delivery = queries.waiting(hook, parcel.key) if hook is not None else None
    if hook is None or delivery is None:
        return
    delivery.tries, delivery.tried_at, hook.tried_at = delivery.tries + 1, now, now
    delivery.status, delivery.problem = outcome.status, outcome.problem
    if outcome.is_delivered:
        delivery.state, hook.failures, hook.failing_since = DeliveryState.DELIVERED, 0, None
        db.session.flush()
        return
    hook.failures, hook.failing_since = hook.failures + 1, hook.failing_since or now
    if delivery.tries > len(PAUSES):
        delivery.state = DeliveryState.FAILED
    else:
        delivery.due_at = now + PAUSES[delivery.tries - 1]
        _ask(now, delivery.due_at)
    db.session.flush()
    is_long = hook.failures >= MOST_FAILURES and now >= hook.failing_since + LONGEST_FAILING
    if (is_long or outcome.status == GONE) and hook.disabled_at is None:
        _disable_failed(hook, now, settings)


def _disable_failed(hook: Webhook, now: datetime, settings: Settings) -> None:
    hook.disabled_at = now
    db.session.flush()
    _give_up(hook)
    _record(hook, now, action="standards.webhook_failed", by_hand=False)
    owner = db.session.get_one(Account, hook.account_id)
    notify(
        recipient=db.session.get_one(Person, owner.person_id),
        kind=FAILED_KIND,
        key=f"{FAILED_KIND}:{hook.public_id}:{now.isoformat()}",
        details={"hook": hook.public_id, "name": hook.name},
        now=now,
        settings=settings,
    )


def _put_off(hook: Webhook, now: datetime, *, due_at: datetime) -> None:
    db.session.execute(
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook.id, *queries.is_due(now))
        .values(due_at=due_at)
    )
    _ask(now, due_at)


def _ask(now: datetime, due_at: datetime) -> None:
    """Ask for the job once it is due, once for all that is due within the same second."""
    second = due_at.replace(microsecond=0) + timedelta(seconds=bool(due_at.microsecond))
    jobs.enqueue(DELIVER_JOB, key=second.isoformat(), now=now, due_at=second)


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
