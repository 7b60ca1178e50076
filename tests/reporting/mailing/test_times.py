"""When a list is sent: by the calendar and the network's clock, without drift."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.mailing.times import Rhythm, Rule, next_moment

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
rules = st.one_of(
    st.builds(Rule, st.just(Rhythm.WORKING_DAYS), hour=st.integers(0, 23)),
    st.builds(Rule, st.just(Rhythm.WEEKLY), hour=st.integers(0, 23), weekday=st.integers(0, 6)),
    st.builds(Rule, st.just(Rhythm.MONTHLY), hour=st.integers(0, 23), month_day=st.integers(1, 31)),
)
instants = st.integers(0, 20 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def days(rule: Rule, first: date, number: int, zone: ZoneInfo = MOSCOW) -> list[date]:
    moment, found = datetime.combine(first, datetime.min.time(), zone), []
    for _ in range(number):
        following = next_moment(rule, moment, zone)
        assert following is not None
        moment = following
        found.append(moment.astimezone(zone).date())
    return found


def test_working_days_leave_out_weekends_and_public_holidays() -> None:
    found = days(Rule(Rhythm.WORKING_DAYS), date(2026, 4, 29), 4)
    assert found == [date(2026, 4, 29), date(2026, 4, 30), date(2026, 5, 4), date(2026, 5, 5)]


def test_once_a_week_is_always_the_same_weekday() -> None:
    found = days(Rule(Rhythm.WEEKLY, weekday=6), date(2026, 3, 2), 3)
    assert found == [date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22)]


def test_a_day_that_a_month_lacks_is_its_last_and_comes_back() -> None:
    found = days(Rule(Rhythm.MONTHLY, month_day=31), date(2026, 1, 5), 4)
    assert found == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert days(Rule(Rhythm.MONTHLY, month_day=29), date(2028, 2, 1), 1) == [date(2028, 2, 29)]


def test_the_hour_stays_when_the_clocks_change() -> None:
    rule, before = Rule(Rhythm.WEEKLY, hour=8, weekday=0), datetime(2026, 3, 20, tzinfo=UTC)
    first = next_moment(rule, before, BERLIN)
    assert first == datetime(2026, 3, 23, 7, tzinfo=UTC)
    assert next_moment(rule, first, BERLIN) == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_an_hour_left_out_is_made_up_for_and_one_that_comes_twice_is_met_once() -> None:
    sunday = Rule(Rhythm.WEEKLY, hour=2, weekday=6)
    spring = next_moment(sunday, datetime(2026, 3, 28, tzinfo=UTC), BERLIN)
    assert spring == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 03:00, since 02:00 isn't
    autumn = next_moment(sunday, datetime(2026, 10, 24, tzinfo=UTC), BERLIN)
    assert autumn == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert next_moment(sunday, autumn, BERLIN) == datetime(2026, 11, 1, 1, tzinfo=UTC)


@given(rule=rules, after=instants, zone=st.sampled_from((MOSCOW, BERLIN)))
def test_the_next_moment_is_later_and_none_lies_between(
    rule: Rule, after: datetime, zone: ZoneInfo
) -> None:
    found = next_moment(rule, after, zone)
    assert found is not None
    assert found > after
    assert rule.holds_on(found.astimezone(zone).date())
    # Asked at any time until then, the answer is the same: a delay moves nothing.
    assert next_moment(rule, found - timedelta(microseconds=1), zone) == found
    assert next_moment(rule, after + (found - after) / 2, zone) == found


@pytest.mark.parametrize("zone", [MOSCOW, BERLIN])
def test_a_list_on_request_is_never_due(zone: ZoneInfo) -> None:
    assert next_moment(Rule(Rhythm.ON_REQUEST), datetime(2026, 3, 2, tzinfo=UTC), zone) is None
