"""Reliability and certainty: right for drawn papers, silent where nothing can be told."""

from math import sqrt
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.reporting.item_analysis.moments import correlation, mean
from lms.reporting.item_analysis.rasch import chance
from lms.reporting.item_analysis.reliability import (
    FEWEST_SITTINGS,
    distribution,
    reliability,
)
from lms.reporting.item_analysis.sittings import Entry, Sitting
from tests.reporting.item_analysis import reference
from tests.reporting.item_analysis.published import drawn_papers, sat, sittings_of

papers = st.lists(
    st.dictionaries(
        st.integers(0, 9),
        st.tuples(st.integers(0, 4), st.integers(1, 3)),
        min_size=2,
        max_size=6,
    ),
    min_size=3,
    max_size=25,
)


def sittings_from(drawn: list[dict[int, tuple[int, int]]]) -> list[Sitting]:
    """Papers of questions with 1 to 3 points, earned in quarters."""
    return [
        Sitting(tuple(Entry(i, quarters * of / 4, of) for i, (quarters, of) in paper.items()), 60)
        for paper in drawn
    ]


@given(papers)
def test_alpha_is_never_above_one_and_shares_are_shares(
    drawn: list[dict[int, tuple[int, int]]],
) -> None:
    found = reliability(sittings_from(drawn), fewest=2)
    assume(found is not None)
    assert found is not None
    assert found.alpha <= 1 + 1e-9
    assert found.standard_error >= 0
    if found.certainty:
        assert 0 <= found.certainty.same_decision <= 1
        assert 0 <= found.certainty.near_mark <= 1
        assert found.certainty.kappa is None or found.certainty.kappa <= 1 + 1e-9


@given(papers, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(
    drawn: list[dict[int, tuple[int, int]]], random: Random
) -> None:
    sittings = sittings_from(drawn)
    mixed = random.sample(sittings, len(sittings))
    assert distribution(mixed) == distribution(sittings)
    assert reliability(mixed, fewest=2) == reliability(sittings, fewest=2)


@given(
    st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=3, max_size=30
        )
    )
)
def test_complete_papers_have_cronbachs_alpha(rows: list[list[int]]) -> None:
    found = reliability(sittings_of(rows), fewest=2)
    assume(found is not None)
    assert found is not None
    alpha, error = reference.cronbach(rows)
    assert found.alpha == pytest.approx(alpha, rel=1e-9, abs=1e-9)
    assert found.standard_error == pytest.approx(error, rel=1e-6, abs=1e-6)


def test_drawn_papers_find_the_reliability_that_two_papers_show() -> None:
    """What alpha means: the correlation of two papers of the same kind, without their draws' luck.

    Three questions of four are drawn anew, from questions that are equally hard.
    """
    random = Random(6)
    abilities = [random.gauss(0, 1) for _ in range(3000)]

    def paper(ability: float) -> dict[int, bool]:
        return {item: random.random() < chance(ability, 0) for item in random.sample(range(80), 20)}

    one, other = [paper(a) for a in abilities], [paper(a) for a in abilities]
    found = reliability(sat(one))
    assert found is not None
    shown = correlation([sum(p.values()) for p in one], [sum(p.values()) for p in other])
    assert found.alpha == pytest.approx(shown, abs=0.02)


def test_the_standard_error_holds_the_luck_of_the_draw() -> None:
    """The spread of one person's results over many papers of unequal questions."""
    people, difficulties, abilities = drawn_papers(people=3000, bank=80, drawn=20, seed=2)
    found = reliability(sat(people))
    random = Random(4)
    spreads = []
    for ability in abilities[:300]:
        results = [
            sum(
                100 * (random.random() < chance(ability, difficulties[item])) / 20
                for item in random.sample(range(80), 20)
            )
            for _ in range(40)
        ]
        spreads.append(sum((one - mean(results)) ** 2 for one in results) / 39)
    assert found is not None
    assert found.standard_error == pytest.approx(sqrt(mean(spreads)), rel=0.05)


@pytest.mark.parametrize("cut", [50, 60, 75])
def test_the_certainty_is_what_a_second_paper_shows(cut: int) -> None:
    random = Random(cut)
    difficulties = [random.gauss(0, 1) for _ in range(80)]
    abilities = [random.gauss(0.8, 1) for _ in range(3000)]

    def paper(ability: float) -> dict[int, bool]:
        return {
            item: random.random() < chance(ability, difficulties[item])
            for item in random.sample(range(80), 20)
        }

    one, other = sat([paper(a) for a in abilities], cut), sat([paper(a) for a in abilities], cut)
    found = reliability(one)
    assert found is not None
    assert found.certainty is not None
    same = mean([(a.percent >= cut) == (b.percent >= cut) for a, b in zip(one, other, strict=True)])
    assert found.certainty.same_decision == pytest.approx(same, abs=0.02)


def test_a_paper_known_to_all_of_two_kinds_is_wholly_reliable() -> None:
    found = reliability(sittings_of([[1] * 5] * 20 + [[0] * 5] * 20))
    assert found is not None
    assert found.certainty is not None
    assert (found.alpha, found.standard_error) == pytest.approx((1, 0), abs=1e-6)
    assert found.certainty.same_decision == pytest.approx(1)
    assert found.certainty.kappa == pytest.approx(1)


def test_nothing_is_said_of_few_people_or_equal_results() -> None:
    rows = [[1, 0, 1], [1, 1, 1], [0, 0, 1]]
    assert reliability(sittings_of(rows * 9)) is None
    assert reliability(sittings_of(rows * (FEWEST_SITTINGS // 3))) is not None
    assert reliability(sittings_of([[1, 0, 1]] * 50)) is None
    assert reliability([]) is None
    assert distribution([]) is None


def test_results_that_are_only_chance_have_no_certainty() -> None:
    """Each question is known to exactly those who don't know the other: alpha is below zero."""
    found = reliability(sittings_of([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]] * 10))
    assert found is not None
    assert found.alpha < 0
    assert found.certainty is None
