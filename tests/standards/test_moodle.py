"""Moodle XML: its kinds, its texts, and how the rest is told."""

import base64
from decimal import Decimal

import pytest

from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import Reading, Weight
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
        "Calc": "its formulas have no numbers: export it from Moodle with its items generated",
        "Gaps": "its text names the choice [[1]], which isn't there",
        "Read this": "it has no answers: a description, not a question",
        "Plug-in": "the kind “stack” is not supported yet",
    }
    assert [r.place.line for r in quiz.rejected] == [124, 144, 145, 146, 147]


def dataset(**columns: str) -> str:
    """The numbers of wild cards, in rows."""

    def definition(name: str, values: str) -> str:
        items = "".join(
            f"<dataset_item><number>{n}</number><value>{value}</value></dataset_item>"
            for n, value in enumerate(values.split(), start=1)
        )
        return (
            f"<dataset_definition><name><text>{name}</text></name>"
            f"<dataset_items>{items}</dataset_items></dataset_definition>"
        )

    made = "".join(definition(name, values) for name, values in columns.items())
    return f"<synchronize>0</synchronize><dataset_definitions>{made}</dataset_definitions>"


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"])
@pytest.mark.parametrize("count", [1, 2])
def test_questions_cut_from_an_export_are_read_without_its_root(head: str, count: int) -> None:
    one = (
        '<question type="truefalse"><questiontext><text>Open %d?</text></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question>'
    )
    reading = read(f"{head}{one % 1}\n{one % 2 if count == 2 else ''}".encode())
    assert [found.item.prompt["en"] for found in reading.found] == ["Open 1?", "Open 2?"][:count]
    assert [found.place.line for found in reading.found] == [
        1 + head.count("\n"), 2 + head.count("\n"),
    ][:count]  # fmt: skip


def calculated(kind: str, prompt: str, *parts: str) -> Reading:
    text = f"<name><text>N</text></name><questiontext><text>{prompt}</text></questiontext>"
    return read(f'<quiz><question type="{kind}">{text}{"".join(parts)}</question></quiz>'.encode())


def worked_out(formula: str, tolerance: str = "0.01", kind: str = "2") -> str:
    return (
        f'<answer fraction="100"><text>{formula}</text><tolerance>{tolerance}</tolerance>'
        f"<tolerancetype>{kind}</tolerancetype></answer>"
    )


@pytest.mark.parametrize("kind", ["calculated", "calculatedsimple"])
def test_a_calculated_question_becomes_one_for_each_row_of_its_numbers(kind: str) -> None:
    reading = calculated(
        kind,
        "{visitors} people at {windows} windows: half are {={visitors}/2}. How many at each?",
        "<idnumber>load</idnumber><single>0</single><shuffleanswers>1</shuffleanswers>",
        worked_out("{visitors}/{windows}", "0.01", "1"),
        worked_out("*").replace('"100"', '"0"'),
        dataset(visitors="30 50 7.5", windows="4 3"),
    )
    first, second = (found.item for found in reading.found)
    assert first.prompt["en"] == "30 people at 4 windows: half are 15.00. How many at each?"
    assert (first.key, first.kind, str(first.value), str(first.tolerance)) == (
        "load-1", ItemKind.NUMERIC, "7.5", "0.075",
    )  # fmt: skip
    assert first.enemies == second.enemies != ""
    assert (second.key, str(second.value)) == ("load-2", "16.667"), "as short as its tolerance lets"
    assert [note.place.title for note in reading.notes if "calculated" in str(note.message)] == [
        "N"
    ]
    assert not any("isn't kept" in text for found in reading.found for text in told(found))


def test_of_many_rows_the_first_are_taken_and_the_others_told() -> None:
    numbers = dataset(a=" ".join(map(str, range(100))))
    reading = calculated("calculated", "{a} and one?", worked_out("{a}+1"), numbers)
    assert [int(found.item.value or 0) for found in reading.found] == list(range(1, 11))
    lost = [str(note.message) for note in reading.notes if note.weight is Weight.LOST]
    assert lost == ["it has 100 rows of numbers, of which the first 10 were taken"]


def test_a_calculated_choice_shows_its_numbers_as_each_option_asks() -> None:
    figures = (
        "<correctanswerlength>2</correctanswerlength><correctanswerformat>{}</correctanswerformat>"
    )
    options = "".join(
        f'<answer fraction="{share}"><text>{text} min</text>{figures.format(form)}</answer>'
        for share, text, form in [
            ("100", "{={a}*60/7}", 1),
            ("0", "{={a}*600}", 2),
            ("0", "{a}", 1),
        ]
    )
    [found] = calculated("calculatedmulti", "{a} h?", options, dataset(a="1.5")).found
    assert (found.item.kind, [o.text["en"] for o in found.item.options]) == (
        ItemKind.SINGLE_CHOICE, ["12.86 min", "900 min", "1.5 min"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("-(2+{a})*3", "-15"), ("pow({a}, 2) % 5", "4"), ("round(2.5) + floor(-0.5)", "2"),
        ("max(1, {a}, 2) + abs(-1)", "4"), ("sqrt({a}*12)", "6"), ("pi()*0 + fmod(7, 4)", "3"),
    ],
)  # fmt: skip
def test_formulas_are_worked_out_as_moodle_does(formula: str, value: str) -> None:
    [found] = calculated("calculated", "?", worked_out(formula, "0"), dataset(a="3")).found
    assert found.item.value == Decimal(value)


@pytest.mark.parametrize(
    "formula",
    [
        "{a}/0", "{b}", "9**9**9", "__import__('os')", "a.b", "[1][0]", "pow(10, 400)", "sin", "(" * 300,
        "1 if 1 else 2", "lambda: 1", "log(0)", "round(1, 99)", "f'{1}'", "True", "1e999", "max()", "",
    ],
)  # fmt: skip
def test_what_no_formula_of_moodle_is_is_refused_with_its_words(formula: str) -> None:
    reading = calculated("calculated", "?", worked_out(formula), dataset(a="3"))
    assert not reading.found
    [rejected] = reading.rejected
    assert rejected.place.title == "N"
    assert "can't be worked out" in str(rejected.reason) or "no number" in str(rejected.reason)


@pytest.mark.parametrize(
    ("kind", "inner", "reason"),
    [
        ("multichoice", answer("a", "100") + answer("b", "100"), "2 options are right"),
        ("multichoice", answer("a", "50") + answer("b", "0"), "0 options are right"),
        ("multichoice", answer("a", "lots"), "no share of the score"),
        ("multichoice", answer("a", "1e9"), "no share of the score"),
        ("truefalse", answer("maybe", "100"), "whether the statement is true"),
        ("truefalse", answer("true", "100") + answer("false", "100"), "whether the statement"),
        ("numerical", answer("many", "100"), "“many” is no number"),
        (
            "numerical",
            answer("7", "100", "<tolerance>NaN</tolerance>"),
            "“NaN” is no number",
        ),
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
