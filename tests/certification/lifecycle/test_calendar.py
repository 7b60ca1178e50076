"""Months are months; leave doesn't count; the anchors drift as they say."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.lifecycle.anchors import Previous, award_span
from lms.certification.lifecycle.calendar import Stretch, deadline, merged, next_anniversary
from lms.certification.lifecycle.terms import Anchor, Terms
from lms.core.calendar import add_days, add_months

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
stretches = st.builds(
    lambda first, length: Stretch(first, None if length is None else add_days(first, length)),
    days,
    st.none() | st.integers(0, 200),
)


def terms(anchor: Anchor, months: int | None = 12, **more: int) -> Terms:
    return Terms(parts=("exam",), anchor=anchor, valid_months=months, **more)  # type: ignore[arg-type]


def test_the_end_of_january_is_counted_from_january() -> None:
    january = date(2026, 1, 31)
    found = [add_months(january, months) for months in (1, 2, 3)]
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_the_calendar_ends_where_it_ends() -> None:
    assert add_months(date(9990, 5, 5), 1200) == date.max
    assert add_months(date(5, 5, 5), -1200) == date.min
    assert add_days(date(9999, 12, 30), 5) == date.max
    assert add_days(date(1, 1, 3), -5) == date.min


@given(days, st.integers(1, 12), st.integers(1, 31))
def test_the_next_anniversary_is_within_a_year(day: date, month: int, of_month: int) -> None:
    found = next_anniversary(day, month=month, day_of_month=of_month)
    assert day <= found <= add_days(day, 366)
    assert (found.month, min(found.day, of_month)) == (month, found.day)


@given(st.lists(stretches, max_size=6))
def test_merged_stretches_hold_the_same_days_apart(found: list[Stretch]) -> None:
    whole = merged(found)
    ends = {day for one in found for day in (one.first, one.last or one.first)}
    around = {add_days(day, offset) for day in ends for offset in (-1, 0, 1)}
    for day in around:
        assert any(one.covers(day) for one in found) == any(one.covers(day) for one in whole)
    for one, follower in pairwise(whole):
        assert one.last is not None
        assert add_days(one.last, 1) < follower.first


@given(days, st.integers(0, 120), st.lists(stretches, max_size=4))
def test_a_term_has_as_many_working_days_as_it_promises(
    start: date, length: int, leaves: list[Stretch]
) -> None:
    due = deadline(start, length, leaves)
    if due is None:
        assert any(one.last is None for one in leaves)
        return
    term = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(not any(one.covers(day) for one in leaves) for day in term) == length


def test_what_never_expires_has_no_end() -> None:
    assert award_span(terms(Anchor.AWARD, None), date(2026, 5, 1)).until_on is None


def test_counted_from_the_award_the_date_drifts_both_ways() -> None:
    previous = Previous(date(2027, 3, 31), date(2026, 3, 31), 1)
    for awarded_on in (date(2027, 2, 10), date(2027, 5, 5)):
        span = award_span(terms(Anchor.AWARD), awarded_on, previous)
        assert (span.from_on, span.until_on) == (awarded_on, add_months(awarded_on, 12))


def test_counted_from_the_previous_expiry_early_work_loses_nothing_and_late_work_drifts() -> None:
    previous = Previous(date(2027, 3, 31), date(2026, 3, 31), 1)
    early = award_span(terms(Anchor.PREVIOUS_EXPIRY), date(2027, 2, 10), previous)
    assert (early.from_on, early.until_on) == (date(2027, 4, 1), date(2028, 3, 31))
    late = award_span(terms(Anchor.PREVIOUS_EXPIRY), date(2027, 4, 20), previous)
    assert (late.from_on, late.until_on) == (date(2027, 4, 20), date(2028, 4, 20))


@given(days, st.integers(1, 36), st.integers(2, 12))
def test_the_day_of_the_month_survives_any_number_of_renewals(
    first: date, months: int, renewals: int
) -> None:
    scheme = terms(Anchor.PREVIOUS_EXPIRY, months)
    span = award_span(scheme, first)
    for cycle in range(2, renewals + 1):
        assert span.until_on is not None
        previous = Previous(span.until_on, span.anchor_on, span.cycle)
        span = award_span(scheme, add_days(span.until_on, -5), previous)
        assert span.until_on == add_months(first, months * cycle)


def test_an_extended_period_renews_from_its_last_day() -> None:
    previous = Previous(date(2030, 6, 15), date(2026, 3, 31), 1)
    span = award_span(terms(Anchor.PREVIOUS_EXPIRY), date(2030, 6, 1), previous)
    assert (span.from_on, span.until_on) == (date(2030, 6, 16), date(2031, 6, 15))


@pytest.mark.parametrize(
    ("awarded_on", "until_on"),
    [
        (date(2026, 3, 1), date(2026, 12, 31)),
        (date(2026, 10, 15), date(2027, 12, 31)),  # fewer than three months would be left
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_calendar_date_never_drifts(awarded_on: date, until_on: date) -> None:
    scheme = terms(Anchor.CALENDAR, calendar_month=12, calendar_day=31, least_months=3)
    assert award_span(scheme, awarded_on).until_on == until_on


def test_late_work_closes_the_current_cycle_and_the_next_date_stays() -> None:
    scheme = terms(Anchor.CALENDAR, calendar_month=12, calendar_day=31)
    previous = Previous(date(2026, 12, 31), date(2026, 1, 1), 1)
    early = award_span(scheme, date(2026, 11, 15), previous)
    late = award_span(scheme, date(2027, 2, 1), previous)
    assert (early.from_on, early.until_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (late.from_on, late.until_on) == (date(2027, 2, 1), date(2027, 12, 31))


@given(st.sampled_from(Anchor), days, st.integers(1, 36), st.integers(-400, 400))
def test_a_renewal_always_reaches_beyond_the_old_end(
    anchor: Anchor, first: date, months: int, offset: int
) -> None:
    scheme = terms(anchor, months)
    old = award_span(scheme, first)
    assert old.until_on is not None
    awarded_on = max(first, add_days(old.until_on, offset))
    new = award_span(scheme, awarded_on, Previous(old.until_on, old.anchor_on, old.cycle))
    assert new.until_on is not None
    if awarded_on > first:
        assert new.until_on > min(old.until_on, awarded_on)
    assert new.from_on <= new.until_on
