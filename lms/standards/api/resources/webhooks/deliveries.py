"""What was sent to a webhook: listed, tried out, sent again."""

from datetime import datetime

from pydantic import Field

from lms.core.errors import Missing
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, Sent
from lms.standards.api.resources.webhooks.hooks import TAG, own, seen
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks import queries, services
from lms.standards.webhooks.models import DeliveryState, Happening, Webhook, WebhookDelivery


class DeliveryOut(Sent):
    """One message to a webhook, and what came of it; what it told isn't repeated."""

    id: Key = Field(description="The message's `webhook-id` is `msg_` and this.")
    happening: Happening
    state: DeliveryState
    made_at: datetime
    tries: int = Field(examples=[1])
    tried_at: datetime | None = Field(description="The last time.")
    next_try_at: datetime | None = Field(description="While it waits: not before.")
    answered: int | None = Field(
        description="The status of the last answer; null without one.", examples=[204]
    )
    problem: str = Field(
        description="Why the last try got no answer: `timeout`, `certificate`, `connection`, "
        "`private address`; else empty.",
        examples=[""],
    )


class DeliveryQuery(Paging):
    """What the list is narrowed to."""

    state: DeliveryState | None = None


@operation(
    "GET",
    "/webhooks/{webhook_id}/deliveries",
    tag=TAG,
    scope=Scope.WEBHOOKS_READ,
    summary="List what was sent",
    query=DeliveryQuery,
    answer=PageOf[DeliveryOut],
)
def list_deliveries(call: Call, webhook_id: str) -> Answer:
    """The messages to a webhook of the last 90 days, the newest first."""
    statement = queries.deliveries(seen(call, webhook_id))
    if call.query.state is not None:
        statement = statement.where(WebhookDelivery.state == call.query.state)
    return Answer(
        page_of(
            statement,
            call.query,
            _shown,
            columns=(WebhookDelivery.id,),
            readers=(int,),
            key=lambda one: (one.id,),
            descending=True,
        )
    )


@operation(
    "GET",
    "/webhooks/{webhook_id}/deliveries/{delivery_id}",
    tag=TAG,
    scope=Scope.WEBHOOKS_READ,
    summary="Get a message that was sent",
    answer=DeliveryOut,
)
def get_delivery(call: Call, webhook_id: str, delivery_id: str) -> Answer:
    """One message to a webhook, and what came of it."""
    return Answer(_shown(_found(seen(call, webhook_id), delivery_id)))


@operation(
    "POST",
    "/webhooks/{webhook_id}/tests",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Send a test",
    answer=DeliveryOut,
    status=201,
)
def send_test(call: Call, webhook_id: str) -> Answer:
    """Send a message without content to the owner's own webhook; a disabled one is enabled."""
    made = services.send_test(hook=own(call, webhook_id), now=call.now)
    place = f"/webhooks/{webhook_id}/deliveries/{made.public_id}"
    return Answer(_shown(made), location=place)


@operation(
    "POST",
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
    tag=TAG,
    scope=Scope.WEBHOOKS_WRITE,
    summary="Send a message again",
    answer=DeliveryOut,
    refusals=(409,),
)
def send_again(call: Call, webhook_id: str, delivery_id: str) -> Answer:
    """Send a message again that was delivered or given up, under the same `webhook-id`, with as
    many tries as a new one. 409 while it waits, for a disabled webhook, and when the owner no
    longer looks after whom it is about.
    """
    hook = own(call, webhook_id)
    delivery = _found(hook, delivery_id)
    services.send_again(hook=hook, delivery=delivery, now=call.now)
    return Answer(_shown(delivery))


def _found(hook: Webhook, delivery_id: str) -> WebhookDelivery:
    found = queries.delivery_to(hook, delivery_id)
    if found is None:
        raise Missing
    return found


def _shown(one: WebhookDelivery) -> DeliveryOut:
    is_waiting = one.state is DeliveryState.WAITING
    return DeliveryOut(
        id=one.public_id,
        happening=one.happening,
        state=one.state,
        made_at=one.made_at,
        tries=one.tries,
        tried_at=one.tried_at,
        next_try_at=one.due_at if is_waiting else None,
        answered=one.status,
        problem=one.problem,
    )
