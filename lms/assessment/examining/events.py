"""Signals of this part. Receivers run in the same transaction and may raise to undo it."""

from typing import NamedTuple

from blinker import signal


class ScoreChange(NamedTuple):
    """What one attempt was worth and is worth now, in percent."""

    before: float
    after: float


# A regrade turned the result of an enrolment's exam: passed before and not now, or the other way
# round. Sender: the Enrolment. Arguments: ``now``, ``exam`` (its key in the course),
# ``regrade_key`` (the regrade's public id), ``passed`` (how it stands now), ``percent_before`` and
# ``percent_after`` (of the attempt). When it is passed now, that was announced already, and so was
# the course's completion where it follows.
enrolment_regraded = signal("assessment.enrolment-regraded")

# Attempts of one enrolment at one exam that had a score before have another percentage now, whether
# that passes or not. Sent after ``enrolment_regraded``. Sender: the Enrolment. Arguments: ``now``,
# ``exam`` (its key in the course), ``regrade_key`` (None: an answer arrived late, or was graded by
# a person) and ``changes`` (a ScoreChange for each attempt).
scores_changed = signal("assessment.scores-changed")

# All answers of a sitting that people judge are judged. Sender: the Attempt. Arguments: ``now`` and
# ``score``, the one that came of it.
answers_graded = signal("assessment.answers-graded")

# A correction gave a sitting another result. Sender: the Attempt. Arguments: ``now``, ``before``
# and ``score`` (Scores).
result_corrected = signal("assessment.result-corrected")
