"""Refusals of this domain."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Forbidden, Invalid


class NumberTaken(Conflict):
    """Another person has this personnel number."""

    def __init__(self) -> None:
        super().__init__(_l("Another person already has this personnel number."))


class UsernameTaken(Conflict):
    """Another account signs in with this name."""

    def __init__(self) -> None:
        super().__init__(_l("Another account already has this sign-in name."))


class HasAccount(Conflict):
    """The person already has an account."""

    def __init__(self) -> None:
        super().__init__(_l("This person already has an account."))


class RoleHeld(Conflict):
    """The account already holds this role over this unit."""

    def __init__(self) -> None:
        super().__init__(_l("The account already has this role over this unit."))


class NotEmployed(Conflict):
    """The person has no post that could end or change."""

    def __init__(self) -> None:
        super().__init__(_l("This person has no post at present."))


class HasPost(Conflict):
    """The person has a post, which would have to end first."""

    def __init__(self) -> None:
        super().__init__(_l("This person already has a post."))


class HasLeft(Conflict):
    """The person worked here and doesn't any more, so access stays closed."""

    def __init__(self) -> None:
        super().__init__(_l("This person has left. Give them a post first."))


class WrongDay(Invalid):
    """The day lies before the post began, or in the future."""

    def __init__(self) -> None:
        super().__init__(self.sentence())

    def sentence(self) -> Any:
        """Return what is said."""
        return _l("The day must not be before the post began, nor in the future.")


class TooEarly(WrongDay):
    """A post would begin on or before a day of another one: its first, or its last."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__()

    def sentence(self) -> Any:
        """Return what is said, with the day that must be over."""
        return _l("The new post must begin after %(day)s.", day=self.day.isoformat())


class WrongAddress(Invalid):
    """No mail can be sent to this."""

    def __init__(self) -> None:
        super().__init__(_l("This is not an e-mail address."))


class AddressTaken(Conflict):
    """Somebody else has this address."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else has this address."))


class SharedAccount(Conflict):
    """The person's account is one of the demonstration's."""

    def __init__(self) -> None:
        super().__init__(_l("Strangers share the accounts of the demonstration: they get no mail."))


class MayDoMore(Forbidden):
    """The person's account may do what whoever wants to say where its mail goes may not."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "This person may do more here than you. An administrator changes the address, or "
                "they themselves."
            )
        )


class RecordChanged(Conflict):
    """Somebody else changed the person's record meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else has changed this record meanwhile."))


class Erased(Conflict):
    """The person's data is gone, so nothing new is written about them."""

    def __init__(self) -> None:
        super().__init__(_l("This person’s data was erased. Add them as a new person."))


class MergedAway(Conflict):
    """The record was merged into another one of the same person."""

    def __init__(self) -> None:
        super().__init__(
            _l("This record was merged with another one of the same person. It is used no more.")
        )
