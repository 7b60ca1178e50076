"""Delivering messages."""

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.standards.webhooks import queries, services
from lms.standards.webhooks.models import DeliveryState
from lms.standards.webhooks.sending import send


@job(services.DELIVER_JOB, alone=True)
def deliver(key_of: str) -> None:
    """Try once to deliver a message that still waits; the network is used between transactions."""
    settings = current_app.config["SETTINGS"]
    with unit_of_work():
        delivery = queries.delivery(key_of)
        if delivery is None or delivery.state is not DeliveryState.WAITING:
            return
        if not services.may_be_tried(delivery=delivery, now=clock.now()):
            return
        address, body = delivery.webhook.address, delivery.body
        secrets = services.secrets_of(delivery.webhook, settings=settings, now=clock.now())
    outcome = send(
        address=address,
        key=key_of,
        secrets=secrets,
        body=body,
        now=clock.now(),
        settings=settings,
    )
    with unit_of_work():
        delivery = queries.delivery(key_of)
        if delivery is not None and delivery.state is DeliveryState.WAITING:
            services.note(delivery=delivery, outcome=outcome, now=clock.now(), settings=settings)


@job("standards.forget_deliveries", every_seconds=24 * 3600)
def forget_old_deliveries() -> None:
    """Delete the record of what was sent long ago."""
    with unit_of_work():
        services.forget_deliveries(now=clock.now())
