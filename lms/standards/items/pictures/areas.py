"""Areas of pictures between our per mille and the pixels of other tools.

Pixels are coarser than per mille on a small picture: our own files carry the exact numbers beside
them (``marked``), which count as long as they still mean the same pixels.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import cos, pi, sin

from lms.assessment.kinds.shapes import CORNERS, WHOLE, Shape, corners, is_whole
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft
from lms.standards.items.model import NotUnderstood, Weight

MARK = re.compile(r"(rectangle|ellipse|polygon)((?:-\d{1,4}){4,24})")
COORDINATE_LIMIT = 100_000  # pixels
MOST_CORNERS = 200  # of a polygon in a file; more are not even looked at
Pixels = tuple[int, int]  # width and height of the picture


@dataclass(frozen=True)
class Drawn:
    """An area in a picture's pixels; its numbers mean what ``Shape`` says."""

    shape: Shape
    numbers: tuple[int, ...]

    @property
    def is_circle(self) -> bool:
        """Whether it is as wide as it is high."""
        return self.shape is Shape.ELLIPSE and self.numbers[2] == self.numbers[3]


def drawn(shape: Shape, numbers: Sequence[int], size: Pixels) -> Drawn:
    """Return an area of ours in whole pixels."""
    if shape is Shape.POLYGON:
        pixels = [_scaled(number, size[place % 2]) for place, number in enumerate(numbers)]
        return Drawn(shape, tuple(pixels))
    across, down = (_scaled(numbers[place], size[place]) for place in (0, 1))
    if shape is Shape.ELLIPSE:
        radii = (max(1, _scaled(numbers[2 + place], size[place])) for place in (0, 1))
        return Drawn(shape, (across, down, *radii))
    right, bottom = (_scaled(numbers[p] + numbers[2 + p], size[p]) for p in (0, 1))
    return Drawn(shape, (across, down, max(1, right - across), max(1, bottom - down)))


def _scaled(number: int, side: int) -> int:
    return (2 * number * side + WHOLE) // (2 * WHOLE)


def without_ovals(area: Drawn) -> Drawn:
    """Return the area as other tools draw it that know circles alone: an oval by its corners."""
    if area.shape is not Shape.ELLIPSE or area.is_circle:
        return area
    return Drawn(Shape.POLYGON, tuple(round(number) for number in _around(area.numbers)))


def _around(ellipse: Sequence[float]) -> Iterator[float]:
    across, down, wide, high = ellipse
    count = CORNERS[1]
    for step in range(count):
        yield across + wide * cos(2 * pi * step / count)
        yield down + high * sin(2 * pi * step / count)


def mark_of(shape: Shape, numbers: Sequence[int]) -> str:
    """Return an area's exact numbers in a word."""
    return "-".join([shape.value, *map(str, numbers)])


def marked(word: str) -> tuple[Shape, tuple[int, ...]] | None:
    """Return what ``mark_of`` was given, None for another word."""
    match = MARK.fullmatch(word)
    if match is None:
        return None
    shape, numbers = Shape(match[1]), tuple(map(int, match[2][1:].split("-")))
    return (shape, numbers) if is_whole(shape, numbers) else None


def coordinates(text: str) -> list[Decimal]:
    """Return the numbers of a file's list of coordinates. Raises NotUnderstood."""
    words = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    if len(words) > 2 * MOST_CORNERS:
        raise NotUnderstood(Message("an area has more than %(limit)s corners", limit=MOST_CORNERS))
    if not all(re.fullmatch(r"[+-]?\d{1,6}(\.\d{1,10})?", word) for word in words):
        raise NotUnderstood(_unreadable(text))
    return [Decimal(word) for word in words]


def _unreadable(text: str) -> Message:
    return Message("the numbers “%(text)s” make no area", text=text[:60])


def area_of(
    draft: Draft, shape: Shape, pixels: Sequence[Decimal], size: Pixels
) -> tuple[Shape, tuple[int, ...]]:
    """Return an area of a file in per mille. Raises NotUnderstood for one beside the picture.

    What reaches over the picture's edge is cut there.
    """
    told = ", ".join(f"{number.normalize():f}" for number in pixels)
    if shape is not Shape.POLYGON and (len(pixels) != 4 or min(pixels[2:]) <= 0):
        raise NotUnderstood(_unreadable(told))
    if shape is Shape.POLYGON and (len(pixels) % 2 or len(pixels) < 2 * CORNERS[0]):
        raise NotUnderstood(_unreadable(told))
    if any(abs(number) > COORDINATE_LIMIT for number in pixels):
        raise NotUnderstood(_unreadable(told))
    match shape:
        case Shape.RECTANGLE:
            left, top, wide, high = pixels
            edges = (left, top, left + wide, top + high)
            left_, top_, right, bottom = _clipped(edges, size)
            numbers: tuple[int, ...] = (left_, top_, right - left_, bottom - top_)
        case Shape.ELLIPSE:
            numbers = tuple(_per_mille(n, size[place % 2]) for place, n in enumerate(pixels))
            numbers = (*numbers[:2], max(1, numbers[2]), max(1, numbers[3]))
            if not is_whole(shape, numbers):
                shape = Shape.POLYGON
                around = [Decimal(number) for number in _around([float(n) for n in pixels])]
                numbers = _clipped(around, size)
                draft.note(Message("a circle over the picture's edge is cut there"), Weight.FACT)
        case Shape.POLYGON:
            numbers = _thinned(draft, _clipped(opened(pixels), size))
    if not is_whole(shape, numbers):
        raise NotUnderstood(
            Message("the area “%(numbers)s” doesn't lie on the picture", numbers=told[:60])
        )
    return shape, numbers


def _per_mille(number: Decimal, side: int) -> int:
    return int((number * WHOLE / side).quantize(Decimal(1), ROUND_HALF_UP))


def _clipped(pixels: Sequence[Decimal], size: Pixels) -> tuple[int, ...]:
    return tuple(
        min(WHOLE, max(0, _per_mille(number, size[place % 2])))
        for place, number in enumerate(pixels)
    )


def opened(pixels: Sequence[Decimal]) -> Sequence[Decimal]:
    """Return a polygon without the first corner at its end."""
    closed = len(pixels) > 2 * CORNERS[0] and pixels[:2] == pixels[-2:]
    return pixels[:-2] if closed else pixels


def _thinned(draft: Draft, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return a polygon with as many corners as may be: those that matter least are left out."""
    points = corners(numbers)
    count = len(points)
    while len(points) > CORNERS[1]:
        around = [points[-1], *points, points[0]]
        sizes = [
            abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
            for (a, b), (_, c) in pairwise(pairwise(around))
        ]
        points.pop(sizes.index(min(sizes)))
    if len(points) < count:
        draft.note(
            Message(
                "an area of %(count)s corners is drawn with %(most)s here",
                count=count,
                most=CORNERS[1],
            )
        )
    return tuple(number for point in points for number in point)


def within(size: Pixels, most: Pixels) -> Pixels:
    """Return a picture's size made to fit into ``most``, as tools do that shrink what is larger."""
    scale = min(Fraction(1), *(Fraction(m, s) for m, s in zip(most, size, strict=True)))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
