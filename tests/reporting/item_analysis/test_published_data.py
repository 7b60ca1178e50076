"""The figures equal an independent implementation's on a published data set, to 1e-9."""

import pytest

from lms.reporting.item_analysis import rasch
from lms.reporting.item_analysis.questions import question_figures
from lms.reporting.item_analysis.reliability import distribution, reliability
from lms.reporting.item_analysis.sittings import by_item
from tests.reporting.item_analysis import reference
from tests.reporting.item_analysis.published import (
    ALPHA,
    DIFFICULTIES,
    FACILITIES,
    PATTERNS,
    SLOPE,
    drawn_papers,
    lsat6,
    sat,
    sittings_of,
)

CLOSE = 1e-9


def exactly(value: object) -> object:
    return pytest.approx(value, rel=0, abs=CLOSE)


def test_the_data_are_the_published_ones() -> None:
    assert (len(PATTERNS), sum(PATTERNS), len(lsat6())) == (32, 1000, 1000)


def test_facility_and_discrimination_of_the_published_data() -> None:
    sittings = sittings_of(lsat6())
    expected = reference.item_figures(sittings)
    for item, asked in by_item(sittings).items():
        figures = question_figures(asked)
        assert (figures.facility, figures.discrimination) == exactly(expected[item])
        assert figures.facility == exactly(FACILITIES[item])


@pytest.mark.parametrize("cut", [40, 60, 80])
def test_reliability_error_and_certainty_of_the_published_data(cut: int) -> None:
    found = reliability(sittings_of(lsat6(), cut))
    assert found is not None
    assert found.certainty is not None
    assert (found.alpha, found.standard_error) == exactly(reference.cronbach(lsat6()))
    assert found.certainty.same_decision == exactly(reference.same_decision(lsat6(), cut))
    assert round(found.alpha, 4) == ALPHA


def test_the_distribution_of_the_published_data() -> None:
    found = distribution(sittings_of(lsat6()))
    assert found is not None
    assert (found.lowest, found.median, found.highest) == (0, 80, 100)
    counts = [sum(sum(row) == total for row in lsat6()) for total in range(6)]
    assert [found.bars[place] for place in (0, 4, 8, 12, 16, 19)] == counts
    assert sum(found.bars) == 1000


def test_drawn_papers_agree_with_the_matrix_too() -> None:
    papers, _, _ = drawn_papers(people=300, bank=40, drawn=12, seed=3)
    sittings = sat(papers)
    expected = reference.item_figures(sittings)
    for item, asked in by_item(sittings).items():
        figures = question_figures(asked)
        assert (figures.facility, figures.discrimination) == exactly(expected[item])
    found = reliability(sittings)
    assert found is not None
    assert found.alpha == exactly(reference.incomplete_alpha(sittings))


def test_difficulties_are_near_the_published_ones() -> None:
    """Pairs, all of the likelihood, and a normal population are three roads to one scale.

    Published: marginal maximum likelihood. Independent: conditional maximum likelihood by numpy.
    They differ by what 1000 people leave open, a small part of the standard errors of .07 to .11.
    """
    rows = lsat6()
    scale = rasch.fit([{i: bool(right) for i, right in enumerate(row)} for row in rows])
    assert scale is not None
    found = [one.difficulty for one in sorted(scale.items, key=lambda one: one.item)]
    middle = sum(DIFFICULTIES) / len(DIFFICULTIES)
    published = [(value - middle) * SLOPE for value in DIFFICULTIES]
    conditional = reference.conditional_difficulties(rows)
    assert conditional == pytest.approx(published, abs=0.005)
    assert found == pytest.approx(published, abs=0.02)
    assert found == pytest.approx(conditional, abs=0.02)
