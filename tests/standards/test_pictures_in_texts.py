"""Pictures in the texts of other people's questions: taken, told, or refused with the question."""

import base64
import io
import zipfile
from dataclasses import replace

import pytest
from PIL import Image

from lms.assessment.models import ItemKind
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, write_items
from lms.standards.items.model import Reading
from tests.builders.assessment import both, make_item
from tests.builders.media import photograph, picture
from tests.standards.banks import PICTURES
from tests.standards.samples import read, reasons, told, zipped

PLAN = picture(400, 200, "PNG", noise=False)
OTHER = picture(60, 60, "PNG", noise=False)
MANIFEST = (
    b'<manifest><resources><resource type="imsqti_item_xmlv2p1" href="items/a.xml"/>'
    b"</resources></manifest>"
)


def file(name: str, content: bytes = PLAN, path: str = "/") -> str:
    coded = base64.b64encode(content).decode()
    return f'<file name="{name}" path="{path}" encoding="base64">{coded}</file>'


def text(tag: str, html: str, *files: str, form: str = "html", more: str = "") -> str:
    said = f"<text><![CDATA[{html}]]></text>"
    return f'<{tag} format="{form}"{more}>{said}{"".join(files)}</{tag}>'


def option(html: str, share: int, *files: str) -> str:
    return text("answer", html, *files, more=f' fraction="{share}"')


def moodle(*parts: str, kind: str = "multichoice") -> Reading:
    body = "".join(parts)
    return read(
        f'<quiz><question type="{kind}"><name><text>N</text></name>{body}</question></quiz>'
    )


def image(name: str, alt: str = ' alt="A plan"') -> str:
    return f'<img src="@@PLUGINFILE@@/{name}"{alt} width="40" role="presentation">'


TWO = option("one", 100) + option("two", 0)


def qti(body: str, files: dict[str, bytes], item: str = "items/a.xml") -> Reading:
    declared = (
        '<responseDeclaration identifier="R" cardinality="single" baseType="identifier">'
        "<correctResponse><value>A</value></correctResponse></responseDeclaration>"
    )
    xml = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x1" '
        f'title="T">{declared}<itemBody>{body}</itemBody></assessmentItem>'
    )
    return read(zipped({"imsmanifest.xml": MANIFEST, item: xml.encode(), **files}))


def choice(*options: str) -> str:
    rows = "".join(
        f'<simpleChoice identifier="{name}">{said}</simpleChoice>'
        for name, said in zip("ABCD", options, strict=False)
    )
    return f'<choiceInteraction responseIdentifier="R" maxChoices="1">{rows}</choiceInteraction>'


def test_moodles_files_are_taken_where_texts_show_them() -> None:
    reading = moodle(
        text("questiontext", f"<p>Which?</p><p>{image('my%20plan.png')}</p>", file("my plan.png")),
        text("generalfeedback", image("sub/why.png"), file("why.png", OTHER, "/sub/")),
        option(image("a.png", ' alt="green [x]"'), 100, file("a.png")),
        option(image("a.png", ' alt="blue"'), 0, file("a.png", OTHER)),
    )
    [found] = reading.found
    assert found.item.prompt == {"en": "Which?\n\n![A plan](figures/my-plan.png)"}
    assert found.item.explanation == {"en": "![A plan](figures/why.png)"}
    # The same bytes are one file; the same name for others is another.
    assert [one.text["en"] for one in found.item.options] == [
        "![green [x]](figures/my-plan.png)",
        "![blue](figures/why.png)",
    ]
    assert set(reading.pictures) == {"figures/my-plan.png", "figures/why.png"}
    assert told(found) == []


def test_markdown_and_pictures_inside_a_text_are_taken_too() -> None:
    inside = base64.b64encode(PLAN).decode()
    reading = moodle(
        text("questiontext", "Look:\n\n![A](@@PLUGINFILE@@/a.png)", file("a.png"), form="markdown"),
        text("generalfeedback", f'<img alt="Big" src="data:image/png;base64,{inside}">'),
        TWO,
    )
    [found] = reading.found
    assert found.item.prompt == {"en": "Look:\n\n![A](figures/a.png)"}
    assert found.item.explanation == {"en": "![Big](figures/a.png)"}


@pytest.mark.parametrize(
    ("html", "files", "message"),
    [
        (image("b.png"), [file("a.png")], "the image “b.png” is left out: it isn't in the file"),
        ('<img src="https://a.example/x.png" alt="A plan">', [], "it lies on another site"),
        ('<img src="file:///etc/passwd" alt="A plan">', [], "it isn't in the file"),
        (image("../../etc/passwd"), [file("a.png")], "it isn't in the file"),
        (image("a.png"), [file("a.png", b"MZ no picture")], "“a.png” is no picture"),
        ("no image", [file("a.png")], "the file “a.png” isn't kept"),
        (
            image("a.png", ' alt=""'),
            [file("a.png")],
            "what the picture “a.png” shows isn't written",
        ),
    ],
)
def test_what_isnt_taken_is_told_with_its_place(html: str, files: list[str], message: str) -> None:
    reading = moodle(text("questiontext", f"Look {html}", *files), TWO)
    [found] = reading.found
    assert any(message in one for one in told(found)), told(found)
    assert found.notes[-1].place.line == 1
    assert ("![" in found.item.prompt["en"]) == ('alt=""' in html)


def test_a_picture_that_lies_about_itself_takes_its_question_with_it() -> None:
    broken = PLAN[:60] + b"\0" * 40
    reading = moodle(text("questiontext", image("a.png"), file("a.png", broken)), TWO)
    assert reading.found == []
    assert "“a.png”" in reasons(reading)["N"]


