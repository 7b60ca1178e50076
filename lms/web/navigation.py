"""The main navigation: each domain registers its entries, the layout shows those one may use."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.web.i18n import current_language

PLACES_KEPT = 1024
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
    # Endpoints (or prefixes ending in `.`) on which the entry is shown as the current one: the
    # first of those that the viewer may use.
    active_on: tuple[str, ...] = ()
    # Left out of a full bar: its page is linked from the home page too.
    yields: bool = False
    guests: bool = False  # shown to guests; see access.Need
    group: Any = None  # a heading in the menu, lazily translated; entries of a group stand together


@dataclass(frozen=True)
class Link:
    """An entry as the layout shows it."""

    label: str
    url: str
    icon: str
    active: bool
    group: str | None = None


@dataclass(frozen=True)
class Place:
    """What decides on the links: nothing of it is one person's own."""

    language: str
    root: str  # of the site's addresses
    endpoint: str
    is_guest: bool
    permissions: frozenset[Enum]


class Menu:
    """An application's entries, and the links of the places last asked for."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.links = lru_cache(maxsize=PLACES_KEPT)(self._links)

    def _links(self, place: Place) -> tuple[Link, ...]:
        usable = [
            entry
            for entry in sorted(self.entries, key=lambda entry: entry.order)
            if (
                entry.guests
                if place.is_guest
                else entry.permission is None or entry.permission in place.permissions
            )
        ]
        current = next((entry for entry in usable if _is_active(entry, place.endpoint)), None)
        return tuple(
            Link(
                str(entry.label),
                url_for(entry.endpoint),
                entry.icon,
                entry is current,
                None if entry.group is None else str(entry.group),
            )
            for entry in usable
            if not entry.yields or len(usable) <= ROOMY
        )


def register(app: Any, *entries: Entry) -> None:
    """Add entries to the application's navigation."""
    menu: Menu = app.extensions.setdefault("navigation", Menu())
    menu.entries.extend(entries)


def navigation() -> tuple[Link, ...]:
    """Return the entries the current viewer may use, in order; none for an anonymous one."""
    viewer = current_user._get_current_object()  # noqa: SLF001 - asked several times
    if not viewer.is_authenticated:
        return ()
    menu: Menu = current_app.extensions["navigation"]
    return menu.links(
        Place(
            current_language(),
            request.root_path,
            request.endpoint or "",
            viewer.is_guest,
            frozenset(viewer.scopes),
        )
    )


def _is_active(entry: Entry, endpoint: str) -> bool:
    names = (entry.endpoint, *entry.active_on)
    return any(endpoint == n or (n.endswith(".") and endpoint.startswith(n)) for n in names)
