"""A course as typed values, the middle between a folder's files and the database's rows."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lms.catalog.kinds.order import NO_RULES, Order, Rules, Step
from lms.catalog.models import FINAL_EXAM, ActivityKind, Confidence
from lms.catalog.source.folder import SourceFile

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
LANGUAGES = ("ru", "en")
EXAM_KEY = FINAL_EXAM

Texts = dict[str, str]  # language → text


@dataclass(frozen=True)
class TopicContent:
    """What items are tagged with."""

    key: str
    title: Texts
    lessons: tuple[str, ...] = ()  # keys of the lessons that teach it


@dataclass(frozen=True)
class SourceContent:
    """Where a fact comes from."""

    key: str
    title: Texts
    reference: Texts
    confidence: Confidence
    as_of: date | None = None
    url: str | None = None


@dataclass(frozen=True)
class LessonVariant:
    """A lesson in one language: Markdown without outer blank lines, LF line ends."""

    title: str
    body: str


@dataclass(frozen=True)
class LessonContent:
    """A lesson of a module."""

    key: str
    minutes: int
    sources: tuple[str, ...] = ()
    variants: dict[str, LessonVariant] = field(default_factory=dict)
    rules: Rules = NO_RULES


@dataclass(frozen=True)
class ActivityContent:
    """An activity of another kind.

    An exam's place is one: its title, minutes and details stand in its own file.
    """

    key: str
    kind: ActivityKind
    title: Texts = field(default_factory=dict)
    minutes: int = 0
    details: Any = None  # of ``catalog.kinds.registry``
    rules: Rules = NO_RULES


@dataclass(frozen=True)
class ModuleContent:
    """A titled group of activities."""

    key: str
    title: Texts
    activities: tuple[LessonContent | ActivityContent, ...] = ()
    rules: Rules = NO_RULES  # of these, ``after`` and ``after_modules``

    @property
    def lessons(self) -> tuple[LessonContent, ...]:
        """The lessons in order."""
        return tuple(one for one in self.activities if isinstance(one, LessonContent))

    @property
    def others(self) -> tuple[ActivityContent, ...]:
        """The activities of other kinds in order."""
        return tuple(one for one in self.activities if isinstance(one, ActivityContent))


@dataclass(frozen=True)
class CourseContent:
    """A whole course but for the parts that other domains own."""

    slug: str
    title: Texts
    summary: Texts
    languages: tuple[str, ...]
    hours: Decimal
    as_of: date | None = None
    review_by: date | None = None
    certificate_valid_months: int | None = None
    topics: tuple[TopicContent, ...] = ()
    modules: tuple[ModuleContent, ...] = ()
    sources: tuple[SourceContent, ...] = ()
    # By path, such as figures/queue.svg and media/talk.mp4.
    files: dict[str, SourceFile] = field(default_factory=dict)
    alts: dict[str, Texts] = field(default_factory=dict)  # path of a picture → what it shows
    exam: Rules = NO_RULES  # of a final exam that stands after all modules

    @property
    def lessons(self) -> list[LessonContent]:
        """All lessons in order."""
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def others(self) -> list[ActivityContent]:
        """All activities of other kinds in order."""
        return [one for module in self.modules for one in module.others]

    def order(self) -> Order:
        """Return what comes before what."""
        steps = [
            Step(one.key, module.key, one.rules, is_exam=_is_exam(one))
            for module in self.modules
            for one in module.activities
        ]
        if not any(step.is_exam and step.key == EXAM_KEY for step in steps):
            steps.append(Step(EXAM_KEY, None, self.exam, is_exam=True))
        return Order(tuple(steps), {module.key: module.rules for module in self.modules})

    @property
    def figures(self) -> set[str]:
        """The paths of what can be shown: pictures and drawings."""
        return {path for path in self.files if path.startswith("figures/")}

    @property
    def topic_keys(self) -> set[str]:
        """The keys of all topics."""
        return {topic.key for topic in self.topics}

    @property
    def source_keys(self) -> set[str]:
        """The keys of all sources."""
        return {source.key for source in self.sources}


def _is_exam(one: LessonContent | ActivityContent) -> bool:
    return isinstance(one, ActivityContent) and one.kind is ActivityKind.EXAM


def is_key(text: str) -> bool:
    """Tell whether ``text`` is a key: 2 to 60 of a-z, 0-9 and inner hyphens."""
    return KEY.fullmatch(text) is not None


def clean_body(text: str) -> str:
    """Return Markdown with LF line ends and without outer blank lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    written = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[written[0] : written[-1] + 1]) if written else ""
