"""What a row means, or what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import Enum
from typing import Any

from lms.certification.staffing.importing.tables import Given, TableKind
from lms.certification.staffing.rules import fault_of_days, fault_of_times
from lms.certification.staffing.seating.shifts import SHIFTS, Shift, pattern_of
from lms.core.tables import read_date
from lms.people.models import OrganisationUnit, Person

TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00)?")


class Flaw(Enum):
    """What is wrong with a row; the first that is found."""

    NO_CENTRE = "no_centre"
    NO_GROUP = "no_group"
    NO_PERSON = "no_person"
    BAD_NUMBER = "bad_number"
    BAD_WEEKDAY = "bad_weekday"
    BAD_PART = "bad_part"
    BAD_TIMES = "bad_times"
    BAD_PATTERN = "bad_pattern"
    BAD_DATES = "bad_dates"
    TWICE = "twice"


@dataclass(frozen=True)
class Known:
    """What rows may name: centres and people that the viewer may plan, groups in use."""

    centres: Mapping[str, OrganisationUnit]
    groups: Mapping[str, int]
    people: Mapping[str, Person]


@dataclass(frozen=True)
class Checked:
    """A row with its meaning, or with its flaw; ``about`` is the centre or person."""

    given: Given
    flaw: Flaw | None = None
    about: Any = None
    meaning: Any = None


class _Wrong(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def check(kind: TableKind, rows: Iterable[Given], known: Known) -> list[Checked]:
    """Return each row with its meaning or its flaw: of two that say the same the later errs."""
    seen: set[Any] = set()
    found = []
    for given in rows:
        try:
            about, name, meaning = _READERS[kind](given.cells, known)
        except _Wrong as wrong:
            found.append(Checked(given, wrong.flaw))
            continue
        flaw = Flaw.TWICE if (about.id, name) in seen else None
        seen.add((about.id, name))
        found.append(Checked(given, flaw, about, meaning))
    return found


Read = tuple[Any, Any, Any]  # whom it is about, what is said only once of them, the meaning


def _window(cells: Mapping[str, str], known: Known) -> Read:
    number = _number(cells["window"], 1, 999)
    offers = {_group(key, known) for key in re.split(r"[\s,+/]+", cells["offers"]) if key}
    return _centre(cells, known), number, (number, offers)


def _need(cells: Mapping[str, str], known: Known) -> Read:
    place = _weekday(cells), _part(cells["part"])
    group = _group(cells["group"], known)
    number = _number(cells["windows"], 0, 99)
    return _centre(cells, known), (place, group), (place, group, number)


def _opening(cells: Mapping[str, str], known: Known) -> Read:
    weekday = _weekday(cells)
    texts = [cells[name] for name in ("opens", "changes", "closes")]
    if not any(texts):
        return _centre(cells, known), weekday, (weekday, None)
    times = tuple(_time(text) for text in texts)
    if fault_of_times(times):
        raise _Wrong(Flaw.BAD_TIMES)
    return _centre(cells, known), weekday, (weekday, times)


def _work(cells: Mapping[str, str], known: Known) -> Read:
    parts = []
    for word in cells["pattern"].split():
        if not re.fullmatch(r"[1-7]/[12]", word):
            raise _Wrong(Flaw.BAD_PATTERN)
        parts.append((int(word[0]) - 1, SHIFTS[int(word[2]) - 1]))
    return _person(cells, known), "pattern", pattern_of(parts)


def _days(cells: Mapping[str, str], known: Known) -> Read:
    first, last = read_date(cells["first"]), read_date(cells["last"])
    if first is None or last is None or fault_of_days(first, last):
        raise _Wrong(Flaw.BAD_DATES)
    shifts = _number(cells["works"] or "0", 0, 3)
    return _person(cells, known), (first, last), (first, last, shifts)


_READERS: dict[TableKind, Callable[[Mapping[str, str], Known], Read]] = {
    TableKind.WINDOWS: _window,
    TableKind.NEEDS: _need,
    TableKind.HOURS: _opening,
    TableKind.WORK: _work,
    TableKind.DAYS: _days,
}


def _centre(cells: Mapping[str, str], known: Known) -> OrganisationUnit:
    unit = known.centres.get(cells["centre"])
    if unit is None:
        raise _Wrong(Flaw.NO_CENTRE)
    return unit


def _person(cells: Mapping[str, str], known: Known) -> Person:
    person = known.people.get(cells["number"].upper())
    if person is None:
        raise _Wrong(Flaw.NO_PERSON)
    return person


def _group(key: str, known: Known) -> int:
    if key not in known.groups:
        raise _Wrong(Flaw.NO_GROUP)
    return known.groups[key]


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not least <= int(text) <= most:
        raise _Wrong(Flaw.BAD_NUMBER)
    return int(text)


def _weekday(cells: Mapping[str, str]) -> int:
    if not re.fullmatch("[1-7]", cells["weekday"]):
        raise _Wrong(Flaw.BAD_WEEKDAY)
    return int(cells["weekday"]) - 1


def _part(text: str) -> Shift:
    if text not in ("1", "2"):
        raise _Wrong(Flaw.BAD_PART)
    return SHIFTS[int(text) - 1]


def _time(text: str) -> time:
    match = TIME.fullmatch(text)
    if match is None:
        raise _Wrong(Flaw.BAD_TIMES)
    return time(int(match[1]), int(match[2]))
