"""A checklist for the job: steps that a mentor ticks when the person has done them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from lms.catalog.kinds.base import TEXT_LIMIT, Surroundings, ordered, text_of
from lms.catalog.messages import Message
from lms.catalog.models import ActivityKind
from lms.catalog.source.content import Texts
from lms.catalog.source.map_reader import MapReader

MOST_STEPS = 60
STEP_LIMIT = 500  # characters


@dataclass(frozen=True)
class ChecklistStep:
    """One thing to do; ``key`` stays the same from version to version."""

    key: str
    text: Texts


@dataclass(frozen=True)
class ChecklistDetails:
    """The steps in order, and what the checklist is for."""

    kind: ClassVar[ActivityKind] = ActivityKind.CHECKLIST

    steps: tuple[ChecklistStep, ...]
    description: Texts = field(default_factory=dict)

    @classmethod
    def read(cls, entry: MapReader, around: Surroundings) -> Self:
        """Return what the entry of ``course.yaml`` says."""
        description = entry.texts("description", around.languages, required=False, limit=TEXT_LIMIT)
        steps: list[ChecklistStep] = []
        for step in entry.maps("steps"):
            key, text = step.key("key"), step.texts("text", around.languages, limit=STEP_LIMIT)
            if key and key in {one.key for one in steps}:
                step.complain("key", Message("'%(keys)s' stands twice", keys=key))
            step.done()
            steps.append(ChecklistStep(key, text))
        if len(steps) > MOST_STEPS:
            entry.complain("steps", Message("has more than %(limit)s entries", limit=MOST_STEPS))
        return cls(tuple(steps), description)

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        steps = (ChecklistStep(one["key"], dict(one["text"])) for one in stored.get("steps") or ())
        return cls(tuple(steps), text_of(stored, "description"))

    def plain(self, languages: tuple[str, ...]) -> dict[str, Any]:
        """Return plain values."""
        return {
            "description": ordered(self.description, languages),
            "steps": [
                {"key": step.key, "text": ordered(step.text, languages) or {}}
                for step in self.steps
            ],
        }

    def substance(self) -> dict[str, Texts]:
        """Return the steps by key."""
        return {step.key: step.text for step in self.steps}

    def files(self) -> set[str]:
        """A checklist shows no files."""
        return set()
