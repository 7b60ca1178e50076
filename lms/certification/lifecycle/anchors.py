"""From which day to which a new award counts: the three anchors."""

from dataclasses import dataclass
from datetime import date

from lms.certification.lifecycle.calendar import next_anniversary
from lms.certification.lifecycle.terms import Anchor, Terms
from lms.core.calendar import add_days, add_months


@dataclass(frozen=True)
class Previous:
    """What a renewal counts on from: the last period and the anchor it was counted from."""

    until_on: date | None
    anchor_on: date
    cycle: int


@dataclass(frozen=True)
class Span:
    """The days of an award; ``anchor_on`` plus ``cycle`` times the validity is its last day."""

    from_on: date
    until_on: date | None
    anchor_on: date
    cycle: int


def award_span(terms: Terms, awarded_on: date, previous: Previous | None = None) -> Span:
    """Return the days for which an award of ``awarded_on`` counts.

    That is the day on which the last of what it rests on was shown, also where that is recorded
    later; where a person decides, the day of the decision. ``previous`` is the period that it
    renews, if there is one. Counted from the award, the new period replaces what is left of the old
    one. Counted from the previous expiry, the old one runs on and the new one follows it; its last
    day is counted in months from the first anchor, so that the day of the month stays; after the
    last day it falls back to the award. With a calendar date the period ends at that date which
    leaves at least ``least_months``; late work closes the current period and leaves the next date
    where it is.
    """
    if terms.valid_months is None:
        return Span(awarded_on, None, awarded_on, 1)
    running = previous.until_on if previous is not None else None
    if running is not None and running < awarded_on:
        running = None
    if terms.anchor is Anchor.CALENDAR:
        return _to_calendar_date(terms, awarded_on, running)
    if terms.anchor is Anchor.PREVIOUS_EXPIRY and previous is not None and running is not None:
        return _after_previous(terms.valid_months, previous, running)
    return Span(awarded_on, add_months(awarded_on, terms.valid_months), awarded_on, 1)


def _after_previous(months: int, previous: Previous, running: date) -> Span:
    first = add_days(running, 1)
    until = add_months(previous.anchor_on, months * (previous.cycle + 1))
    if until > running:
        return Span(first, until, previous.anchor_on, previous.cycle + 1)
    # The old period was extended beyond the next date: the new one counts from its last day.
    return Span(first, add_months(running, months), running, 1)


def _to_calendar_date(terms: Terms, awarded_on: date, running: date | None) -> Span:
    first = awarded_on if running is None else add_days(running, 1)
    until = next_anniversary(
        max(add_months(first, terms.least_months), add_days(first, 1)),
        month=terms.calendar_month,
        day_of_month=terms.calendar_day,
    )
    return Span(first, until, first, 1)
