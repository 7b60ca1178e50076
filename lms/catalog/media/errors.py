"""Why something can't be a file of a course."""


class BadFile(ValueError):
    """The file can't be taken; the message says why, ``line`` where (0: the whole file)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
