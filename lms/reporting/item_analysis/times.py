"""Time on a question, from the log of a sitting.

The log knows when something was answered or marked, not what was looked at. The time of an answer
is the time since the last thing recorded before it: the start, an answer, a mark. It is added up
over all answers to one question. It therefore holds the reading of this question and of others
that were looked at meanwhile without a trace. Answers to several questions that arrive at one
instant (the plain form without scripts) can't be told apart and have no time; nor has a question
that was never answered.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

Recorded = tuple[datetime, str, bool]  # when, which question, whether it is an answer


def seconds_by_position(started_at: datetime, log: Iterable[Recorded]) -> dict[str, float]:
    """Return the seconds that each question's answers took; questions without a time are left out.

    What is recorded before the start (a clock that was put right) counts as at the start.
    """
    found: dict[str, float] = {}
    untold: set[str] = set()
    answered: set[str] = set()  # at the instant that is looked at
    before = instant = started_at

    def note() -> None:
        if len(answered) == 1:
            [position] = answered
            passed = max((instant - before).total_seconds(), 0.0)
            found[position] = found.get(position, 0.0) + passed
        else:
            untold.update(answered)

    for later, position, is_answer in sorted(log, key=itemgetter(0)):
        if later != instant:
            note()
            before, instant = max(before, instant), later
            answered.clear()
        if is_answer:
            answered.add(position)
    note()
    return {position: seconds for position, seconds in found.items() if position not in untold}
