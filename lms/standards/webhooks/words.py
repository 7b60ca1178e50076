"""Happenings and states in words."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from lms.standards.webhooks.models import DeliveryState, Happening

HAPPENINGS = {
    Happening.CERTIFICATE_ISSUED: _l("A certificate is issued"),
    Happening.CERTIFICATE_REVOKED: _l("A certificate is revoked"),
    Happening.ENROLMENT_COMPLETED: _l("A course is completed"),
    Happening.STANDING_CHANGED: _l("Somebody’s standing in a certification changes"),
    Happening.TEST: _l("A test"),
}
STATES = {
    DeliveryState.WAITING: (_p("delivery", "Waiting"), "info"),
    DeliveryState.DELIVERED: (_p("delivery", "Delivered"), "good"),
    DeliveryState.FAILED: (_p("delivery", "Given up"), "bad"),
}
PROBLEMS = {  # by the words of ``sending``
    "private address": _l("The address isn’t a public one"),
    "timeout": _l("No answer in time"),
    "certificate": _l("Its certificate (TLS) isn’t valid"),
    "connection": _l("No connection"),
}


def masked(address: str) -> str:
    """Return an address as others than its owner see it: what follows ``?`` may be a secret."""
    before, sign, _rest = address.partition("?")
    return f"{before}?…" if sign else before
