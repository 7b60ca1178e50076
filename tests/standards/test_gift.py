"""GIFT files: what of the format is understood, and how the rest is told."""

from decimal import Decimal

import pytest

from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, write_items
from lms.standards.items.model import Reading, Weight
from tests.builders.assessment import make_item
from tests.standards.samples import read, reasons, sample, titled, told


@pytest.fixture(scope="module")
def features() -> Reading:
    return read(sample("features.gift"))


def one(text: str) -> Reading:
    return read(text, ItemFormat.GIFT)


def test_a_single_choice_keeps_id_feedback_and_explanation(features: Reading) -> None:
    found = titled(features, "Opening hours")
    item = found.item
    assert item.key == "window-hours"
    assert item.kind is ItemKind.SINGLE_CHOICE
    assert [o.text["en"] for o in item.options] == ["20:00", "18:00", "19:45", "24 hours"]
    assert [o.correct for o in item.options] == [True, False, False, False]
    assert item.options[0].explanation == {"en": "Right, on every working day."}
    assert item.explanation == {"en": "See the order on opening hours."}
    assert found.tags == ("queue", "opening hours")
    assert "an option for 50 % of the score counts as wrong here" in told(found)


def test_weights_without_a_right_mark_make_multiple_choice(features: Reading) -> None:
    found = titled(features, "Documents")
    assert found.item.kind is ItemKind.MULTIPLE_CHOICE
    assert [o.correct for o in found.item.options] == [True, True, False, False]
    assert found.item.prompt == {"en": "Which documents does a **visitor** bring?"}
    assert told(found) == []  # just our own rule


def test_uneven_weights_are_told() -> None:
    found = one("Q {~%80%a ~%20%b ~%-100%c}").found[0]
    assert any("weights aren't kept" in note for note in told(found))


def test_true_and_false_come_with_their_feedback(features: Reading) -> None:
    item = next(f.item for f in features.found if f.item.prompt["en"] == "The window is open")
    assert item.truth is True
    assert item.explanation == {"en": "It closes only at night.\n\nExactly so."}
    assert [one(f"Q {{{mark}}}").found[0].item.truth for mark in ("T", "FALSE", "f", "true")] == [
        True, False, False, True,
    ]  # fmt: skip


def test_text_after_the_braces_makes_a_gap(features: Reading) -> None:
    item = next(f.item for f in features.found if "Two plus" in f.item.prompt["en"])
    assert item.prompt == {"en": "Two plus _____ equals four."}
    assert item.accepted == {"en": ("two", "2")}


def test_matching_takes_a_right_side_alone_as_extra(features: Reading) -> None:
    item = titled(features, "Match").item
    assert [(p.left["en"], p.right["en"]) for p in item.pairs] == [
        ("passport", "window 1"), ("property", "window 2"), ("pension", "window 3"),
    ]  # fmt: skip
    assert [entry.text["en"] for entry in item.distractors] == ["window 4"]
    assert item.explanation == {"en": "A general remark."}


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [
        ("#3.14:0.01", "3.14", "0.01"),
        ("#1..5", "3", "2"),
        ("#-2", "-2", "0"),
        ("#=1e2:1 =%50%90:5", "1e2", "1"),
        ("#.5", "0.5", "0"),
        ("#0.1..0.2", "0.15", "0.05"),
    ],
)
def test_numbers_with_tolerance_and_ranges(answer: str, value: str, tolerance: str) -> None:
    item = one(f"How much? {{{answer}}}").found[0].item
    assert (item.value, item.tolerance) == (Decimal(value), Decimal(tolerance))


def test_escaped_marks_are_plain_characters(features: Reading) -> None:
    assert titled(features, "Escapes").item.prompt == {"en": "Set {a=1} ~ 50# of 100: is it a set?"}


def test_an_escaped_n_is_a_line_break_and_a_line_end_a_space(features: Reading) -> None:
    item = next(f.item for f in features.found if "Emphasis" in f.item.prompt["en"])
    assert item.prompt == {"en": "*Emphasis* and\n\n- a list\n- of two"}
    assert one("One\ntwo {T}").found[0].item.prompt == {"en": "One two"}


def test_steps_stand_in_their_order(features: Reading) -> None:
    found = titled(features, "Order")
    assert [s.text["en"] for s in found.item.steps] == ["greet", "listen", "answer", "say goodbye"]
    assert "its own way of grading an order isn't kept" in told(found)


