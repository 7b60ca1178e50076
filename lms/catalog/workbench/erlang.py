"""Erlang B and C: the probability to wait at several like windows with one queue.

Arrivals are random (Poisson), handling times exponential, nobody gives up: A. K. Erlang, 1917. Load
is in erlangs: arrivals in a unit of time × handling time in that unit.
"""

import math
from dataclasses import dataclass

MOST_WINDOWS = 10_000


def erlang_b(windows: int, load: float) -> float:
    """Return the share of visitors that find all windows busy when nobody may wait.

    By the recursion on the inverse, which neither overflows nor cancels.
    """
    if load == 0:
        return 0.0 if windows else 1.0
    inverse = 1.0
    for window in range(1, windows + 1):
        inverse = 1.0 + inverse * window / load
        if math.isinf(inverse):
            return 0.0
    return 1.0 / inverse


def erlang_c(windows: int, load: float) -> float:
    """Return the probability to wait; 1 where the windows can't keep up."""
    if load >= windows:
        return 1.0
    busy = erlang_b(windows, load)
    return busy / (1.0 - load / windows * (1.0 - busy))


def share_within(windows: int, load: float, handling: float, limit: float) -> float:
    """Return the share of visitors that wait no longer than ``limit`` (unit of ``handling``)."""
    if load >= windows:
        return 0.0
    return 1.0 - erlang_c(windows, load) * math.exp(-(windows - load) * limit / handling)


def mean_wait(windows: int, load: float, handling: float) -> float:
    """Return the mean wait of all visitors, in the unit of ``handling``; infinite if overloaded."""
    if load >= windows:
        return math.inf
    return erlang_c(windows, load) * handling / (windows - load)


def windows_needed(load: float, handling: float, *, share: float, limit: float) -> int:
    """Return the fewest windows at which at least ``share`` wait no longer than ``limit``.

    ``MOST_WINDOWS`` when even that many don't do.
    """
    windows = math.floor(load) + 1
    while windows < MOST_WINDOWS and share_within(windows, load, handling, limit) < share:
        windows += 1
    return windows


@dataclass(frozen=True)
class Point:
    """What so many windows give; times in the unit of the handling time."""

    windows: int
    load_percent: float  # how busy the windows are
    waits: float  # probability to wait
    mean: float
    within: float  # share that waits no longer than the limit


def curve(load: float, handling: float, *, limit: float, first: int, last: int) -> list[Point]:
    """Return a point for each number of windows from ``first`` to ``last``."""
    return [
        Point(
            windows,
            100 * load / windows,
            erlang_c(windows, load),
            mean_wait(windows, load, handling),
            share_within(windows, load, handling, limit),
        )
        for windows in range(first, last + 1)
    ]
