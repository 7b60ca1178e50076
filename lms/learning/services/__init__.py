"""Commands on enrolments and progress. Those that change a person's record leave audit entries."""

from lms.learning.services.enrolling import (
    EnrolmentWish,
    enrol,
    enrol_many,
    set_due,
    withdraw,
)
from lms.learning.services.progress import (
    END,
    Reading,
    answer_check,
    complete_activity,
    mark_read,
    open_activity,
    record_place,
)
from lms.learning.services.responses import answer_exercise, keep_ticks

__all__ = [
    "END",
    "EnrolmentWish",
    "Reading",
    "answer_check",
    "answer_exercise",
    "complete_activity",
    "enrol",
    "enrol_many",
    "keep_ticks",
    "mark_read",
    "open_activity",
    "record_place",
    "set_due",
    "withdraw",
]