def test_what_is_not_understood_has_its_line_and_reason(features: Reading) -> None:
    lines = sample("features.gift").decode().split("\n")
    assert reasons(features) == {
        "Missing word": "2 options are right; here exactly one must be",
        "50": "it has no answers: a description, not a question",
        "Broken": "the brace { is not closed before the blank line",
        "Two blocks": "it has more than one block of answers; a blank line parts questions",
    }
    places = {r.place.title: r.place.line for r in features.rejected}
    assert lines[places["Broken"] - 1].startswith("::Broken::")


def test_a_category_is_the_last_name_of_its_path(features: Reading) -> None:
    category = titled(features, "Pi").category
    assert category is not None
    assert category.title == {"en": "Queue"}
    assert any("only the last name is used" in str(note.message) for note in features.notes)
    other = one("$CATEGORY: tom/And//Or\n\nQ {T}").found[0].category
    assert other is not None
    assert other.title == {"en": "And/Or"}


def test_lost_names_are_told_once(features: Reading) -> None:
    notes = [note for note in features.notes if "names of questions" in note.message]
    assert [note.weight for note in notes] == [Weight.FACT]
    assert not features.is_whole


def test_comments_are_told_but_for_ids_and_tags(features: Reading) -> None:
    assert any("comments aren't kept (lines: 2)" in str(note.message) for note in features.notes)
    assert one("// [id:only] [tag:this]\nQ {T}").notes == []


def test_the_keys_of_options_say_nothing_about_their_place() -> None:
    keys = {
        one(f"Q {{=right{n} ~wrong{n} ~other{n}}}").found[0].item.options[0].key for n in range(20)
    }
    assert keys == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q {=a ~a}", "“a” stands twice"),
        ("Q {=a}b{=c}", "more than one block"),
        ("Q }", "closes nothing"),
        ("Q {= {a} ~b}", "stands inside the answers"),
        ("Q {a ~b}", "begin with “a”"),
        ("Q {~a ~b}", "no option is marked"),
        ("Q {=one ->1 =two}", "lacks its arrow"),
        ("Q {=one ->1 =two ->2}", "at least three right sides"),
        ("Q {#abc}", "is no number"),
        ("Q {#5..1}", "upside down"),
        ("Q {#=1 =2}", "2 numbers are right"),
        ("Q {#1:-2}", "below zero"),
        ("Q {~%101%a ~b}", "beyond the full score"),
        ("{T}", "has no text"),
        ("Q {=}", "accepts no answer"),
        ("Q {>\na\nb\n}", "2 steps"),
        ("Q {nothing}", "no answer|begin with"),
        ("Q {=...}", "no letter and no digit"),
        (f"Q {{=a ~{'x' * 1001}}}", "more than 1000 characters"),
        ("Q {" + "".join(f"~%10%o{n} " for n in range(11)) + "}", "11 options"),
    ],
)
def test_each_question_that_makes_no_sense_is_told_why(text: str, reason: str) -> None:
    reading = one(text)
    assert reading.found == []
    assert len(reading.rejected) == 1
    assert any(words in str(reading.rejected[0].reason) for words in reason.split("|"))


def test_a_broken_question_does_not_hide_the_next() -> None:
    reading = one("Bad {=a\n\nGood {T}")
    assert [found.item.prompt["en"] for found in reading.found] == ["Good"]
    assert reading.rejected[0].place.line == 1


def test_two_languages_in_multilang_spans_come_apart() -> None:
    text = (
        '[html]<span lang\\="ru" class\\="multilang">Да?</span>'
        '<span class\\="multilang" lang\\="en">Yes?</span> {T}'
    )
    assert one(text).found[0].item.prompt == {"ru": "Да?", "en": "Yes?"}
    text = "\\{mlang ru\\}Да?\\{mlang\\}\\{mlang en\\}Yes?\\{mlang\\} {T}"
    assert one(text).found[0].item.prompt == {"ru": "Да?", "en": "Yes?"}


def test_an_answer_with_an_arrow_would_read_as_a_pair_and_is_not_written() -> None:
    item = make_item(ItemKind.SHORT_TEXT, accepted={"en": ("a -> b", "to b")})
    written = write_items([item], form=ItemFormat.GIFT, topics={}, languages=["en"])
    assert [str(loss.message) for loss in written.losses] == ["an accepted answer with an arrow ->"]
    assert one(written.content.decode()).found[0].item.accepted == {"en": ("to b",)}


def test_a_file_without_any_question_is_refused() -> None:
    with pytest.raises(Unreadable, match="no questions"):
        one("// nothing but a remark\n")
