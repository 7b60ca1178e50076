"""What the details of all kinds have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from lms.catalog.models import ActivityKind
from lms.catalog.source.content import Texts
from lms.catalog.source.map_reader import MapReader

TEXT_LIMIT = 4000  # characters of a description


@dataclass(frozen=True)
class Surroundings:
    """What an activity's details may refer to in its course."""

    languages: tuple[str, ...]
    topics: frozenset[str]
    files: frozenset[str]  # paths


class Details(Protocol):
    """What an activity of one kind states besides its title and minutes."""

    kind: ClassVar[ActivityKind]

    @classmethod
    def read(cls, entry: MapReader, around: Surroundings) -> Self:
        """Return what the entry of ``course.yaml`` says; mistakes are noted there."""
        ...

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        ...

    def plain(self, languages: tuple[str, ...]) -> dict[str, Any]:
        """Return plain values for a row or a file, texts in the order of ``languages``."""
        ...

    def substance(self) -> Any:
        """Return, as plain values, what must stay as it is for what was done to count in a later
        version; the files that it shows besides.
        """
        ...

    def files(self) -> set[str]:
        """Return the paths of the course's files that it shows."""
        ...


def ordered(texts: Mapping[str, str], languages: tuple[str, ...]) -> Texts | None:
    """Return texts in the order of ``languages``; None for none."""
    return {language: texts[language] for language in languages if texts.get(language)} or None


def text_of(stored: Mapping[str, Any], name: str) -> Texts:
    """Return the stored texts called ``name``."""
    return dict(stored.get(name) or {})
