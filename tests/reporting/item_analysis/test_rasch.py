"""The scale: known difficulties and abilities are found again, also from drawn papers."""

from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.reporting.item_analysis import rasch
from lms.reporting.item_analysis.moments import correlation, mean
from tests.reporting.item_analysis.published import drawn_papers

REPEATS = 12


def centred(values: dict[int, float], items: list[int]) -> dict[int, float]:
    middle = mean([values[item] for item in items])
    return {item: values[item] - middle for item in items}


def misses(seed: int) -> list[float]:
    """How far the difficulties of one simulated exam are off, in their standard errors."""
    papers, true, _ = drawn_papers(people=500, bank=40, drawn=20, seed=seed)
    scale = rasch.fit(papers)
    assert scale is not None
    known = centred(true, [one.item for one in scale.items])
    return [(one.difficulty - known[one.item]) / one.error for one in scale.items]


def test_difficulties_are_recovered_as_closely_as_their_errors_say() -> None:
    off = [miss for seed in range(REPEATS) for miss in misses(seed)]
    assert len(off) == 40 * REPEATS
    assert abs(mean(off)) < 0.1  # no bias
    assert sqrt(mean([one**2 for one in off])) == pytest.approx(1, abs=0.12)
    assert mean([float(abs(one) < 1.96) for one in off]) == pytest.approx(0.95, abs=0.03)


def test_easy_and_hard_questions_are_not_pulled_apart() -> None:
    """Joint likelihood spreads difficulties by k/(k-1); pairs don't."""
    slopes = []
    for seed in range(REPEATS):
        papers, true, _ = drawn_papers(people=800, bank=8, drawn=8, seed=seed)
        scale = rasch.fit(papers)
        assert scale is not None
        known = centred(true, [one.item for one in scale.items])
        found = {one.item: one.difficulty for one in scale.items}
        slopes.append(
            sum(found[i] * known[i] for i in known) / sum(value**2 for value in known.values())
        )
    assert mean(slopes) == pytest.approx(1, abs=0.03)  # 8/7 would be 1.14


def test_abilities_are_recovered() -> None:
    papers, true, abilities = drawn_papers(people=800, bank=60, drawn=30, seed=5)
    scale = rasch.fit(papers)
    assert scale is not None
    difficulties = {one.item: one.difficulty for one in scale.items}
    shift = mean(list(true.values()))
    found = [rasch.ability(paper, difficulties) for paper in papers]
    off = [one.ability - (a - shift) for one, a in zip(found, abilities, strict=True)]
    assert abs(mean(off)) < 0.06
    assert mean([abs(o) / one.error < 1.96 for o, one in zip(off, found, strict=True)]) > 0.92
    assert (correlation([one.ability for one in found], abilities) or 0) > 0.85


def test_questions_that_follow_the_model_fit_it() -> None:
    fits = []
    for seed in range(4):
        papers, _, _ = drawn_papers(people=500, bank=40, drawn=10, seed=seed)
        scale = rasch.fit(papers)
        assert scale is not None
        fits += [one.infit for one in scale.items]
    assert mean(fits) == pytest.approx(1, abs=0.05)


def test_a_question_answered_by_chance_does_not_fit() -> None:
    papers, _, _ = drawn_papers(people=800, bank=20, drawn=20, seed=9, spread=1.5)
    random = Random(1)
    scale = rasch.fit([{**paper, 0: random.random() < 0.5} for paper in papers])
    assert scale is not None
    worst = max(scale.items, key=lambda one: one.outfit)
    assert worst.item == 0
    assert worst.outfit > 1.3


def test_without_enough_people_there_is_no_scale() -> None:
    papers, _, _ = drawn_papers(people=rasch.FEWEST_PEOPLE - 1, bank=6, drawn=6, seed=1)
    assert rasch.fit(papers) is None
    more, _, _ = drawn_papers(people=rasch.FEWEST_PEOPLE, bank=6, drawn=6, seed=1)
    assert rasch.fit(more) is not None


def test_what_everybody_or_nobody_knows_has_no_place() -> None:
    papers, _, _ = drawn_papers(people=200, bank=8, drawn=8, seed=2)
    scale = rasch.fit([{**paper, 98: True, 99: False} for paper in papers])
    assert scale is not None
    assert {98, 99} <= set(scale.unplaced)
    assert {98, 99}.isdisjoint(one.item for one in scale.items)


def test_banks_that_nobody_ties_together_are_not_put_on_one_scale() -> None:
    one, _, _ = drawn_papers(people=150, bank=6, drawn=6, seed=1)
    other, _, _ = drawn_papers(people=150, bank=9, drawn=9, seed=2)
    moved = [{item + 100: right for item, right in paper.items()} for paper in other]
    scale = rasch.fit(one + moved)
    assert scale is not None
    assert all(placed.item >= 100 for placed in scale.items)
    assert {item for paper in one for item in paper} == set(scale.unplaced)
    assert len(scale.people) == 150


def test_a_paper_without_a_mistake_has_a_finite_ability() -> None:
    difficulties = dict.fromkeys(range(10), 0.0)
    best = rasch.ability(dict.fromkeys(range(10), True), difficulties)
    worst = rasch.ability(dict.fromkeys(range(10), False), difficulties)
    assert 2 < best.ability < 5
    assert worst.ability == pytest.approx(-best.ability)


def test_the_place_of_the_pass_mark_is_where_it_is_expected() -> None:
    papers, _, _ = drawn_papers(people=300, bank=20, drawn=20, seed=4)
    scale = rasch.fit(papers)
    assert scale is not None
    assert scale.expected(scale.ability_for(0.8)) == pytest.approx(0.8)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_people_and_questions_does_not_matter(random: Random) -> None:
    papers, _, _ = drawn_papers(people=120, bank=7, drawn=5, seed=8)
    mixed = [dict(random.sample(list(paper.items()), len(paper))) for paper in papers]
    random.shuffle(mixed)
    one, other = rasch.fit(papers), rasch.fit(mixed)
    assert one is not None
    assert other is not None
    places = {placed.item: placed.difficulty for placed in one.items}
    assert {placed.item: placed.difficulty for placed in other.items} == pytest.approx(places)
