"""The form that sends a training, with its counts: on the author's page and on the training's."""

from typing import Any

from flask_login import current_user

from lms.catalog.facts.models import Fact
from lms.learning.deltas import touched
from lms.learning.deltas.audience import EVERY_TOUCHED, Reach, audience_of, orders_of, reach
from lms.learning.deltas.models import DeltaOrder, DeltaTraining
from lms.learning.deltas.send_form import SendForm
from lms.learning.views.base import today
from lms.people.permissions import Permission
from lms.people.queries import units_within


def send_form(orders: list[DeltaOrder] | None = None, **kwargs: Any) -> SendForm:
    """Return the form; it begins with whom the last of ``orders`` meant."""
    audience = audience_of(orders[-1]) if orders else EVERY_TOUCHED
    units = units_within(current_user, Permission.AUTHOR_COURSES)
    return SendForm(today(), units, audience, **kwargs)


def form_again(training: DeltaTraining, **kwargs: Any) -> SendForm:
    """Return the form that sends a published training to more people."""
    return send_form(orders_of(training), **kwargs)


def reached(form: SendForm, fact: Fact, training: DeltaTraining | None = None) -> Reach:
    """Count whom the form means, and write the counts into it; who has it isn't counted."""
    versions = touched.touching_versions(fact)
    return reach(form.audience, versions, today(), training=training)
