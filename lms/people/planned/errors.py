"""Refusals about planned posts."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class PlanEnded(Conflict):
    """The plan was carried out, replaced or called off meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This is no longer planned: it began, or was changed or called off."))
