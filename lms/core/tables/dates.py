"""Dates as they stand in tables."""

import re
from datetime import date, datetime, timedelta

# Programs export days as the first moment of the day.
MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")
FORMS = ("%Y-%m-%d", "%d.%m.%Y")
# How spreadsheets count days where a cell isn't formatted as a date (of 1954 to 2099).
SERIAL, FIRST_SERIAL, LAST_SERIAL = re.compile(r"\d{5}"), 20_000, 73_050
SERIAL_ZERO = date(1899, 12, 30)


def read_date(text: str) -> date | None:
    """Return the date written as 2026-12-31, 31.12.2026 or 46387 (a spreadsheet's); else None."""
    plain = MIDNIGHT.sub("", text.strip())
    if not plain[:1].isdigit():  # the usual case, an empty cell, at no cost
        return None
    if SERIAL.fullmatch(plain) and FIRST_SERIAL <= int(plain) <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(plain))
    for form in FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a date alone
        except ValueError:
            continue
    return None
