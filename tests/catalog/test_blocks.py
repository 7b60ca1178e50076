"""The blocks of lessons as HTML, and what two languages must share."""

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.blocks.registry import TYPES
from lms.catalog.markdown.examining import Examination, examine
from lms.catalog.markdown.formulas import mathml
from lms.catalog.source.lesson_files import differences
from tests.catalog.texts import html, rendered


def examined(body: str) -> Examination:
    return examine(body, sources=["law-1"], figures=[], lessons=[], formulas=True)


def words(body: str, selector: str) -> list[str]:
    tree = lxml.html.fromstring(f"<section>{html(body)}</section>")
    return [" ".join(found.text_content().split()) for found in tree.cssselect(selector)]


def test_every_block_has_its_type() -> None:
    assert set(TYPES) == set(BlockName)
    assert all(block.name is name for name, block in TYPES.items())


def test_a_timeline_is_an_ordered_list_with_dates() -> None:
    body = "::: timeline How it grew\n- **2012** A limit.\n- **2014** — Reached.\n\n  More.\n:::"
    assert words(body, ".block-title") == ["How it grew"]
    assert words(body, "ol.timeline > li > .timeline-date") == ["2012", "2014"]
    assert words(body, ".timeline-text") == ["A limit.", "Reached. More."]


def test_an_accordion_is_native_and_folded() -> None:
    body = "::: accordion\n- **Why?**\n  Because.\n- **How?** So:\n\n  - one\n  - two\n:::"
    assert words(body, "details:not([open]) > summary") == ["Why?", "How?"]
    assert words(body, ".accordion-text") == ["Because.", "So: one two"]


def test_terms_are_cards_and_are_gathered_without_numbers_of_sources() -> None:
    body = "::: terms\n- **Takt** — time per *visitor*[@law-1].\n- **Cycle**: one visit.\n:::"
    assert words(body, "dl.terms dt") == ["Takt", "Cycle"]
    assert words(body, "dd sup") == ["[1]"]
    terms = rendered(body).terms
    assert [(term.name, term.definition) for term in terms] == [
        ("Takt", "<p>time per <em>visitor</em>.</p>\n"),
        ("Cycle", "<p>one visit.</p>\n"),
    ]


def test_an_entry_without_a_lead_is_all_lead_rather_than_lost() -> None:
    assert words("::: accordion\n- no lead\n:::", "summary") == ["no lead"]


@pytest.mark.parametrize(
    "money",
    ["100 $ и 200 $", "$100 and $200", "5$ или 10$", "$100, 5$ или", r"\$x\$", "$5 and 10$",
     "US$5/US$6", "a $ b $ c", "$$", "$ $"],
)  # fmt: skip
def test_money_is_no_formula(money: str) -> None:
    assert "<math" not in html(money)
    assert not examined(money).mistakes


def test_a_formula_in_a_line_is_mathml_in_the_text() -> None:
    made = html(r"Load $\rho = \frac{a}{c}$, always.")
    assert '<math display="inline">' in made
    assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>c</mi></mrow></mfrac>" in made


def test_a_decimal_comma_belongs_to_its_number() -> None:
    assert "<mn>0,0002</mn>" in mathml(r"0{,}0002 \cdot C", block=False)
    assert "<mn>1</mn><mo>" in mathml("f(1, 2)", block=False)


def test_a_formula_may_begin_a_text_that_ends_in_a_digit() -> None:
    assert "<math" in html("$x$ is 5")


def test_a_formula_of_its_own_scrolls_and_is_named_in_the_texts_language() -> None:
    assert 'tabindex="0" aria-label="Формула 1"' in html("$$\nx^2\n$$", "ru")
    assert 'display="block"' in html("$$\nx^2\n$$")


def test_what_is_no_formula_stays_as_it_was_typed() -> None:
    assert html(r"$\href{x}{y}$") == "<p>$\\href{x}{y}$</p>\n"
    assert "<code>\\href{x}{y}</code>" in html("$$\n\\href{x}{y}\n$$")


@pytest.mark.parametrize("part", ["{", r"\frac{", "x_{y", r"\left(", r"\begin{matrix}", "&", "^^"])
def test_a_hostile_formula_is_bounded(part: str) -> None:
    body = f"$${part * 5000}$$\n\n" + f"${part * 40}$ " * 200
    html(body)
    examined(body)


@settings(deadline=None)
@given(st.text("abcxyz0123456789 ^_{}()+=-&$\\fracsqtleinmgh,.", max_size=80))
def test_no_formula_breaks_a_page(latex: str) -> None:
    html(f"${latex}$\n\n$$\n{latex}\n$$")
    examined(f"${latex}$")


def test_two_languages_must_have_the_same_blocks_with_as_many_entries() -> None:
    first = examined("::: terms\n- **a** b\n:::\n\n::: timeline\n- **1** a\n- **2** b\n:::")
    other = examined("::: timeline\n- **1** a\n:::\n\n::: accordion\n- **a** b\n:::")
    assert differences(first, other) == [
        "the block 'terms 1' is missing in this language",
        "the block 'timeline 1' has other numbers or entries than in the first language",
        "the block 'accordion 1' is missing in the first language",
    ]
