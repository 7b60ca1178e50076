"""Texts with gaps of other tools: cloze, choices in brackets, fields in a body."""

import time
from dataclasses import replace

import pytest

from lms.assessment.kinds.values import Gap
from lms.assessment.models import ItemKind
from lms.standards.items.banks.merging import merged
from lms.standards.items.formats import ItemFormat, read_items, write_items
from lms.standards.items.model import Found, Reading, Weight
from tests.builders.assessment import both, make_item
from tests.standards.samples import read, told


def cloze(text: str, inner: str = "", kind: str = "cloze") -> Reading:
    return read(
        f'<quiz><question type="{kind}"><questiontext format="html"><text><![CDATA[{text}]]></text>'
        f"</questiontext>{inner}</question></quiz>"
    )


def one(reading: Reading) -> Found:
    assert reading.rejected == []
    return reading.found[0]


def reason(reading: Reading) -> str:
    assert reading.found == []
    return str(reading.rejected[0].reason)


def qti(body: str, *declarations: str) -> Reading:
    return read(
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x1">'
        f"{''.join(declarations)}<itemBody>{body}</itemBody></assessmentItem>"
    )


def declared(name: str, kind: str, *values: str) -> str:
    inner = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="single" baseType="{kind}">'
        f"<correctResponse>{inner}</correctResponse></responseDeclaration>"
    )


def field(name: str) -> str:
    return f'<textEntryInteraction responseIdentifier="{name}"/>'


def listed(name: str, *words: str) -> str:
    inner = "".join(f'<inlineChoice identifier="{w}">the {w}</inlineChoice>' for w in words)
    return f'<inlineChoiceInteraction responseIdentifier="{name}">{inner}</inlineChoiceInteraction>'


def test_a_cloze_is_a_task_and_a_text() -> None:
    found = one(
        cloze(
            "<p>Fill <b>in</b>.</p><p>Say {1:SHORTANSWER:=hello~=good day~%50%hi#nearly~*} and "
            "wait {2:MULTICHOICE:~5=~=15#right~%25%45} minutes.</p>"
        )
    )
    item = found.item
    assert (item.kind, item.points) == (ItemKind.GAP_TEXT, 3)
    assert item.prompt == {"en": "Fill **in**."}
    assert item.text == {"en": "Say [[g1]] and wait [[g2]] minutes."}
    assert item.gaps == (
        Gap("g1", {"en": ("hello", "good day")}),
        Gap("g2", {"en": ("15",)}, {"en": ("5=", "45")}),
    )
    assert set(told(found)) >= {
        "the answer “hi” for 50 % of the score isn't kept",
        "an option for 25 % of the score counts as wrong here",
        "the gaps' own weights aren't kept: here each earns the same",
        "feedback on single answers went into the explanation",
    }


@pytest.mark.parametrize("kind", ["MULTICHOICE_V", "MCH", "MCS", "MULTICHOICE_HS"])
def test_lists_are_lists_however_they_are_laid_out(kind: str) -> None:
    assert one(cloze(f"A {{1:{kind}:=a~b}}")).item.gaps[0].is_choice


def test_a_gap_for_numbers_keeps_its_tolerance() -> None:
    found = one(
        cloze("About {1:NUMERICAL:=23,8:0.1#close~=1920~%50%20:5~*#no} years, {1:NM:=-3} below.")
    )
    assert [gap.accepted for gap in found.item.gaps] == [
        {"en": ("23.8 ± 0.1", "1920 ± 0")},
        {"en": ("-3 ± 0",)},
    ]
    assert "the answer “20 ± 5” for 50 % of the score isn't kept" in told(found)
    body = f"<p>About {field('A')} and {field('B')}.</p>"
    equal = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" '
        'tolerance="2 2"><variable identifier="B"/><correct identifier="B"/></equal>'
        "</responseIf></responseCondition></responseProcessing>"
    )
    declarations = [declared("A", "float", "1.5"), declared("B", "integer", "40"), equal]
    item = one(qti(body, *declarations)).item
    assert [gap.accepted for gap in item.gaps] == [{"en": ("1.5 ± 0",)}, {"en": ("40 ± 2",)}]


