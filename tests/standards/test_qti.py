"""QTI packages and single items, 2.x and 3.0."""

import io
import zipfile
from decimal import Decimal

import pytest

from lms.assessment.kinds.values import ScoringRule
from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import EXCHANGED, ItemFormat, read_items, recognise, write_items
from lms.standards.items.model import Reading
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import Budget, read_tree, survey
from tests.builders.assessment import make_item
from tests.standards.banks import PICTURES, exchanged
from tests.standards.samples import package, read, reasons, sample, titled, told, zipped


@pytest.fixture(scope="module")
def bank() -> Reading:
    return read(package())


def item(body: str, declaration: str = "", more: str = "", **marks: str) -> Reading:
    extra = "".join(f' {name}="{value}"' for name, value in marks.items())
    return read(
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x1"{extra}>'
        f"{declaration}<itemBody>{body}</itemBody>{more}</assessmentItem>"
    )


def declared(kind: str, cardinality: str, *values: str) -> str:
    inner = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{kind}">'
        f"<correctResponse>{inner}</correctResponse></responseDeclaration>"
    )


def choices(*names: str) -> str:
    inner = "".join(f'<simpleChoice identifier="{n}">text {n}</simpleChoice>' for n in names)
    return f'<p>Well?</p><choiceInteraction responseIdentifier="R">{inner}</choiceInteraction>'


def test_a_choice_keeps_prompt_feedback_and_metadata(bank: Reading) -> None:
    found = titled(bank, "Unattended bag")
    item = found.item
    assert (item.kind, item.level) == (ItemKind.SINGLE_CHOICE, 3)
    assert item.prompt == {"en": "Look at the plan.\n\n[The plan]\n\nWhat does it say?"}
    assert item.options[0].text == {"en": "You must stay with your bag *at all times*."}
    assert [o.correct for o in item.options] == [True, False, False]
    assert item.options[0].explanation == {"en": "Yes, always."}
    assert item.options[1].explanation == {"en": "Not quite."}
    assert item.explanation == {"en": "The sign hangs at the door."}
    assert found.category is not None
    assert found.category.title == {"en": "Windows"}
    assert found.tags == ("windows",)


def test_what_an_item_has_no_place_for_is_told(bank: Reading) -> None:
    notes = told(titled(bank, "Unattended bag"))
    assert "a note for others than the candidate isn't kept: “One mark.”" in notes
    assert "the element <stylesheet> isn't kept" in notes
    assert "its picture “plan.png” is no picture that can be read" in notes
    assert "fixed places of options aren't kept: all are shuffled" in notes
    assert "the metadata <lifeCycle> isn't kept" in notes


def test_the_other_interactions(bank: Reading) -> None:
    several = titled(bank, "Water").item
    assert several.kind is ItemKind.MULTIPLE_CHOICE
    assert several.points == 2
    assert [s.text["en"] for s in titled(bank, "Order").item.steps] == ["greet", "listen", "answer"]
    match = titled(bank, "Match")
    assert match.item.pairs[0].left == {"en": "Capulet"}
    assert match.item.pairs[0].right == {"en": "Romeo and Juliet"}
    assert [entry.text["en"] for entry in match.item.distractors] == ["Hamlet"]
    assert any("pairs' own weights" in note for note in told(match))
    text = titled(bank, "Sun").item
    assert text.accepted == {"en": ("York", "Duke of York")}
    assert text.prompt["en"].endswith("this sun of _____; and all the clouds.")
    number = titled(bank, "Area").item
    assert (number.value, number.tolerance) == (Decimal("12.5"), Decimal("0.5"))
    assert number.prompt == {"en": "How large is it?"}


def test_what_is_not_understood_is_told_with_its_file(bank: Reading) -> None:
    assert reasons(bank) == {
        "items/missing.xml": "the package lacks the file “items/missing.xml”",
        "items/broken.xml:3": "the XML is broken: mismatched tag",
        "test.xml": "a test: its questions are taken, its sections and order aren't; an exam's own "
        "form says here what is drawn",
    }
    assert {r.place.file for r in bank.rejected} == {
        "imsmanifest.xml", "items/broken.xml",
    }  # fmt: skip


def test_a_bare_item_of_3_0_is_read_by_its_own_names() -> None:
    content = sample("qti3/item.xml")
    read_file = read_items(content, language="en")
    assert read_file.form is ItemFormat.QTI3
    found = read_file.reading.found[0]
    assert found.item.prompt == {"ru": "Сколько окон открыто?"}
    assert [o.correct for o in found.item.options] == [True, False]
    assert "the attribute “data-colour” isn't kept" in told(found)


def test_true_and_false_as_options_make_a_statement() -> None:
    body = (
        '<p>Well?</p><choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">True'
        '</simpleChoice><simpleChoice identifier="B">False</simpleChoice></choiceInteraction>'
    )
    found = item(body, declared("identifier", "single", "B")).found[0]
    assert found.item.kind is ItemKind.TRUE_FALSE
    assert found.item.truth is False


