"""Webhooks themselves: listed, made, changed, disabled, deleted; their secret renewed."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, Field, StringConstraints

from lms.core.errors import Forbidden, Missing
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Line,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    person_ref,
)
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks import queries, services
from lms.standards.webhooks.addresses import LONGEST, fault_of
from lms.standards.webhooks.models import Happening, Webhook
from lms.standards.webhooks.sending import secret_of
from lms.standards.webhooks.words import masked

TAG = "Webhooks"
# What reads by itself what a message tells: a token makes nobody hear of more than it may read.
READING = {
    Happening.CERTIFICATE_ISSUED: Scope.CERTIFICATES_READ,
    Happening.CERTIFICATE_REVOKED: Scope.CERTIFICATES_READ,
    Happening.ENROLMENT_COMPLETED: Scope.ENROLMENTS_READ,
    Happening.STANDING_CHANGED: Scope.STANDINGS_READ,
}
OFFERED = [one.value for one in READING]


def _offered(value: str) -> str:
    if value not in OFFERED:
        raise ValueError(_l("isn’t something that can be told"))
    return value


Told = Annotated[str, AfterValidator(_offered), Field(json_schema_extra={"enum": OFFERED})]
Address = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST),
    Field(
        description="Whole, by HTTPS, on the public internet, without a password.",
        examples=["https://hr.example.org/hook"],
    ),
]
Happenings = Annotated[list[Told], Field(min_length=1, max_length=len(OFFERED))]


class HookOut(Sent):
    """An address that is told of some happenings."""

    id: Key
    name: str = Field(examples=["Payroll"])
    address: str = Field(
        description="Of another account's webhook without what follows `?`.",
        examples=["https://hr.example.org/hook"],
    )
    happenings: list[str] = Field(examples=[["certificate.issued"]])
    owner: PersonRef
    is_own: bool = Field(description="Whether the token's owner made it; only those are changed.")
    made_at: datetime
    disabled_at: datetime | None = Field(description="null: in use.")
    failing_since: datetime | None = Field(description="The first try since one that succeeded.")
    secret_number: int = Field(description="Which of its secrets signs.", examples=[1])
    secret_made_at: datetime | None = Field(description="null: with the webhook.")
    secret: str | None = Field(
        description="What messages are signed with; only in the answer that makes it, and not in "
        "one that is repeated.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
    )


class HookIn(Received):
    """Whom to tell of what."""

    name: Line = Field(examples=["Payroll"])
    address: Address
    happenings: Happenings


class HookChange(Received):
    """What becomes different; what is left out stays."""

    name: Line | None = Field(None, examples=["Payroll"])
    address: Address | None = None
    happenings: Happenings | None = None
    disabled: bool | None = Field(
        None,
        description="true: nothing is sent any more, and what waits is given up. false: it is told "
        "of what happens from now on.",
    )


class SecretIn(Received):
    """Which secret is to be replaced."""

    secret_number: int = Field(ge=1, description="Of the secret in use.", examples=[1])


@operation(
    "GET",
    "/webhooks",
    tag=TAG,
    scope=Scope.WEBHOOKS_READ,
    summary="List webhooks",
    query=Paging,
    answer=PageOf[HookOut],
)
def list_webhooks(call: Call) -> Answer:
    """The owner's own webhooks, and those of accounts that the owner may see, the newest first."""
    return Answer(
        page_of(
            queries.hooks_seen_by(call.viewer),
            call.query,
            lambda hook: shown(call, hook),
            columns=(Webhook.id,),
            readers=(int,),
            key=lambda hook: (hook.id,),
            descending=True,
        )
    )


@operation(
    "GET",
    "/webhooks/{webhook_id}",
    tag=TAG,
    scope=Scope.WEBHOOKS_READ,
    summary="Get a webhook",
    answer=HookOut,
)
def get_webhook(call: Call, webhook_id: str) -> Answer:
    """One webhook. The `ETag` is what a change is sent with."""
    return Answer(shown(call, seen(call, webhook_id)))


