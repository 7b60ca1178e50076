"""How several examiners' points become one figure: pure functions."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import fmean, median

from lms.assessment.grading.models import Grading

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


def deciding(points: Sequence[int], anew: Sequence[bool] = ()) -> list[int]:
    """Return which examiners (places in ``points``) the figure comes from.

    Who judged it anew last (``anew``: for each place whether it did), if anybody has. Else one or
    two: all of them; of three: those who gave the median, so that what is shown line by line adds
    up to it.
    """
    if any(anew):
        return [max(place for place, is_anew in enumerate(anew) if is_anew)]
    if len(points) < 3:
        return list(range(len(points)))
    return [place for place, given in enumerate(points) if given == median(points)]


def deciders(gradings: Sequence[Grading]) -> list[Grading]:
    """Return those gradings of an answer that its points come from."""
    points = [one.points for one in gradings]
    return [
        gradings[place]
        for place in deciding(points, [one.regrade_id is not None for one in gradings])
    ]


def marks_in_force(gradings: Sequence[Grading]) -> dict[str, float]:
    """Return the points of each line of the rubric, on the average of who decided the answer."""
    decided = deciders(gradings)
    return {key: fmean(one.marks[key] for one in decided) for key in decided[0].marks}
