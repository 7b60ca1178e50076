"""Telling a person, at both addresses, that where their mail goes was changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from lms.core.identifiers import public_id
from lms.core.settings import Settings
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.services import notify
from lms.people.events import email_changed
from lms.people.models import Person


def tell_both(person: Person, *, former: str | None, now: datetime, **_: Any) -> None:
    """Write one notice to the new address and one to the former, in the person's language."""
    settings: Settings = current_app.config["SETTINGS"]
    change = public_id()
    for is_former, address in ((False, person.email), (True, former)):
        if address:
            notify(
                recipient=person,
                kind=KIND.key,
                key=f"{KIND.key}:{change}:{int(is_former)}",
                details={"former": is_former},
                now=now,
                settings=settings,
                address=address,
            )


def _subject(details: Details) -> str:
    if details["former"]:
        return str(_("Your mail no longer goes to this address"))
    return str(_("Your mail goes to this address now"))


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    return [{"is_former": one["former"]} for one in many]


KIND = register(
    Kind(
        key="notifications.address_corrected",
        template="address_corrected",
        subject=_subject,
        present=_present,
        endpoint="notifications.inbox",
    )
)
email_changed.connect(tell_both)
