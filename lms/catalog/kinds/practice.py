"""A practice: questions of some topics, answered with feedback at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lms.catalog.kinds.base import Surroundings
from lms.catalog.models import ActivityKind
from lms.catalog.source.map_reader import MapReader

MOST_QUESTIONS = 50
LEVELS = 3


@dataclass(frozen=True)
class PracticeDetails:
    """Which questions are asked, and how many in one run."""

    kind: ClassVar[ActivityKind] = ActivityKind.PRACTICE

    topics: tuple[str, ...]
    questions: int
    level: int | None = None  # None: of any level

    @classmethod
    def read(cls, entry: MapReader, around: Surroundings) -> Self:
        """Return what the entry of ``course.yaml`` says."""
        topics = tuple(entry.keys("topics", known=set(around.topics), what="topic", required=True))
        questions = entry.integer("questions", minimum=1, maximum=MOST_QUESTIONS)
        level = entry.decimal("level", minimum=1, maximum=LEVELS, step=1, required=False)
        return cls(topics, questions, None if level is None else int(level))

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        return cls(
            tuple(stored.get("topics") or ()), int(stored.get("questions", 1)), stored.get("level")
        )

    def plain(self, _languages: tuple[str, ...]) -> dict[str, Any]:
        """Return plain values."""
        return {"topics": list(self.topics), "questions": self.questions, "level": self.level}

    def substance(self) -> dict[str, Any]:
        """Return which questions are asked, and how many."""
        return self.plain(())

    def files(self) -> set[str]:
        """A practice shows no files."""
        return set()
