"""Figures of one question: checked by hand, and properties that hold for any papers."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.item_analysis.moments import correlation
from lms.reporting.item_analysis.questions import question_figures, time_figures
from lms.reporting.item_analysis.sittings import Asked, Entry, by_item, thirds
from tests.reporting.item_analysis.published import drawn_papers, sat

answers = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 6)), min_size=1, max_size=60
)


def asked_of(rows: list[tuple[str | None, int]], right: str = "a") -> Asked:
    """Answers to one question: the option taken, and how many of six other questions were right."""
    asked = Asked()
    for choice, rest in rows:
        entry = Entry(
            1,
            float(choice == right),
            1,
            frozenset({choice} if choice else ()),
            answered=choice is not None,
        )
        asked.add(entry, rest / 6, None)
    return asked


def test_figures_checked_by_hand() -> None:
    """Nine people, rests 0 0 1 | 2 3 3 | 5 6 6 of six; right are the last five."""
    rows = [
        ("b", 0),
        ("b", 0),
        ("c", 1),
        (None, 2),
        ("a", 3),
        ("a", 3),
        ("a", 5),
        ("a", 6),
        ("a", 6),
    ]
    figures = question_figures(asked_of(rows), "abc", frozenset("a"))
    assert figures.asked == 9
    assert figures.facility == pytest.approx(5 / 9)
    assert figures.third_sizes == (3, 3, 3)
    a, b, c = (option.row for option in figures.options)
    assert [option.is_right for option in figures.options] == [True, False, False]
    assert (a.count, b.count, c.count) == (5, 2, 1)
    assert a.by_third == pytest.approx((0, 2 / 3, 1))
    assert b.by_third == pytest.approx((2 / 3, 0, 0))
    assert a.mean_rest == pytest.approx((3 + 3 + 5 + 6 + 6) / 30)
    assert figures.outcomes["empty"].count == 1
    assert figures.outcomes["none"].count == 3
    assert figures.discrimination == pytest.approx(a.correlation)


def test_partial_points_count_as_a_share_and_as_an_outcome() -> None:
    asked = Asked()
    for points, rest in ((3.0, 1.0), (1.5, 0.5), (0.0, 0.0)):
        asked.add(Entry(1, points, 3), rest, None)
    figures = question_figures(asked)
    assert figures.facility == pytest.approx(0.5)
    assert figures.discrimination == pytest.approx(1)
    assert {n: row.count for n, row in figures.outcomes.items()} == {
        "full": 1, "part": 1, "none": 1, "empty": 0,
    }  # fmt: skip


def test_the_rest_is_that_of_the_same_paper() -> None:
    [first, *_] = by_item(sat([{1: True, 2: False, 3: True}])).values()
    assert first.rests == [0.5]


def test_a_paper_of_one_question_says_nothing() -> None:
    assert by_item(sat([{1: True}])) == {}


def test_where_nothing_varies_there_is_no_correlation() -> None:
    assert question_figures(asked_of([("a", 1), ("a", 5)])).discrimination is None
    assert question_figures(asked_of([("a", 3), ("b", 3)])).discrimination is None
    assert question_figures(asked_of([("a", 3)])).discrimination is None


@given(answers)
def test_an_options_correlation_is_pearsons(rows: list[tuple[str | None, int]]) -> None:
    asked = asked_of(rows)
    for option in question_figures(asked, "abc").options:
        taken = [float(choice == option.key) for choice, _ in rows]
        expected = correlation(taken, asked.rests)
        if expected is None:
            assert option.row.correlation is None
        else:
            assert option.row.correlation == pytest.approx(expected, abs=1e-9)


@given(answers)
def test_shares_are_shares_and_add_up(rows: list[tuple[str | None, int]]) -> None:
    figures = question_figures(asked_of(rows), "abc", frozenset("a"))
    assert 0 <= figures.facility <= 1
    assert figures.discrimination is None or -1 <= figures.discrimination <= 1
    assert sum(figures.third_sizes) == figures.asked
    taken = sum(option.row.count for option in figures.options)
    assert taken + figures.outcomes["empty"].count == figures.asked
    assert sum(row.count for row in figures.outcomes.values()) == figures.asked
    for third, size in enumerate(figures.third_sizes):
        shares = [row.by_third[third] for row in figures.outcomes.values()]
        if size:
            assert sum(share or 0 for share in shares) == pytest.approx(1)
        else:
            assert shares == [None] * 4


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(
    rows: list[tuple[str | None, int]], random: Random
) -> None:
    mixed = random.sample(rows, len(rows))
    assert question_figures(asked_of(mixed), "abc") == question_figures(asked_of(rows), "abc")


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_thirds_never_part_equals_and_keep_the_order(values: list[int]) -> None:
    found = thirds([float(value) for value in values])
    places: dict[int, set[int]] = {}
    for value, third in zip(values, found, strict=True):
        places.setdefault(value, set()).add(third)
    assert all(len(one) == 1 for one in places.values())
    in_order = [third for _, third in sorted(zip(values, found, strict=True))]
    assert in_order == sorted(in_order)


def test_thirds_of_different_values_are_equal() -> None:
    assert thirds([float(n) for n in range(30)]) == [0] * 10 + [1] * 10 + [2] * 10


def test_answers_by_chance_do_not_discriminate() -> None:
    random = Random(2)
    papers, _, _ = drawn_papers(people=2000, bank=20, drawn=15, seed=1)
    asked = by_item(sat([{**paper, 99: random.random() < 0.5} for paper in papers]))
    by_chance = question_figures(asked[99]).discrimination
    assert by_chance == pytest.approx(0, abs=0.05)
    assert all((question_figures(asked[item]).discrimination or 0) > 0.1 for item in range(20))


def test_time_is_told_by_median_and_quartiles() -> None:
    figures = time_figures([10, 20, 30, 40, 1000])
    assert figures is not None
    assert (figures.lower_quartile, figures.median, figures.upper_quartile) == (20, 30, 40)
    assert time_figures([10]) is None
