"""Other domains' places that point to facts: questions, and what may come.

A domain above the catalog registers what it has once, when its handlers are imported. The page of a
fact then lists its places beside the lessons, a draft's review covers them, and a changed fact
touches the people who learned by them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from lms.catalog.models import CourseVersion


@dataclass(frozen=True)
class Place:
    """Where a fact is used, for its page."""

    title: str  # in the reader's language
    course: dict[str, Any]
    url: str


class FactUser(Protocol):
    """What a domain tells of its places that point to facts."""

    name: str  # unique among them

    def places(self, keys: Collection[str] | None) -> Mapping[str, Sequence[Place]]:
        """Return its places by the fact's key; ``keys`` None: of all facts. One statement."""
        ...

    def facts_in(self, version: CourseVersion) -> set[str]:
        """Return the keys that a version of a course points to, a draft or a published one."""
        ...

    def versions_with(self, key: str, *, before: datetime) -> set[int]:
        """Return the ids of versions published before an instant that point to the fact."""
        ...


_users: dict[str, FactUser] = {}


def register(user: FactUser) -> None:
    """Add a domain's places; registering the same name again replaces it."""
    _users[user.name] = user


def registered() -> list[FactUser]:
    """Return what was registered, in the order of the names."""
    return [_users[name] for name in sorted(_users)]


def places(keys: Collection[str] | None = None) -> dict[str, list[Place]]:
    """Return all places outside lessons by the fact's key."""
    found: dict[str, list[Place]] = {}
    for user in registered():
        for key, ones in user.places(keys).items():
            found.setdefault(key, []).extend(ones)
    return found
