"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# An enrolment met its course's completion rule, once. Sender: the Enrolment. Arguments: ``now``
# (aware UTC), ``basis`` (plain facts given by whoever completed the last activity, such as the
# attempt's public id and percent; empty when nothing was scored).
enrolment_completed = signal("learning.enrolment-completed")

# An exam of the enrolment's course was passed, once for each exam and enrolment. Sender: the
# Enrolment. Arguments: ``exam`` (its key in the course) and ``now`` (aware UTC).
exam_passed = signal("learning.exam-passed")

# An exam that was passed before is shown as passed again: by another attempt, or because its score
# was given anew. Sender: the Enrolment. Arguments: ``exam``, ``basis`` (as of enrolment_completed)
# and ``now`` (aware UTC).
exam_passed_again = signal("learning.exam-passed-again")
