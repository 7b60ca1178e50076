"""A snippet shows the words that were found, and never more than fits."""

from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.search.engines import Reach
from lms.catalog.search.snippets import LENGTH, marked, snippet
from lms.catalog.search.words import stem

FILLER = "просто текст без смысла "


def shown(text: str, word: str, reach: Reach = Reach.EXACT) -> str:
    return "".join(piece.text for piece in snippet(text, [stem(word)], reach))


def test_a_short_text_is_shown_whole() -> None:
    assert shown("Возьмите талон.", "талон") == "Возьмите талон."


def test_a_long_text_is_cut_around_the_word_found_between_words() -> None:
    text = shown(FILLER * 40 + "талоны лежат тут. " + FILLER * 40, "талон")
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert "талоны" in text
    assert len(text) <= LENGTH + 4


def test_a_text_without_the_word_is_shown_from_its_beginning() -> None:
    assert shown("Начало. " + FILLER * 40, "талон").startswith("Начало.")


def test_marks_inside_the_words_hide_nothing() -> None:
    pieces = marked("ПРИЁМ, приёма; приёмник", [stem("прием")], Reach.EXACT)
    assert [piece.text for piece in pieces if piece.is_found] == ["ПРИЁМ", "приёма"]


@given(st.text(max_size=600), st.text(max_size=10))
def test_the_pieces_put_together_are_the_text(text: str, word: str) -> None:
    for reach in Reach:
        pieces = marked(text, [stem(word)] if word else [], reach)
        assert "".join(piece.text for piece in pieces) == text
        assert sum(len(p.text) for p in snippet(text, [word] if word else [], reach)) <= LENGTH + 4
