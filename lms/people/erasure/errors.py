"""Refusals about erasing people."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class ClassChanged(Conflict):
    """Somebody changed the class meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else has changed this class meanwhile. Open it again."))


class CannotErase(Conflict):
    """Something hinders it."""


class WorksHere(CannotErase):
    """Only who has left is erased."""

    def __init__(self) -> None:
        super().__init__(_l("The person works here. Only who has left can be erased."))


class DryRunOutdated(Conflict):
    """What would happen isn't what was shown any more."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Something changed since the dry run that was asked for. Nothing was erased. "
                "Refuse or withdraw this request and ask again."
            )
        )


class NothingToErase(Conflict):
    """All of it stays."""

    def __init__(self) -> None:
        super().__init__(_l("Nothing can go now: all that is left stays by a rule."))


class AlreadyAsked(Conflict):
    """There is an open order for this person."""

    def __init__(self) -> None:
        super().__init__(_l("The erasure of this person has been asked for already."))
