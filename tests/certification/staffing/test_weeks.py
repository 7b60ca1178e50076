"""A week's shortcuts for large centres tell the same as asking each person on each day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.certification.lifecycle.calendar import Stretch
from lms.certification.staffing.seating.shifts import (
    EVERY,
    OFFICE,
    SHIFTS,
    OtherDays,
    Part,
    Shift,
)
from lms.certification.staffing.weeks import STANDARD_HOURS, Group, Setup, Spell, Week, Worker

MONDAY = date(2026, 3, 2)
GROUPS = [
    Group(number, f"g{number}", f"g{number}", "", "", frozenset(schemes))
    for number, schemes in enumerate(((1,), (2,), (1, 2), ()))
]
NEEDS = {(day, shift): {0: 1, 2: 1, 3: 2} for day in range(5) for shift in SHIFTS}

days = st.integers(-3, 9).map(lambda number: MONDAY + timedelta(days=number))
stretches = st.tuples(days, days).map(sorted)
spells = st.builds(lambda scheme, two: Spell(scheme, *two), st.sampled_from((1, 2)), stretches)
workers = st.builds(
    Worker,
    id=st.just(0), public_id=st.just(""), name=st.just(""), post_ru=st.just(""), post_en=st.just(""),
    first_on=days | st.just(date(2020, 1, 1)),
    last_on=st.none() | days,
    pattern=st.sampled_from((EVERY, OFFICE, 0, 0b10101)),
    other_days=st.lists(st.builds(lambda two, bits: OtherDays(*two, bits), stretches, st.integers(0, 3)), max_size=2).map(tuple),
    leaves=st.lists(stretches.map(lambda two: Stretch(*two)), max_size=1).map(tuple),
    serves=st.lists(spells, max_size=3).map(tuple),
)  # fmt: skip


def week_of(people: list[Worker]) -> Week:
    numbered = [Worker(**{**vars(one), "id": number}) for number, one in enumerate(people)]
    hours = dict.fromkeys(range(6), STANDARD_HOURS) | {6: None}
    return Week(MONDAY, GROUPS, Setup({1: frozenset({0, 2, 3})}, hours, NEEDS, OFFICE), numbered)


@given(st.lists(workers, max_size=6))
def test_who_is_there_and_may_serve_is_as_asked_of_each(people: list[Worker]) -> None:
    week = week_of(people)
    for plan in week.parts:
        day = plan.part.day
        there = {one.id for one in week.workers if one.is_there(plan.part)}
        certified = {
            group.id: [
                one
                for one in week.workers
                if one.is_employed(day) and group.schemes <= one.held(day)
            ]
            for group in GROUPS
        }
        asked = {
            one.id: {group for group in plan.needs.required if one in certified[group]}
            for one in week.workers
            if one.id in there
        }
        assert (plan.there, plan.certified) == (there, certified)
        assert plan.needs.people == {one: groups for one, groups in asked.items() if groups}


@given(st.lists(workers, max_size=6), st.sampled_from([*SHIFTS]), st.integers(0, 6))
def test_one_part_by_itself_is_that_part_of_the_week(
    people: list[Worker], shift: Shift, day: int
) -> None:
    part = Part(MONDAY + timedelta(days=day), shift)
    (whole,) = (one for one in week_of(people).parts if one.part == part)
    assert week_of(people).plan(part) == whole
