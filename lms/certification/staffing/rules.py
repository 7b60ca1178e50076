"""What can be said of groups, windows, hours and days: one rule for pages, tables and systems.

A fault is a sentence for whoever sent it, else empty.
"""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

MOST_WINDOWS = 200
LATEST = date(2100, 12, 31)
LONGEST_NAME = 120
KEY = r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]"


def fault_of_key(key: str) -> Any:
    """Return what is wrong with the short name of a service group."""
    return "" if re.fullmatch(KEY, key) else _("2 to 40 small letters, digits and hyphens.")


def fault_of_windows(numbers: Sequence[int]) -> Any:
    """Return what is wrong with the windows of one centre, by their numbers."""
    if len(numbers) != len(set(numbers)):
        return _("Two windows have the same number.")
    return ""


def fault_of_times(times: Sequence[time | None]) -> Any:
    """Return what is wrong with the hours of one day: opens, the second half begins, closes."""
    given = [one for one in times if one is not None]
    if given and (len(given) < len(times) or not given[0] < given[1] < given[2]):
        return _("Give three times in their order, or none: closed.")
    return ""


def fault_of_days(first_on: date | None, last_on: date) -> Any:
    """Return what is wrong with the last of some days."""
    if first_on is not None and last_on < first_on:
        return _("The last day comes before the first.")
    if last_on > LATEST:
        return _("This date is too far away.")
    return ""
