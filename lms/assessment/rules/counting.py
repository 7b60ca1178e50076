"""Which of several attempts is the result: one pure rule for all who tell or act on it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lms.assessment.models import Attempt, Counting, Score
from lms.catalog.models import FINAL_EXAM


class Sat(NamedTuple):
    """An attempt as far as counting goes; ``percent`` is None until it is scored."""

    number: int
    passed: bool | None
    percent: float | None


def counted_number(counting: Counting, sat: Iterable[Sat]) -> int | None:
    """Return the number of the attempt whose score counts; None while there is none.

    Best: a pass before a failure, then the higher percentage, then the earlier attempt. Last: the
    last one that has a score. First: the first one alone, whatever came later.
    """
    ordered = sorted(sat)
    scored = [one for one in ordered if one.percent is not None]
    if not scored:
        return None
    match counting:
        case Counting.BEST:
            return max(scored, key=lambda one: (one.passed, one.percent)).number
        case Counting.LAST:
            return scored[-1].number
        case Counting.FIRST:
            return scored[0].number if scored[0] is ordered[0] else None


def counted_attempt(
    counting: Counting, attempts: Iterable[Attempt], scores: Mapping[int, Score]
) -> Attempt | None:
    """Return the attempt of one enrolment whose score counts; None while there is none."""
    by_number = {attempt.number: attempt for attempt in attempts}
    sat = [
        Sat(number, score.passed, score.percent) if score else Sat(number, None, None)
        for number, attempt in by_number.items()
        for score in (scores.get(attempt.id),)
    ]
    number = counted_number(counting, sat)
    return None if number is None else by_number[number]


def completion_basis(attempt: Attempt, percent: float) -> dict[str, Any]:
    """Return what a passed attempt tells with its course's completion.

    The percentage only of the final exam: it is the course's result, which its certificate states,
    whichever part was completed last.
    """
    is_result = attempt.exam_key == FINAL_EXAM
    return {"attempt": attempt.public_id, **({"percent": percent} if is_result else {})}
