"""Refusals of examining."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


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