def test_words_dragged_into_gaps_become_lists() -> None:
    words = "".join(
        f'<gapText identifier="w{n}" matchMax="1">{word}</gapText>'
        for n, word in enumerate(("visit", "issue", "lunch"), start=1)
    )
    pairs = "<value>w1 A</value><value>B w2</value>"
    declaration = (
        '<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">'
        f"<correctResponse>{pairs}</correctResponse></responseDeclaration>"
    )

    def body(inner: str) -> str:
        return (
            '<div class="grid-row"><gapMatchInteraction responseIdentifier="R" shuffle="false">'
            f"<prompt>Fill <b>in</b>.</prompt>{inner}</gapMatchInteraction></div>"
        )

    text = '<p>First <gap identifier="A"/>,</p><p>then <gap identifier="B"/>.</p>'
    found = one(qti(body(words + text), declaration))
    assert found.item.prompt == {"en": "Fill **in**."}
    assert found.item.text == {"en": "First [[g1]],\n\nthen [[g2]]."}
    assert found.item.gaps == (
        Gap("g1", {"en": ("visit",)}, {"en": ("issue", "lunch")}),
        Gap("g2", {"en": ("issue",)}, {"en": ("visit", "lunch")}),
    )
    assert "words to drag become lists to choose from" in told(found)
    more = text + '<p><gap identifier="C"/></p>'
    assert "gap 3 has no right word" in reason(qti(body(words + more), declaration))
    image = '<gapImg identifier="w1"><object data="a.png" type="image/png"/></gapImg>'
    assert "here words are chosen" in reason(qti(body(image + text), declaration))


@pytest.mark.parametrize("form", [ItemFormat.MOODLE_XML, ItemFormat.QTI21, ItemFormat.QTI3])
def test_a_gap_for_numbers_comes_back_from_each_format(form: ItemFormat) -> None:
    gaps = (
        Gap("g1", {"en": ("15 ± 0.5",)}),
        Gap("g2", {"en": ("yes", "no")}),
        Gap("g3", {"en": ("-2 ± 0",)}),
    )
    text = {"en": "A [[g1]] b [[g2]] c [[g3]]."}
    item = replace(make_item(ItemKind.GAP_TEXT), prompt={"en": "Fill."}, text=text, gaps=gaps)
    item = replace(item, explanation={"en": "So."}, sources=())
    written = write_items([item], form=form, topics={}, languages=["en"])
    assert written.losses == ()
    assert read_items(written.content, language="en").reading.found[0].item.gaps == gaps


def test_a_text_without_a_task_gets_the_usual_one() -> None:
    found = one(cloze("Say {1:SAC:=Hello\\} \\~ &amp; &#35;1}.", kind="multianswer"))
    assert found.item.prompt == {"en": "Fill in the gaps."}
    assert found.item.gaps[0].accepted == {"en": ("Hello} ~ & #1",)}
    assert "it has no task beside its text: a usual one stands there" in told(found)
    assert "capital and small letters count there, not here" in told(found)


def test_both_languages_of_a_cloze_share_its_gaps() -> None:
    span = '<span lang="{}" class="multilang">{}</span>'
    text = span.format("ru", "Скажи {1:SA:=да}.") + span.format("en", "Say {1:SA:=yes}.")
    item = one(cloze(text)).item
    assert item.text == {"ru": "Скажи [[g1]].", "en": "Say [[g1]]."}
    assert item.gaps == (Gap("g1", {"ru": ("да",), "en": ("yes",)}),)
    uneven = span.format("ru", "Скажи {1:SA:=да}.") + span.format("en", "Say.")
    assert "more gaps in one language" in reason(cloze(uneven))


def test_one_list_of_several_right_answers_is_a_question_of_that_kind() -> None:
    gap = "{1:MULTIRESPONSE_S:%50%2#yes~%50%4~%-50%3~%-50%5}"
    reading = read(
        '<quiz><question type="cloze"><questiontext format="html"><text><![CDATA[<p>Even are '
        f"{gap} here.</p>]]></text></questiontext></question></quiz>"
    )
    [found] = reading.found
    assert found.item.kind is ItemKind.MULTIPLE_CHOICE
    assert found.item.prompt == {"en": "Even are … here."}
    assert {o.text["en"] for o in found.item.options if o.correct} == {"2", "4"}
    assert [note.weight for note in found.notes] == [Weight.FACT]


