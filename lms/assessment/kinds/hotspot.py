"""Places on a picture: the candidate marks points, each in a right area or not.

Earned is the share of right areas that were hit, minus one such share for each point that lies in
no right area, never below nothing. A second point in an area that is hit already counts neither
way. Where areas overlap, a point counts for a right one that isn't hit yet.

Areas are the scoring key: no page of an attempt has them. Where the author has described every area
in words, the candidate may choose from these descriptions instead of marking points: for people who
don't see the picture. They are delivered under neutral keys; a wrong area must be among them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    by_author,
    entries_of,
    keys_of,
    neutral,
)
from lms.assessment.kinds.shapes import WHOLE, Point, Shape, holds, inside
from lms.assessment.kinds.values import Area, AuthoredItem, Texts
from lms.core.errors import Invalid


def _split(item: AuthoredItem) -> Split:
    labels = {area.key: area.label for area in item.areas if area.label}
    names = neutral(list(labels.items()), "d")
    areas = [
        {"key": a.key, "shape": a.shape.value, "numbers": list(a.numbers), "correct": a.correct}
        for a in item.areas
    ]
    return Split(
        {
            "figure": item.figure,
            "alt": item.alt,
            "marks": item.marks,
            "described": entries_of(names, labels),
        },
        {"areas": areas, "described": names},
        {"areas": {area.key: area.explanation for area in item.areas}},
    )


def _join(content: Content, answer: Answer, explanations: Explanations) -> dict[str, Any]:
    names, notes = by_author(answer["described"]), explanations["areas"]
    labels = {entry["key"]: entry["text"] for entry in content["described"]}
    return {
        "figure": content["figure"],
        "alt": content["alt"],
        "marks": content["marks"],
        "areas": tuple(
            Area(
                one["key"],
                Shape(one["shape"]),
                tuple(one["numbers"]),
                one["correct"],
                notes[one["key"]],
                labels.get(names.get(one["key"], ""), {}),
            )
            for one in answer["areas"]
        ),
    }


def _texts(item: AuthoredItem) -> Iterator[Texts]:
    yield item.figure
    yield item.alt
    for area in item.areas:
        yield area.explanation
        if area.label:
            yield area.label


def _normalise(raw: Mapping[str, Any], content: Content) -> Response | None:
    if raw.get("areas"):
        if raw.get("points"):
            raise Invalid
        return {"areas": _described(raw["areas"], content)}
    points = raw.get("points", [])
    if not isinstance(points, list) or not all(map(_is_point, points)):
        raise Invalid
    marked = list(dict.fromkeys((x, y) for x, y in points))
    if len(marked) > content["marks"]:
        raise Invalid
    return {"points": [list(point) for point in marked]} if marked else None


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(number) is int and 0 <= number <= WHOLE for number in value)
    )


def _described(chosen: Any, content: Content) -> list[str]:
    keys = keys_of(content["described"])
    if not isinstance(chosen, list) or not all(isinstance(c, str) and c in keys for c in chosen):
        raise Invalid
    if len(set(chosen)) > content["marks"]:
        raise Invalid
    return [key for key in keys if key in chosen]


def hit_areas(answer: Answer, response: Response) -> tuple[set[str], int]:
    """Return the keys of the areas that ``response`` hits, and how many marks hit no right one."""
    right = {area["key"] for area in answer["areas"] if area["correct"]}
    if "areas" in response:
        chosen = {answer["described"][key] for key in response["areas"]}
        return chosen, len(chosen - right)
    hit: set[str] = set()
    misses = 0
    for x, y in response["points"]:
        found = areas_at(answer["areas"], (x, y))
        rights = [key for key in found if key in right]
        fresh = [key for key in rights if key not in hit]
        misses += not rights
        hit.update(fresh[:1] or rights[:1] or found[:1])
    return hit, misses


def areas_at(areas: Iterable[Mapping[str, Any]], point: Point) -> list[str]:
    """Return the keys of the areas that hold ``point``, in their order."""
    return [a["key"] for a in areas if holds(Shape(a["shape"]), a["numbers"], point)]


def _credit(answer: Answer, response: Response, _language: str) -> Fraction:
    right = {area["key"] for area in answer["areas"] if area["correct"]}
    hit, misses = hit_areas(answer, response)
    return max(Fraction(0), Fraction(len(hit & right) - misses, len(right)))


def _best(answer: Answer) -> Response:
    return {"points": [list(point) for point in middles(answer["areas"])]}


def middles(areas: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Return a point inside each right area."""
    return [inside(Shape(area["shape"]), area["numbers"]) for area in areas if area["correct"]]


HOTSPOT = Kind(_split, _join, _texts, _normalise, _credit, _best)
