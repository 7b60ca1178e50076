"""Seats as a flow: never fewer than brute force finds, and each plan is one that can be."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certification.staffing.seating.flow import Flow
from lms.certification.staffing.seating.plans import Needs, Seat, Seating, Why, why_empty
from tests.builders.staffing import make_needs, people_of

GROUPS = st.frozensets(st.integers(1, 3), max_size=3)
NEEDS = st.builds(
    make_needs,
    windows=st.dictionaries(st.integers(1, 4), GROUPS, max_size=4),
    required=st.dictionaries(st.integers(1, 3), st.integers(1, 2), max_size=3),
    people=st.dictionaries(st.integers(11, 14), GROUPS, max_size=4),
)


def seats_matched(seats: tuple[int, ...], offers: dict[int, frozenset[int]]) -> bool:
    """Whether each seat can have somebody (or some window) of its own, by trying all."""
    if not seats:
        return True
    return any(
        seats_matched(seats[1:], {key: groups for key, groups in offers.items() if key != one})
        for one in offers
        if seats[0] in offers[one]
    )


def most(needs: Needs) -> int:
    """The most seats that can be staffed at once, by trying all."""
    seats = [group for group, number in needs.required.items() for _ in range(number)]
    for size in range(len(seats), 0, -1):
        for chosen in combinations(seats, size):
            windows, people = dict(needs.windows), people_of(needs)
            if seats_matched(chosen, windows) and seats_matched(chosen, people):
                return size
    return 0


@given(NEEDS)
@settings(max_examples=80, deadline=None)
def test_a_plan_staffs_as_many_seats_as_can_be(needs: Needs) -> None:
    assert Seating(needs).staffed == most(needs)


@given(NEEDS)
@settings(max_examples=60, deadline=None)
def test_a_plan_seats_everybody_once_where_they_may(needs: Needs) -> None:
    seats = Seating(needs).seats
    assert len(seats) == sum(needs.required.values())
    windows = [seat.window for seat in seats if seat.window is not None]
    people = [seat.person for seat in seats if seat.person is not None]
    assert len(windows) == len(set(windows))
    assert len(people) == len(set(people))
    for seat in seats:
        assert seat.window is None or seat.group in needs.windows[seat.window]
        assert seat.person is None or seat.person in needs.able[seat.group]
        assert seat.person is None or seat.window is not None


@given(NEEDS, st.lists(st.tuples(st.integers(11, 14), st.integers(1, 3)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_allowing_one_by_one_ends_where_starting_anew_does(
    needs: Needs, more: list[tuple[int, int]]
) -> None:
    seating, people = Seating(needs), {key: set(one) for key, one in people_of(needs).items()}
    for person, group in more:
        seating.allow(person, group)
        people.setdefault(person, set()).add(group)
    assert seating.staffed == most(make_needs(needs.windows, needs.required, people))


def reason(people: dict[int, set[int]], certified: list[int], offers: set[int]) -> Why:
    """Why the second of two groups stays empty at two windows, of which one offers both."""
    needs = make_needs({1: {1}, 2: offers}, {1: 1, 2: 1}, people)
    return why_empty(2, certified, needs, Seating(needs).seats)


def test_an_empty_seat_says_why() -> None:
    assert reason({11: {1}}, [], {1, 2}) is Why.NOBODY_CERTIFIED
    assert reason({11: {1}}, [12], {1, 2}) is Why.ALL_AWAY
    assert reason({11: {1, 2}}, [11], {1}) is Why.ALL_TAKEN
    assert reason({11: {1}, 12: {2}}, [12], {1}) is Why.NO_WINDOW


def test_an_empty_seat_is_shown_at_a_free_window_that_offers_it() -> None:
    needs = make_needs({1: {1}, 2: {2}}, {1: 1, 2: 1}, {11: {1}})
    assert Seating(needs).seats == [Seat(1, 1, 11), Seat(2, 2, None)]


def test_a_plan_is_searched_among_what_windows_offer_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined = []
    join = Flow.join

    def counted(flow: Flow, *edge: Any) -> None:
        joined.append(edge)
        join(flow, *edge)

    monkeypatch.setattr(Flow, "join", counted)
    sizes = []
    for number in (3, 90):
        joined.clear()
        seating = Seating(make_needs(dict.fromkeys(range(number), (1, 2)), {1: 2, 2: 1}, {7: [1]}))
        assert sorted(seat.window for seat in seating.seats if seat.window is not None) == [0, 1, 2]
        sizes.append(len(joined))
    assert sizes[0] == sizes[1]
