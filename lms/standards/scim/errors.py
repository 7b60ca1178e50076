"""What a SCIM request can be refused with."""

from flask import Response


class Refused(Exception):
    """The request is refused; nothing of it stays."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer
