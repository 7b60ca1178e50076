"""Refusals of this domain."""

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict


class AlreadyRevoked(Conflict):
    """The certificate was revoked before."""

    def __init__(self) -> None:
        super().__init__(_l("This certificate has been revoked already."))


class AlreadyReplaced(Conflict):
    """Another certificate was issued in its place."""

    def __init__(self) -> None:
        super().__init__(
            _l("A new certificate has been issued in place of this one. Work with the new one.")
        )


class NotReissuable(Conflict):
    """An expired certificate is renewed by learning again, not by printing it again."""

    def __init__(self) -> None:
        super().__init__(
            _l("This certificate has expired. A new one needs a new enrolment in the course.")
        )


class AlreadyDecided(Conflict):
    """Someone else decided meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This was decided already."))
