"""Dates as they stand in tables."""

import re
from datetime import date, datetime

# Programs export days as the first moment of the day.
MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")
FORMS = ("%Y-%m-%d", "%d.%m.%Y")


def read_date(text: str) -> date | None:
    """Return the date written as 2026-12-31 or 31.12.2026; None when it is neither."""
    plain = MIDNIGHT.sub("", text.strip())
    if not plain[:1].isdigit():  # the usual case, an empty cell, at no cost
        return None
    for form in FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a date alone
        except ValueError:
            continue
    return None