def test_each_list_of_several_right_answers_among_other_gaps_is_a_question_of_its_own() -> None:
    reading = cloze(
        "<p>About us.</p><p>Even: {2:MULTIRESPONSE:=2~=4~3} and {1:SA:=six}.</p>"
        "<p>Odd: {1:MRS:%50%1~%50%3~%-50%2}.</p><p>- Last: {1:MC:=x~y}</p>"
    )
    rest, even, odd = (found.item for found in reading.found)
    assert rest.text == {"en": "Even: … and [[g1]].\n\n\\- Last: [[g2]]"}
    assert (rest.points, even.points, odd.points) == (2, 2, 1)
    assert rest.prompt == {"en": "About us."}
    assert even.prompt == {"en": "About us.\n\nEven: … and …."}
    assert odd.prompt == {"en": "About us.\n\nOdd: … ."}
    assert {o.text["en"] for o in odd.options if o.correct} == {"1", "3"}
    [note] = [note for note in reading.notes if "question of its own" in str(note.message)]
    assert note.weight is Weight.FACT
    assert reading.rejected == []


def test_a_file_may_not_make_thousands_of_questions_of_lists_in_texts() -> None:
    text = "<p>x {1:MR:=a~=b~c}</p>" * 30
    asked = f"<questiontext format='html'><text><![CDATA[{text}]]></text></questiontext>"
    begun = time.process_time()
    reading = read("<quiz>" + f"<question type='cloze'>{asked}</question>" * 100 + "</quiz>")
    assert time.process_time() - begun < 1
    assert len(reading.found) < 600
    assert {str(one.reason).partition(":")[0] for one in reading.rejected} == {
        "its lists with several right answers are too many for one file"
    }


def test_a_line_that_begins_like_a_list_keeps_its_gap() -> None:
    item = one(cloze("Cities:<br />* Tucson: {1:MC:=Arizona~Ohio}")).item
    assert item.text == {"en": "Cities:\\\n\\* Tucson: [[g1]]"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{1:SA:=a} {1:NUMERICAL:=three}", "in gap 2 “three” is no number"),
        ("How many? {1:NUMERICAL:=3:-1}", "in gap 1 “3:-1” is no number"),
        ("{1:MULTIRESPONSE:=a~=b~c} {1:SA:=x} " * 16, "gap 1 lets several answers be chosen"),
        ("Which? {1:SLIDER:=a}", "gap 1 is of the kind “SLIDER”"),
        ("Which? {1:MC:=a~=b~c}", "it has one right wording"),
        ("Which? {1:MC:a~b}", "no right wording"),
        ("Which? {1:MC:=a~A}", "stands twice"),
        ("Say {1:SA:no}", "no right wording"),
        ("Say {1:SA:=...}", "no letter and no digit"),
        ("Say {1:SA:=a", "can't be read"),
        ("Say {1:SA:={b}}", "can't be read"),
        ("Say {1:SA:%999%a}", "beyond the full score"),
        ("No gaps at all.", "the text has no gaps"),
        ("[[x]] {1:SA:=a}", "isn't described"),
        ("{1:SA:=a} " * 13, "it has 13 gaps"),
        ("{1:SA:=a} " * 101, "it has 101 gaps"),
        ("{1:SA:" + "~=a" * 101 + "}", "more than 100 answers"),
        ("x" * 30_001, "longer than"),
    ],
)
def test_each_cloze_that_makes_no_sense_is_told_why(text: str, why: str) -> None:
    assert why in reason(cloze(text))


