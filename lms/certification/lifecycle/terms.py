"""What a certification scheme asks and grants, version by version."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.certification.lifecycle.calendar import next_anniversary
from lms.certification.lifecycle.facts import Route
from lms.core.calendar import add_days, add_months


class Anchor(Enum):
    """What a renewal's period is counted from. The first two drift, the third never does."""

    AWARD = "award"  # the day of the award: early and late renewals both move the date
    PREVIOUS_EXPIRY = "previous_expiry"  # the old period runs on; a late renewal moves the date
    CALENDAR = "calendar"  # the same day each year for everybody


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One version of a scheme; lengths are whole months or days, as their names say."""

    parts: tuple[str, ...]  # keys of what the full route asks
    short_parts: tuple[str, ...] = ()  # of the renewal's route; none: there is no short route
    valid_months: int | None = None  # None: what is awarded doesn't expire
    anchor: Anchor = Anchor.AWARD
    calendar_month: int = 1  # of the calendar anchor
    calendar_day: int = 1
    least_months: int = 0  # of the calendar anchor: a shorter first period goes to the next date
    window_days: int = 60  # before the last day: the renewal opens
    notice_days: int = 30  # before the last day: shown as expiring
    grace_days: int = 0  # after the last day
    grace_serves: bool = False  # whether one may serve in grace
    short_months: int = 0  # after the last day and its grace: the short route stays open
    look_back_days: int | None = None  # evidence so old before the cycle counts; None: any
    needs_decision: bool = False  # a person decides once the evidence is complete

    @property
    def yearly_on(self) -> date:
        """The calendar anchor's day as it falls in a leap year: what it is called by."""
        return next_anniversary(
            date(2024, 1, 1), month=self.calendar_month, day_of_month=self.calendar_day
        )

    def route_parts(self, route: Route) -> tuple[str, ...]:
        """Return the keys of what ``route`` asks."""
        return self.short_parts if route is Route.SHORT else self.parts


@dataclass(frozen=True)
class Version:
    """Terms with their number, in force for periods that open from ``in_force_on``."""

    number: int
    in_force_on: date
    terms: Terms


@dataclass(frozen=True)
class Scheme:
    """The versions of one scheme, at least one, in any order."""

    versions: tuple[Version, ...]

    def terms_on(self, day: date) -> Terms:
        """Return the terms in force on ``day``; before the first version, those of the first."""
        ordered = sorted(self.versions, key=lambda one: (one.in_force_on, one.number))
        known = [one for one in ordered if one.in_force_on <= day]
        return (known[-1] if known else ordered[0]).terms

    def terms_of(self, number: int) -> Terms:
        """Return the terms of a version by its number."""
        return next(one.terms for one in self.versions if one.number == number)


@dataclass(frozen=True)
class Period:
    """Days for which something was awarded, and what follows from its version's terms."""

    award: str
    from_on: date
    until_on: date | None
    route: Route
    terms: Terms
    is_equivalent: bool = False

    @property
    def window_on(self) -> date | None:
        """The first day on which it may be renewed."""
        if self.until_on is None:
            return None
        return max(self.from_on, add_days(self.until_on, -self.terms.window_days))

    @property
    def notice_on(self) -> date | None:
        """The first day on which it is shown as expiring."""
        if self.until_on is None:
            return None
        return max(self.from_on, add_days(self.until_on, -self.terms.notice_days))

    @property
    def grace_until_on(self) -> date | None:
        """The last day of grace; without grace the last valid day."""
        if self.until_on is None or self.is_equivalent:
            return self.until_on
        return add_days(self.until_on, self.terms.grace_days)

    @property
    def short_until_on(self) -> date | None:
        """The last day on which the short route leads to a renewal; None: there is none."""
        end = None if self.is_equivalent else self.grace_until_on
        return None if end is None else add_months(end, self.terms.short_months)
