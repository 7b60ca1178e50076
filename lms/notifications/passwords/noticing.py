"""Mailing somebody the link with which they choose a password.

The inbox says that it was sent. The link is made when the mail leaves and stands in it alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from lms.core.identifiers import public_id
from lms.core.settings import Settings
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.services import notify
from lms.people.events import password_link_wanted
from lms.people.models import Account
from lms.people.password_links.notes import LIFETIMES, Purpose


def send_link(account: Account, *, purpose: Purpose, now: datetime, **_: Any) -> None:
    """Write the message to the account's owner, in their language."""
    settings: Settings = current_app.config["SETTINGS"]
    notify(
        recipient=account.person,
        kind=KIND.key,
        key=f"{KIND.key}:{public_id()}",
        details={"account": account.public_id, "purpose": purpose.value},
        now=now,
        settings=settings,
    )


def _subject(details: Details) -> str:
    if details["purpose"] == Purpose.FIRST.value:
        return str(_("Your account at the training centre"))
    return str(_("Choose a new password"))


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    return [
        {
            "account": one["account"],
            "purpose": one["purpose"],
            "is_first": one["purpose"] == Purpose.FIRST.value,
            "days": LIFETIMES[Purpose(one["purpose"])].days,
        }
        for one in many
    ]


KIND = register(
    Kind(
        key="notifications.password_link",
        template="password_link",
        subject=_subject,
        present=_present,
        endpoint="notifications.inbox",
    )
)
password_link_wanted.connect(send_link)