@pytest.mark.parametrize("piece", ["{1:SA:", "{1:SA:=\\", "{1:SA:=a~", "{", "{1:SA:=a}[[", "&#"])
def test_hostile_braces_are_read_soon(piece: str) -> None:
    begun = time.process_time()
    cloze(piece * (30_000 // len(piece)))
    assert time.process_time() - begun < 1


def test_choices_in_brackets_become_lists() -> None:
    def box(text: str, group: str) -> str:
        return f"<dragbox><text>{text}</text><group>{group}</group><infinite/></dragbox>"

    inner = box("cat", "1") + box("dog", "1") + box("sun", "2") + box("moon", "2") + box("x", "3")
    found = one(cloze("<p>Task.</p><p>[[2]] by [[3]], [[2]] and [[5]].</p>", inner, kind="ddwtos"))
    item = found.item
    assert item.text == {"en": "[[g1]] by [[g2]], [[g3]] and [[g4]]."}
    assert item.prompt == {"en": "Task."}
    assert [gap.accepted["en"][0] for gap in item.gaps] == ["dog", "sun", "dog", "x"]
    assert [gap.distractors.get("en") for gap in item.gaps] == [
        ("cat",), ("moon",), ("cat",), None,
    ]  # fmt: skip
    assert "words to drag become lists to choose from" in told(found)
    assert "a list with nothing to choose from becomes a gap to type into" in told(found)
    options = "".join(
        f"<selectoption><text>{t}</text><group>1</group></selectoption>" for t in ("a", "b*")
    )
    gap = one(cloze("Pick [[2]].", options, kind="gapselect")).item.gaps[0]
    assert gap == Gap("g1", {"en": ("b*",)}, {"en": ("a",)})
    assert "which isn't there" in reason(cloze("[[9]]", options, kind="gapselect"))


def test_fields_in_a_body_become_gaps() -> None:
    found = one(
        qti(
            f"<p>Fill <b>in</b>.</p><p>Say {field('A')} and wait {listed('B', 'w1', 'w2')}.</p>",
            declared("A", "string", "hello"),
            declared("B", "identifier", "w2"),
        )
    )
    item = found.item
    assert item.prompt == {"en": "Fill **in**."}
    assert item.text == {"en": "Say [[g1]] and wait [[g2]]."}
    assert item.gaps == (
        Gap("g1", {"en": ("hello",)}),
        Gap("g2", {"en": ("the w2",)}, {"en": ("the w1",)}),
    )


def test_a_single_list_is_a_gap_and_a_single_field_a_short_text() -> None:
    gap = one(qti(f"<p>Pick {listed('A', 'w1', 'w2')}</p>", declared("A", "identifier", "w1")))
    assert gap.item.kind is ItemKind.GAP_TEXT
    text = one(qti(f"<p>Say {field('A')}</p>", declared("A", "string", "yes")))
    assert text.item.kind is ItemKind.SHORT_TEXT


@pytest.mark.parametrize(
    ("body", "declarations", "why"),
    [
        (f"<p>{field('A')}{field('B')}</p>", [declared("A", "float", "1", "2"),
         declared("B", "string", "x")], "2 numbers are right"),
        (f"<p>{field('A')}{field('B')}</p>", [declared("A", "point", "1"),
         declared("B", "string", "x")], "type “point”"),
        (f"<p>{listed('A', 'w1', 'w2')}</p>", [declared("A", "identifier", "w9")], "is no option"),
        (f"<p>{listed('A', 'w1', 'w1')}</p>", [declared("A", "identifier", "w1")], "stands twice"),
        (f"<p>{listed('A', 'w1', 'w2')}</p>", [declared("A", "identifier")], "no right wording"),
        (f"<p>[[g9]] {listed('A', 'w1', 'w2')}</p>", [declared("A", "identifier", "w1")],
         "isn't described"),
    ],
)  # fmt: skip
def test_each_body_that_makes_no_sense_is_told_why(
    body: str, declarations: list[str], why: str
) -> None:
    assert why in reason(qti(body, *declarations))


def test_moodle_has_the_first_language_and_the_bank_keeps_the_other() -> None:
    item = make_item(ItemKind.GAP_TEXT)
    written = write_items([item], form=ItemFormat.MOODLE_XML, topics={}, languages=["en", "ru"])
    assert [str(loss.message) for loss in written.losses] == ["the texts in the other language"]
    found = read_items(written.content, language="ru").reading.found[0]
    assert found.item.text == {"en": item.text["en"]}
    assert merged(item, replace(found.item, topic=item.topic), found.unstated) == item


def test_a_text_with_other_gaps_drops_the_old_one_in_the_other_language() -> None:
    item = make_item(ItemKind.GAP_TEXT)
    new = replace(item, text={"en": "Only [[g1]]."}, gaps=(Gap("g1", {"en": ("this",)}),))
    taken = merged(item, new, frozenset())
    assert (taken.text, taken.gaps) == (new.text, new.gaps)


def test_braces_in_a_text_of_ones_own_are_no_gaps() -> None:
    item = make_item(ItemKind.GAP_TEXT, text=both("{1:SA:=x} [[g1]] `{2:MC:=a~b}` [[g2]]"))
    written = write_items([item], form=ItemFormat.MOODLE_XML, topics={}, languages=["ru"])
    found = read_items(written.content, language="ru").reading.found[0]
    assert found.item.text == {"ru": item.text["ru"]}
    assert len(found.item.gaps) == 2


def test_a_gap_in_the_place_of_a_link_is_told() -> None:
    item = make_item(ItemKind.GAP_TEXT, text=both("[[g1]](https://a.example) and [[g2]]"))
    for form in (ItemFormat.MOODLE_XML, ItemFormat.QTI21):
        written = write_items([item], form=form, topics={}, languages=["ru"])
        assert written.written == 0
        assert str(written.losses[0].message) == "a gap stands inside a mark of the text"
