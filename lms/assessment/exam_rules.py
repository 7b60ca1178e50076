"""The rules of an exam as its author states them: from ``exam.yaml`` or from the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.assessment.models import ExplanationPolicy

Texts = dict[str, str]
LEVELS = (1, 2, 3)  # recall, application, judgement
Counts = Mapping[str, Mapping[int, int]]  # topic → level → items in use


@dataclass(frozen=True)
class SectionRule:
    """So many items of a topic, of one level or (None) of any."""

    topic: str
    draw: int
    level: int | None = None


@dataclass(frozen=True)
class ExamRules:
    """All that an author decides about an exam."""

    title: Texts
    minutes: int
    pass_percent: int
    attempts: int
    wait_hours: int
    explanations: ExplanationPolicy
    sections: tuple[SectionRule, ...] = ()

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(section.draw for section in self.sections)


@dataclass(frozen=True)
class Shortage:
    """A topic (or one level of it) of which the sections ask for more than the bank has."""

    topic: str
    level: int | None
    asked: int
    available: int


def available(counts: Counts, topic: str, level: int | None) -> int:
    """Return how many items of ``topic`` (and ``level``, unless None) there are."""
    levels = counts.get(topic, {})
    return sum(levels.values()) if level is None else levels.get(level, 0)


def total(counts: Counts) -> int:
    """Return how many items all topics have together."""
    return sum(sum(levels.values()) for levels in counts.values())


def shortages(sections: Iterable[SectionRule], counts: Counts) -> list[Shortage]:
    """Return what can't be drawn, by topic.

    Sections share a bank and no item is asked twice, so all that ask for one topic count together:
    those of a level against the level, all against the whole topic.
    """
    asked: dict[str, dict[int | None, int]] = {}
    for section in sections:
        by_level = asked.setdefault(section.topic, {})
        by_level[section.level] = by_level.get(section.level, 0) + section.draw
    found = []
    for topic, by_level in asked.items():
        for level in sorted(level for level in by_level if level is not None):
            have = available(counts, topic, level)
            if by_level[level] > have:
                found.append(Shortage(topic, level, by_level[level], have))
        total, have = sum(by_level.values()), available(counts, topic, None)
        if total > have and not any(s.topic == topic for s in found):
            found.append(Shortage(topic, None, total, have))
    return found
