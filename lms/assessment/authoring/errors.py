"""Refusals of authoring."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class ItemKeyTaken(Conflict):
    """The bank has another item with this key."""

    def __init__(self) -> None:
        super().__init__(_l("Another question of this course has this key already."))


class StaleForm(Conflict):
    """The thing was saved by someone else after the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this while you were editing."))


class NoDraft(Conflict):
    """A published version never changes."""

    def __init__(self) -> None:
        super().__init__(_l("A published version of a course can't be changed."))
