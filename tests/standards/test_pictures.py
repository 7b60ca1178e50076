"""Places on a picture in other people's files, and the pictures that come with them."""

import base64
import io
import struct
import zlib
from decimal import Decimal

import pytest
from PIL import Image

from lms.assessment.kinds.shapes import CORNERS, Shape
from lms.assessment.models import ItemKind
from lms.standards.items.drafting import Draft
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import Found, NotUnderstood, Place, Reading
from lms.standards.items.pictures.areas import area_of
from tests.builders.catalog import FIGURE
from tests.builders.media import photograph, picture
from tests.standards.samples import read, told, zipped

MANIFEST = (
    b'<manifest><resources><resource type="imsqti_item_xmlv2p1" href="items/a.xml"/>'
    b"</resources></manifest>"
)
PLAN = picture(400, 200, "PNG", noise=False)
OBJECT = '<object data="{}" type="image/png" width="400" height="200">The hall</object>'


def qti(
    interaction: str, declaration: str, more: str = "", data: str = "../img/plan.png"
) -> Reading:
    """A package of one item; ``interaction`` has the picture where it says OBJECT."""
    xml = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x1" '
        f'title="Where?">{declaration}<itemBody><p>Where?</p>'
        f"{interaction.replace('OBJECT', OBJECT.format(data))}</itemBody>{more}</assessmentItem>"
    )
    files = {"imsmanifest.xml": MANIFEST, "items/a.xml": xml.encode(), "img/plan.png": PLAN}
    return read(zipped(files))


def spots(*choices: str, most: int = 1) -> str:
    rows = "".join(
        f'<hotspotChoice identifier="{name}" shape="{shape}" coords="{coords}"/>'
        for name, shape, coords in (choice.split(" ") for choice in choices)
    )
    return (
        f'<hotspotInteraction responseIdentifier="R" maxChoices="{most}">OBJECT{rows}'
        "</hotspotInteraction>"
    )


def right(*names: str, kind: str = "identifier", more: str = "") -> str:
    values = "".join(f"<value>{name}</value>" for name in names)
    return (
        f'<responseDeclaration identifier="R" cardinality="multiple" baseType="{kind}">'
        f"<correctResponse>{values}</correctResponse>{more}</responseDeclaration>"
    )


def points(*entries: str, beside: str = "-1") -> str:
    rows = "".join(
        f'<areaMapEntry shape="{shape}" coords="{coords}" mappedValue="{worth}"/>'
        for shape, coords, worth in (entry.split(" ") for entry in entries)
    )
    mapping = f'<areaMapping defaultValue="{beside}">{rows}</areaMapping>'
    return right("1 1", kind="point", more=mapping)


SELECT = (
    '<selectPointInteraction responseIdentifier="R" maxChoices="2">OBJECT</selectPointInteraction>'
)
TWO = spots("A circle 100,100,20", "B rect 200,50,300,150")


def only(reading: Reading) -> Found:
    assert reading.rejected == []
    [found] = reading.found
    return found


def test_hotspots_to_choose_become_right_and_wrong_areas() -> None:
    feedback = (
        '<modalFeedback outcomeIdentifier="F" identifier="B" showHide="show">No.</modalFeedback>'
    )
    reading = qti(TWO, right("A"), feedback)
    item = only(reading).item
    assert (item.kind, item.marks, item.alt) == (ItemKind.HOTSPOT, 1, {"en": "The hall"})
    assert [(a.key, a.shape, a.numbers, a.correct) for a in item.areas] == [
        ("a1", Shape.ELLIPSE, (250, 500, 50, 100), True),
        ("a2", Shape.RECTANGLE, (500, 250, 250, 500), False),
    ]
    assert item.areas[1].explanation == {"en": "No."}
    assert item.figure == {"en": "figures/plan.png"}
    assert set(reading.pictures) == {"figures/plan.png"}
    assert reading.is_whole


def test_points_are_read_by_the_worth_of_their_areas() -> None:
    found = only(qti(SELECT, points("circle 100,100,20 1", "poly 0,0,40,0,40,40,0,0 -1")))
    assert [(a.shape, a.correct) for a in found.item.areas] == [
        (Shape.ELLIPSE, True), (Shape.POLYGON, False),
    ]  # fmt: skip
    assert found.item.areas[1].numbers == (0, 0, 100, 0, 100, 200)
    assert told(found) == []


