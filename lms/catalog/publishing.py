"""What publishing means for domains above: they show it on the page of a publication and act on it.

A domain registers its part once, in its ``handlers``. The page of a publication shows each part's
section; when the draft is published, each part gets the form that was sent with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lms.catalog.models import CourseVersion
from lms.people.models import Person


@dataclass(frozen=True)
class Section:
    """A template of the domain, included with ``values`` as the variable ``values``.

    ``fault`` says what is wrong with the answer that was sent, "" when nothing is.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


class PublicationPart(Protocol):
    """What a domain shows and does when a version is published."""

    def before(self, draft: CourseVersion, sent: Mapping[str, str] | None) -> Section | None:
        """Return what is asked before ``draft`` is published; None: nothing.

        ``sent`` is what was answered, None while nobody was asked yet.
        """
        ...

    def after(
        self, version: CourseVersion, sent: Mapping[str, str], *, actor: Person, now: datetime
    ) -> None:
        """Act on what was chosen; ``version`` was published in this transaction."""
        ...

    def later(self, version: CourseVersion) -> Section | None:
        """Return what the course's page tells about the published ``version``; None: nothing."""
        ...


_parts: list[PublicationPart] = []


def register(part: PublicationPart) -> None:
    """Add a part; the same one counts once."""
    if part not in _parts:
        _parts.append(part)


def sections_before(draft: CourseVersion, sent: Mapping[str, str] | None = None) -> list[Section]:
    """Return what to ask before a publication, with what is wrong with the answers in ``sent``."""
    return [section for part in _parts if (section := part.before(draft, sent)) is not None]


def sections_later(version: CourseVersion) -> list[Section]:
    """Return what to tell on the course's page."""
    return [section for part in _parts if (section := part.later(version)) is not None]


def carry_out(
    version: CourseVersion, sent: Mapping[str, str], *, actor: Person, now: datetime
) -> None:
    """Let each part act on what was sent with the publication."""
    for part in _parts:
        part.after(version, sent, actor=actor, now=now)
