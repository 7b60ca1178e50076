"""Refusals of reviews."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Forbidden


class NotAsked(Conflict):
    """Nobody has asked for a review, or it is answered already."""

    def __init__(self) -> None:
        super().__init__(_l("This draft isn't waiting for a review."))


class AlreadyAsked(Conflict):
    """The draft waits for a review already, or is approved."""

    def __init__(self) -> None:
        super().__init__(_l("This draft is already with a reviewer or approved."))


class OwnWork(Forbidden):
    """A second person approves: not who asked, nor who edited last."""

    def __init__(self) -> None:
        super().__init__(
            _l("A second person approves this course: not who asked, nor who edited it last.")
        )


class NotApproved(Conflict):
    """The course wants an approval of exactly this content before it is published."""

    def __init__(self) -> None:
        super().__init__(_l("A second person has to approve this draft before it is published."))
