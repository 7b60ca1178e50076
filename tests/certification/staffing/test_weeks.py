"""A week's shortcuts for large centres tell the same as asking each person on each day."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.certification.lifecycle.calendar import Stretch
from lms.certification.staffing.crews import Crew, Spell, Worker
from lms.certification.staffing.seating.shifts import (
    EVERY,
    OFFICE,
    SHIFTS,
    OtherDays,
    Part,
    Shift,
)
from lms.certification.staffing.weeks import STANDARD_HOURS, Group, Setup, Week
from tests.builders.staffing import people_of

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
    id=st.just(0),
    first_on=days | st.just(date(2020, 1, 1)),
    last_on=st.none() | days,
    pattern=st.sampled_from((EVERY, OFFICE, 0, 0b10101)),
    other_days=st.lists(st.builds(lambda two, bits: OtherDays(*two, bits), stretches, st.integers(0, 3)), max_size=2).map(tuple),
    leaves=st.lists(stretches.map(lambda two: Stretch(*two)), max_size=1).map(tuple),
)  # fmt: skip


@st.composite
def crews(draw: st.DrawFn) -> tuple[list[Worker], Crew]:
    """People, and the same as a crew: who works all week as their pattern says is with others."""
    drawn = draw(st.lists(workers, max_size=6))
    people = [Worker(**{**vars(one), "id": number}) for number, one in enumerate(drawn)]
    some = st.frozensets(st.integers(0, len(people) - 1)) if people else st.just(frozenset())
    held = draw(st.dictionaries(spells, some, max_size=4))
    sunday = MONDAY + timedelta(days=6)
    patterns, others = defaultdict(set), []
    for one in people:
        if (
            one.other_days
            or one.leaves
            or not (one.is_employed(MONDAY) and one.is_employed(sunday))
        ):
            others.append(one)
        else:
            patterns[one.pattern].add(one.id)
    alike = {pattern: frozenset(ids) for pattern, ids in patterns.items()}
    return people, Crew(alike, held, others)


def week_of(crew: Crew) -> Week:
    hours = dict.fromkeys(range(6), STANDARD_HOURS) | {6: None}
    return Week(MONDAY, GROUPS, Setup({1: frozenset({0, 2, 3})}, hours, NEEDS, OFFICE), crew)


@given(crews())
def test_who_is_there_and_may_serve_is_as_asked_of_each(
    those: tuple[list[Worker], Crew],
) -> None:
    people, crew = those
    for plan in week_of(crew).parts:
        day = plan.part.day
        there = {one.id for one in people if one.is_there(plan.part)}
        held = {
            one.id: {
                spell.scheme
                for spell, ids in crew.spells.items()
                if one.id in ids and spell.first_on <= day <= spell.last_on
            }
            for one in people
        }
        certified = {
            group.id: {
                one.id for one in people if one.is_employed(day) and group.schemes <= held[one.id]
            }
            for group in GROUPS
        }
        asked = {
            person: {group for group in plan.needs.required if person in certified[group]}
            for person in there
        }
        assert (plan.there, plan.certified) == (there, certified)
        assert people_of(plan.needs) == {one: groups for one, groups in asked.items() if groups}


@given(crews(), st.sampled_from([*SHIFTS]), st.integers(0, 6))
def test_one_part_by_itself_is_that_part_of_the_week(
    those: tuple[list[Worker], Crew], shift: Shift, day: int
) -> None:
    part = Part(MONDAY + timedelta(days=day), shift)
    (whole,) = (one for one in week_of(those[1]).parts if one.part == part)
    assert week_of(those[1]).plan(part) == whole
