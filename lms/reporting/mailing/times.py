"""When a list is sent: always counted from the rule, so that no delay adds up."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo


class Rhythm(Enum):
    """On which days."""

    ON_REQUEST = "on_request"
    WORKING_DAYS = "working_days"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


# Days on which nobody works, by month and day: Labour Code of Russia, article 112. Which days off
# the government moves in a year isn't known here.
HOLIDAYS = frozenset(
    {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
LAST_DAY = 31


@dataclass(frozen=True)
class Rule:
    """A rhythm with its day and hour; ``weekday`` from 0, Monday; ``month_day`` 31 is the last."""

    rhythm: Rhythm
    hour: int = 8
    weekday: int | None = None
    month_day: int | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the list is sent on ``day``."""
        match self.rhythm:
            case Rhythm.ON_REQUEST:
                return False
            case Rhythm.WORKING_DAYS:
                return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS
            case Rhythm.WEEKLY:
                return day.weekday() == self.weekday
            case Rhythm.MONTHLY:
                last = monthrange(day.year, day.month)[1]
                return day.day == min(self.month_day or 1, last)

    def moment(self, day: date, zone: ZoneInfo) -> datetime:
        """Return the instant of the hour on ``day`` in the network's zone.

        Of an hour that comes twice the first; for one that is left out the same time after it.
        """
        return datetime.combine(day, time(self.hour), zone).astimezone(UTC)


def next_moment(rule: Rule, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first moment later than ``after``; None for a list sent on request alone."""
    if rule.rhythm is Rhythm.ON_REQUEST:
        return None
    day = after.astimezone(zone).date() - timedelta(days=1)
    while True:
        if rule.holds_on(day) and (found := rule.moment(day, zone)) > after:
            return found
        day += timedelta(days=1)
