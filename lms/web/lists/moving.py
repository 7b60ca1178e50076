"""Dates of a saved list that move along with the day: 'the week after next' stays just that.

A date that moves is kept as its distance: ``day+14`` is two weeks from today, ``week-1`` the Monday
of last week. What has another shape is a date that stays.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum

from lms.core.calendar import add_days


class Step(Enum):
    """What a date of a list is counted in."""

    DAY = "day"
    WEEK = "week"  # any day of it; what is kept leads to its Monday


_DISTANCE = re.compile(r"(day|week)([+-][0-9]{1,6})")


def moving(values: Mapping[str, str], dates: Mapping[str, Step], today: date) -> dict[str, str]:
    """Return ``values`` with each date of ``dates`` as its distance from ``today``."""
    return {
        name: _distance(text, dates[name], today) if name in dates else text
        for name, text in values.items()
    }


def standing(values: Mapping[str, str], dates: Mapping[str, Step], today: date) -> dict[str, str]:
    """Return ``values`` as an address has them on ``today``: distances as dates."""
    return {name: _date(text, today) if name in dates else text for name, text in values.items()}


def is_moving(values: Mapping[str, str], dates: Mapping[str, Step]) -> bool:
    """Tell whether a date among the kept ``values`` moves."""
    return any(_DISTANCE.fullmatch(values.get(name, "")) for name in dates)


def moves_by_default(values: Mapping[str, str], dates: Mapping[str, Step], today: date) -> bool:
    """Tell what is most likely meant: a list as of another day than today keeps that day."""
    as_of = _day(values.get("on", "")) if dates.get("on") is Step.DAY else None
    return as_of is None or as_of == today


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _distance(text: str, step: Step, today: date) -> str:
    day = _day(text)
    if day is None:
        return text
    if step is Step.DAY:
        return f"day{(day - today).days:+d}"
    return f"week{(_monday(day) - _monday(today)).days // 7:+d}"


def _date(text: str, today: date) -> str:
    found = _DISTANCE.fullmatch(text)
    if found is None:
        return text
    number = int(found.group(2))
    if found.group(1) == Step.DAY.value:
        return add_days(today, number).isoformat()
    return add_days(_monday(today), 7 * number).isoformat()


def _monday(day: date) -> date:
    return add_days(day, -day.weekday())
