"""Refusals of examining."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid


class NotSettled(Conflict):
    """Answers may still arrive: nothing is final yet."""

    def __init__(self) -> None:
        super().__init__(_l("The result isn’t final yet."), code="not_settled")


class SittingNow(Conflict):
    """Another attempt may ask the same questions."""

    def __init__(self) -> None:
        super().__init__(
            _l("This is available again when the exam that is under way is over."), code="sitting"
        )


class SameKey(Invalid):
    """The correction is what is in force already."""

    def __init__(self) -> None:
        super().__init__(_l("This is how the question is scored already."))


class SameMarks(Invalid):
    """Judged anew, every line of the rubric keeps its points."""

    def __init__(self) -> None:
        super().__init__(_l("These are the points that the answer has already."))


class RegradeOpen(Conflict):
    """Another correction of the same question isn't done."""

    def __init__(self) -> None:
        super().__init__(
            _l("Another correction of this question is under way. Apply or discard it first.")
        )


class RegradesBusy(Conflict):
    """Another correction of the same exam is being applied at this moment."""

    def __init__(self) -> None:
        super().__init__(
            _l("Another correction of the same exam is being applied. Try again in a minute.")
        )


class PreviewDiffers(Conflict):
    """Something was scored since the preview was made."""

    def __init__(self) -> None:
        super().__init__(
            _l("Results have changed since the preview was made. Look at the preview anew.")
        )


class WrongState(Conflict):
    """The correction was applied or discarded meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This correction was applied or discarded meanwhile."))


class AppealTooLate(Conflict):
    """The time for appeals is over."""

    def __init__(self) -> None:
        super().__init__(_l("The time for appeals against this exam is over."))


class AppealOpen(Conflict):
    """The question has an appeal that waits for its answer."""

    def __init__(self) -> None:
        super().__init__(_l("Your appeal on this question waits for its answer already."))


class AppealsUsedUp(Conflict):
    """The question was appealed as often as it can be."""

    def __init__(self) -> None:
        super().__init__(_l("This question can’t be appealed again."))


class NoSuchQuestion(Invalid):
    """The paper has no such question."""

    def __init__(self) -> None:
        super().__init__(_l("Choose one of the questions of this exam."))


class AppealAnswered(Conflict):
    """Someone answered the appeal meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This appeal was answered already."))
