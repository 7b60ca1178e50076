"""Refusals of an import."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid


class UnreadableTable(Invalid):
    """The file is no table that could be imported; the message says why."""


class PlanOutdated(Conflict):
    """People changed since the plan was shown: nothing was done."""

    def __init__(self) -> None:
        super().__init__(_l("Something changed since the file was checked. Nothing was done."))


class AlreadyApplied(Conflict):
    """The import was confirmed before."""

    def __init__(self) -> None:
        super().__init__(_l("This file has been applied already."))
