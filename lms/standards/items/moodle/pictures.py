"""Places on a picture as Moodle's drag-and-drop markers, file answers as its essays with files.

Moodle has words on its markers, and drop zones for right places alone; ours are one kind of marker
that may be placed as often as places may be marked. Coordinates count pixels of the picture as
Moodle keeps it: what is larger than it shows, it shrinks.
"""

import base64
from collections.abc import Iterator, Sequence

from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import Area, AuthoredItem, FileRules
from lms.assessment.source.content import MARKS_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft, check_rows, number_of
from lms.standards.items.kinds.files import megabytes_of, most_of, types_of
from lms.standards.items.kinds.hotspots import COST, WORDS, WRONG, RawArea, hotspot, no_picture
from lms.standards.items.model import Found, NotUnderstood, Picture
from lms.standards.items.moodle.parts import Parts, decoded
from lms.standards.items.pictures.areas import (
    Drawn,
    Pixels,
    area_of,
    coordinates,
    drawn,
    marked,
    within,
    without_ovals,
)
from lms.standards.items.tags import Tagged
from lms.standards.items.texts.portable import in_languages
from lms.standards.items.xml.nodes import Node

SHOWN = (600, 400)  # pixels; Moodle's bounds for the picture under markers
SHAPES = {
    "circle": Shape.ELLIPSE,
    "rectangle": Shape.RECTANGLE,
    "polygon": Shape.POLYGON,
}
MARKER = {"ru": "Здесь", "en": "Here"}
MOST_FILES = 3  # in Moodle's choice, beside any number


