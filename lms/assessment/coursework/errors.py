"""Refusals of practices inside a course."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class PracticeRests(Conflict):
    """An exam of the course is under way: what it may ask isn't practised beside it."""

    def __init__(self) -> None:
        super().__init__(_l("Practice rests while the exam is under way."))


class NothingToPractise(Conflict):
    """None of the questions is open for practice any more."""

    def __init__(self) -> None:
        super().__init__(_l("This practice has no questions just now."))
