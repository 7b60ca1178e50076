"""Refusals of work on many accounts."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class OthersWereFaster(Conflict):
    """Somebody else changed one of these accounts, or created one of them, in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            _l("Somebody else changed some of these accounts just now. Look at them again.")
        )
