"""Parts of days and the weekly pattern of work, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

WEEKDAYS = range(7)  # Monday is 0


class Shift(Enum):
    """The two parts of a working day; where one becomes the other is said by the centre."""

    FIRST = "first"
    SECOND = "second"


SHIFTS = tuple(Shift)
EVERY = (1 << 14) - 1  # the pattern of who works both parts of each day
OFFICE = (1 << 10) - 1  # both parts of Monday to Friday


@dataclass(frozen=True)
class Part:
    """One part of one day."""

    day: date
    shift: Shift


def bit(weekday: int, shift: Shift) -> int:
    """Return the place of a part of the week in a pattern: a number of fourteen bits."""
    return 1 << (2 * weekday + SHIFTS.index(shift))


def pattern_of(parts: Iterable[tuple[int, Shift]]) -> int:
    """Return the pattern of these parts of the week."""
    found = 0
    for weekday, shift in parts:
        found |= bit(weekday, shift)
    return found


def works(pattern: int, weekday: int, shift: Shift) -> bool:
    """Tell whether the pattern has this part of the week."""
    return bool(pattern & bit(weekday, shift))


def parts_in(pattern: int) -> list[tuple[int, Shift]]:
    """Return the parts of the week that a pattern has, in their order."""
    return [
        (weekday, shift)
        for weekday in WEEKDAYS
        for shift in SHIFTS
        if works(pattern, weekday, shift)
    ]


def monday_of(day: date) -> date:
    """Return the first day of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def week_of(monday: date) -> list[date]:
    """Return the seven days from ``monday``."""
    return [monday + timedelta(days=number) for number in WEEKDAYS]


@dataclass(frozen=True)
class OtherDays:
    """Days on which a person works otherwise than by the pattern: ``shifts`` has two bits."""

    first_on: date
    last_on: date
    shifts: int

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is one of them."""
        return self.first_on <= day <= self.last_on

    def works(self, shift: Shift) -> bool:
        """Tell whether the person works this part of those days."""
        return bool(self.shifts & (1 << SHIFTS.index(shift)))
