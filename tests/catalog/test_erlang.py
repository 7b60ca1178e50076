"""Erlang's formulas against sums with exact fractions, published figures and their own laws."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalog.workbench.calculator import windows_for
from lms.catalog.workbench.erlang import (
    curve,
    erlang_b,
    erlang_c,
    mean_wait,
    share_within,
    windows_needed,
)

WINDOWS = st.integers(1, 60)
LOADS = st.floats(0.01, 59)


def exact_c(windows: int, load: Fraction) -> Fraction:
    """Erlang C as the textbooks state it: terms of the Poisson sum, without any recursion."""
    last = load**windows / math.factorial(windows) * Fraction(windows) / (windows - load)
    others = sum((load**k / math.factorial(k) for k in range(windows)), Fraction(0))
    return last / (others + last)


@settings(deadline=None)
@given(WINDOWS, st.integers(1, 600))
def test_the_probability_to_wait_is_the_textbooks_sum(windows: int, tenths: int) -> None:
    load = Fraction(tenths, 10)
    if load < windows:
        assert erlang_c(windows, float(load)) == pytest.approx(
            float(exact_c(windows, load)), abs=1e-9
        )


# Classic tables: load at a blocking of 1 % (Erlang B), and textbook cases of M/M/c.
@pytest.mark.parametrize(
    ("windows", "load", "blocking"),
    [(1, 0.0101, 0.01), (2, 0.1526, 0.01), (5, 1.3608, 0.01), (10, 4.4612, 0.01),
     (20, 12.0306, 0.01)],
)  # fmt: skip
def test_blocking_is_that_of_the_published_tables(
    windows: int, load: float, blocking: float
) -> None:
    assert erlang_b(windows, load) == pytest.approx(blocking, abs=2e-5)


def test_one_window_waits_as_often_as_it_is_busy() -> None:
    assert erlang_c(1, 0.75) == pytest.approx(0.75, abs=1e-12)
    assert mean_wait(1, 0.75, 4) == pytest.approx(12, abs=1e-9)


def test_two_windows_have_a_closed_form() -> None:
    load = 1.2
    assert erlang_c(2, load) == pytest.approx(load**2 / (2 + load), abs=1e-12)


@pytest.mark.parametrize(
    ("windows", "waits", "longer"), [(11, 6.82, 0.152), (12, 2.25, 0.022), (13, 0.95, 0.003)]
)
def test_the_figures_of_the_lesson_on_queues_hold(
    windows: int, waits: float, longer: float
) -> None:
    assert mean_wait(windows, 10, 10) == pytest.approx(waits, abs=0.005)
    assert 1 - share_within(windows, 10, 10, 15) == pytest.approx(longer, abs=0.0005)


@settings(deadline=None)
@given(WINDOWS, LOADS)
def test_more_windows_never_wait_more(windows: int, load: float) -> None:
    assert erlang_c(windows + 1, load) <= erlang_c(windows, load)
    assert mean_wait(windows + 1, load, 5) <= mean_wait(windows, load, 5)
    assert share_within(windows + 1, load, 5, 10) >= share_within(windows, load, 5, 10)


@settings(deadline=None)
@given(WINDOWS, LOADS, st.floats(0, 5))
def test_more_work_never_waits_less(windows: int, load: float, more: float) -> None:
    assert erlang_c(windows, load + more) >= erlang_c(windows, load) - 1e-12


@settings(deadline=None)
@given(WINDOWS, LOADS)
def test_probabilities_are_probabilities(windows: int, load: float) -> None:
    assert 0 <= erlang_b(windows, load) <= erlang_c(windows, load) <= 1
    assert 0 <= share_within(windows, load, 5, 0) <= share_within(windows, load, 5, 10) <= 1


@settings(deadline=None)
@given(st.floats(0.01, 80), st.floats(0.05, 0.99), st.floats(0, 60))
def test_the_windows_needed_are_the_fewest_that_do(load: float, share: float, limit: float) -> None:
    needed = windows_needed(load, 8, share=share, limit=limit)
    assert share_within(needed, load, 8, limit) >= share
    assert needed - 1 <= load or share_within(needed - 1, load, 8, limit) < share


def test_an_overload_waits_for_ever() -> None:
    assert erlang_c(10, 10) == 1
    assert mean_wait(10, 10, 5) == math.inf
    assert share_within(10, 11, 5, 60) == 0


@pytest.mark.parametrize("load", [0, 1e-9, 500.0])
def test_extremes_neither_overflow_nor_divide_by_nothing(load: float) -> None:
    assert 0 <= erlang_b(1000, load) <= 1
    assert 0 <= erlang_c(1000, load) <= 1


def test_the_curve_has_a_point_for_each_number_of_windows() -> None:
    points = curve(10, 10, limit=15, first=11, last=14)
    assert [point.windows for point in points] == [11, 12, 13, 14]
    assert points[1].load_percent == pytest.approx(83.333, abs=0.001)


def test_the_calculator_shows_the_number_needed_among_its_neighbours() -> None:
    result = windows_for(90, 10, percent=95, within=15)
    assert (result.needed, round(result.takt, 2), result.load) == (17, 0.67, 15)
    assert [point.windows for point in result.points] == list(range(16, 22))


@settings(deadline=None)
@given(st.floats(1, 600), st.floats(0.1, 120), st.floats(1, 99), st.floats(0, 240))
def test_the_calculator_answers_anything_it_accepts(
    visitors: float, handling: float, percent: float, within: float
) -> None:
    result = windows_for(visitors, handling, percent=percent, within=within)
    assert result.needed in [point.windows for point in result.points]