@operation(
    "POST",
    "/webhooks",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Make a webhook",
    body=HookIn,
    answer=HookOut,
    status=201,
    refusals=(409,),
)
def make_webhook(call: Call) -> Answer:
    """Tell an address of what happens to people of the owner's part of the network. The answer
    shows the secret, this once. The token needs, too, the scope that reads what is told:
    `certificates:read`, `enrolments:read`, `standings:read`. 409 beyond twenty of one account.
    """
    given: HookIn = call.body
    told = _told(call, given.happenings)
    _check(call, given.address)
    hook = services.make_hook(
        account=call.viewer.account,
        name=given.name.strip(),
        address=given.address,
        happenings=told,
        now=call.now,
    )
    return _with_secret(call, hook, location=f"/webhooks/{hook.public_id}")


@operation(
    "PATCH",
    "/webhooks/{webhook_id}",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Change a webhook",
    body=HookChange,
    answer=HookOut,
    versioned=True,
)
def change_webhook(call: Call, webhook_id: str) -> Answer:
    """Change the owner's own webhook, disable or enable it. What waits for it goes to the address
    that it has then. For another address or other happenings the token needs, too, the scopes that
    read what the webhook is told then.
    """
    hook, given = own(call, webhook_id), call.body
    call.match(shown(call, hook))
    services.change_hook(hook=hook, **_changed(call, hook), now=call.now)
    if given.disabled is not None:
        turn = services.disable if given.disabled else services.enable
        turn(hook=hook, now=call.now)
    return Answer(shown(call, hook))


@operation(
    "DELETE",
    "/webhooks/{webhook_id}",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Delete a webhook",
    status=204,
)
def delete_webhook(call: Call, webhook_id: str) -> Answer:
    """Delete the owner's own webhook with the record of what was sent to it."""
    services.delete_hook(hook=own(call, webhook_id), now=call.now)
    return Answer()


@operation(
    "POST",
    "/webhooks/{webhook_id}/secret",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Renew a webhook's secret",
    body=SecretIn,
    answer=HookOut,
    refusals=(409,),
)
def renew_secret(call: Call, webhook_id: str) -> Answer:
    """Sign with a new secret, which the answer shows this once; for a day messages are signed with
    the one before, too. 409 when it has another number than the caller knows.
    """
    hook = own(call, webhook_id)
    services.renew_secret(hook=hook, number=call.body.secret_number, now=call.now)
    return _with_secret(call, hook)


def seen(call: Call, webhook_id: str) -> Webhook:
    """Return a webhook that the caller may see. Raises Missing."""
    hook = queries.hook_seen_by(call.viewer, webhook_id)
    if hook is None:
        raise Missing
    return hook


def own(call: Call, webhook_id: str) -> Webhook:
    """Return one of the caller's own, locked, to be changed. Raises Missing."""
    hook = queries.held_hook(call.viewer, webhook_id)
    if hook is None:
        raise Missing
    return hook


def shown(call: Call, hook: Webhook, secret: str | None = None) -> HookOut:
    """Return a webhook loaded with its owner."""
    is_own = hook.account_id == call.viewer.account.id
    return HookOut(
        id=hook.public_id,
        name=hook.name,
        address=hook.address if is_own else masked(hook.address),
        happenings=[str(one) for one in hook.happenings],
        owner=person_ref(hook.account.person),
        is_own=is_own,
        made_at=hook.made_at,
        disabled_at=hook.disabled_at,
        failing_since=hook.failing_since,
        secret_number=hook.secret_number,
        secret_made_at=hook.secret_made_at,
        secret=secret,
    )


def _with_secret(call: Call, hook: Webhook, **options: Any) -> Answer:
    secret = secret_of(hook.public_id, call.settings, hook.secret_number)
    return Answer(shown(call, hook, secret), kept=shown(call, hook), **options)


def _changed(call: Call, hook: Webhook) -> dict[str, Any]:
    given: HookChange = call.body
    address, values = given.address or hook.address, given.happenings or hook.happenings
    if given.address is not None:
        _check(call, address)
    is_told_more = given.address is not None or given.happenings is not None
    return {
        "name": hook.name if given.name is None else given.name.strip(),
        "address": address,
        "happenings": _told(call, values) if is_told_more else {Happening(one) for one in values},
    }


def _told(call: Call, values: Collection[str]) -> set[Happening]:
    told = {Happening(value) for value in values}
    for one in told & READING.keys():
        if READING[one].value not in call.token.scopes:
            raise Forbidden(_l("The token lacks the scope %(scope)s.", scope=READING[one].value))
    return told


def _check(call: Call, address: str) -> None:
    wrong = fault_of(address, private=call.settings.webhook_private_addresses)
    if wrong is not None:
        raise fault("body.address", wrong)
