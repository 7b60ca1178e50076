"""Refusals about batches."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid
from lms.web.i18n import show_number


class NothingChosen(Invalid):
    """The selection holds no certificate or person."""

    def __init__(self) -> None:
        super().__init__(_l("There is nobody in this selection, so there is nothing to do."))


class TooLarge(Invalid):
    """The selection is larger than one batch may be."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _l(
                "More than %(most)s at once is not possible. Narrow the selection.",
                most=show_number(most),
            )
        )


class NotRunning(Conflict):
    """There is nothing to stop."""

    def __init__(self) -> None:
        super().__init__(_l("This isn't under way any more, so it can't be stopped."))


class NotStopped(Conflict):
    """There is nothing to go on with."""

    def __init__(self) -> None:
        super().__init__(_l("This isn't stopped, so there is nothing to resume."))
