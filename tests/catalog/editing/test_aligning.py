"""Two texts are aligned as difflib aligns them, but after a bounded time."""

import random
import time
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.commenting.anchors import Place, find
from lms.catalog.editing.aligning import Budget, opcodes
from lms.catalog.editing.comparing import compare
from lms.catalog.editing.merging import merge, paragraphs

TEXTS = st.lists(st.sampled_from("abcde"), max_size=20)
CHANCE = random.Random(4)
HOSTILE = [
    ("a\n" * 1_999, "a\nb\n" * 990),
    ("a\n" * 2_000, "a\n" * 1_990),
    ("a b " * 999, "a " * 1_999),
    *[("".join(CHANCE.choices(f"ab{end}", k=4_000)), "".join(CHANCE.choices(f"ba{end}", k=4_000)))
      for end in (" ", "\n", ".")],
    ("".join(f"k{n}\na b c d\n" for n in range(2_000)), "".join(f"k{n}\nb a d c\n" for n in range(2_000))),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), HOSTILE, ids=range(len(HOSTILE)))
def test_texts_that_repeat_themselves_are_compared_and_merged_within_a_second(
    old: str, new: str
) -> None:
    begun = time.process_time()
    spans = [span for passage in compare(old, new) for span in passage.spans]
    chunks = merge(old.replace("\n", "\n\n"), new.replace("\n", "\n\n"), f"b\n\n{old}")
    assert time.process_time() - begun < 1.5  # a second, and some for a busy machine
    assert any(span.kind != "same" for span in spans)
    assert chunks


@given(TEXTS, TEXTS, st.sampled_from([0, 60, 300, 6_000_000]))
def test_whatever_may_be_spent_the_codes_make_one_text_of_the_other(
    one: list[str], other: list[str], left: int
) -> None:
    made: list[str] = []
    places = [(0, 0)]
    for tag, start, end, begin, stop in opcodes(one, other, Budget(left)):
        assert (start, begin) == places[-1]
        assert (one[start:end] == other[begin:stop]) == (tag == "equal")
        places.append((end, stop))
        made += other[begin:stop]
    assert made == other
    assert places[-1] == (len(one), len(other))


def test_ordinary_texts_are_aligned_as_difflib_does() -> None:
    one, other = "the hall opens at eight".split(), "the hall then opens at ten".split()
    assert opcodes(one, other) == SequenceMatcher(None, one, other).get_opcodes()


def test_of_a_long_text_with_many_like_paragraphs_what_is_rare_is_still_found() -> None:
    base = "\n\n".join(f"part {number}\n\nsame" for number in range(900))
    changed = base.replace("part 450", "part 450, changed").replace("part 1\n", "part one\n")
    whole = [chunk for chunk in merge(base, changed, f"{base}\n\nmore") if chunk.is_conflict]
    assert not whole
    assert len(paragraphs(base)) == 1_800


def test_a_quote_is_looked_for_in_many_paragraphs_that_nearly_hold_it_within_a_second() -> None:
    quote, *others = ["".join(CHANCE.choices("ab .", k=600)) for _ in range(120)]
    begun = time.process_time()
    find(quote, "\n\n".join(others))
    assert time.process_time() - begun < 1.5
    assert find(quote, "\n\n".join([*others, quote[:-9]])).place is Place.CHANGED