def test_metadata_of_a_photograph_stays_behind() -> None:
    reading = moodle(text("questiontext", image("a.jpg"), file("a.jpg", photograph())), TWO)
    [kept] = reading.pictures.values()
    assert not dict(Image.open(io.BytesIO(kept.content)).getexif())
    assert b"GPS" not in kept.content


def test_options_whose_only_picture_is_missing_are_refused() -> None:
    reading = moodle(
        text("questiontext", "Which?"), option(image("a.png", ""), 100), option("two", 0)
    )
    assert "nothing but a picture that can't be taken (1)" in reasons(reading)["N"]


def test_pictures_stand_on_either_side() -> None:
    pair = (
        '<subquestion format="html"><text>{}</text>{}<answer><text>{}</text></answer></subquestion>'
    )
    left = f"<![CDATA[{image('a.png')}]]>"
    rows = [pair.format(left, file("a.png"), "one"), pair.format("b", "", "two")]
    reading = moodle(
        text("questiontext", "Match"), *rows, pair.format("c", "", "3"), kind="matching"
    )
    [found] = reading.found
    assert found.item.pairs[0].left == {"en": "![A plan](figures/a.png)"}
    associable = "".join(
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">{said}</simpleAssociableChoice>'
        for n, said in [("C", '<img src="../i/p.png" alt="a bus"/>'), ("D", "d"), ("E", "e")]
    )
    lefts = "".join(
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">l{n}</simpleAssociableChoice>'
        for n in ("L", "M", "N")
    )
    body = (
        '<matchInteraction responseIdentifier="R" maxAssociations="3">'
        f"<simpleMatchSet>{lefts}</simpleMatchSet><simpleMatchSet>{associable}</simpleMatchSet>"
        "</matchInteraction>"
    )
    xml_values = "<value>L C</value><value>M D</value><value>N E</value>"
    files = {"i/p.png": PLAN}
    declared = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x1" title="T">'
        '<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">'
        f"<correctResponse>{xml_values}</correctResponse></responseDeclaration>"
        f"<itemBody><p>Match</p>{body}</itemBody></assessmentItem>"
    )
    package = {"imsmanifest.xml": MANIFEST, "items/a.xml": declared.encode(), **files}
    [found] = read(zipped(package)).found
    assert found.item.pairs[0].right == {"en": "![a bus](figures/p.png)"}
    assert [pair.left["en"] for pair in found.item.pairs] == ["lL", "lM", "lN"]


def test_a_packages_images_are_taken_from_beside_the_item() -> None:
    reading = qti(
        '<p>Look</p><p><img src="../img/pl%61n.png" alt="Plan"/></p>'
        '<figure><object data="../img/o.png" type="image/png">Other</object>'
        "<figcaption>So it is</figcaption></figure>"
        + choice('<img src="../img/plan.png" alt="one"/>', "two"),
        {"img/plan.png": PLAN, "img/o.png": OTHER},
    )
    [found] = reading.found
    assert found.item.prompt == {
        "en": "Look\n\n![Plan](figures/plan.png)\n\n![Other](figures/o.png)\n\nSo it is"
    }
    assert found.item.options[0].text == {"en": "![one](figures/plan.png)"}
    assert told(found) == []
    assert [str(note.message) for note in reading.notes if "aren't kept" in str(note.message)] == [
        "the names of questions aren't kept: they have none here (questions: 1)"
    ]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("../../../etc/passwd", "lies outside the package"),
        ("https://a.example/x.png", "lies outside the package"),
        ("../img/none.png", "the package lacks the file"),
        ("../imsmanifest.xml", "imsmanifest.xml"),
    ],
)
def test_an_address_outside_the_package_is_left_out_and_told(address: str, message: str) -> None:
    reading = qti(f'<p>Look <img src="{address}" alt="Plan"/></p>' + choice("1", "2"), {})
    [found] = reading.found
    assert found.item.prompt == {"en": "Look [Plan]"}
    assert any(message in one for one in told(found)), told(found)


def test_pictures_of_a_file_have_one_bound_together() -> None:
    header = io.BytesIO()
    Image.new("1", (4000, 4000)).save(header, "PNG")
    parts = [
        text("questiontext", image("a.png"), file("a.png", header.getvalue() + bytes([n])))
        for n in range(7)
    ]
    quiz = "".join(f'<question type="multichoice">{part}{TWO}</question>' for part in parts)
    with pytest.raises(Unreadable, match="million pixels together"):
        read(f"<quiz>{quiz}</quiz>")


def test_an_export_tells_pictures_that_the_course_lacks() -> None:
    item = replace(make_item(ItemKind.TRUE_FALSE), prompt=both("![A plan](figures/none.png)"))
    for form in (ItemFormat.MOODLE_XML, ItemFormat.QTI3):
        written = write_items([item], form=form, topics={}, languages=["en"], pictures=PICTURES)
        assert any("the course doesn't have" in str(loss.message) for loss in written.losses)
        [found] = read(written.content).found
        assert found.item.prompt == {"en": "A plan"}


def test_a_package_names_its_pictures_in_the_manifest() -> None:
    item = replace(make_item(ItemKind.TRUE_FALSE), prompt=both("![A plan](figures/plan.png)"))
    languages = ["ru", "en"]
    written = write_items(
        [item], form=ItemFormat.QTI21, topics={}, languages=languages, pictures=PICTURES
    )
    archive = zipfile.ZipFile(io.BytesIO(written.content))
    assert archive.read("figures/plan.png") == PICTURES["figures/plan.png"].content
    assert archive.read("imsmanifest.xml").count(b'<file href="figures/plan.png"/>') == 2
    assert b'src="../figures/plan.png" alt="A plan"' in archive.read(f"items/{item.key}.en.xml")
