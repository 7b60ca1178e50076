"""The free calculator: demand, handling time and a standard in, windows and waiting out."""

import math
from dataclasses import dataclass

from lms.catalog.workbench.erlang import Point, curve, windows_needed

BEYOND = 4  # windows shown after the number needed
ROWS = 10


@dataclass(frozen=True)
class Windows:
    """What a demand needs; times in minutes."""

    takt: float
    load: float
    needed: int
    points: tuple[Point, ...]  # from the fewest that keep up, ROWS at most


def windows_for(visitors: float, handling: float, *, percent: float, within: float) -> Windows:
    """Return takt, load, windows needed and the waiting around that number, per hour of demand."""
    load = visitors * handling / 60
    needed = windows_needed(load, handling, share=percent / 100, limit=within)
    last = needed + BEYOND
    first = max(math.floor(load) + 1, last - ROWS + 1)
    points = curve(load, handling, limit=within, first=first, last=last)
    return Windows(60 / visitors, load, needed, tuple(points))
