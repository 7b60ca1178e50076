"""Refusals of this domain."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.catalog.workbench.base import Faults
from lms.core.errors import Conflict, Invalid, Refusal


class NothingPublished(Conflict):
    """A course without a published version can't be learnt."""

    def __init__(self) -> None:
        super().__init__(_l("This course has no published version yet."))


class EnrolmentEnded(Conflict):
    """The enrolment is completed or withdrawn already."""

    def __init__(self) -> None:
        super().__init__(_l("This enrolment has ended already."))


class ChangedMeanwhile(Conflict):
    """Someone else changed the enrolment since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this enrolment meanwhile."))


class ChecksUnanswered(Invalid):
    """The lesson's self-checks come before it counts as read; ``details`` count what is open."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(_l("Answer the questions inside the lesson first."), keys=keys)


class UnknownChoice(Invalid):
    """The answer names options that the self-check doesn't have, or none."""

    def __init__(self) -> None:
        super().__init__(_l("Choose at least one of the options."))


class AnswerHasFaults(Invalid):
    """An answer to an exercise can't be scored; ``faults`` says why, by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(_l("Some fields need another look."))
        self.faults = faults


class UnreadableList(Invalid):
    """The list of people can't be read at all."""


class NotOpenYet(Refusal):
    """Something of the course comes first; ``enrolment`` and ``activity`` are public ids."""

    status = 403

    def __init__(self, **details: Any) -> None:
        super().__init__(_l("This part isn’t open yet."), **details)


class TimeNotSpent(Invalid):
    """The lesson asks for a minimum time; ``details`` say how many minutes are missing."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _l("This lesson asks for a minimum time. It counts while the lesson is in view."),
            minutes=minutes,
        )


class NotYourOwnMentor(Invalid):
    """Nobody ticks their own checklist."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody can be their own mentor."))


class NoSuchPerson(Invalid):
    """No present employee whom one may see has this personnel number."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody in your part of the network has this number."))
