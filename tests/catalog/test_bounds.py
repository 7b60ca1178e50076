"""However a text is built, it is laid out or left as typed within a second."""

import time

import pytest

from lms.catalog.markdown.bounds import HEAVIEST, weight
from lms.catalog.markdown.examining import examine
from lms.catalog.source.content import clean_body
from tests.catalog.test_examining import examined
from tests.catalog.texts import html, rendered

DIVIDE = "the text has too many marks or lines: divide the lesson"
BRACKETS = "the paragraph has too many brackets and other marks: divide it"
TABLES = "tables have at most 50 columns, and 3000 cells in one lesson"
FORMULAS = "there are too many formulas in one lesson"
ADDRESSES = "the addresses of links are too long, or too many"
SIZE = 150_000
WIDE = "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000
DEEP = "{" * 12 + "a" + "}" * 12
# Each shape costs more than its length where nothing bounds it.
SHAPES = [
    "![a](", "[[[[", "![![a](", "[a][", "[@a", "[#a", "[*", "**x*y ", "****", "`", "`` ` ", "_*",
    "<!--", "<![CDATA[", "&amp;", "&#1;", "\\\n", "> ", ">\n", "- ", "- > ", "1) a\n", "a\n=\n", "#",
    "^", "~~a~~ ", "|a|\n|-|\n", "\n", "a\n\n", "[a]: https://b\n", "::: note\n", ":::\n",
    "::: check aa\n- [x] a\n  > b\n\n:::\n", "::: terms\n- **a** b\n:::\n",
    "::: takt aa\n:::\n", "::: gallery\n- ![a](figures/hall.svg)\n:::\n", "$a_{b}$ ", f"${DEEP}$ ",
    f"$$\n{DEEP * 60}\n$$\n\n", "$$\n" + "a'" * 900 + "\n$$\n\n",
]  # fmt: skip
# The costliest ones that are still laid out.
LAID_OUT = [
    "- a\n",
    "_*",
    "[a][b]\n",
    "::: check aa\n- [x] a\n  > b\n\n:::\n",
    "![![a](" * 45 + "\n\n",
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: repr(shape)[:24])
def test_preview_and_check_of_any_shape_answer_within_a_second(shape: str) -> None:
    assert seconds((shape * (SIZE // len(shape) + 1))[:SIZE]) < 1.5


@pytest.mark.parametrize("shape", LAID_OUT, ids=lambda shape: repr(shape)[:24])
def test_what_is_just_within_the_bounds_does_so_too(shape: str) -> None:
    body = shape * int(HEAVIEST / (weight(shape * 100) / 100))
    assert DIVIDE not in [one.message for one in examined(body).mistakes]
    assert seconds(body) < 1.5


def seconds(body: str) -> float:
    """Time of the processor that a preview takes; a second is promised, machines are busy."""
    begun = time.process_time()
    rendered(clean_body(body))
    examined(body)
    return time.process_time() - begun


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("a\n\n" * 3_000, 1, DIVIDE),
        ("a\n\n" + "![a](" * 400, 3, BRACKETS),
        (f"b\n\n{WIDE}", 3, TABLES),
        ("|a|b|\n|-|-|\n" + "|c|d|\n" * 1_600, 1_502, TABLES),
        ("a\n\n" + "$x^2$ " * 500, 3, FORMULAS),
        ("$$\n" + "a" * 1_900 + "\n$$\n\n" + ("$$\n" + "b" * 1_900 + "\n$$\n\n") * 5, 21, FORMULAS),
        (f"[a]: https://{'b' * 150_000}\n\n[a] [a]", 3, ADDRESSES),
    ],
    ids=["lines", "brackets", "columns", "rows", "formulas", "formula", "addresses"],
)
def test_what_is_beyond_the_bounds_is_named_with_its_line_and_shown_as_typed(
    body: str, line: int, message: str
) -> None:
    assert (line, message) in [(one.line, one.message) for one in examined(body).mistakes]
    assert html(body)


def test_what_exercises_hold_counts_with_the_lesson_they_stand_in() -> None:
    causes = "causes:\n- {name: a, count: 2}\n- {name: b, count: 3}\n- {name: c, count: 1}"
    task = f"::: pareto p%s\ntext: {'$x^2$ ' * 200}\nunit: a\nthreshold: 80\n{causes}\n:::\n\n"
    mistakes = examined("".join(task % number for number in range(3))).mistakes
    assert {one.message for one in mistakes} == {FORMULAS}
    assert {one.line for one in mistakes} == {12, 22}


def test_a_long_lesson_of_ordinary_density_is_laid_out() -> None:
    paragraph = "**Words** of a [lesson](https://a.example) with a [@law-1] source, `code`. " * 3
    body = "\n\n".join([f"## Part\n\n{paragraph}\n\n- one\n- two"] * 150)
    assert len(body) > 35_000
    assert examine(body, sources=["law-1"], figures=(), lessons=()).mistakes == ()
