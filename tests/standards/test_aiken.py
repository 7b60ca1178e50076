"""Aiken files."""

import pytest

from lms.assessment.models import ItemKind
from lms.standards.items.formats import EXCHANGED, ItemFormat, write_items
from lms.standards.items.model import Reading
from tests.builders.assessment import make_item
from tests.standards.banks import exchanged
from tests.standards.samples import read, reasons, sample


@pytest.fixture(scope="module")
def plain() -> Reading:
    return read(sample("plain.aiken"))


def test_questions_have_their_options_and_the_right_one(plain: Reading) -> None:
    first, second = (found.item for found in plain.found)
    assert first.kind is ItemKind.SINGLE_CHOICE
    assert [(o.text["en"], o.correct) for o in first.options] == [
        ("Window 1", False), ("Window 2", True), ("Window 3", False),
    ]  # fmt: skip
    assert second.prompt == {"en": "What is 2 * 3?"}


def test_what_is_wrong_is_told_with_its_line(plain: Reading) -> None:
    assert reasons(plain) == {
        "Where is the queue screen?": "ANSWER: names “D”, which is no option",
        "A question without an end": "the line ANSWER: is missing before line 19",
    }
    assert [r.place.line for r in plain.rejected] == [14, 16]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ANSWER: A", "without a question"),
        ("Q\nA. a\nA. b\nANSWER: A", "names two options"),
        ("Q\nA. a\nANSWER: A", "1 options"),
        ("Q\nA. a\nB. b\n\nR\nA. a\nB. b\nANSWER: A", "missing before line 4"),
        ("Вопрос\nА. а\nБ. б\nANSWER: Б", "Latin letters (A, B, C); “Б” is of another"),
    ],
)
def test_each_question_that_makes_no_sense_is_told_why(text: str, reason: str) -> None:
    reading = read(text, ItemFormat.AIKEN)
    assert reason in str(reading.rejected[0].reason)


def test_the_export_writes_single_choice_and_tells_the_rest() -> None:
    written = write_items(exchanged(), form=ItemFormat.AIKEN, topics={}, languages=["en", "ru"])
    assert written.written == 1
    whole = {loss.item_key for loss in written.losses if loss.whole}
    assert len(whole) == len(EXCHANGED) - 1
    parts = {str(loss.message) for loss in written.losses if not loss.whole}
    assert parts == {
        "key, topic, level, points, sources and facts",
        "explanations",
        "the texts in the other language",
    }


def test_a_text_that_reads_as_a_mark_is_not_written() -> None:
    item = make_item(ItemKind.SINGLE_CHOICE, prompt={"en": "ANSWER: A"})
    written = write_items([item], form=ItemFormat.AIKEN, topics={}, languages=["en"])
    assert written.written == 0
    assert written.losses[0].whole