def test_associations_become_pairs() -> None:
    inner = "".join(
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}</simpleAssociableChoice>'
        for n in ("A", "B", "C", "D", "E", "F", "G")
    )
    body = f'<associateInteraction responseIdentifier="R"><prompt>Pair</prompt>{inner}</associateInteraction>'
    found = item(body, declared("pair", "multiple", "A B", "C D", "E F")).found[0]
    assert [(p.left["en"], p.right["en"]) for p in found.item.pairs] == [
        ("A", "B"), ("C", "D"), ("E", "F"),
    ]  # fmt: skip
    assert [entry.text["en"] for entry in found.item.distractors] == ["G"]


@pytest.mark.parametrize(
    ("body", "declaration", "reason"),
    [
        ("<p>Read this.</p>", "", "no interaction"),
        (choices("A", "B"), "", "no declared response"),
        (choices("A", "A"), declared("identifier", "single", "A"), "stands twice"),
        (choices("A", "B"), declared("identifier", "single", "Z"), "is no option"),
        (choices("A", "B"), declared("identifier", "single"), "0 options are right"),
        ('<drawingInteraction responseIdentifier="R"/>', "", "drawing"),
        ('<magicInteraction responseIdentifier="R"/>', "", "<magicInteraction>"),
        (
            '<p><textEntryInteraction responseIdentifier="A"/><textEntryInteraction/></p>',
            "",
            "no declared response",
        ),
        (
            choices("A", "B") + '<uploadInteraction responseIdentifier="S"/>',
            "",
            "2 interactions",
        ),
        (
            '<p>Q <textEntryInteraction responseIdentifier="R"/></p>',
            declared("float", "single", "many"),
            "is no number",
        ),
        (
            '<p>Q <textEntryInteraction responseIdentifier="R"/></p>',
            declared("point", "single", "1 1"),
            "type “point”",
        ),
        (
            '<orderInteraction responseIdentifier="R"><simpleChoice identifier="A">a'
            "</simpleChoice></orderInteraction>",
            declared("identifier", "ordered", "B"),
            "each step once",
        ),
    ],
)
def test_each_item_that_makes_no_sense_is_told_why(
    body: str, declaration: str, reason: str
) -> None:
    reading = item(body, declaration)
    assert reading.found == []
    assert reason in str(reading.rejected[0].reason)


def test_adaptive_and_template_items_are_told() -> None:
    body, answer = choices("A", "B"), declared("identifier", "single", "A")
    assert "adaptive" in str(item(body, answer, adaptive="true").rejected[0].reason)
    template = '<templateDeclaration identifier="X"/>'
    assert "template" in str(item(body, answer + template).rejected[0].reason)


def test_other_ways_of_scoring_are_told() -> None:
    processing = "<responseProcessing><lookupOutcomeValue/></responseProcessing>"
    found = item(choices("A", "B"), declared("identifier", "single", "A"), processing).found[0]
    assert any("lookupOutcomeValue" in note for note in told(found))


@pytest.mark.parametrize("form", [ItemFormat.QTI21, ItemFormat.QTI3])
def test_an_export_has_an_item_in_each_language_and_a_manifest(form: ItemFormat) -> None:
    written = write_items(
        exchanged(), form=form, topics={}, languages=["ru", "en"], pictures=PICTURES
    )
    reading = read_items(written.content, language="ru")
    assert reading.form is form
    assert len(reading.reading.found) == len(EXCHANGED)
    assert recognise(written.content) is ItemFormat.QTI21  # any package: its items tell the rest
    assert [str(loss.message) for loss in written.losses] == [
        "points for a part of the order: it is all or nothing there",
        "how many files are taken, how large and of which types",
    ]


def test_an_outcome_of_its_own_is_told() -> None:
    outcome = '<outcomeDeclaration identifier="MOOD" cardinality="single" baseType="float"/>'
    answer = declared("identifier", "single", "A")
    assert "the outcome “MOOD” isn't kept" in told(
        item(choices("A", "B"), answer + outcome).found[0]
    )


def test_half_a_translation_is_told_as_lost() -> None:
    authored = make_item(ItemKind.TRUE_FALSE, prompt={"ru": "Да?"})
    written = write_items([authored], form=ItemFormat.QTI21, topics={}, languages=["ru", "en"])
    assert [str(loss.message) for loss in written.losses] == ["the texts in the other language"]


def test_exported_items_follow_the_order_of_the_schema() -> None:
    order = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing",
             "modalFeedback"]  # fmt: skip
    for authored in exchanged():
        written = write_items(
            [authored], form=ItemFormat.QTI21, topics={}, languages=["en"], pictures=PICTURES
        )
        root = item_of(written.content, f"items/{authored.key}.en.xml")
        ranks = [order.index(child.tag) for child in root]
        assert ranks == sorted(ranks)
        assert root.get("identifier") == f"item-{authored.key}-en"
        assert {n.tag for n in root.first("itemBody") or ()} <= {"p", "choiceInteraction",
            "orderInteraction", "matchInteraction", "extendedTextInteraction", "rubricBlock", "div",
            "selectPointInteraction", "uploadInteraction"}  # fmt: skip
        names = {n.get("identifier") for n in root.below("simpleChoice")}
        for value in root.below("value"):
            assert not names or value.words in names | {"0", "1"}


