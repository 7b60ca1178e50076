"""Words are compared by their stems, whatever the case, ё and stress marks."""

import pytest

from lms.catalog.search.words import LONGEST, stem, stems, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("очередь", "очередями"),
        ("заявитель", "заявителей"),
        ("приём", "приема"),
        ("ОКНО", "окна"),
        ("окно", "окон"),
        ("справка", "справок"),
        ("карточка", "карточек"),
        ("звонок", "звонка"),
        ("человек", "человека"),
        ("поток", "потока"),
        ("объём", "объема"),
        ("за\u0301мок", "замки"),
        ("queue", "queues"),
        ("waiting", "waited"),
        ("пере\u00adдача", "передачи"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_a_hyphen_parts_words_and_digits_stay() -> None:
    assert words("152-ФЗ, п. 3") == ["152", "фз", "п", "3"]


def test_marks_and_emoji_are_no_words() -> None:
    assert words("— ! 🙂 _ \0 \u200b") == []


def test_a_very_long_word_is_cut() -> None:
    assert words("я" * 5000) == ["я" * LONGEST]


def test_every_word_has_a_stem() -> None:
    assert all(stem(word) for word in words("а я и the s ing ость ать 7 ß ﬁ"))
