"""The main navigation: each domain registers its entries, the layout shows those one may use."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

ROOMY = 4  # entries that leave the bar some room
ADMINISTRATION = _l("Administration")


@dataclass(frozen=True)
class Entry:
    """One entry; ``label`` is lazily translated."""

    label: Any
    endpoint: str
    icon: str
    order: int
    permission: Enum | None = None
    # Endpoints (or prefixes ending in `.`) on which the entry is shown as the current one.
    active_on: tuple[str, ...] = ()
    # Left out of a full bar: its page is linked from the home page too.
    yields: bool = False
    guests: bool = False  # shown to guests; see access.Need
    group: Any = None  # a heading in the menu, lazily translated; entries of a group stand together


@dataclass(frozen=True)
class Link:
    """An entry as the layout shows it."""

    label: Any
    url: str
    icon: str
    active: bool
    group: Any = None


def register(app: Any, *entries: Entry) -> None:
    """Add entries to the application's navigation."""
    app.extensions.setdefault("navigation", []).extend(entries)


def navigation() -> list[Link]:
    """Return the entries the current viewer may use, in order; none for an anonymous one."""
    if not current_user.is_authenticated:
        return []
    entries: list[Entry] = sorted(
        current_app.extensions.get("navigation", []), key=lambda entry: entry.order
    )
    # Asked once: there are dozens of entries, and each page shows them.
    is_guest, may, endpoint = current_user.is_guest, current_user.may, request.endpoint or ""
    usable = [
        entry
        for entry in entries
        if (entry.guests if is_guest else entry.permission is None or may(entry.permission))
    ]
    return [
        Link(
            entry.label,
            url_for(entry.endpoint),
            entry.icon,
            _is_active(entry, endpoint),
            entry.group,
        )
        for entry in usable
        if not entry.yields or len(usable) <= ROOMY
    ]


def _is_active(entry: Entry, endpoint: str) -> bool:
    names = (entry.endpoint, *entry.active_on)
    return any(endpoint == n or (n.endswith(".") and endpoint.startswith(n)) for n in names)
