"""Refusals of this domain. ``details["code"]`` tells the exam page's script which one it is."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Forbidden, Invalid, Refusal, TooMany
from lms.web.i18n import localised


class LessonsUnread(Conflict):
    """The exam opens when all that comes before it is done."""

    def __init__(self) -> None:
        super().__init__(
            _l("The exam opens when all that comes before it is done."), code="lessons"
        )


class NoAttemptsLeft(Conflict):
    """All allowed attempts are used up."""

    def __init__(self) -> None:
        super().__init__(_l("All attempts at this exam are used up."), code="attempts")


class AwaitsGrading(Conflict):
    """Answers of an earlier attempt are still to be judged by a person."""

    def __init__(self) -> None:
        super().__init__(
            _l("An examiner still reads the answers of your last attempt."), code="grading"
        )


class MustWait(Conflict):
    """The waiting time since the last attempt isn't over; ``details`` say until when."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            _l("The waiting time after the last attempt isn't over yet."),
            code="waiting",
            until=until.isoformat(),
        )


class AlreadyPassed(Conflict):
    """The enrolment has ended: passed, or withdrawn."""

    def __init__(self) -> None:
        super().__init__(_l("This enrolment has ended already."), code="ended")


class NotOpenYet(Conflict):
    """The exam's window hasn't begun."""

    def __init__(self) -> None:
        super().__init__(_l("This exam isn’t open yet."), code="not_open")


class WindowOver(Conflict):
    """The exam's window is over."""

    def __init__(self) -> None:
        super().__init__(_l("This exam is closed."), code="window_over")


class WrongCode(Invalid):
    """The release code is missing, wrong, or no longer valid: the same for each."""

    def __init__(self) -> None:
        super().__init__(_l("This code doesn’t open the exam."), code="release_code")


class OtherAttemptOpen(Conflict):
    """An attempt at an exam on the same questions isn't over: nothing of them may be told.

    ``exam``: the title of that exam, where it is another one of the same course.
    """

    def __init__(self, exam: dict[str, str] | None = None) -> None:
        message = _l("Another attempt on the same questions is under way. Finish it first.")
        if exam:
            message = _l("“%(exam)s” is under way. Finish it first.", exam=localised(exam))
        super().__init__(message, code="other_attempt")


class AnswerFinal(Conflict):
    """The answer was shown with its explanation: it can't be changed any more."""

    def __init__(self) -> None:
        super().__init__(_l("This answer was given already and can’t be changed."), code="final")


class NobodySits(Conflict):
    """No attempt is open that could be given more time."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody is sitting this exam now."), code="nobody_sits")


class OwnExam(Forbidden):
    """Nobody gives themselves more time or attempts."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else must decide about your own exam."), code="own_exam")


class NoExam(Conflict):
    """The course version has no exam, or not enough items for it."""

    def __init__(self) -> None:
        super().__init__(_l("This course has no exam yet."), code="no_exam")


class AttemptClosed(Conflict):
    """The attempt was handed in or is settled: nothing more is taken."""

    def __init__(self) -> None:
        super().__init__(_l("This exam was handed in already."), code="closed")


class TooLate(Conflict):
    """The answer came after the time for it; nothing was written."""

    def __init__(self) -> None:
        super().__init__(_l("The time of this exam is over."), code="too_late")


class LogFull(TooMany):
    """The attempt's log has more entries than any person's answers make."""

    def __init__(self) -> None:
        super().__init__(_l("Too many changes were sent for this exam."), code="log_full")


class EventDiffers(Conflict):
    """An event id was used before, for something else."""

    def __init__(self) -> None:
        super().__init__(
            _l("This answer was sent before with another content."), code="event_differs"
        )


class MalformedEvent(Invalid):
    """What was sent is no event of an exam, or doesn't fit the question."""

    def __init__(self) -> None:
        super().__init__(_l("The answer doesn't fit the question."), code="malformed")


class UnreadableRequest(Refusal):
    """The request's body is no JSON: cut off on its way, perhaps. Sending it again may help."""

    def __init__(self) -> None:
        super().__init__(_l("The answer arrived incomplete."), code="unreadable")


class WrongToken(Refusal):
    """The attempt's token is missing or wrong: the same for an unknown attempt."""

    status = 401

    def __init__(self) -> None:
        super().__init__(_l("Open the exam anew to go on."), code="token")
