"""Files as other tools write them, put together from their public descriptions."""

import base64
import io
import zipfile

import pytest

from lms.assessment.kinds.values import ScoringRule
from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, read_items
from lms.standards.items.model import Found, Reading
from tests.builders.media import picture
from tests.standards.samples import package, read, told, zipped

CODED = base64.b64encode(picture(40, 20, "PNG", noise=False)).decode()
MOODLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 1523  -->
  <question type="multichoice">
    <name><text>Талон</text></name>
    <questiontext format="html">
      <text><![CDATA[<p dir="ltr" style="text-align: left;">Что на <strong>картинке</strong>?<br>
</p><p><img src="@@PLUGINFILE@@/hall%20plan.png" alt="План зала" class="img-fluid"></p>]]></text>
<file name="hall plan.png" path="/" encoding="base64">{CODED}</file>
    </questiontext>
    <defaultgrade>1.0000000</defaultgrade>
    <penalty>0.3333333</penalty>
    <single>true</single>
    <answer fraction="100" format="html"><text><![CDATA[<p>Зал</p>]]></text></answer>
    <answer fraction="-33.33333" format="html"><text><![CDATA[<p>Лестница</p>]]></text></answer>
  </question>
  <question type="ddmarker">
    <name><text>Где</text></name>
    <questiontext format="html"><text><![CDATA[<p>Отметьте окно.</p>]]></text></questiontext>
    <shuffleanswers/><correctfeedback format="html"><text></text></correctfeedback><shownumcorrect/>
    <file name="hall plan.png" path="/" encoding="base64">{CODED}</file>
    <drag><no>1</no><text>окно</text><noofdrags>1</noofdrags></drag>
    <drop><no>1</no><shape>circle</shape><coords>10,10;5</coords><choice>1</choice></drop>
  </question>
</quiz>"""


def test_a_moodle_export_with_files_and_cdata_is_understood_and_its_losses_placed() -> None:
    reading = read(MOODLE, language="ru")
    [choice, marker] = reading.found
    assert choice.item.prompt == {
        "ru": "Что на **картинке**?\n\n![План зала](figures/hall-plan.png)"
    }
    assert {note.place.line for note in choice.notes} == {4}
    assert set(reading.pictures) == {"figures/hall-plan.png"}
    assert "an option for -33.33333 % of the score counts as wrong here" in told(choice)
    assert marker.item.kind is ItemKind.HOTSPOT
    assert list(reading.pictures) == ["figures/hall-plan.png"]


PREFIXED = """<?xml version="1.0"?>
<qti:assessmentItem xmlns:qti="http://www.imsglobal.org/xsd/imsqti_v2p1"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqti_v2p1 imsqti_v2p1.xsd"
 identifier="pairs" title="Pairs" adaptive="false" timeDependent="false">
<qti:responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">
<qti:correctResponse><qti:value>A</qti:value><qti:value>C</qti:value></qti:correctResponse>
</qti:responseDeclaration>
<qti:outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<qti:itemBody><qti:choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="0">
<qti:prompt>Pick all</qti:prompt>
<qti:simpleChoice identifier="A">One</qti:simpleChoice>
<qti:simpleChoice identifier="B">Two</qti:simpleChoice>
<qti:simpleChoice identifier="C">Three</qti:simpleChoice>
</qti:choiceInteraction></qti:itemBody>
<qti:responseProcessing
 template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
