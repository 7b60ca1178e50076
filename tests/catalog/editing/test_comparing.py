"""Comparison word by word."""

import re

from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.editing.comparing import Passage, compare, words

texts = st.text(alphabet="ab .\n", max_size=60)


def side(passages: list[Passage], without: str) -> str:
    return "".join(
        "".join(span.text for span in passage.spans if span.kind != without)
        for passage in passages
        if any(span.kind != without for span in passage.spans)
    )


@given(texts, texts)
def test_each_text_can_be_read_back_from_the_comparison_of_a_passage(old: str, new: str) -> None:
    spans = words(old, new)
    assert "".join(span.text for span in spans if span.kind != "added") == old
    assert "".join(span.text for span in spans if span.kind != "removed") == new


@given(texts, texts)
def test_nothing_is_marked_in_equal_texts_and_something_in_different_ones(
    old: str, new: str
) -> None:
    assert any(passage.is_changed for passage in compare(old, new)) == (old != new)


def test_a_changed_word_is_marked_and_its_neighbours_are_not() -> None:
    spans = words("Wait ten minutes.", "Wait fifteen minutes.")
    assert [(span.kind, span.text) for span in spans] == [
        ("same", "Wait "),
        ("removed", "ten"),
        ("added", "fifteen"),
        ("same", " minutes."),
    ]


def test_long_unchanged_stretches_are_folded() -> None:
    lines = [f"line {number}" for number in range(40)]
    changed = [*lines]
    changed[20] = "changed"
    passages = compare("\n".join(lines), "\n".join(changed))
    assert [p.left_out for p in passages if p.left_out] == [18, 17]
    assert "changed" in side(passages, "removed")


def test_huge_passages_are_shown_as_replaced_in_time() -> None:
    old, new = "x y " * 50_000, "y z " * 50_000
    assert [span.kind for span in words(old, new)][:2] == ["removed", "added"]
    assert re.sub(r"\s", "", compare(old, new)[0].spans[0].text).startswith("xy")
