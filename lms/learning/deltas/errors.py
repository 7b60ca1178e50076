"""Refusals of delta trainings."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid


class RecordIsKept(Exception):
    """A program tried to change or delete an assignment or an answer: a mistake in the program."""


class AlreadyPublished(Conflict):
    """People have the training: it can't be changed any more."""

    def __init__(self) -> None:
        super().__init__(_l("This training is published already and stays as people have it."))


class NotPublished(Conflict):
    """The training is still being written."""

    def __init__(self) -> None:
        super().__init__(_l("This training isn't published yet."))


class TrainingChanged(Conflict):
    """Someone else saved the training since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this training meanwhile."))


class ChangedAgain(Conflict):
    """The training teaches what no longer holds."""

    def __init__(self) -> None:
        super().__init__(_l("The fact has changed again. This training asks nothing any more."))


class AlreadyDone(Conflict):
    """The person's training is completed."""

    def __init__(self) -> None:
        super().__init__(_l("This training is completed already."))


class Unanswered(Invalid):
    """Questions without an answer; ``details`` name their numbers from 0."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(_l("Answer each question."), numbers=numbers)
