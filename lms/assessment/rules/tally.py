"""What an attempt's log is worth under its exam's rules: pure, given the paper and the keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.assessment.log import AttemptState, fold
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Behaviour,
    EventKind,
)
from lms.assessment.rules import certainty, mastery
from lms.assessment.rules.mastery import Asked
from lms.assessment.scoring import credit

Answers = Mapping[int, Mapping[str, Any]]  # item version id → scoring key


@dataclass
class Tally:
    """Points earned and possible."""

    earned: Fraction = Fraction(0)
    possible: int = 0

    def add(self, earned: Fraction, possible: int) -> None:
        """Count one item."""
        self.earned += earned
        self.possible += possible

    def reaches(self, percent: int) -> bool:
        """Tell whether so much was earned. Exact: a rounded percentage never decides."""
        return bool(self.possible) and 100 * self.earned >= percent * self.possible


@dataclass
class Outcome:
    """A score without its place among an attempt's scores."""

    total: Tally = field(default_factory=Tally)
    topics: dict[str, Tally] = field(default_factory=dict)
    sections: dict[int, Tally] = field(default_factory=dict)
    items: dict[int, Fraction] = field(default_factory=dict)  # without regard to certainty
    certainty: dict[int, tuple[int, Fraction]] | None = None
    needed: dict[int, int | None] = field(default_factory=dict)  # by section
    passed: bool = False

    def columns(self) -> dict[str, Any]:
        """Return the columns of ``Score``."""
        total = self.total
        percent = 100 * total.earned / total.possible if total.possible else Fraction(0)
        return {
            "points": _rounded(total.earned),
            "points_possible": float(total.possible),
            "percent": round(float(max(percent, Fraction(0))), 2),
            "passed": self.passed,
            "topics": {k: [_rounded(t.earned), t.possible] for k, t in self.topics.items()},
            "items": {str(place): _rounded(points) for place, points in self.items.items()},
            "sections": {
                str(place): {
                    "points": _rounded(tally.earned),
                    "possible": tally.possible,
                    "needed": self.needed.get(place),
                    "met": tally.reaches(self.needed.get(place) or 0),
                }
                for place, tally in sorted(self.sections.items())
            }
            or None,
            "certainty": self.certainty
            and {str(p): [level, _rounded(mark)] for p, (level, mark) in self.certainty.items()},
        }


def _rounded(points: Fraction) -> float:
    return round(float(points), 4)


def scored(
    *,
    exam: Assessment,
    attempt: Attempt,
    items: Sequence[AttemptItem],
    answers: Answers,
    events: Iterable[AttemptEvent],
) -> Outcome:
    """Return what the log is worth. ``exam`` has its sections, ``items`` their versions."""
    events = list(events)
    if attempt.behaviour is Behaviour.MASTERY:
        return _mastery(exam, attempt, items, answers, events)
    state = fold(events)
    outcome = Outcome(needed={s.position: s.pass_percent for s in exam.sections})
    if exam.certainty:
        outcome.certainty = {}
    for item in items:
        _add(outcome, item, _share(item, answers, state, attempt), state)
    met = all(
        outcome.sections.get(place, Tally()).reaches(percent)
        for place, percent in outcome.needed.items()
        if percent is not None
    )
    outcome.passed = outcome.total.reaches(exam.pass_percent) and met
    return outcome


def _share(item: AttemptItem, answers: Answers, state: AttemptState, attempt: Attempt) -> Fraction:
    version = item.item_version
    response = state.answers.get(item.position)
    return credit(version.kind, answers[version.id], response, attempt.language)


def _add(outcome: Outcome, item: AttemptItem, share: Fraction, state: AttemptState) -> None:
    version, place = item.item_version, item.position
    earned = share * version.points
    outcome.items[place] = earned
    if outcome.certainty is not None and state.answers.get(place) is not None:
        level = state.certainty.get(place, certainty.LEAST)
        earned = certainty.mark(share, level) * version.points
        outcome.certainty[place] = (level, earned)
    outcome.total.add(earned, version.points)
    outcome.topics.setdefault(version.topic, Tally()).add(earned, version.points)
    if item.section is not None:
        outcome.sections.setdefault(item.section, Tally()).add(earned, version.points)


def turns_of(
    items: Sequence[AttemptItem],
    answers: Answers,
    events: Iterable[AttemptEvent],
    language: str,
) -> list[Asked]:
    """Return the answers of a mastery attempt in the order they were given, right or not."""
    versions = {item.position: item.item_version for item in items}
    turns = []
    for event in sorted(events, key=lambda event: event.number):
        if event.kind is EventKind.ANSWER and event.position is not None:
            version = versions[event.position]
            share = credit(version.kind, answers[version.id], event.body["response"], language)
            turns.append(Asked(event.position, share == 1))
    return turns


def _mastery(
    exam: Assessment,
    attempt: Attempt,
    items: Sequence[AttemptItem],
    answers: Answers,
    events: list[AttemptEvent],
) -> Outcome:
    """Score an attempt at mastery: the share of topics that are mastered."""
    turns = turns_of(items, answers, events, attempt.language)
    paper = [(item.position, item.item_version.topic) for item in items]
    right = {turn.position: turn.right for turn in turns}  # the last answer to each
    outcome = Outcome()
    for item in items:
        points = item.item_version.points if right.get(item.position) else 0
        outcome.items[item.position] = Fraction(points)
    for state in mastery.topic_states(paper, turns):
        outcome.total.add(Fraction(state.mastered), 1)
        outcome.topics[state.topic] = Tally(Fraction(state.mastered), 1)
    outcome.passed = outcome.total.reaches(exam.pass_percent)
    return outcome
