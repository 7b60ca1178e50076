"""Why a piece of a file isn't taken."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid, Refusal, TooMany


class Malformed(Refusal):
    """The headers don't say what the protocol asks for: for whoever writes a sender."""

    status = 400


class WrongProtocol(Refusal):
    """The sender speaks another version of the protocol."""

    status = 412


class WrongContent(Refusal):
    """A piece is sent under another media type than the protocol's."""

    status = 415


class TooLarge(Refusal):
    """The whole file, or this piece of it, is larger than allowed."""

    status = 413

    def __init__(self) -> None:
        super().__init__(_l("The file is too large."))


class OffsetMoved(Conflict):
    """The piece doesn't begin where the file stands: ``offset`` bytes are here."""

    def __init__(self, offset: int) -> None:
        super().__init__(_l("Another part of the file is awaited."), offset=offset)


class NotWhole(Conflict):
    """The file is asked for before all of it has arrived."""

    def __init__(self, offset: int) -> None:
        super().__init__(_l("Not all of the file has arrived yet."), offset=offset)


class TooManyPieces(Invalid):
    """The file came in smaller pieces than anybody sends it in."""

    def __init__(self) -> None:
        super().__init__(_l("The file came in too many parts. Send it again from its beginning."))


class Expired(Refusal):
    """Nobody went on with this upload in time."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("The file waited for too long. Send it again from its beginning."))


class QuotaReached(TooMany):
    """One person sent as much as the installation takes of one in a day."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