def markers(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    """Read markers that are dragged onto an image: those that are all alike."""
    token, size = _picture(node, draft)
    drops = node.all("drop")
    check_rows(drops)
    check_rows(node.all("drag"))
    marker = _marker(node, drops, parts)
    if not tagged.areas:
        draft.note(COST)
        _note_words(node, draft, marker, parts)
    areas = []
    for drop in drops:
        shape, numbers, key = _area(drop, draft, size, tagged)
        areas.append(RawArea(shape, numbers, is_right=True, key=key))
    draft.unstated |= {WRONG, WORDS}
    return hotspot(draft, areas, picture=token, alt={}, marks=_marks(marker, len(areas)))


def _picture(node: Node, draft: Draft) -> tuple[str, Pixels]:
    files = node.all("file")
    if not files:
        raise no_picture()
    file = files[0]
    name = file.get("name") or "picture"
    token, met = draft.gallery.take(name, decoded(file))
    return token, within((met.width, met.height), SHOWN)


def _marker(node: Node, drops: Sequence[Node], parts: Parts) -> Node:
    """Return the one marker that all zones want. Raises NotUnderstood for several."""
    wanted = {drop.text_of("choice") for drop in drops}
    found = [drag for drag in node.all("drag") if drag.text_of("no") in wanted]
    if len(wanted) > 1:
        names = ", ".join(f"“{' '.join(parts.raw(drag).split())[:40]}”" for drag in found[:5])
        raise NotUnderstood(
            Message(
                "its markers differ (%(names)s), here all marks are alike: "
                "make a question of each marker",
                names=names,
            )
        )
    if not found:
        raise NotUnderstood(Message("it names no areas in which a place is right"))
    return found[0]


def _note_words(node: Node, draft: Draft, marker: Node, parts: Parts) -> None:
    for drag in node.all("drag"):
        said = " ".join(parts.raw(drag).split())[:60]
        draft.note(
            Message("the words on its markers aren't kept: “%(text)s”", text=said)
            if drag is marker
            else Message("the marker “%(text)s”, which belongs nowhere, isn't kept", text=said)
        )


def _marks(marker: Node, areas: int) -> int:
    if marker.first("infinite") is not None:
        return 0
    number = number_of(marker.text_of("noofdrags") or "1")
    if number is None or not 0 < number <= 100:
        return 0
    return max(int(number), min(areas, MARKS_LIMIT))


def _area(
    drop: Node, draft: Draft, size: Pixels, tagged: Tagged
) -> tuple[Shape, tuple[int, ...], str]:
    """Return a zone's area and the key that one of our own exports gave it.

    The exact numbers of such an export count if they still mean this zone.
    """
    kind = drop.text_of("shape").lower()
    if kind not in SHAPES:
        raise NotUnderstood(
            Message("an area of the shape “%(name)s” isn't there", name=kind[:40]), line=drop.line
        )
    shape = SHAPES[kind]
    numbers = coordinates(drop.text_of("coords"))
    if shape is Shape.ELLIPSE and len(numbers) == 3:
        numbers.append(numbers[2])
    there = Drawn(shape, tuple(map(int, numbers)))
    for key, word in tagged.areas:
        exact = marked(word)
        if exact is not None and without_ovals(drawn(*exact, size)) == there:
            return *exact, key
    return *area_of(draft, shape, numbers, size), ""


def files_of(node: Node, draft: Draft, tagged: Tagged) -> FileRules:
    """Return what files an essay takes."""
    attachments = number_of(node.text_of("attachments") or "1")
    stated = int(attachments) if attachments is not None else 1
    most = tagged.files if tagged.files and stated < 0 else most_of(draft, stated or 1)
    names = node.text_of("filetypeslist").replace(",", " ").replace(";", " ").split()
    largest = number_of(node.text_of("maxbytes") or "0")
    usual = FileRules()
    return FileRules(
        most,
        types_of(draft, names),
        megabytes_of(draft, int(largest)) if largest else usual.megabytes,
    )


def marker_nodes(item: AuthoredItem, picture: Picture, languages: Sequence[str]) -> list[Node]:
    """Return the picture, the one kind of marker, and a zone for each right area."""
    size = within((picture.width, picture.height), SHOWN)
    marker = {code: MARKER[code] for code in languages if item.prompt.get(code)}
    return [
        file_node(picture),
        Node(
            "drag",
            {},
            Node("no", {}, "1"),
            Node("text", {}, in_languages(marker, list(marker))),
            Node("noofdrags", {}, str(item.marks)),
        ),
        *(
            _zone(number, without_ovals(drawn(area.shape, area.numbers, size)))
            for number, area in enumerate(_right(item), start=1)
        ),
    ]


def file_node(picture: Picture) -> Node:
    """Return a picture as it stands inside the XML."""
    content = base64.b64encode(picture.content).decode()
    name = picture.path.rpartition("/")[2]
    return Node("file", {"name": name, "path": "/", "encoding": "base64"}, content)


def _right(item: AuthoredItem) -> list[Area]:
    return [area for area in item.areas if area.correct]


def _zone(number: int, area: Drawn) -> Node:
    names = {shape: name for name, shape in SHAPES.items()}
    numbers = area.numbers[:3] if area.shape is Shape.ELLIPSE else area.numbers
    pairs = [",".join(map(str, numbers[at : at + 2])) for at in range(0, len(numbers), 2)]
    return Node(
        "drop",
        {},
        Node("no", {}, str(number)),
        Node("shape", {}, names[area.shape]),
        Node("coords", {}, ";".join(pairs)),
        Node("choice", {}, "1"),
    )


def marker_losses(item: AuthoredItem, languages: Sequence[str]) -> Iterator[Message]:
    """Yield what markers can't hold of places on a picture."""
    yield Message("that a wrong place takes away a right one: there it costs less")
    if len(_right(item)) < len(item.areas):
        yield Message("the wrong areas of the picture")
    if any(area.label for area in item.areas):
        yield Message("what the areas are in words")
    if any(area.explanation for area in item.areas):
        yield Message("explanations of single areas")
    if item.alt:
        yield Message("what the picture shows, in words")
    if len({item.figure[code] for code in languages if item.figure.get(code)}) > 1:
        yield Message("the picture in the other language")
    if any(area.shape is Shape.ELLIPSE for area in _right(item)):
        yield Message("ovals: there they are drawn by their corners")


def file_fields(rules: FileRules) -> dict[str, str]:
    """Return an essay's fields for files."""
    most = str(rules.most) if rules.most <= MOST_FILES else "-1"
    return {
        "responseformat": "noinline",
        "responserequired": "0",
        "attachments": most,
        "attachmentsrequired": "1",
        "maxbytes": str(rules.megabytes * 1024 * 1024),
        "filetypeslist": ",".join(f".{kind.value}" for kind in rules.types),
    }


def is_uncounted(rules: FileRules) -> bool:
    """Tell whether Moodle can't say how many files are taken."""
    return rules.most > MOST_FILES
