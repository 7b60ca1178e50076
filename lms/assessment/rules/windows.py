"""When an exam is open: instants as files, forms and pages write them.

A file writes an instant with its offset (``2026-12-01T09:00+03:00``), so that it means the same in
any network; pages and exported files show it in the network's own zone.
"""

import re
from datetime import UTC, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from flask import current_app

WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(Z|[+-]\d\d:\d\d)")
YEARS = range(2000, 2200)  # what anyone can mean


class Opening(Enum):
    """Where an instant lies in an exam's window."""

    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"


def opening(now: datetime, opens_at: datetime | None, closes_at: datetime | None) -> Opening:
    """Return where ``now`` lies; the first instant is open, the closing itself isn't."""
    if opens_at is not None and now < opens_at:
        return Opening.BEFORE
    if closes_at is not None and now >= closes_at:
        return Opening.AFTER
    return Opening.OPEN


def read_instant(text: str) -> datetime | None:
    """Return the instant that a file writes; None for anything else."""
    if not WRITTEN.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.year in YEARS else None


def instant_text(instant: datetime | None) -> str | None:
    """Return what a file writes: whole minutes, as files and forms state them."""
    return None if instant is None else instant.isoformat(timespec="minutes")


def network_zone() -> ZoneInfo:
    """Return the network's time zone."""
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


def local_instant(instant: datetime | None) -> datetime | None:
    """Return the same instant as the network's clocks show it."""
    return None if instant is None else instant.astimezone(network_zone())


def from_clocks(wall: datetime | None) -> datetime | None:
    """Return the instant at which the network's clocks show ``wall``; None where they never do.

    Of two such instants (clocks put back) the first.
    """
    if wall is None or wall.year not in YEARS:
        return None
    instant = wall.replace(tzinfo=network_zone()).astimezone(UTC)
    shown = instant.astimezone(network_zone()).replace(tzinfo=None)
    return instant if shown == wall else None