</qti:assessmentItem>"""


def test_qti_with_prefixed_names_and_a_template_by_its_address_is_understood_in_full() -> None:
    reading = read(PREFIXED)
    [found] = reading.found
    assert [option.correct for option in found.item.options] == [True, False, True]
    assert found.item.scoring is ScoringRule.ALL_OR_NOTHING
    assert reading.is_whole


GIFT = (
    "\ufeff// a remark\r\n$CATEGORY: $course$/top/Очередь\r\n\r\n// [id:q-12]\r\n"
    "::Время\\:::[html]<p>Ждать \\= терять?</p>{\r\n\t=15#Верно\r\n\t~%50%20\r\n\t~60\r\n}\r\n\r\n"
    "Что верно? {~%50%а ~%50%б ~%-50%в}\r\n\r\nОткрыто {=а\r\n"
)


def test_gift_with_its_mark_windows_lines_weights_and_escapes() -> None:
    reading = read(GIFT, language="ru")
    [first, several] = reading.found
    assert first.item.key == "q-12"
    assert first.item.prompt == {"ru": "Ждать = терять?"}
    assert told(first) == ["an option for 50 % of the score counts as wrong here"]
    assert several.item.kind is ItemKind.MULTIPLE_CHOICE
    assert told(several) == []
    assert [(r.place.line, "not closed" in str(r.reason)) for r in reading.rejected] == [(13, True)]


AIKEN = "Сколько ждать?\r\nA) «час»\r\nB. 15 минут — №1\r\nANSWER: B\r\n"
WINDOWS = "the text is no UTF-8; it was read as windows-1251: check its letters"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("<p>2 + 2 = ?</p>\nA. 3\nB. 4\nANSWER: B\n", ItemFormat.AIKEN),
        ("<strong>Two</strong> and two? {=4}", ItemFormat.GIFT),
    ],
)
def test_a_question_in_plain_text_may_begin_with_a_tag(text: str, form: ItemFormat) -> None:
    assert read_items(text.encode(), language="en").form is form


def _only(reading: Reading) -> Found:
    [found] = reading.found
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_aiken_with_both_marks_of_options_in_any_usual_encoding(encoding: str) -> None:
    file = read_items(AIKEN.encode(encoding), language="ru")
    assert file.form is ItemFormat.AIKEN
    item = _only(file.reading).item
    assert [(o.text["ru"], o.correct) for o in item.options] == [
        ("«час»", False), ("15 минут — №1", True),
    ]  # fmt: skip
    notes = [str(note.message) for note in file.reading.notes]
    assert (WINDOWS in notes) is (encoding == "cp1251")


@pytest.mark.parametrize(
    "content", [AIKEN.encode() + b"\xd0", "Сколько ждать? {T}".encode("koi8-r"), b"\xff\xb5 {T}"]
)
def test_no_other_bytes_are_guessed_at(content: bytes) -> None:
    with pytest.raises(Unreadable, match="no text in UTF-8") as refusal:
        read_items(content, language="ru")
    assert refusal.value.line >= 1


def test_tags_as_words_are_kept_and_links_and_formulas_that_cannot_be_are_told() -> None:
    html = r"Что делает &lt;b&gt;? \\(x^2\\) <a href\='javascript\:x()'>тут</a>"
    found = _only(read(f"[html]{html} {{T#неверно#верно####Итог}}", ItemFormat.GIFT, language="ru"))
    assert found.item.prompt["ru"].startswith(r"Что делает \<b>?")
    assert set(found.item.explanation["ru"].split("\n\n")) == {"Итог", "верно", "неверно"}
    notes = {str(note.message) for note in found.notes}
    assert "a link without a usable address became text" in notes
    assert "formulas in TeX are shown as they are written: items have none" in notes


def test_a_package_whose_folder_was_packed_by_hand_is_read_as_well() -> None:
    with zipfile.ZipFile(io.BytesIO(package())) as whole:
        files = {f"My export/{name}": whole.read(name) for name in whole.namelist()}
    junk = {"__MACOSX/My export/._imsmanifest.xml": b"x", "My export/.DS_Store": b"x"}
    nested, plain = read(zipped({**files, **junk})), read(package())
    assert [found.item for found in nested.found] == [found.item for found in plain.found]
    assert nested.notes == plain.notes


def test_canvas_classic_export_is_told_for_what_it_is() -> None:
    quiz = '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"/>'
    with pytest.raises(Unreadable, match="classic quizzes"):
        read(quiz)
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><resources>'
        '<resource identifier="g1" type="imsqti_xmlv1p2"><file href="g1/g1.xml"/></resource>'
        "</resources></manifest>"
    )
    reading = read(zipped({"imsmanifest.xml": manifest, "g1/g1.xml": quiz}))
    [rejected] = reading.rejected
    assert "export them as QTI 2.1 or later" in str(rejected.reason)
    assert (rejected.place.file, rejected.place.line) == ("imsmanifest.xml", 1)


def test_options_that_are_pictures_are_taken_by_their_descriptions_or_told() -> None:
    def asked(*alts: str) -> Reading:
        answers = "".join(
            f'<answer fraction="{100 if n == 0 else 0}" format="html"><text><![CDATA[<p>'
            f'<img src="@@PLUGINFILE@@/{n}.png" alt="{alt}"></p>]]></text></answer>'
            for n, alt in enumerate(alts)
        )
        return read(
            '<quiz><question type="multichoice"><questiontext format="html"><text>Which?</text>'
            f"</questiontext><single>true</single>{answers}</question></quiz>"
        )

    [found] = asked("Blue", "Red").found
    assert [option.text["en"] for option in found.item.options] == ["[Blue]", "[Red]"]
    [rejected] = asked("Blue", "", "").rejected
    assert "nothing but a picture that can't be taken (2, 3)" in str(rejected.reason)


def test_a_slider_becomes_a_number_and_all_steps_of_an_order_are_no_loss() -> None:
    slider = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="s">'
        '<responseDeclaration identifier="R" cardinality="single" baseType="integer">'
        "<correctResponse><value>50</value></correctResponse></responseDeclaration><itemBody>"
        '<sliderInteraction responseIdentifier="R" lowerBound="0" upperBound="100" step="5">'
        "<prompt>How many?</prompt></sliderInteraction></itemBody></assessmentItem>"
    )
    [found] = read(slider).found
    assert (found.item.kind, found.item.value) == (ItemKind.NUMERIC, 50)
    assert {"a slider becomes a field to type the number into",
            "the attribute “upperBound” isn't kept"} <= set(told(found))  # fmt: skip
    order = (
        '<quiz><question type="ordering"><questiontext format="html"><text>Order.</text>'
        "</questiontext><selecttype>{kind}</selecttype><selectcount>{count}</selectcount>"
        + "".join(f"<answer fraction='{n}'><text>step {n}</text></answer>" for n in (1, 2, 3, 4))
        + "</question></quiz>"
    )
    for kind, count, lost in (("ALL", 3, False), ("RANDOM", 3, True), ("RANDOM", 4, False)):
        [found] = read(order.format(kind=kind, count=count)).found
        assert ("all steps are shown here, not 3 of them" in told(found)) == lost


def test_words_to_mark_in_a_text_become_options_and_the_text_stays_whole() -> None:
    item = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="h">'
        '<responseDeclaration identifier="R" cardinality="multiple" baseType="identifier">'
        "<correctResponse><value>h1</value></correctResponse></responseDeclaration><itemBody>"
        '<div class="col-12"><hottextInteraction responseIdentifier="R" maxChoices="1">'
        '<prompt>Find the mistake.</prompt><p>The <hottext identifier="h1">visiter</hottext> and '
        'the <hottext identifier="h2"><b>queue</b></hottext>.</p></hottextInteraction></div>'
        "</itemBody></assessmentItem>"
    )
    [found] = read(item).found
    assert found.item.prompt == {"en": "Find the mistake.\n\nThe visiter and the **queue**."}
    options = [(option.text["en"], option.correct) for option in found.item.options]
    assert options == [("visiter", True), ("**queue**", False)]
    assert "words to mark in a text become options to choose from" in told(found)


def _matching(lefts: dict[str, str], rights: dict[str, str], *pairs: str) -> str:
    def choices(texts: dict[str, str]) -> str:
        return "".join(
            f'<simpleAssociableChoice identifier="{name}" matchMax="4">{text}'
            "</simpleAssociableChoice>"
            for name, text in texts.items()
        )

    values = "".join(f"<value>{pair}</value>" for pair in pairs)
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="m">'
        '<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">'
        f"<correctResponse>{values}</correctResponse></responseDeclaration><itemBody>"
        '<matchInteraction responseIdentifier="R" maxAssociations="4"><prompt>Match.</prompt>'
        f"<simpleMatchSet>{choices(lefts)}</simpleMatchSet>"
        f"<simpleMatchSet>{choices(rights)}</simpleMatchSet>"
        "</matchInteraction></itemBody></assessmentItem>"
    )


def test_left_sides_may_share_a_right_side() -> None:
    text = _matching(
        {"A": "noon", "B": "night", "C": "dawn"},
        {"X": "light", "Y": "dark", "Z": "none"},
        "A X", "B Y", "C X",
    )  # fmt: skip
    [found] = read(text).found
    rights = [pair.right["en"] for pair in found.item.pairs]
    assert (rights, [entry.text["en"] for entry in found.item.distractors]) == (
        ["light", "dark", "light"], ["none"],
    )  # fmt: skip
    two = _matching({"A": "a", "B": "b", "C": "c"}, {"X": "x", "Y": "y"}, "A X", "B Y", "C X")
    [rejected] = read(two).rejected
    assert "at least three right sides" in str(rejected.reason)


def test_pictures_on_the_right_stay_there_and_missing_ones_are_named() -> None:
    shown = picture(40, 20, "PNG", noise=False)
    names = {"A": "one", "B": "two", "C": "three"}
    pictured = {n: f'<img src="{n}.png" alt="{n}"/>' for n in "XYZ"}
    text = _matching(names, pictured, "A X", "B Y", "C Z")
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        '<resource identifier="i" type="imsqti_item_xmlv2p2" href="m.xml"/></resources></manifest>'
    )
    files = {"imsmanifest.xml": manifest, "m.xml": text, **{f"{n}.png": shown for n in "XYZ"}}
    [found] = read(zipped(files)).found
    assert [pair.left["en"] for pair in found.item.pairs] == ["one", "two", "three"]
    rights = [pair.right["en"] for pair in found.item.pairs]
    assert [right[: right.index("(")] for right in rights] == ["![X]", "![Y]", "![Z]"]
    [rejected] = read(text.replace('alt="Y"', 'alt=""')).rejected
    assert "nothing but a picture that can't be taken (4)" in str(rejected.reason)


def test_how_words_in_gaps_look_and_their_formulas_are_told() -> None:
    text = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="g" '
        'xmlns:m="http://www.w3.org/1998/Math/MathML"><responseDeclaration identifier="R" '
        'cardinality="single" baseType="directedPair"><correctResponse><value>a G</value>'
        "</correctResponse></responseDeclaration><itemBody><gapMatchInteraction "
        'responseIdentifier="R"><gapText identifier="a">x<sub>2</sub></gapText>'
        '<gapText identifier="b"><m:math><m:semantics><m:msup><m:mn>12</m:mn><m:mn>2</m:mn>'
        '</m:msup><m:annotation encoding="latex">12^2</m:annotation></m:semantics></m:math>'
        '</gapText><p>It is <gap identifier="G"/>.</p></gapMatchInteraction></itemBody>'
        "</assessmentItem>"
    )
    [found] = read(text).found
    assert found.item.gaps[0].distractors == {"en": ("12^2",)}
    assert {"the formatting of words in gaps isn't kept",
            "a formula in MathML became plain text: “12^2”"} <= set(told(found))  # fmt: skip


def test_questions_that_only_a_test_names_are_taken() -> None:
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        '<resource identifier="t" type="imsqti_test_xmlv2p2" href="tests/t.xml"/></resources>'
        "</manifest>"
    )
    test = (
        '<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="t">'
        '<testPart identifier="p"><assessmentSection identifier="s" title="S" visible="true">'
        '<assessmentItemRef identifier="a" href="../items/a.xml"/>'
        '<assessmentItemRef identifier="b" href="../../b.xml"/>'
        "</assessmentSection></testPart></assessmentTest>"
    )
    item = PREFIXED.encode()
    reading = read(
        zipped(
            {"imsmanifest.xml": manifest, "tests/t.xml": test, "items/a.xml": item, "b.xml": item}
        )
    )
    [found] = reading.found
    assert found.place.file == "items/a.xml"
    assert [(r.place.file, str(r.reason)[:7]) for r in reading.rejected] == [
        ("imsmanifest.xml", "a test:"), ("tests/t.xml", "the pac"),
    ]  # fmt: skip


def test_aiken_without_a_space_and_gift_with_words_for_wrong_numbers() -> None:
    item = _only(read("Which?\nA)one\nB)two\nANSWER: B\n", ItemFormat.AIKEN)).item
    assert [option.text["en"] for option in item.options] == ["one", "two"]
    item = _only(read("From 1 to 5? {#3:2~#Completely wrong}", ItemFormat.GIFT)).item
    assert (item.value, item.tolerance) == (3, 2)
    assert item.explanation == {"en": "Completely wrong"}


def test_the_multiple_choice_of_moodles_plug_in_counts_the_right_ones() -> None:
    answers = "".join(
        f'<answer fraction="{share}"><text>{name}</text></answer>'
        for name, share in (("Oslo", 100), ("Rome", 100), ("Asia", 0))
    )
    found = _only(
        read(
            '<quiz><question type="oumultiresponse"><questiontext format="html"><text>Cities?'
            f"</text></questiontext>{answers}</question></quiz>"
        )
    )
    assert found.item.scoring is ScoringRule.RIGHT_ONES
    assert [option.correct for option in found.item.options] == [True, True, False]


def test_gapfill_of_moodle_is_a_text_with_gaps_of_the_kind_that_it_asks() -> None:
    def asked(text: str, *parts: str) -> Found:
        return _only(
            read(
                '<quiz><question type="gapfill"><questiontext format="html"><text><![CDATA['
                f"{text}]]></text></questiontext>{''.join(parts)}</question></quiz>"
            )
        )

    wrong = '<answer fraction="0"><text>dog</text></answer>'
    right = '<answer fraction="100"><text>cat</text></answer>'
    listed = "<answerdisplay>dropdown</answerdisplay>"
    found = asked("<p>The [cat] on the [mat].</p>", listed, right, wrong)
    assert found.item.text == {"en": "The [[g1]] on the [[g2]]."}
    assert [gap.accepted["en"] for gap in found.item.gaps] == [("cat",), ("mat",)]
    assert [gap.distractors["en"] for gap in found.item.gaps] == [("mat", "dog"), ("cat", "dog")]
    braces = "<delimitchars>{}</delimitchars><noduplicates>1</noduplicates>"
    found = asked("<p>ar[{0|zero}]</p>", braces, listed, wrong)
    assert found.item.gaps[0].accepted == {"en": ("0", "zero")}
    assert {"the same word in two gaps counts twice here",
            "the wrong words to choose from aren't kept: its gaps are typed here",
            } <= set(told(found))  # fmt: skip
