"""The soonest closing of a gap: no earlier date would do, and nobody in it can be spared."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certification.staffing.seating.closing import Option, close
from lms.certification.staffing.seating.plans import Needs, Seating
from tests.builders.staffing import make_needs, people_of

DAY = date(2026, 3, 2)
OPTIONS = st.lists(
    st.builds(
        Option,
        person=st.integers(11, 13),
        group=st.integers(1, 2),
        ready_on=st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
    ),
    max_size=5,
    unique_by=lambda one: (one.person, one.group),
)
GROUPS = st.frozensets(st.integers(1, 2))
PARTS = st.lists(
    st.tuples(
        st.builds(
            make_needs,
            windows=st.just({1: {1, 2}, 2: {1}, 3: {2}}),
            required=st.dictionaries(st.integers(1, 2), st.integers(1, 2), min_size=1),
            people=st.dictionaries(st.integers(11, 13), GROUPS),
        ),
        st.frozensets(st.integers(11, 13)),
    ),
    min_size=1,
    max_size=2,
).map(lambda parts: [(needs, there | people_of(needs).keys()) for needs, there in parts])


def in_order(options: list[Option]) -> list[Option]:
    return sorted(options, key=lambda one: (one.ready_on, one.effort, one.person, one.group))


def staffed(parts: list[tuple[Needs, frozenset[int]]], chosen: tuple[Option, ...]) -> int:
    total = 0
    for needs, there in parts:
        people = {key: set(groups) for key, groups in people_of(needs).items()}
        for one in chosen:
            if one.person in there:
                people.setdefault(one.person, set()).add(one.group)
        total += Seating(make_needs(needs.windows, needs.required, people)).staffed
    return total


@given(PARTS, OPTIONS)
@settings(max_examples=80, deadline=None)
def test_no_earlier_date_would_do_and_nobody_can_be_spared(
    parts: list[tuple[Needs, frozenset[int]]], options: list[Option]
) -> None:
    closing = close(parts, in_order(options))
    best = staffed(parts, tuple(options))
    assert staffed(parts, closing.chosen) == best
    assert closing.won == best - staffed(parts, ())
    assert closing.left == sum(sum(n.required.values()) for n, _ in parts) - best
    for fewer in combinations(closing.chosen, max(0, len(closing.chosen) - 1)):
        assert not closing.chosen or staffed(parts, fewer) < best
    if closing.by is not None:
        sooner = tuple(one for one in options if one.ready_on < closing.by)
        assert staffed(parts, sooner) < best


def test_of_two_alike_the_one_with_less_study_is_chosen() -> None:
    needs = make_needs({1: {1}}, {1: 1}, {})
    options = [Option(11, 1, DAY, effort=90), Option(12, 1, DAY, effort=30)]
    assert [one.person for one in close([(needs, {11, 12})], in_order(options)).chosen] == [12]
