"""Moodle's calculated questions: each row of their numbers makes a question of its own.

Moodle draws a row for each attempt and works the formulas out; an item here says the same to all.
So the first rows become questions with the numbers filled in and the answers worked out.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from lms.catalog.messages import Message
from lms.standards.items.drafting import check_rows, number_of
from lms.standards.items.model import NotUnderstood
from lms.standards.items.xml.nodes import Node

SAME = {
    "calculated": "numerical",
    "calculatedsimple": "numerical",
    "calculatedmulti": "multichoice",
}
ROWS = 10  # of one question: more would crowd the bank with what is nearly the same
FORMULAS = 100  # in all texts of one question
WIDEST = 40  # characters of a number
LONGEST = 500  # characters of a formula
DIGITS = 10  # of an answer, where its tolerance doesn't allow fewer
INSIDE = re.compile(r"\{=((?:[^{}]|\{[^{}]*\})*)\}")
NAME = re.compile(r"\{([^{}=][^{}]*)\}")
OWN = {"dataset_definitions", "synchronize"}
# What the numerical question of one row doesn't have: settings of the choice that Moodle makes of
# it where ``calculatedmulti`` was meant.
OF_CHOICES = {"single", "answernumbering", "shuffleanswers"}
RELATIVE, NOMINAL = ("1", "relative"), ("2", "nominal", "")
SIGNIFICANT = "2"  # of ``correctanswerformat``: significant figures rather than decimals

Row = Mapping[str, Decimal]
BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: lambda a, b: math.fmod(int(a), int(b)),
}
UNARY: dict[type[ast.unaryop], Callable[[float], float]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
ONE = "acos acosh asin asinh atan atanh cos cosh exp expm1 log log10 log1p sin sinh sqrt tan tanh"
FUNCTIONS: dict[str, tuple[int, int, Callable[..., float]]] = {  # least and most values
    **{name: (1, 1, getattr(math, name)) for name in ONE.split()},
    "abs": (1, 1, abs),
    "atan2": (2, 2, math.atan2),
    "ceil": (1, 1, math.ceil),
    "deg2rad": (1, 1, math.radians),
    "floor": (1, 1, math.floor),
    "fmod": (2, 2, math.fmod),
    "max": (2, 20, max),
    "min": (2, 20, min),
    "pi": (0, 0, lambda: math.pi),
    "pow": (2, 2, math.pow),
    "rad2deg": (1, 1, math.degrees),
    "round": (1, 2, lambda value, digits=0: _rounded(value, int(digits))),
}


def rows(node: Node) -> tuple[list[Node], int]:
    """Return the questions that the first rows make, and how many rows there are.

    Raises NotUnderstood where there is none, or a formula can't be worked out.
    """
    numbers = _numbers(node)
    return [_filled(node, row) for row in numbers[:ROWS]], len(numbers)


def _numbers(node: Node) -> list[Row]:
    holder = node.first("dataset_definitions")
    definitions = holder.all("dataset_definition") if holder is not None else []
    check_rows(definitions)
    columns = {name: values for name, values in map(_column, definitions) if name}
    together = set.intersection(*(set(values) for values in columns.values())) if columns else set()
    if not together:
        raise NotUnderstood(
            Message("its formulas have no numbers: export it from Moodle with its items generated")
        )
    return [{name: columns[name][place] for name in columns} for place in sorted(together)]


def _column(definition: Node) -> tuple[str, dict[Decimal, Decimal]]:
    """Return a wild card and its values by row."""
    named, items = definition.first("name"), definition.first("dataset_items")
    name = "" if named is None else named.text.strip()
    values: dict[Decimal, Decimal] = {}
    for item in items.all("dataset_item") if items is not None else ():
        place, value = number_of(item.text_of("number")), number_of(item.text_of("value"))
        if value is None or place is None or len(f"{value:f}") > WIDEST:
            raise NotUnderstood(
                Message("“%(text)s” is no number", text=item.text_of("value")[:60]), line=item.line
            )
        values[place] = value
    return name, values


def _filled(node: Node, row: Row) -> Node:
    """Return the question that one row makes."""
    kind = SAME[node.get("type")]
    budget = iter(range(FORMULAS))
    left_out = OWN | (OF_CHOICES if kind == "numerical" else set())
    parts: list[Node | str] = []
    for part in node.parts:
        if isinstance(part, str) or part.tag not in left_out:
            is_answer = isinstance(part, Node) and part.tag == "answer"
            made = _answer if is_answer and kind == "numerical" else _with_numbers
            parts.append(made(part, row, budget))  # type: ignore[arg-type]
    return _like(node, parts, type=kind)


def _like(node: Node, parts: list[Node | str], **attributes: str) -> Node:
    marks = {**node.attributes, **attributes}
    return Node(node.tag, marks, *parts, space=node.space, line=node.line, column=node.column)


def _with_numbers(
    part: Node | str, row: Row, budget: Iterator[int], shown: Node | None = None
) -> Node | str:
    """Return a part of the question with the numbers filled in and formulas worked out."""
    if isinstance(part, str):
        return _text(part, row, budget, shown)
    if part.tag == "file":
        return part
    shown = part if part.tag == "answer" else shown
    return _like(part, [_with_numbers(one, row, budget, shown) for one in part.parts])


def _text(text: str, row: Row, budget: Iterator[int], shown: Node | None) -> str:
    if "{" not in text:
        return text

    def worked_out(match: re.Match[str]) -> str:
        if next(budget, None) is None:
            raise NotUnderstood(Message("it has more than %(limit)s formulas", limit=FORMULAS))
        return _as_shown(_value(match[1], row), shown)

    text = INSIDE.sub(worked_out, text)
    return NAME.sub(lambda m: f"{row[m[1]]:f}" if m[1] in row else m[0], text)


def _as_shown(value: float, shown: Node | None) -> str:
    """Return a number as Moodle shows it: with the figures that an option asks for, two if none."""
    figures = number_of(shown.text_of("correctanswerlength")) if shown is not None else None
    places = int(figures) if figures is not None and 0 <= figures <= DIGITS else 2
    if shown is not None and shown.text_of("correctanswerformat") == SIGNIFICANT:
        return f"{Decimal(f'{value:.{max(places, 1)}g}'):f}"
    return f"{_rounded(value, places):.{places}f}"


def _answer(answer: Node, row: Row, budget: Iterator[int]) -> Node:
    """Return the answer of a numerical question: its number and how far off one may be."""
    said = answer.first("text")
    formula = said.text.strip() if said is not None else answer.text.strip()
    if formula == "*":
        return answer
    value = _value(formula, row)
    tolerance = _tolerance(answer, value)
    feedback = answer.first("feedback")
    parts: list[Node | str] = [
        Node("text", {}, f"{_shortest(value, tolerance):f}"),
        Node("tolerance", {}, f"{tolerance:f}"),
    ]
    if feedback is not None:
        parts.append(_with_numbers(feedback, row, budget))
    return _like(answer, parts)


def _tolerance(answer: Node, value: float) -> Decimal:
    stated = number_of(answer.text_of("tolerance") or "0")
    kind = answer.text_of("tolerancetype")
    if stated is None or kind not in (*RELATIVE, *NOMINAL):
        raise NotUnderstood(
            Message("its tolerance is neither a number nor a share of the answer"), line=answer.line
        )
    off = float(abs(stated)) * (abs(value) if kind in RELATIVE else 1)
    return Decimal(f"{off:.6g}")


def _shortest(value: float, tolerance: Decimal) -> Decimal:
    """Return the number in as few figures as leave its tolerance what it is."""
    for figures in range(3, DIGITS):
        short = Decimal(f"{value:.{figures}g}")
        if abs(short - Decimal(value)) * 100 <= tolerance:
            return short
    return Decimal(f"{value:.{DIGITS}g}")


def _value(formula: str, row: Row) -> float:
    """Return what a formula amounts to with the numbers of a row. Raises NotUnderstood."""
    filled = NAME.sub(lambda m: f"({row[m[1]]:f})" if m[1] in row else m[0], formula)
    told = {"formula": formula[:60]}
    if len(filled) > LONGEST:
        raise NotUnderstood(Message("the formula “%(formula)s” is too long", **told))
    try:
        value = float(_evaluated(ast.parse(filled.strip(), mode="eval").body))
    except (ArithmeticError, KeyError, MemoryError, RecursionError, SyntaxError, ValueError) as why:
        message = Message("the formula “%(formula)s” can't be worked out", **told)
        raise NotUnderstood(message) from why
    if not math.isfinite(value):
        raise NotUnderstood(Message("the formula “%(formula)s” can't be worked out", **told))
    return value


def _evaluated(node: ast.expr) -> float:
    """Return the value of an expression. Raises KeyError for what no formula of Moodle has."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(op=op, operand=operand):
            return UNARY[type(op)](_evaluated(operand))
        case ast.BinOp(left=left, op=op, right=right):  # type: ignore[misc]
            return BINARY[type(op)](_evaluated(left), _evaluated(right))  # type: ignore[index]
        case ast.Call(func=ast.Name(id=name), args=values, keywords=[]):
            least, most, function = FUNCTIONS[name]
            if not least <= len(values) <= most:
                raise KeyError(name)
            return function(*map(_evaluated, values))
    raise KeyError(type(node).__name__)


def _rounded(value: float, digits: int) -> float:
    """Round as Moodle does, halves away from zero."""
    if abs(digits) > DIGITS or abs(value) > 1e15:
        raise ValueError(digits)
    return math.copysign(math.floor(abs(value) * 10.0**digits + 0.5) / 10.0**digits, value)
