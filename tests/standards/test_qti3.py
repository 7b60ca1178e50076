"""A package of QTI 3 with the new names on every element, as tools of today write it."""

import pytest

from lms.assessment.models import ItemKind
from lms.standards.items.formats import ItemFormat, read_items
from lms.standards.items.model import Found, Reading
from tests.builders.media import picture
from tests.standards.samples import reasons, told, zipped

SPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
TEMPLATE = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"


def item(title: str, declaration: str, body: str, more: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<qti-assessment-item xmlns="{SPACE}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{SPACE} imsqti_asiv3p0_v1p0.xsd" '
        f'identifier="{title.lower()}" title="{title}" adaptive="false" time-dependent="false" '
        f'xml:lang="en">{declaration}'
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float">'
        "<qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>"
        f"<qti-item-body>{body}</qti-item-body>{more}"
        f'<qti-response-processing template="{TEMPLATE}"/></qti-assessment-item>'
    ).encode()


def declared(kind: str, cardinality: str, *values: str, name: str = "RESPONSE") -> str:
    inner = "".join(f"<qti-value>{value}</qti-value>" for value in values)
    right = f"<qti-correct-response>{inner}</qti-correct-response>" if values else ""
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" '
        f'base-type="{kind}">{right}</qti-response-declaration>'
    )


def entries(tag: str, names: str, more: str = "") -> str:
    return "".join(f'<{tag} identifier="{name}"{more}>{name} text</{tag}>' for name in names)


CHOICE = (
    '<div class="qti-layout-row"><p>What is open?</p></div>'
    '<qti-choice-interaction class="qti-labels-none" response-identifier="RESPONSE" '
    'max-choices="0" shuffle="true"><qti-prompt>Take all.</qti-prompt>'
    f"{entries('qti-simple-choice', 'ABC')}</qti-choice-interaction>"
)
ORDER = (
    '<qti-order-interaction response-identifier="RESPONSE"><qti-prompt>Sort.</qti-prompt>'
    f"{entries('qti-simple-choice', 'ABC')}</qti-order-interaction>"
)
ONCE = ' match-max="1"'
MATCH = (
    '<qti-match-interaction response-identifier="RESPONSE"><qti-prompt>Match.</qti-prompt>'
    f"<qti-simple-match-set>{entries('qti-simple-associable-choice', 'ABC', ONCE)}"
    "</qti-simple-match-set><qti-simple-match-set>"
    f"{entries('qti-simple-associable-choice', 'WXYZ', ONCE)}"
    "</qti-simple-match-set></qti-match-interaction>"
)
INLINE = (
    '<p>Wait <qti-inline-choice-interaction response-identifier="RESPONSE">'
    f"{entries('qti-inline-choice', 'AB')}</qti-inline-choice-interaction> minutes.</p>"
)
ENTRY = '<p>Wait <qti-text-entry-interaction response-identifier="RESPONSE"/> minutes.</p>'
ESSAY = (
    '<qti-extended-text-interaction response-identifier="RESPONSE" expected-lines="8">'
    "<qti-prompt>Write.</qti-prompt></qti-extended-text-interaction>"
)
PLACES = (
    '<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1">'
    "<qti-prompt>Where?</qti-prompt>"
    '<img src="../images/plan.png" width="40" height="20" alt="The plan"/>'
    '<qti-hotspot-choice identifier="A" shape="circle" coords="10,10,5"/>'
    '<qti-hotspot-choice identifier="B" shape="rect" coords="20,0,40,20"/>'
    "</qti-hotspot-interaction>"
)
UPLOAD = (
    '<qti-upload-interaction response-identifier="RESPONSE" type="application/pdf">'
    "<qti-prompt>Attach.</qti-prompt></qti-upload-interaction>"
)
ITEMS = {
    "Choice": item("Choice", declared("identifier", "multiple", "A", "C"), CHOICE),
    "Order": item("Order", declared("identifier", "ordered", "B", "A", "C"), ORDER),
    "Match": item("Match", declared("directedPair", "multiple", "A X", "B Z", "C W"), MATCH),
    "Inline": item("Inline", declared("identifier", "single", "B"), INLINE),
    "Entry": item("Entry", declared("string", "single", "15"), ENTRY),
    "Essay": item("Essay", declared("string", "single"), ESSAY),
    "Places": item("Places", declared("identifier", "single", "A"), PLACES),
    "Upload": item("Upload", declared("file", "single"), UPLOAD),
}
TEST = f'<qti-assessment-test xmlns="{SPACE}" identifier="T" title="All"/>'.encode()


def package() -> bytes:
    rows = "".join(
        f'<resource identifier="{name}" type="imsqti_item_xmlv3p0" href="items/{name}.xml">'
        f'<file href="items/{name}.xml"/></resource>'
        for name in ITEMS
    )
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M">'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
        f"<organizations/><resources>{rows}"
        '<resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml">'
        '<file href="test.xml"/></resource></resources></manifest>'
    )
    return zipped(
        {
            "imsmanifest.xml": manifest.encode(),
            "test.xml": TEST,
            "images/plan.png": picture(40, 20, "PNG", noise=False),
            **{f"items/{name}.xml": content for name, content in ITEMS.items()},
        }
    )


@pytest.fixture(scope="module")
def bank() -> Reading:
    read_file = read_items(package(), language="en", form=None)
    assert read_file.form is ItemFormat.QTI3
    return read_file.reading


def found(bank: Reading, title: str) -> Found:
    return next(one for one in bank.found if one.place.title == title)


def test_each_interaction_becomes_its_kind(bank: Reading) -> None:
    assert {one.place.title: one.item.kind for one in bank.found} == {
        "Choice": ItemKind.MULTIPLE_CHOICE,
        "Order": ItemKind.ORDERING,
        "Match": ItemKind.MATCHING,
        "Inline": ItemKind.GAP_TEXT,
        "Entry": ItemKind.SHORT_TEXT,
        "Essay": ItemKind.ESSAY,
        "Places": ItemKind.HOTSPOT,
        "Upload": ItemKind.FILE,
    }


def test_the_keys_are_read_under_their_new_names(bank: Reading) -> None:
    assert [one.correct for one in found(bank, "Choice").item.options] == [True, False, True]
    assert [step.text["en"][0] for step in found(bank, "Order").item.steps] == ["B", "A", "C"]
    pairs = found(bank, "Match").item.pairs
    assert [(one.left["en"][0], one.right["en"][0]) for one in pairs] == [
        ("A", "X"),
        ("B", "Z"),
        ("C", "W"),
    ]
    assert [area.correct for area in found(bank, "Places").item.areas] == [True, False]
    assert found(bank, "Choice").item.prompt == {"en": "What is open?\n\nTake all."}


def test_what_is_no_question_and_what_is_made_up_is_told(bank: Reading) -> None:
    assert list(reasons(bank)) == ["test.xml"]
    assert told(found(bank, "Choice")) == []
    [note] = told(found(bank, "Upload"))
    assert "no rubric" in note
