"""Moodle XML: its kinds, its texts, and how the rest is told."""

import base64
from decimal import Decimal

import pytest

from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import Reading
from tests.builders.media import picture
from tests.standards.samples import read, reasons, sample, titled, told


@pytest.fixture(scope="module")
def quiz() -> Reading:
    return read(sample("moodle.xml"))


def question(kind: str, inner: str) -> Reading:
    return read(
        f'<quiz><question type="{kind}"><name><text>Q</text></name>'
        f'<questiontext format="html"><text>Well?</text></questiontext>{inner}</question></quiz>'
    )


def answer(text: str, fraction: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def test_a_choice_keeps_all_that_an_item_holds(quiz: Reading) -> None:
    found = titled(quiz, "Longest wait")
    item = found.item
    assert (item.key, item.kind, item.points) == ("longest-wait", ItemKind.SINGLE_CHOICE, 2)
    assert item.prompt == {"en": "How long may a visitor **wait**?\n\n[A queue]"}
    assert [(o.text["en"], o.correct) for o in item.options] == [
        ("15 minutes", True), ("30 minutes", False), ("an hour", False),
    ]  # fmt: skip
    assert item.options[0].explanation == {"en": "Right."}
    assert item.explanation == {"en": "The standard says fifteen minutes."}
    assert found.category is not None
    assert found.category.title == {"en": "Queue & time"}
    assert found.place.line == 15


def test_images_files_hints_and_styles_are_told(quiz: Reading) -> None:
    notes = told(titled(quiz, "Longest wait"))
    assert "its picture “queue.png” is no picture that can be read" in notes
    assert "its hints aren't kept" in notes
    assert "styles (colours, sizes, alignment) are left out" in notes


def test_settings_and_feedback_on_the_result_are_told_once(quiz: Reading) -> None:
    notes = [str(note.message) for note in quiz.notes]
    assert any("penalty" in note and "shuffleanswers" in note for note in notes)
    assert any("“Your answer is correct.”" in note for note in notes)
    assert any("description of the category" in note for note in notes)


def test_unknown_elements_and_attributes_are_told(quiz: Reading) -> None:
    notes = told(titled(quiz, "Strange parts"))
    assert notes == [
        "the element <blink> isn't kept",
        "the attribute “colour” isn't kept",
    ]


def test_wrong_options_that_cost_nothing_are_told(quiz: Reading) -> None:
    found = titled(quiz, "Documents")
    assert found.item.kind is ItemKind.MULTIPLE_CHOICE
    assert [o.correct for o in found.item.options] == [True, True, False]
    assert any("weights aren't kept" in note for note in told(found))


def test_true_false_in_two_languages(quiz: Reading) -> None:
    item = titled(quiz, "Sunday").item
    assert item.truth is True
    assert item.prompt == {
        "ru": "Центр открыт в воскресенье.",
        "en": "The centre is open on Sunday.",
    }
    assert item.explanation == {"en": "Seven days a week."}


def test_short_answers_keep_the_full_ones(quiz: Reading) -> None:
    found = titled(quiz, "Colour")
    assert found.item.accepted == {"en": ("terracotta",)}
    assert told(found) == [
        "capital and small letters count there, not here",
        "the answer “brown” for 50 % of the score isn't kept",
        "the answer “*red*” with its wildcard isn't kept",
    ]


def test_numbers_keep_tolerance_and_unit(quiz: Reading) -> None:
    item = titled(quiz, "Takt").item
    assert (item.value, item.tolerance) == (Decimal("1.5"), Decimal("0.1"))
    assert item.unit == {"en": "min"}
    assert "the unit “s” isn't kept: here is one" in told(titled(quiz, "Takt"))


def test_matching_and_ordering(quiz: Reading) -> None:
    item = titled(quiz, "Windows").item
    assert [(p.left["en"], p.right["en"]) for p in item.pairs] == [
        ("passport", "window 1"), ("property", "window 2"), ("pension", "window 3"),
    ]  # fmt: skip
    assert [entry.text["en"] for entry in item.distractors] == ["window 9"]
    steps = [step.text["en"] for step in titled(quiz, "Visit").item.steps]
    assert steps == ["greet", "listen", "answer"]


def test_two_pairs_and_a_right_side_of_neither_are_a_question() -> None:
    """Moodle takes two questions with three answers."""
    pair = "<subquestion><text>{}</text><answer><text>{}</text></answer></subquestion>"
    rows = "".join(pair.format(*texts) for texts in (("a", "1"), ("b", "2"), ("", "3")))
    [found] = question("matching", rows).found
    assert (len(found.item.pairs), len(found.item.distractors)) == (2, 1)


def test_a_span_inside_a_languages_text_ends_only_itself() -> None:
    text = (
        '<span lang="ru" class="multilang">Дом <span class="x">и <span>сад</span></span> тут</span>'
        '<span lang="en" class="multilang">A <span>house</span> here</span> 5'
    )
    reading = question("truefalse", answer("true", "100") + answer("false", "0"))
    assert reading.found
    raw = f"<generalfeedback><text><![CDATA[{text}]]></text></generalfeedback>"
    [found] = question("truefalse", raw + answer("true", "100") + answer("false", "0")).found
    assert found.item.explanation == {"ru": "Дом и сад тут 5", "en": "A house here 5"}


def test_a_picture_below_the_text_as_in_moodle_1_9_is_taken_into_it() -> None:
    coded = base64.b64encode(picture(20, 10, "PNG", noise=False)).decode()
    old = f"<image>old/logo.png</image><image_base64>\n{coded}\n</image_base64>"
    reading = question("truefalse", old + answer("true", "100") + answer("false", "0"))
    [found] = reading.found
    assert found.item.prompt["en"].endswith("![](figures/logo.png)")
    assert not any("image" in one for one in told(found))


def test_raised_and_lowered_letters_and_merged_cells() -> None:
    text = (
        "H<sub>2</sub>O, 10<sup>-3</sup>, м<sup>кв</sup>"
        '<table><tr><th>a</th><th>b</th></tr><tr><td colspan="2">1</td></tr></table>'
    )
    raw = f"<generalfeedback><text><![CDATA[{text}]]></text></generalfeedback>"
    [found] = question("truefalse", raw + answer("true", "100") + answer("false", "0")).found
    assert found.item.explanation["en"].startswith("H₂O, 10⁻³, мкв")
    assert told(found) == [
        "merged cells of a table stand apart",
        "the element <sup> is left out, its text is kept",
    ]


def test_other_kinds_are_told_by_name(quiz: Reading) -> None:
    assert reasons(quiz) == {
        "Two pairs only": "there must be at least three right sides: add a pair, or one of no pair",
        "Calc": "the kind “calculated question” is not supported yet",
        "Gaps": "its text names the choice [[1]], which isn't there",
        "Read this": "it has no answers: a description, not a question",
        "Plug-in": "the kind “stack” is not supported yet",
    }
    assert [r.place.line for r in quiz.rejected] == [124, 144, 145, 146, 147]


@pytest.mark.parametrize(
    ("kind", "inner", "reason"),
    [
        ("multichoice", answer("a", "100") + answer("b", "100"), "2 options are right"),
        ("multichoice", answer("a", "50") + answer("b", "0"), "0 options are right"),
        ("multichoice", answer("a", "lots"), "no share of the score"),
        ("multichoice", answer("a", "1e9"), "no share of the score"),
        ("truefalse", answer("maybe", "100"), "whether the statement is true"),
        ("truefalse", answer("true", "100") + answer("false", "100"), "whether the statement"),
        ("numerical", answer("many", "100"), "is no number"),
        ("numerical", answer("1", "100") + answer("2", "100"), "2 numbers"),
        ("numerical", answer("NaN", "100"), "is no number"),
        ("shortanswer", answer("*", "0"), "accepts no answer"),
        ("matching", "", "0 pairs"),
        ("ordering", answer("a", "1"), "1 steps"),
    ],
)
def test_each_question_that_makes_no_sense_is_told_why(kind: str, inner: str, reason: str) -> None:
    reading = question(kind, inner)
    assert reading.found == []
    assert reason in str(reading.rejected[0].reason)


def test_all_right_answers_in_multiple_choice_are_refused() -> None:
    inner = "<single>false</single>" + answer("a", "50") + answer("b", "50")
    assert "one wrong" in str(question("multichoice", inner).rejected[0].reason)


def test_scripts_in_a_text_are_left_out_and_told() -> None:
    inner = answer("&lt;b onclick=x&gt;a&lt;/b&gt;&lt;script&gt;steal()&lt;/script&gt;", "100")
    found = question("shortanswer", answer("a", "100")).found
    assert found
    choice = question("multichoice", inner + answer("b", "0")).found[0]
    assert choice.item.options[0].text == {"en": "**a**"}
    assert "the element <script> is left out" in told(choice)


def test_another_root_is_refused() -> None:
    with pytest.raises(Unreadable, match="none of the known formats"):
        read("<svg/>")


def test_a_stray_element_beside_questions_is_told() -> None:
    reading = read("<quiz><poll/></quiz>")
    assert "<poll> isn't understood" in str(reading.rejected[0].reason)
