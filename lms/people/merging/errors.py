"""Refusals about merging people."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Forbidden


class CannotMerge(Conflict):
    """Something hinders it."""

    def __init__(self, hindrances: list[Any]) -> None:
        super().__init__(hindrances[0])
        self.hindrances = hindrances


class DryRunOutdated(Conflict):
    """What would happen isn't what was shown any more."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Something changed since the dry run that was asked for. Nothing was merged. "
                "Refuse or withdraw this request and ask again."
            )
        )


class AlreadyAsked(Conflict):
    """There is an open request about one of the two."""

    def __init__(self) -> None:
        super().__init__(_l("A merge of one of these records has been asked for already."))


class OwnRecord(Forbidden):
    """Nobody decides on their own records."""

    def __init__(self) -> None:
        super().__init__(
            _l("One of these records is your own: somebody else has to decide on them.")
        )


class AlreadyApart(Conflict):
    """It was said before that the two are different people."""

    def __init__(self) -> None:
        super().__init__(_l("These records are marked as two different people already."))


class AlreadyTakenBack(Conflict):
    """Somebody else took the mark back."""

    def __init__(self) -> None:
        super().__init__(_l("This mark has been taken back already."))


class MergeWaits(Conflict):
    """A merge of the two waits for its second person."""

    def __init__(self) -> None:
        super().__init__(
            _l("A merge of these two records has been asked for. Decide on that request first.")
        )
