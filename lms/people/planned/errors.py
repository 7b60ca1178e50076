"""Refusals about planned posts."""

from datetime import date

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid


class PlanEnded(Conflict):
    """The plan was carried out, replaced or called off meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This is no longer planned: it began, or was changed or called off."))


class FarAhead(Invalid):
    """Nothing is planned so far ahead."""

    def __init__(self) -> None:
        super().__init__(_l("The day must not be more than a year ahead."))


class OwnPost(Conflict):
    """People don't end their own work here."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody can dismiss themselves."))


class SamePost(Conflict):
    """The post is the one that the person has."""

    def __init__(self) -> None:
        super().__init__(
            _l("This person has this very post. To let a planned transfer not happen, call it off.")
        )


class UnitClosed(Conflict):
    """The unit of the post was closed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("The centre is closed."))


class EndsFirst(Conflict):
    """The work ends before the post would begin."""

    def __init__(self, last_on: date) -> None:
        super().__init__(
            _l(
                "This person works until %(day)s. Call that off first if they stay.",
                day=last_on.isoformat(),
            )
        )
