"""Which of several attempts is the result: one pure rule for all who tell or act on it."""

from collections.abc import Iterable, Mapping

from lms.assessment.models import Attempt, Counting, Score


def counted_attempt(
    counting: Counting, attempts: Iterable[Attempt], scores: Mapping[int, Score]
) -> Attempt | None:
    """Return the attempt whose score counts; None while there is none.

    Best: a pass before a failure, then the higher percentage, then the earlier attempt. Last: the
    last one that has a score. First: the first one alone, whatever came later.
    """
    ordered = sorted(attempts, key=lambda attempt: attempt.number)
    scored = [attempt for attempt in ordered if attempt.id in scores]
    if not scored:
        return None
    match counting:
        case Counting.BEST:
            return max(scored, key=lambda one: (scores[one.id].passed, scores[one.id].percent))
        case Counting.LAST:
            return scored[-1]
        case Counting.FIRST:
            return scored[0] if scored[0] is ordered[0] else None
