"""The one place that reads the time. Services take ``now`` as an argument and never call this."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant as an aware UTC datetime."""
    return datetime.now(UTC)


def local_date(instant: datetime, time_zone: str) -> date:
    """Return the calendar date of ``instant`` in ``time_zone`` (an IANA name).

    A date at work or in law is a date in the network's own zone.
    """
    return instant.astimezone(ZoneInfo(time_zone)).date()
