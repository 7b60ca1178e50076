"""A document: a file of the course to read or to take along; opening it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from lms.catalog.kinds.base import TEXT_LIMIT, Surroundings, ordered, text_of
from lms.catalog.messages import Message
from lms.catalog.models import ActivityKind
from lms.catalog.source.content import Texts
from lms.catalog.source.map_reader import MapReader


@dataclass(frozen=True)
class DocumentDetails:
    """The file's path in each language, and what it is for."""

    kind: ClassVar[ActivityKind] = ActivityKind.DOCUMENT

    file: Texts
    description: Texts = field(default_factory=dict)

    @classmethod
    def read(cls, entry: MapReader, around: Surroundings) -> Self:
        """Return what the entry of ``course.yaml`` says."""
        file = entry.texts("file", around.languages, limit=200)
        for path in dict.fromkeys(file.values()):
            if path not in around.files:
                entry.complain("file", Message("the course has no file '%(path)s'", path=path))
        description = entry.texts("description", around.languages, required=False, limit=TEXT_LIMIT)
        return cls(file, description)

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        return cls(text_of(stored, "file"), text_of(stored, "description"))

    def plain(self, languages: tuple[str, ...]) -> dict[str, Any]:
        """Return plain values."""
        return {
            "file": ordered(self.file, languages),
            "description": ordered(self.description, languages),
        }

    def substance(self) -> None:
        """Only its files count."""

    def files(self) -> set[str]:
        """Return the paths of the file's variants."""
        return set(self.file.values())
