"""How several examiners' points become one figure: a pure function."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median

# Two examiners who differ by more than this share of the points don't agree: a third one decides.
FAR_APART = Fraction(1, 4)


def agreed(points: Sequence[int], *, examiners: int, possible: int) -> Fraction | None:
    """Return the points of an answer; None while an examiner is missing.

    One examiner: what that one gave. Two: the mean, unless they lie far apart; then the median of
    three.
    """
    if len(points) < examiners:
        return None
    if len(points) == 1:
        return Fraction(points[0])
    if len(points) == 2:
        gap = abs(points[0] - points[1])
        return None if gap > FAR_APART * possible else Fraction(sum(points), 2)
    return Fraction(median(points))


def deciding(points: Sequence[int]) -> list[int]:
    """Return which examiners (places in ``points``) the figure comes from.

    One or two: all of them. Of three: those who gave the median, so that what is shown line by
    line adds up to it.
    """
    if len(points) < 3:
        return list(range(len(points)))
    return [place for place, given in enumerate(points) if given == median(points)]
