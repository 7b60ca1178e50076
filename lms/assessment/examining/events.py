"""Signals of this part. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A regrade turned the result of an enrolment's exam: passed before and not now, or the other way
# round. Sender: the Enrolment. Arguments: ``now``, ``exam`` (its key in the course),
# ``regrade_key`` (the regrade's public id), ``passed`` (how it stands now), ``percent_before`` and
# ``percent_after`` (of the attempt). When it is passed now, that was announced already, and so was
# the course's completion where it follows.
enrolment_regraded = signal("assessment.enrolment-regraded")
