"""Refusals of this domain."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid, Refusal


class SlugTaken(Conflict):
    """Another course has this short name."""

    def __init__(self) -> None:
        super().__init__(_l("Another course already has this short name."))


class KeyTaken(Conflict):
    """Another thing of the same kind has this key in this version."""

    def __init__(self) -> None:
        super().__init__(_l("This key is already in use in the course."))


class NotADraft(Conflict):
    """Only drafts can be changed; a published version never is."""

    def __init__(self) -> None:
        super().__init__(
            _l("This version is published and can't be changed. Open a new draft of the course.")
        )


class DraftExists(Conflict):
    """A course has at most one draft."""

    def __init__(self) -> None:
        super().__init__(_l("The course already has a draft."))


class NothingPublished(Conflict):
    """A draft is copied from the published version, and there is none."""

    def __init__(self) -> None:
        super().__init__(_l("The course has no published version yet."))


class ChangedMeanwhile(Conflict):
    """Someone else changed the record after the form was opened; nothing was overwritten."""

    def __init__(self, **details: Any) -> None:
        super().__init__(
            _l("Someone else changed this while you were editing. Nothing was overwritten."),
            **details,
        )


class OrderChanged(Conflict):
    """Someone else moved, added or removed something in the outline; nothing was moved."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Someone else changed the outline meanwhile. Nothing was moved: this is how it "
                "stands now."
            )
        )


class WaitsForItself(Invalid):
    """Each activity of ``circle`` (keys) would open only after the next."""

    def __init__(self, circle: list[str]) -> None:
        super().__init__(_l("Then these would wait for each other."), circle=circle)


class Outdated(Conflict):
    """Another version was published after this draft was begun."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "Another version was published after this draft was begun. Publishing would undo "
                "its changes. Discard the draft and open a new one."
            )
        )


class ChangedSinceShown(Conflict):
    """The draft is not the one whose changes were looked at before publishing."""

    def __init__(self) -> None:
        super().__init__(
            _l("The draft was changed after this page was opened. Look through the changes again.")
        )


class NothingChanged(Conflict):
    """The draft equals the published version."""

    def __init__(self) -> None:
        super().__init__(_l("The draft is the same as the published version."))


class Incomplete(Invalid):
    """The draft lacks something; ``details["missing"]`` tells what."""

    def __init__(self, missing: list[Any]) -> None:
        super().__init__(_l("The draft isn't complete yet."), missing=[str(m) for m in missing])


class WrongFile(Invalid):
    """An uploaded file can't be a file of the course."""


class PathTaken(Conflict):
    """Another file of the course has this name."""

    def __init__(self) -> None:
        super().__init__(_l("Another file of the course already has this name."))


class InUse(Conflict):
    """Something still refers to what should be removed."""

    def __init__(self, message: Any = "", *, by: list[str] | None = None) -> None:
        super().__init__(message or _l("It is still in use."), by=by or [])


class PublishedIsImmutable(Refusal):
    """Code tried to change a published version: the last fence, after the services' own checks."""

    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(_l("A published version of a course can't be changed."), what=what)


class PackageExpired(Conflict):
    """The token of a package is too old, altered, or someone else's."""

    def __init__(self) -> None:
        super().__init__(
            _l("This check of the package is no longer valid. Send it again; nothing changed.")
        )
