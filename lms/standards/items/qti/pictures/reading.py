"""Interactions on pictures, and those that take files."""

from collections.abc import Callable
from decimal import Decimal

from lms.assessment.kinds.shapes import WHOLE, Shape
from lms.assessment.kinds.values import FileRules, FileType, Texts
from lms.assessment.source.content import FILES_LIMIT, MEGABYTES_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import check_rows, number_of
from lms.standards.items.kinds.files import file_answer, types_of
from lms.standards.items.kinds.hotspots import RawArea, check_weights, hotspot, no_picture
from lms.standards.items.model import Found, NotUnderstood
from lms.standards.items.pictures.areas import (
    Drawn,
    Pixels,
    area_of,
    coordinates,
    drawn,
    marked,
    opened,
)
from lms.standards.items.qti.bodies import html_of_node
from lms.standards.items.qti.kinds import Question, best_of, examiners_of, rubric_of
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import walk

AREA, FILES = "lms-area-", "lms-files-"
NAMES = {"rect": Shape.RECTANGLE, "circle": Shape.ELLIPSE, "ellipse": Shape.ELLIPSE,
         "poly": Shape.POLYGON}  # fmt: skip
SIDE = 20_000  # pixels that a picture may claim to be shown with


def _picture(question: Question) -> tuple[str, Pixels, Texts]:
    """Return the picture's token, the pixels that coordinates count in, and its description."""
    shown = next((n for n in walk(question.interaction) if n.tag in ("object", "img")), None)
    if shown is None:
        raise no_picture()
    reference = shown.get("data") or shown.get("src")
    if not reference:
        raise no_picture()
    token, met = question.files.picture(reference)
    sides = [number_of(shown.get(name).removesuffix("px")) for name in ("width", "height")]
    size = (met.width, met.height)
    if all(side is not None and 1 <= side <= SIDE for side in sides):
        size = tuple(int(side) for side in sides if side is not None)  # type: ignore[assignment]
    alt = shown.get("alt") or shown.words
    return token, size, question.draft.texts.plain(alt)


def _drawn(shape: str, coords: str) -> tuple[Shape, list[Decimal]]:
    """Return an area in our order of numbers."""
    if shape == "default":
        raise NotUnderstood(Message("an area is the whole picture"))
    if shape not in NAMES:
        raise NotUnderstood(Message("an area of the shape “%(name)s” isn't there", name=shape[:40]))
    numbers = coordinates(coords)
    if shape == "circle" and len(numbers) == 3:
        numbers.append(numbers[2])
    if shape == "rect" and len(numbers) == 4:
        left, top, right, bottom = numbers
        numbers = [min(left, right), min(top, bottom), abs(right - left), abs(bottom - top)]
    if shape == "poly":
        numbers = list(opened(numbers))
    return NAMES[shape], numbers


def _area(question: Question, node: Node, size: Pixels, word: str) -> tuple[Shape, tuple[int, ...]]:
    """Return a node's area; by the exact numbers of one of our own exports if they still fit."""
    coords = node.get("coords")
    if "%" in coords:  # of the picture's width and height
        size, coords = (100, 100), coords.replace("%", "")
    shape, numbers = _drawn(node.get("shape"), coords)
    exact = marked(word)
    if exact is not None and drawn(*exact, size) == Drawn(shape, tuple(map(int, numbers))):
        return exact
    return area_of(question.draft, shape, numbers, size)


def _hotspots(question: Question) -> Found:
    """Return areas that are seen and chosen one by one."""
    token, size, alt = _picture(question)
    right = set(question.correct) or best_of(question.mapped, single=False)
    unknown = right - set(question.identifiers)
    if unknown:
        raise NotUnderstood(
            Message("the right answer “%(name)s” is no option", name=min(unknown)[:60])
        )
    mapped = question.mapped
    if mapped:
        weights = [(n in right, float(mapped.get(n, 0))) for n in question.identifiers]
        check_weights(question.draft, weights, beside=-max((w for r, w in weights if r), default=1))
    elif len(right) > 1:
        question.draft.note(
            Message("all areas or no points there; here each right one earns its share")
        )
    areas = []
    for node in question.choices:
        name = node.get("identifier")
        shape, numbers = _area(question, node, size, "")
        areas.append(
            RawArea(
                shape,
                numbers,
                name in right,
                question.key(name),
                question.feedback.get(name, {}),
                question.draft.texts.texts(node.get("hotspotLabel"), TextForm.PLAIN, inline=True),
            )
        )
    return hotspot(question.draft, areas, picture=token, alt=alt, marks=_marks(question))


def _marks(question: Question) -> int:
    """Return how many places may be marked, 0 for any number."""
    number = number_of(question.interaction.get("maxChoices") or "1")
    return int(number) if number is not None and 0 <= number <= WHOLE else 0


def _points(question: Question) -> Found:
    """Return areas that nobody sees, where points are placed."""
    token, size, alt = _picture(question)
    mapping = question.declaration.first("areaMapping")
    entries = mapping.all("areaMapEntry") if mapping is not None else []
    check_rows(entries)
    if mapping is None or not entries:
        raise NotUnderstood(Message("it names no areas in which a place is right"))
    worth = [float(number_of(entry.get("mappedValue")) or 0) for entry in entries]
    beside = float(number_of(mapping.get("defaultValue")) or 0)
    check_weights(question.draft, [(w > 0, w) for w in worth], beside=beside)
    blocks = [*question.rubric, *[Node("")] * len(entries)] if question.own else []
    areas = []
    for place, entry in enumerate(entries):
        block = blocks[place] if blocks else Node("")
        word = next((w for w in block.get("class").split() if w.startswith(AREA)), "")
        name = block.get("id")
        shape, numbers = _area(question, entry, size, word.removeprefix(AREA))
        areas.append(
            RawArea(
                shape,
                numbers,
                worth[place] > 0,
                question.key(name),
                question.feedback.get(name, {}),
                _words(question, block),
            )
        )
    return hotspot(question.draft, areas, picture=token, alt=alt, marks=_marks(question))


def _words(question: Question, block: Node) -> Texts:
    html = html_of_node(block, question.draft).strip().removeprefix("<p>").removesuffix("</p>")
    return question.draft.texts.texts(html, TextForm.HTML, inline=True)


def _upload(question: Question) -> Found:
    rubric, guide = rubric_of(question)
    return file_answer(
        question.draft,
        _rules(question),
        rubric=rubric,
        guide=guide,
        examiners=examiners_of(question),
    )


def _rules(question: Question) -> FileRules | None:
    """Return the rules of one of our own exports, or the types that another tool names."""
    marks = question.interaction.get("class").split() if question.own else []
    word = next((w.removeprefix(FILES) for w in marks if w.startswith(FILES)), "")
    most, megabytes, *names = f"{word}--".split("-")
    known = [FileType(name) for name in names if name in {kind.value for kind in FileType}]
    counts = [number_of(text) for text in (most, megabytes)]
    if (
        known
        and counts[0] in range(1, FILES_LIMIT + 1)
        and counts[1] in range(1, MEGABYTES_LIMIT + 1)
    ):
        return FileRules(int(most), tuple(known), int(megabytes))
    stated = question.interaction.get("type").replace(",", " ").split()
    if not stated:
        return None
    return FileRules(types=types_of(question.draft, stated))


INTERACTIONS: dict[str, Callable[[Question], Found]] = {
    "hotspotInteraction": _hotspots,
    "selectPointInteraction": _points,
    "uploadInteraction": _upload,
}
