"""Places on a picture and file answers as QTI's XML, with the names of 2.x."""

from collections.abc import Callable, Sequence

from lms.assessment.kinds.shapes import Shape, inside
from lms.assessment.kinds.values import Area, AuthoredItem, FileRules, Texts
from lms.standards.items.kinds.files import MIME
from lms.standards.items.model import Picture
from lms.standards.items.pictures.areas import Drawn, Pixels, drawn, mark_of
from lms.standards.items.qti.kinds import PREFIX
from lms.standards.items.qti.pictures.reading import AREA, FILES
from lms.standards.items.xml.nodes import Node

Words = Callable[[Texts], list[Node | str]]


def _coordinates(area: Area, size: Pixels) -> dict[str, str]:
    """Return an area's shape and numbers as QTI writes them."""
    shown = drawn(area.shape, area.numbers, size)
    name, numbers = _named(shown)
    return {"shape": name, "coords": ",".join(map(str, numbers))}


def _named(shown: Drawn) -> tuple[str, Sequence[int]]:
    match shown.shape:
        case Shape.RECTANGLE:
            left, top, wide, high = shown.numbers
            return "rect", (left, top, left + wide, top + high)
        case Shape.ELLIPSE:
            return ("circle", shown.numbers[:3]) if shown.is_circle else ("ellipse", shown.numbers)
        case Shape.POLYGON:
            return "poly", (*shown.numbers, *shown.numbers[:2])  # closed, as QTI asks


def point_declaration(item: AuthoredItem, name: str, size: Pixels) -> Node:
    """Return the response's declaration: a point in each right area, and what areas earn."""
    right = [area for area in item.areas if area.correct]
    points = [
        drawn(Shape.POLYGON, inside(area.shape, area.numbers), size).numbers for area in right
    ]
    return Node(
        "responseDeclaration",
        {
            "identifier": name,
            "cardinality": "single" if item.marks == 1 else "multiple",
            "baseType": "point",
        },
        Node("correctResponse", {}, *(Node("value", {}, f"{x} {y}") for x, y in points)),
        Node(
            "areaMapping",
            {"lowerBound": "0", "upperBound": str(len(right)), "defaultValue": "-1"},
            *(
                Node(
                    "areaMapEntry",
                    {**_coordinates(area, size), "mappedValue": "1" if area.correct else "-1"},
                )
                for area in item.areas
            ),
        ),
    )


def point_nodes(
    item: AuthoredItem, name: str, picture: Picture, language: str, words: Words
) -> list[Node]:
    """Return a block for each area, and the picture on which points are placed."""
    blocks = [
        Node(
            "rubricBlock",
            {
                "id": f"{PREFIX}{area.key}",
                "class": f"{AREA}{mark_of(area.shape, area.numbers)}",
                "view": "scorer",
            },
            *([Node("p", {}, *words(area.label))] if area.label.get(language) else []),
        )
        for area in item.areas
    ]
    shown = Node(
        "object",
        {
            "data": f"../{picture.path}",
            "type": picture.media_type,
            "width": str(picture.width),
            "height": str(picture.height),
        },
        item.alt.get(language, ""),
    )
    marks = {"responseIdentifier": name, "maxChoices": str(item.marks)}
    return [*blocks, Node("selectPointInteraction", marks, shown)]


def area_feedback(item: AuthoredItem, name: str, outcome: str, size: Pixels) -> list[Node]:
    """Return the conditions that show the explanation of an area in which a point lies."""
    shown = Node("variable", {"identifier": outcome})
    return [
        Node(
            "responseCondition",
            {},
            Node(
                "responseIf",
                {},
                Node(
                    "inside",
                    _coordinates(area, size),
                    Node("variable", {"identifier": name}),
                ),
                Node(
                    "setOutcomeValue",
                    {"identifier": outcome},
                    Node(
                        "multiple",
                        {},
                        shown,
                        Node("baseValue", {"baseType": "identifier"}, f"{PREFIX}{area.key}"),
                    ),
                ),
            ),
        )
        for area in item.areas
        if area.explanation
    ]


def upload_marks(rules: FileRules) -> dict[str, str]:
    """Return the attributes of a field for files: QTI's own type where there is one alone."""
    kinds = "-".join(kind.value for kind in rules.types)
    only = {"type": MIME[rules.types[0]]} if len(rules.types) == 1 else {}
    return {**only, "class": f"{FILES}{rules.most}-{rules.megabytes}-{kinds}"}
