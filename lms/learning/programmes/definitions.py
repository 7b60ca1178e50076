"""What a programme says, apart from tables: the same from a file, from a form and for a check."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.catalog.source.content import Texts
from lms.learning.programmes.models import Coverage, Programme

MOST_STEPS = 30
MOST_CHOICES = 3  # courses in one step
TITLE_LIMIT = 120
SUMMARY_LIMIT = 500
POST_LIMIT = 40


@dataclass(frozen=True)
class StepDefinition:
    """One step: slugs of the courses to choose between, and its term in days."""

    courses: tuple[str, ...]
    days: int
    since_on: date | None = None  # None: as the programme, or as it was
    line: int = field(default=0, compare=False)  # where a file says it


@dataclass(frozen=True)
class ProgrammeDefinition:
    """A whole programme."""

    key: str
    title: Texts
    summary: Texts
    post: str  # code of a JobRole
    coverage: Coverage
    steps: tuple[StepDefinition, ...]
    in_force_on: date | None = None  # None: the day on which it is loaded
    is_retired: bool = False
    line: int = field(default=0, compare=False)

    @property
    def slugs(self) -> list[str]:
        """The courses of all steps."""
        return [slug for step in self.steps for slug in step.courses]


def definition_of(programme: Programme) -> ProgrammeDefinition:
    """Return what a stored programme says; load its steps, choices and courses first."""
    steps = tuple(
        StepDefinition(tuple(course.slug for course in step.courses), step.days, step.since_on)
        for step in programme.steps
    )
    return ProgrammeDefinition(
        key=programme.key,
        title=programme.title,
        summary=programme.summary,
        post=programme.post,
        coverage=programme.coverage,
        steps=steps,
        in_force_on=programme.in_force_on,
        is_retired=programme.retired_at is not None,
    )


def tidied(definition: ProgrammeDefinition) -> ProgrammeDefinition:
    """Return the same without the days of steps that are the programme's own."""
    steps = tuple(
        replace(step, since_on=None) if step.since_on == definition.in_force_on else step
        for step in definition.steps
    )
    return replace(definition, steps=steps)


def digest(definition: ProgrammeDefinition) -> str:
    """Return what two definitions have in common only when they say the same."""
    steps: list[Any] = [
        [list(step.courses), step.days, step.since_on and step.since_on.isoformat()]
        for step in definition.steps
    ]
    said = [
        definition.key,
        dict(sorted(definition.title.items())),
        dict(sorted(definition.summary.items())),
        definition.post,
        definition.coverage.value,
        definition.in_force_on and definition.in_force_on.isoformat(),
        definition.is_retired,
        steps,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
