"""Refusals of this domain."""

from flask_babel import lazy_gettext as _l

from lms.catalog.workbench.base import Faults
from lms.core.errors import Conflict, Invalid


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
