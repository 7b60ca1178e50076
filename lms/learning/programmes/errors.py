"""Refusals of programmes."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.catalog.source.problems import Problem
from lms.core.errors import Conflict, Invalid


class PostTaken(Invalid):
    """Another programme in use is for this post."""

    def __init__(self) -> None:
        super().__init__(_l("Another programme is for this post already."))


class ProgrammeKeyTaken(Invalid):
    """Another programme has this key."""

    def __init__(self) -> None:
        super().__init__(_l("Another programme already has this key."))


class ProgrammeChanged(Conflict):
    """Someone else changed the programme since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this programme meanwhile."))


class NotToChoose(Conflict):
    """The step isn't one to choose a course for now, or not this course."""

    def __init__(self) -> None:
        super().__init__(_l("There is nothing to choose here any more."))


class BrokenProgrammes(Exception):
    """The file has mistakes; nothing was loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Any, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
