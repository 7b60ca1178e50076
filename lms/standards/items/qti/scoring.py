"""How an item written as QTI is scored: its response processing."""

from decimal import Decimal

from lms.assessment.kinds.values import AuthoredItem, ScoringRule
from lms.assessment.models import ItemKind
from lms.standards.items.kinds.gaps import number_of_gap
from lms.standards.items.model import Picture
from lms.standards.items.qti.kinds import PREFIX
from lms.standards.items.qti.pictures import writing as on_pictures
from lms.standards.items.qti.reading import EXPLANATION
from lms.standards.items.xml.nodes import Node

RESPONSE, SCORE, FEEDBACK = "RESPONSE", "SCORE", "FEEDBACK"
JUDGED = {ItemKind.ESSAY, ItemKind.FILE}


def processing_of(item: AuthoredItem, language: str, picture: Picture | None) -> Node:
    """Return how the item is scored, and when its feedback is shown."""
    points = Node("baseValue", {"baseType": "float"}, str(item.points))
    shown = Node("baseValue", {"baseType": "identifier"}, EXPLANATION)
    given = [_variable()] if item.options else []
    size = (picture.width, picture.height) if picture else (1, 1)
    return Node(
        "responseProcessing",
        {},
        *_counted(item, language),
        *([] if item.kind in JUDGED else [_scored(item, language, points)]),
        Node("setOutcomeValue", {"identifier": FEEDBACK}, Node("multiple", {}, *given, shown)),
        *on_pictures.area_feedback(item, RESPONSE, FEEDBACK, size),
    )


def _variable() -> Node:
    return Node("variable", {"identifier": RESPONSE})


def _numbers(item: AuthoredItem, language: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the gaps that take a number with its tolerance, by key."""
    found = {gap.key: number_of_gap(gap, language) for gap in item.gaps}
    return {key: number for key, number in found.items() if number is not None}


def _counted(item: AuthoredItem, language: str) -> list[Node]:
    """Return how gaps for numbers are counted, which no mapping can: one by one, into the score."""
    one = Node("baseValue", {"baseType": "float"}, "1")
    more = Node("sum", {}, Node("variable", {"identifier": SCORE}), one)
    return [
        Node(
            "responseCondition",
            {},
            Node(
                "responseIf",
                {},
                _near(f"{PREFIX}{key}", tolerance),
                Node("setOutcomeValue", {"identifier": SCORE}, more),
            ),
        )
        for key, (_value, tolerance) in _numbers(item, language).items()
    ]


def _near(name: str, tolerance: Decimal) -> Node:
    marks = {"toleranceMode": "absolute", "tolerance": f"{tolerance:f} {tolerance:f}"}
    response = Node("variable", {"identifier": name})
    return Node("equal", marks, response, Node("correct", {"identifier": name}))


def _scored(item: AuthoredItem, language: str, points: Node) -> Node:
    mapped = Node("mapResponse", {"identifier": RESPONSE})
    numbers = _numbers(item, language)
    if item.gaps:
        mapped = Node(
            "sum",
            {},
            *([Node("variable", {"identifier": SCORE})] if numbers else []),
            *(
                Node("mapResponse", {"identifier": f"{PREFIX}{gap.key}"})
                for gap in item.gaps
                if gap.key not in numbers
            ),
        )
    if item.areas:
        mapped = Node("mapResponsePoint", {"identifier": RESPONSE})
    parts = {
        ItemKind.HOTSPOT: sum(area.correct for area in item.areas),
        ItemKind.MULTIPLE_CHOICE: sum(option.correct for option in item.options),
        ItemKind.MATCHING: len(item.pairs),
        ItemKind.SHORT_TEXT: 1,
        ItemKind.GAP_TEXT: len(item.gaps),
    }
    if item.kind in parts and item.scoring is not ScoringRule.ALL_OR_NOTHING:
        count = Node("baseValue", {"baseType": "float"}, str(parts[item.kind]))
        share = Node("divide", {}, Node("product", {}, mapped, points), count)
        given = Node("setOutcomeValue", {"identifier": SCORE}, share)
        return (
            given
            if item.scoring is not ScoringRule.RIGHT_ONES
            else _unless_more(given, parts[item.kind])
        )
    right = Node("correct", {"identifier": RESPONSE})
    test = Node("match", {}, _variable(), right)
    if item.kind is ItemKind.NUMERIC:
        test = _near(RESPONSE, item.tolerance)
    given = Node("setOutcomeValue", {"identifier": SCORE}, points)
    return Node("responseCondition", {}, Node("responseIf", {}, test, given))


def _unless_more(given: Node, right: int) -> Node:
    """Return what is given if no more options are chosen than are right."""
    most = Node("baseValue", {"baseType": "integer"}, str(right))
    few = Node("lte", {}, Node("containerSize", {}, _variable()), most)
    return Node("responseCondition", {}, Node("responseIf", {}, few, given))
