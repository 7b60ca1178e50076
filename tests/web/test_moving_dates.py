"""Dates of a saved list: they stay, or move along with the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web.lists.moving import Step, is_moving, moves_by_default, moving, standing

DATES = {"on": Step.DAY, "from": Step.DAY, "week": Step.WEEK}
MONDAY = date(2026, 3, 2)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(day=days, saved=days, opened=days)
def test_a_day_keeps_its_distance(day: date, saved: date, opened: date) -> None:
    kept = moving({"from": day.isoformat(), "unit": "x"}, DATES, saved)
    assert is_moving(kept, DATES)
    shown = {"from": (opened + (day - saved)).isoformat(), "unit": "x"}
    assert standing(kept, DATES, opened) == shown


@given(day=days, weekday=st.integers(0, 6))
def test_a_week_is_the_same_on_each_of_its_days(day: date, weekday: int) -> None:
    kept = moving({"week": day.isoformat()}, DATES, day)
    opened = day - timedelta(days=day.weekday()) + timedelta(days=weekday)
    (shown,) = standing(kept, DATES, opened).values()
    assert date.fromisoformat(shown) == day - timedelta(days=day.weekday())


@pytest.mark.parametrize("text", ["", "soon", "day+", "day+99999999", "year+1", "2026-13-01"])
def test_what_is_no_date_stays_as_it_is(text: str) -> None:
    assert moving({"on": text}, DATES, MONDAY) == {"on": text}
    assert standing({"on": text}, DATES, MONDAY) == {"on": text}


def test_a_distance_beyond_the_calendar_is_its_end() -> None:
    assert standing({"on": "day+999999"}, DATES, date(9000, 1, 1)) == {"on": "9999-12-31"}


def test_a_list_as_of_another_day_than_today_keeps_it_unless_told_otherwise() -> None:
    assert moves_by_default({"on": "2026-03-02", "from": "2026-04-01"}, DATES, MONDAY)
    assert moves_by_default({"from": "2026-04-01"}, DATES, MONDAY)
    assert not moves_by_default({"on": "2026-01-01"}, DATES, MONDAY)
