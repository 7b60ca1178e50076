"""Dates as they stand in tables."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from babel.dates import get_month_names

# Programs export days as the first moment of the day.
MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")
# Between dots the day comes first, wherever they are written. Between slashes it may be the month
# (05/03/2026): those aren't read at all, not even 31/12/2026, lest one column be read in part.
NUMBERED = {
    re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"): "%Y-%m-%d",
    re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"): "%d.%m.%Y",
    re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}"): "%d.%m.%y",  # 69 to 99: of the last century
}
# 31 декабря 2026 г., «31» декабря 2026 года, 31 December 2026, 31-дек-26; December 31, 2026
MONTH, LONG_YEAR = r"(?P<month>[^\W\d_]{3,9})\.?", r"(?P<year>[0-9]{4})"
NAMED = (
    re.compile(rf'[«"]?(?P<day>[0-9]{{1,2}})[»"]?[ -]{MONTH},?[ -]{LONG_YEAR} ?(?:г\.?|года)?'),
    re.compile(rf"(?P<day>[0-9]{{1,2}})-{MONTH}-(?P<year>[0-9]{{2}})"),
    re.compile(rf"{MONTH} (?P<day>[0-9]{{1,2}}),? {LONG_YEAR}"),
)
LANGUAGES, SHORTEST = ("ru", "en"), 3  # letters of a month
PLACES: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")  # мая, май
# How spreadsheets count days where a cell isn't formatted as a date (of 1954 to 2099).
SERIAL, FIRST_SERIAL, LAST_SERIAL = re.compile(r"[0-9]{5}"), 20_000, 73_050
SERIAL_ZERO = date(1899, 12, 30)


def read_date(text: str) -> date | None:
    """Return the date that a cell tells, else None.

    Read are 2026-12-31, 31.12.2026, 31.12.26, the month by its name in Russian or English, and
    46387 (a spreadsheet's).
    """
    plain = MIDNIGHT.sub("", " ".join(text.split()))
    if not plain:  # the usual case, at no cost
        return None
    if SERIAL.fullmatch(plain) and FIRST_SERIAL <= int(plain) <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(plain))
    for shape, form in NUMBERED.items():
        if shape.fullmatch(plain):
            return _parsed(plain, form)
    for shape in NAMED:
        found = shape.fullmatch(plain)
        month = _months().get(found["month"].lower()) if found else None
        if found and month:
            form = "%d.%m.%Y" if len(found["year"]) > 2 else "%d.%m.%y"
            return _parsed(f"{found['day']}.{month}.{found['year']}", form)
    return None


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date alone
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Return the months' numbers by their names, and by what these begin with: дек, нояб, Sept."""
    return {
        name[:length].lower(): number
        for language in LANGUAGES
        for place in PLACES
        for number, name in get_month_names("wide", place, language).items()
        for length in range(SHORTEST, len(name) + 1)
    }
