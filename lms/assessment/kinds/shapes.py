"""Areas of a picture: shapes in per mille of its width and height, and what lies inside them."""

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

WHOLE = 1000  # per mille
CORNERS = (3, 12)  # of a polygon
Point = tuple[int, int]  # from the left, from the top, in per mille


class Shape(Enum):
    """What an area looks like, and what its numbers mean."""

    RECTANGLE = "rectangle"  # left, top, width, height
    ELLIPSE = "ellipse"  # centre from the left and from the top, half the width, half the height
    POLYGON = "polygon"  # from the left and from the top, corner by corner


def is_whole(shape: Shape, numbers: Sequence[int]) -> bool:
    """Tell whether the numbers make an area inside the picture."""
    if any(not 0 <= number <= WHOLE for number in numbers):
        return False
    if shape is Shape.POLYGON:
        fewest, most = CORNERS
        return len(numbers) % 2 == 0 and fewest <= len(numbers) // 2 <= most and _size(numbers) > 0
    if len(numbers) != 4 or 0 in numbers[2:]:
        return False
    across, down, wide, high = numbers
    if shape is Shape.RECTANGLE:
        return across + wide <= WHOLE and down + high <= WHOLE
    return wide <= across <= WHOLE - wide and high <= down <= WHOLE - high


def holds(shape: Shape, numbers: Sequence[int], point: Point) -> bool:
    """Tell whether ``point`` lies in the area, its edge included."""
    x, y = point
    if shape is Shape.POLYGON:
        return _in_polygon(corners(numbers), point)
    across, down, wide, high = numbers
    if shape is Shape.RECTANGLE:
        return across <= x <= across + wide and down <= y <= down + high
    # In whole numbers: nothing is rounded at the edge.
    return ((x - across) * high) ** 2 + ((y - down) * wide) ** 2 <= (wide * high) ** 2


def inside(shape: Shape, numbers: Sequence[int]) -> Point:
    """Return a point of the area, its middle where that lies in it."""
    if shape is Shape.ELLIPSE:
        return numbers[0], numbers[1]
    if shape is Shape.RECTANGLE:
        return numbers[0] + numbers[2] // 2, numbers[1] + numbers[3] // 2
    points = corners(numbers)
    middle = (
        sum(x for x, _ in points) // len(points),
        sum(y for _, y in points) // len(points),
    )
    return middle if _in_polygon(points, middle) else points[0]


def corners(numbers: Sequence[int]) -> list[Point]:
    """Return the corners of a polygon."""
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _size(numbers: Sequence[int]) -> int:
    points = corners(numbers)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]])))


def _in_polygon(points: Sequence[Point], point: Point) -> bool:
    """Count how often a ray to the right crosses the edge; a point on an edge is inside."""
    x, y = point
    is_inside = False
    for (ax, ay), (bx, by) in pairwise([*points, points[0]]):
        turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and (turn > 0) == (by > ay):
            is_inside = not is_inside
    return is_inside
