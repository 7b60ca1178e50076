"""Merging as rules: what nobody else changed is taken, order of sides changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.editing.merging import (
    Choice,
    Chunk,
    common,
    decide,
    joined,
    merge,
    paragraphs,
    text_of,
)

words = st.sampled_from(["a", "b", "c", "d", "two\nlines", "::: tip", ":::"])
texts = st.lists(words, max_size=8).map("\n\n".join)


def clean(text: str) -> str:
    return joined(paragraphs(text))


def conflicts(chunks: list[Chunk]) -> list[tuple[str, str]]:
    return [(joined(c.mine), joined(c.theirs)) for c in chunks if c.is_conflict]


@given(texts, texts)
def test_merging_with_an_unchanged_side_gives_the_other(base: str, changed: str) -> None:
    assert text_of(merge(base, changed, base)) == clean(changed)
    assert text_of(merge(base, base, changed)) == clean(changed)
    assert text_of(merge(base, changed, changed)) == clean(changed)


@given(texts, texts, texts)
def test_swapping_the_sides_swaps_the_sides_of_conflicts_and_nothing_else(
    base: str, one: str, other: str
) -> None:
    there, back = merge(base, one, other), merge(base, other, one)
    assert text_of(there) == text_of(back)
    assert [chunk.swapped for chunk in there] == back


@given(texts, texts, texts)
def test_each_side_can_be_read_back_from_the_chunks(base: str, mine: str, theirs: str) -> None:
    chunks = merge(base, mine, theirs)
    assert joined(p for chunk in chunks for p in chunk.mine) == clean(mine)
    assert joined(p for chunk in chunks for p in chunk.theirs) == clean(theirs)
    assert joined(p for chunk in chunks for p in chunk.base) == clean(base)


@given(texts, texts)
def test_two_texts_without_a_known_base_lose_no_paragraph(one: str, other: str) -> None:
    chunks = merge(common(one, other), one, other)
    made = decide(chunks, [(Choice.BOTH, "")] * sum(c.is_conflict for c in chunks))
    found = [p.text for p in paragraphs(made)]
    assert all(p.text in found for p in (*paragraphs(one), *paragraphs(other)))


BASE = "One.\n\nTwo.\n\nThree."


def test_neighbouring_paragraphs_changed_by_two_people_merge() -> None:
    assert text_of(merge(BASE, "One!\n\nTwo.\n\nThree.", "One.\n\nTwo!\n\nThree.")) == (
        "One!\n\nTwo!\n\nThree."
    )


def test_an_addition_beside_a_changed_paragraph_merges() -> None:
    mine, theirs = "Zero.\n\n" + BASE, BASE.replace("One.", "One!")
    assert text_of(merge(BASE, mine, theirs)) == "Zero.\n\nOne!\n\nTwo.\n\nThree."
    assert text_of(merge(BASE, BASE + "\n\nFour.", theirs)) == "One!\n\nTwo.\n\nThree.\n\nFour."


def test_a_removal_and_a_change_elsewhere_merge() -> None:
    assert text_of(merge(BASE, "One.\n\nThree.", BASE.replace("Three.", "3."))) == "One.\n\n3."


def test_the_same_paragraph_changed_differently_is_a_conflict_with_both_sides() -> None:
    chunks = merge(BASE, BASE.replace("Two.", "Mine."), BASE.replace("Two.", "Theirs."))
    assert text_of(chunks) is None
    assert conflicts(chunks) == [("Mine.", "Theirs.")]


def test_additions_at_the_same_place_are_a_conflict() -> None:
    chunks = merge(BASE, BASE + "\n\nMine.", BASE + "\n\nTheirs.")
    assert conflicts(chunks) == [("Mine.", "Theirs.")]


def test_a_paragraph_removed_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    chunks = merge(BASE, "One.\n\nThree.", BASE.replace("Two.", "Two!"))
    assert conflicts(chunks) == [("", "Two!")]


def test_a_conflict_is_decided_in_each_of_four_ways() -> None:
    chunks = merge(BASE, BASE.replace("Two.", "Mine."), BASE.replace("Two.", "Theirs."))

    def middle(choice: Choice, own: str = "") -> str:
        return decide(chunks, [(choice, own)]).removeprefix("One.").removesuffix("Three.").strip()

    assert middle(Choice.MINE) == "Mine."
    assert middle(Choice.THEIRS) == "Theirs."
    assert middle(Choice.BOTH) == "Theirs.\n\nMine."
    assert middle(Choice.OWN, "A\n\nB") == "A\n\nB"


def test_a_text_of_very_many_like_paragraphs_is_merged_in_time() -> None:
    base = "\n\n".join(["a"] * 60_000)
    chunks = merge(base, base + "\n\nb", "c\n\n" + base)
    assert joined(p for chunk in chunks for p in chunk.mine).endswith("b")