@pytest.mark.parametrize(
    ("interaction", "declaration", "note"),
    [
        (SELECT, points("circle 100,100,20 1", beside="0"), "what a wrong place costs"),
        (SELECT, points("circle 9,9,5 1", "circle 99,99,5 2", beside="-2"), "own weights"),
        (spots("A circle 9,9,5", "B circle 99,99,5", most=2), right("A", "B"), "all areas or no"),
        (spots("A circle 9,9,5", "B circle 99,99,5", most=0), right("A"), "any number of places"),
        (spots("A circle 9,9,5", "B circle 99,99,5", most=40), right("A"), "40 places could"),
    ],
)
def test_other_rules_are_told(interaction: str, declaration: str, note: str) -> None:
    assert any(note in one for one in told(only(qti(interaction, declaration))))


@pytest.mark.parametrize(
    ("interaction", "declaration", "reason"),
    [
        (spots("A default 0"), right("A"), "the whole picture"),
        (spots("A star 0,0,1"), right("A"), "the shape “star”"),
        (spots("A circle 1,x,1"), right("A"), "“1,x,1” make no area"),
        (spots("A circle 1,1"), right("A"), "make no area"),
        (spots("A rect 900,900,950,950"), right("A"), "doesn't lie on the picture"),
        (spots("A circle 9,9,5"), right("Z"), "“Z” is no option"),
        (spots("A circle 9,9,5"), right(), "at least one area must be right"),
        (spots("A circle 9,9,5", "B circle 99,9,5"), right("A", "B"), "more right areas than"),
        (SELECT, right("5 5", kind="point"), "names no areas"),
        (TWO.replace("OBJECT", ""), right("A"), "it has no picture"),
    ],
)
def test_what_makes_no_question_is_told_why(
    interaction: str, declaration: str, reason: str
) -> None:
    reading = qti(interaction, declaration)
    assert reading.found == []
    assert reason in str(reading.rejected[0].reason)
    assert reading.rejected[0].place.file == "items/a.xml"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("../img/gone.png", "the package lacks the file “img/gone.png”"),
        ("../../etc/passwd", "lies outside the package"),
        ("..%2f..%2f..%2fetc/passwd", "lies outside the package"),
        ("/etc/passwd", "lies outside the package"),
        ("file:///etc/passwd", "lies outside the package"),
        ("https://a.example/plan.png", "lies outside the package"),
        ("//a.example/plan.png", "lies outside the package"),
        ("http://[", "lies outside the package"),
        ("", "it has no picture"),
        ("../imsmanifest.xml", "“imsmanifest.xml” is not an SVG drawing"),
    ],
)
def test_a_picture_is_looked_for_in_the_package_alone(data: str, reason: str) -> None:
    reading = qti(TWO, right("A"), data=data)
    assert reading.found == []
    assert reason in str(reading.rejected[0].reason)


def test_a_bare_item_has_no_picture() -> None:
    xml = f"<assessmentItem identifier='x'>{right('A')}<itemBody>{TWO}</itemBody></assessmentItem>"
    reading = read(xml.replace("OBJECT", OBJECT.format("plan.png")))
    assert "import the whole package" in str(reading.rejected[0].reason)


def marker(content: bytes = PLAN, drops: str = "", drags: str = "", **more: str) -> Reading:
    return read(marked(content, drops, drags, **more))


def marked(content: bytes = PLAN, drops: str = "", drags: str = "", **more: str) -> str:
    """Moodle's file of one question with markers."""
    coded = more.get("coded", base64.b64encode(content).decode())
    encoding = more.get("encoding", "base64")
    drags = drags or "<drag><no>1</no><text>Here</text><noofdrags>1</noofdrags></drag>"
    return (
        '<quiz><question type="ddmarker"><name><text>Q</text></name>'
        '<questiontext format="html"><text>Where?</text></questiontext>'
        f'<file name="plan.png" path="/" encoding="{encoding}">{coded}</file>'
        f"<showmisplaced/>{drags}{drops or DROP}</question></quiz>"
    )


def zone(shape: str, coords: str, choice: int = 1) -> str:
    return (
        f"<drop><no>1</no><shape>{shape}</shape><coords>{coords}</coords>"
        f"<choice>{choice}</choice></drop>"
    )


DROP = zone("circle", "100,100;20")


def test_markers_of_one_kind_become_places_to_mark() -> None:
    found = only(marker(drops=DROP + zone("rectangle", "200,50;100,100")))
    assert [a.numbers for a in found.item.areas] == [(250, 500, 50, 100), (500, 250, 250, 500)]
    assert found.item.marks == 2
    assert "the words on its markers aren't kept: “Here”" in told(found)
    assert found.unstated >= {"alt", "wrong areas"}


