"""Refusals of whole files."""

from typing import Any

from lms.core.errors import Invalid


class Unreadable(Invalid):
    """The file can't be read as items at all; nothing was written.

    ``line`` is where reading stopped, 0 when the whole file is meant.
    """

    def __init__(self, message: Any, *, line: int = 0, file: str = "") -> None:
        super().__init__(message, line=line, file=file)
        self.line = line
        self.file = file
