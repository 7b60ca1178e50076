"""What is left out where most texts are simple: with it they would come out the same."""

import random
import re
import string
from collections.abc import Callable

import pytest

from lms.assessment.source.checks import text_faults
from lms.standards.items.texts import markdown, portable
from lms.standards.items.texts.faults import CALM
from lms.standards.items.texts.markdown import markdown_of_html
from lms.standards.items.texts.portable import WORDS
from lms.standards.items.texts.trees import Lost, simple_tree

PIECES = ("a", "b c", " ", "\n", "&nbsp;", "&quot;", "*", "_", "1. x", "- y", "\xa0", "# z", "x.",
          "lt;", "\t", "\x0b", "\u2028", "\ue000", "&laquo;", "(7)", "[a](b)", "\x0c")  # fmt: skip
MARKS = ("<p>", "</p>", "<b>", "</b>", "<em>", "</em>", "<br>", "<br/>", "<br />", "<p/>", "<i/>",
         "</br>", "<p><b>", "</b></p>", "&lt;", "&amp;")  # fmt: skip


def simple(chance: random.Random) -> str:
    def words() -> str:
        return "".join(chance.choices(PIECES, k=chance.randint(0, 3)))

    def line() -> str:
        forms = ("%s", "%s<br>", "<b>%s</b>", "<em>%s</em>")
        return "".join(chance.choice(forms) % words() for _ in range(chance.randint(0, 4)))

    return "".join(
        chance.choice(("<p>%s</p>\n", "%s")) % line() for _ in range(chance.randint(1, 4))
    )


def torn(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES + MARKS, k=chance.randint(1, 9)))


@pytest.mark.parametrize("make", [simple, torn])
def test_simple_html_reads_as_it_does_through_the_cleaner(
    make: Callable[[random.Random], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20)
    texts = [make(chance) for _ in range(600)]
    soon = [
        markdown_of_html(text, Lost(), inline=inline) for text in texts for inline in (False, True)
    ]
    quick = sum(simple_tree(text) is not None for text in texts)
    assert quick > (500 if make is simple else 20)
    monkeypatch.setattr(markdown, "simple_tree", lambda _html: None)
    slow = [
        markdown_of_html(text, Lost(), inline=inline) for text in texts for inline in (False, True)
    ]
    assert soon == slow


def test_a_calm_line_has_no_faults() -> None:
    chance = random.Random(20)
    letters = string.punctuation * 2 + "ab1   \t\xa0—№«»"
    lines = ["".join(chance.choices(letters, k=chance.randint(1, 9))) for _ in range(6_000)]
    calm = [line for line in lines if CALM.fullmatch(line)]
    assert len(calm) > 150
    assert [line for line in calm if list(text_faults(line, set(), set()))] == []
    restless = ["<b>a", "![](x)", "[a](b)", "::: tip a", "[@a]", "[#a]", "##### a", "", "***"]
    assert not any(CALM.fullmatch(line) for line in restless)


def test_words_alone_are_what_the_parser_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20)
    pieces = (*string.punctuation, *"ab1 —№«»\xa0", "1.", ": ", "a-b", "ftp:", "210-ФЗ", "10 марта")
    texts = ["".join(chance.choices(pieces, k=chance.randint(1, 6))) for _ in range(20_000)]
    words = [text for text in texts if WORDS.fullmatch(text)]
    assert len(words) > 500
    monkeypatch.setattr(portable, "WORDS", re.compile("(?!)"))
    assert [portable.html_of.__wrapped__(text, "ru") for text in words] == words