def test_coordinates_count_the_pixels_of_the_picture_as_moodle_shrinks_it() -> None:
    found = only(
        marker(picture(1200, 800, "PNG", noise=False), zone("rectangle", "300,200;300,200"))
    )
    assert found.item.areas[0].numbers == (500, 500, 500, 500)


def lying(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        told = struct.pack(">I", len(content)) + kind + content
        return told + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


def moving() -> bytes:
    frames = [Image.new("RGB", (400, 200), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no", "is no picture"),
        (b"MZ\x90", "is no picture"),
        (b"<svg", "is not well-formed XML"),
        (b"<!DOCTYPE x><svg/>", "document type"),
        (lying(90_000, 90_000), "more than 16 million pixels"),
        (lying(100, 100), "is no picture"),
        (PLAN[:60], "is no picture"),
        (moving(), "moves"),
    ],
    ids=["word", "program", "scrap", "doctype", "huge", "hollow", "torn", "moving"],
)
def test_bad_pictures_are_refused_by_name(content: bytes, reason: str) -> None:
    reading = marker(content)
    assert reading.found == []
    said = str(reading.rejected[0].reason)
    assert reason in said
    assert "plan.png" in said
    assert reading.rejected[0].place.title == "Q"


def test_a_crowd_of_huge_pictures_is_refused_before_one_is_decoded() -> None:
    question = "".join(
        '<question type="ddmarker"><questiontext><text>Where?</text></questiontext>'
        f'<file name="{n}.png">{base64.b64encode(lying(4000, 4000 - n)).decode()}</file>'
        f"<drag><no>1</no></drag>{DROP}</question>"
        for n in range(8)
    )
    with pytest.raises(Unreadable, match="100 million pixels together"):
        read(f"<quiz>{question}</quiz>")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"coded": "§§§"}, "isn't encoded as base64"),
        ({"encoding": "hex"}, "isn't encoded as base64"),
        ({"drops": zone("star", "1,1")}, "the shape “star”"),
        ({"drops": DROP + zone("circle", "9,9;9", 2)}, "make a question of each marker"),
        ({"drops": "<drop/>"}, "names no areas"),
    ],
)
def test_markers_that_make_no_question_are_told_why(more: dict[str, str], reason: str) -> None:
    assert reason in str(marker(**more).rejected[0].reason)  # type: ignore[arg-type]


def test_metadata_of_a_photograph_is_left_behind() -> None:
    taken = photograph(width=200, height=400)
    assert b"Exif" in taken
    reading = marker(taken)
    [path] = only(reading).item.figure.values()
    assert path == "figures/plan.jpg"
    assert b"Exif" not in reading.pictures[path].content


def test_a_clean_drawing_stays_as_it_is() -> None:
    reading = marker(FIGURE)
    [kept] = reading.pictures.values()
    assert (kept.content, kept.path) == (FIGURE, "figures/plan.svg")


def test_what_runs_in_a_drawing_is_left_out() -> None:
    reading = marker(b'<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script><g/></svg>')
    [kept] = reading.pictures.values()
    assert b"script" not in kept.content


def area(shape: Shape, *numbers: int) -> tuple[Shape, tuple[int, ...]]:
    draft = Draft("en", Place())
    return area_of(draft, shape, [Decimal(number) for number in numbers], (100, 100))


def test_what_reaches_over_the_edge_is_cut_there() -> None:
    assert area(Shape.RECTANGLE, -10, 50, 30, 100) == (Shape.RECTANGLE, (0, 500, 200, 500))
    shape, numbers = area(Shape.ELLIPSE, 0, 50, 20, 20)
    assert shape is Shape.POLYGON
    assert min(numbers) == 0


def test_a_polygon_of_many_corners_keeps_its_outline() -> None:
    square = [(n, 0) for n in range(10, 90, 10)] + [(90, n) for n in range(0, 90, 10)]
    square += [(90, 90), (10, 90)]
    shape, numbers = area(Shape.POLYGON, *(side for corner in square for side in corner))
    assert shape is Shape.POLYGON
    assert len(numbers) == 2 * CORNERS[1]
    assert {(100, 0), (900, 0), (900, 900), (100, 900)} <= {
        *zip(numbers[::2], numbers[1::2], strict=True)
    }


def test_no_more_corners_are_looked_at_than_anyone_would_draw() -> None:
    with pytest.raises(NotUnderstood):
        area(Shape.POLYGON, *[1] * 4)
    assert "corners" in str(
        marker(drops=zone("polygon", ";".join(["1,1"] * 300))).rejected[0].reason
    )
