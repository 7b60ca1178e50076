"""Whatever is typed is a question: words, and phrases between quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.search.engines.base import Reach
from lms.catalog.search.engines.postgresql import expression as in_postgresql
from lms.catalog.search.engines.sqlite import expression as in_fts5
from lms.catalog.search.questions import MOST_WORDS, read_question


def asked(text: str) -> list[tuple[str, ...]]:
    return [part.words for part in read_question(text).parts]


def test_words_are_looked_for_each_by_itself() -> None:
    assert asked("Талон  очередь") == [("талон",), ("очередь",)]


@pytest.mark.parametrize(
    "text", ['"живая очередь"', "«живая очередь»", "“живая очередь", "„Живая-очередь“"]
)
def test_words_between_quotes_belong_together(text: str) -> None:
    assert asked(text) == [("живая", "очередь")]


def test_function_words_count_only_when_there_are_no_others() -> None:
    assert asked("где это у вас про окна") == [("окна",)]
    assert asked("что это") == [("что",), ("это",)]


def test_a_word_asked_for_twice_is_asked_for_once() -> None:
    assert asked("окно Окно") == [("окно",)]


def test_only_the_beginning_of_a_long_question_counts() -> None:
    question = read_question("слово " * 2000)
    assert question.is_cut
    assert len(read_question(" ".join(f"w{n}" for n in range(40))).parts) == MOST_WORDS


@given(st.text())
def test_no_text_says_anything_in_the_languages_of_the_databases(text: str) -> None:
    question = read_question(text)
    for reach in Reach:
        for word in in_fts5(question, reach).replace('"', " ").split():
            assert word in ("AND", "OR", "*") or word.isalnum()
        for word in in_postgresql(question, reach).replace("'", " ").split():
            assert word.strip("()") in ("&", "|", "<->", ":*", "") or word.isalnum()
