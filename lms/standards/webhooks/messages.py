"""The message to the owner of a hook that was disabled because it failed for too long."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from lms.notifications.kinds import Kind, register
from lms.standards.webhooks.services import FAILED_KIND

Details = Mapping[str, Any]


def subject(details: Details) -> str:
    """Return the subject, with the hook's name."""
    return str(_("The webhook “%(name)s” is disabled", name=details["name"]))


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return what the templates show: the hook's name and key."""
    return [dict(details) for details in many]


KIND = register(
    Kind(
        key=FAILED_KIND,
        template="webhook_failed",
        subject=subject,
        present=present,
        endpoint="api.webhooks",
    )
)
