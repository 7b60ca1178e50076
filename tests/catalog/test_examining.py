"""Each mistake in a lesson's text is named with its line."""

import pytest

from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.examining import Examination, examine
from tests.builders.catalog import LESSONS


def examined(body: str) -> Examination:
    return examine(
        body,
        sources=["law-1"],
        figures=["figures/hall.svg"],
        lessons=["queue", "greeting"],
        formulas=True,
    )


MISTAKES = [
    ("", 1, "the lesson has no text"),
    ("text\n\n# Top", 3, "headings start at ##: the page's own title is the lesson's title"),
    ("## A\n\n#### B", 3, "the heading skips from level 2 to 4"),
    ("### A", 1, "the heading skips from level 1 to 3"),
    ("## A\n### B\n#### C\n##### D", 4, "headings end at ####"),
    ("##", 1, "the heading is empty"),
    ("a\n\n<b>x</b>", 3, "raw HTML is not allowed"),
    ("a\n\n<!-- x -->", 3, "raw HTML is not allowed"),
    ("[x](http://example.org)", 1, "a link leads to https:// or to lesson:key; an image to figures/…"),
    ("[x](figures/hall.svg)", 1, "a link leads to https:// or to lesson:key"),
    ("[x](lesson:nowhere)", 1, "there is no lesson 'nowhere'"),
    ("![x](https://example.org/a.png)", 1, "an image lies in figures/ of the course"),
    ("![x](figures/none.svg)", 1, "there is no file figures/none.svg"),
    ("![](figures/hall.svg)", 1, "the image has no description in its brackets"),
    ("x[@nobody]", 1, "there is no source 'nobody'"),
    ("x[@Nobody]", 1, "a citation is written [@key-of-a-source]"),
    ("a\n\n::: foo\nx", 3,
     f"there is no ::: block 'foo'; there are {', '.join(BlockName)}"),
    ("a\n\n:::", 3, "::: closes nothing here"),
    ("::: check\nx", 1, "a self-check begins with '::: check its-key' on a line of its own"),
    ("a\n\n::: note\nx", 3, "the ::: block is not closed"),
    ("a\n\n::: note\nx\n\n::: tip\ny\n:::", 3, "the ::: block is not closed"),
    (f"::: note {'x' * 121}\nx\n:::", 1, "the title is longer than 120 characters"),
    ("::: check ab\nq\n:::", 1, "the self-check has no list of options"),
    ("::: check ab\n- [x] a\n  > b\n- [ ] c\n  > d\n:::", 1, "the self-check has no question"),
    ("::: check ab\nq\n- [x] a\n  > b\n:::", 1, "a self-check has at least two options"),
    ("::: check ab\nq\n- [ ] a\n  > b\n- [ ] c\n  > d\n:::", 1,
     "no option of the self-check is marked as right: [x]"),
    ("::: check ab\nq\n- a\n  > b\n- [x] c\n  > d\n:::", 3, "an option begins with [ ] or [x]"),
    ("::: check ab\nq\n- [x]\n  > b\n- [ ] c\n  > d\n:::", 3, "the option has no text"),
    ("::: check ab\nq\n- [x] a\n- [ ] c\n  > d\n:::", 3,
     "an option has one explanation, in lines that begin with >"),
    ("::: check ab\nq\n- [x] a\n  > b\n\n  more\n- [ ] c\n  > d\n:::", 3,
     "an option is one paragraph and its explanation"),
    ("::: check ab\nq\n- [x] a\n  > b\n- [ ] c\n  > d\n\nmore\n:::", 1,
     "nothing may follow the options of a self-check"),
    (":::: note\n::: check ab\nq\n- [x] a\n  > b\n- [ ] c\n  > d\n:::\n::::", 2,
     "a self-check may not stand inside another block"),
    ("x\n\n::: terms\ntext\n:::", 3, "the block 'terms' holds one list and nothing else"),
    ("::: timeline\n- **2012** a\n\nafter\n:::", 1, "the block 'timeline' holds one list and nothing else"),
    ("::: timeline\n- **2012** a\n- 2013 b\n:::", 3, "an entry begins with words in **bold**"),
    ("::: accordion\n- **Why?** a\n- **How?**\n:::", 3,
     "the entry has nothing after its bold beginning"),
    ("> ::: timeline\n> - **2012** a\n> :::", 1, "the block 'timeline' may not stand inside another"),
    ("a\nb $\\foo$", 2, "formulas have no command '\\foo'"),
    ("a\n\n$$\n\\frac{1}{\n$$", 3, "the braces of the formula don't match, or are too deep"),
    ("$\\begin{array}x\\end{array}$", 1, "formulas have no command '\\begin{array}'"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "message"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_with_its_line(body: str, line: int, message: str) -> None:
    assert (line, message) in [(m.line, m.message) for m in examined(body).mistakes]


def test_a_self_check_key_may_stand_only_once() -> None:
    check = "::: check ab\nq\n- [x] a\n  > b\n- [ ] c\n  > d\n:::\n"
    mistakes = examined(f"{check}\n{check}").mistakes
    assert [(m.line, m.message) for m in mistakes] == [(9, "the self-check 'ab' stands twice")]


@pytest.mark.parametrize("name", LESSONS)
def test_a_good_lesson_has_no_mistakes(name: str) -> None:
    body = LESSONS[name].split("---\n")[2]
    found = examine(
        body, sources=["own-method"], figures=["figures/hall.svg"], lessons=["greeting", "queue"]
    )
    assert found.mistakes == ()


def test_what_a_lesson_refers_to_is_told() -> None:
    found = examined(
        "a[@law-1]\n\n![b](figures/hall.svg)\n\n"
        "::: check ab\nq\n- [x] a\n  > b\n- [ ] c\n  > d\n:::"
    )
    assert found.citations == {"law-1": 1}
    assert found.figures == {"figures/hall.svg"}
    assert [(b.label, b.common) for b in found.blocks] == [("check ab", ("x", "-"))]
