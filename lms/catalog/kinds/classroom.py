"""A part in a classroom: people come together, an instructor confirms who was there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from lms.catalog.kinds.base import TEXT_LIMIT, Surroundings, ordered, text_of
from lms.catalog.models import ActivityKind
from lms.catalog.source.content import Texts
from lms.catalog.source.map_reader import MapReader


@dataclass(frozen=True)
class ClassroomDetails:
    """What happens, what to bring, and where; how long it takes are the activity's minutes."""

    kind: ClassVar[ActivityKind] = ActivityKind.CLASSROOM

    description: Texts
    bring: Texts = field(default_factory=dict)
    place: Texts = field(default_factory=dict)

    @classmethod
    def read(cls, entry: MapReader, around: Surroundings) -> Self:
        """Return what the entry of ``course.yaml`` says."""
        languages = around.languages
        return cls(
            entry.texts("description", languages, limit=TEXT_LIMIT),
            entry.texts("bring", languages, required=False, limit=TEXT_LIMIT),
            entry.texts("place", languages, required=False, limit=TEXT_LIMIT),
        )

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        return cls(*(text_of(stored, name) for name in ("description", "bring", "place")))

    def plain(self, languages: tuple[str, ...]) -> dict[str, Any]:
        """Return plain values."""
        return {
            "description": ordered(self.description, languages),
            "bring": ordered(self.bring, languages),
            "place": ordered(self.place, languages),
        }

    def substance(self) -> Texts:
        """Return what happens: another place doesn't make it another class."""
        return self.description

    def files(self) -> set[str]:
        """A classroom part shows no files."""
        return set()
