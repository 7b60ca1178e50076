"""Calendar arithmetic that keeps within the calendar: months are months; days in addresses."""

from calendar import monthrange
from datetime import date

# Far enough for any record, near enough that whoever reads can count on from there.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months on (or, negative, back).

    Where that month is shorter it is its last day; always counted from the original day, so that
    31 January, 28 February, 31 March follow each other (Civil Code of Russia, articles 191, 192).
    Dates beyond the calendar become its first or last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """Return the day ``days`` days on; beyond the calendar its first or last day."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def read_day(text: str | None) -> date | None:
    """Return the day of 1900 to 2999 that an address names (ISO 8601); None for anything else."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