def item_of(content: bytes, name: str) -> Node:
    data = item_bytes(content, name)
    survey(data, budget=Budget())
    return read_tree(data)


def test_the_same_bank_makes_the_same_bytes() -> None:
    items = exchanged()
    made = {
        write_items(
            items, form=ItemFormat.QTI3, topics={}, languages=["ru"], pictures=PICTURES
        ).content
        for _ in range(2)
    }
    assert len(made) == 1


def test_translations_that_differ_stay_apart() -> None:
    one = make_item(ItemKind.TRUE_FALSE, key="the-same")
    other = make_item(ItemKind.TRUE_FALSE, key="the-same", truth=False)
    first = write_items([one], form=ItemFormat.QTI21, topics={}, languages=["ru"]).content
    second = write_items([other], form=ItemFormat.QTI21, topics={}, languages=["en"]).content
    ru = item_bytes(first, "items/the-same.ru.xml")
    en = item_bytes(second, "items/the-same.en.xml")
    manifest = (
        '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/>'
        '<resource type="imsqti_item_xmlv2p1" href="b.xml"/></resources></manifest>'
    )
    files = {"imsmanifest.xml": manifest.encode(), "a.xml": ru, "b.xml": en}
    reading = read(zipped(files))
    assert len(reading.found) == 2
    assert any("differs from its translation" in note for note in told(reading.found[1]))


def item_bytes(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


def test_a_package_without_manifest_is_refused() -> None:
    with pytest.raises(Unreadable, match="no imsmanifest"):
        read(zipped({"item.xml": sample("qti3/item.xml")}))


@pytest.mark.parametrize(
    ("most", "mapping", "rule"),
    [
        ("0", "", ScoringRule.ALL_OR_NOTHING),
        ("2", "A B", ScoringRule.RIGHT_ONES),
        ("0", "A B", ScoringRule.RIGHT_MINUS_WRONG),
    ],
)
def test_a_multiple_choice_is_read_with_its_rule(
    most: str, mapping: str, rule: ScoringRule
) -> None:
    body = choices("A", "B", "C").replace(
        "<choiceInteraction", f'<choiceInteraction maxChoices="{most}"'
    )
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="1"/>' for key in mapping.split())
    answer = declared("identifier", "multiple", "A", "B").replace(
        "</responseDeclaration>",
        (f"<mapping>{entries}</mapping>" if entries else "") + "</responseDeclaration>",
    )
    scored = '<responseProcessing template="http://example.org/rptemplates/match_correct"/>'
    assert item(body, answer + ("" if entries else scored)).found[0].item.scoring is rule


def test_a_question_in_two_languages_has_one_name() -> None:
    item = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x-{0}" '
        'label="x" title="{1}" xml:lang="{0}"><responseDeclaration identifier="R" '
        'cardinality="single" baseType="string"><correctResponse><value>a</value></correctResponse>'
        "</responseDeclaration><itemBody><p>{1}? <textEntryInteraction "
        'responseIdentifier="R"/></p></itemBody></assessmentItem>'
    )
    manifest = "".join(
        f'<resource type="imsqti_item_xmlv2p1" href="{code}.xml"/>' for code in ("ru", "en")
    )
    files = {
        "imsmanifest.xml": f"<manifest><resources>{manifest}</resources></manifest>".encode(),
        "ru.xml": item.format("ru", "Вопрос").encode(),
        "en.xml": item.format("en", "Question").encode(),
    }
    reading = read(zipped(files))
    assert len(reading.found) == 1
    told_once = "the names of questions aren't kept: they have none here (questions: 1)"
    assert told_once in [str(note.message) for note in reading.notes]


def test_a_formula_keeps_its_words_and_a_blackboard_pool_says_what_to_export() -> None:
    item = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x" title="T">'
        '<responseDeclaration identifier="R" cardinality="single" baseType="string">'
        "<correctResponse><value>a</value></correctResponse></responseDeclaration><itemBody><p>Is "
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>a</mi> <mo>=</mo> <mn>2</mn></math>? '
        '<textEntryInteraction responseIdentifier="R"/></p></itemBody></assessmentItem>'
    )
    manifest = (
        '<manifest xmlns:bb="http://www.blackboard.com/content-packaging/"><resources>'
        '<resource type="imsqti_item_xmlv2p1" href="x.xml"/><resource bb:file="res1.dat" '
        'identifier="res1" type="assessment/x-bb-qti-pool"/></resources></manifest>'
    )
    reading = read(zipped({"imsmanifest.xml": manifest.encode(), "x.xml": item.encode()}))
    [found] = reading.found
    assert "a=2" in found.item.prompt["en"]
    assert "a formula in MathML became plain text: “a=2”" in told(found)
    assert "export the pool as QTI 2.1" in str(reading.rejected[0].reason)
