"""What an attempt's log is worth under its exam's rules: pure, given the paper and the keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.assessment.examining.keys import KeyInForce
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.kinds.base import Response
from lms.assessment.log import AttemptState, fold
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Behaviour,
    EventKind,
    ItemVersion,
)
from lms.assessment.rules import certainty, mastery
from lms.assessment.rules.mastery import Asked
from lms.assessment.scoring import GRADED_BY_HAND, credit

Keys = Mapping[int, KeyInForce]  # by item version id


def has_handwork(items: Iterable[AttemptItem]) -> bool:
    """Tell whether a person has to judge any answer to ``items``."""
    return any(item.item_version.kind in GRADED_BY_HAND for item in items)


def share_of(
    version: ItemVersion, key: KeyInForce, response: Response | None, language: str
) -> Fraction | None:
    """Return the share of the item's points that are earned; None when it isn't counted."""
    if key.correction is CorrectionKind.NOT_COUNTED:
        return None
    if key.correction is CorrectionKind.FULL_POINTS:
        return Fraction(1)
    return credit_by(version, key, response, language)


def credit_by(
    version: ItemVersion, key: KeyInForce, response: Response | None, language: str
) -> Fraction:
    """Return how much of a response is right, by that of the right answers that suits it best."""
    return max(credit(version.kind, answer, response, language) for answer in key.answers)


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
    awaiting: int = 0  # answers that a person has yet to grade

    def columns(self) -> dict[str, Any]:
        """Return the columns of ``Score``."""
        total = self.total
        percent = 100 * total.earned / total.possible if total.possible else Fraction(0)
        return {
            "points": _rounded(total.earned),
            "points_possible": float(total.possible),
            "percent": round(float(max(percent, Fraction(0))), 2),
            "passed": self.passed,
            "awaiting": self.awaiting,
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
    keys: Keys,
    events: Iterable[AttemptEvent],
    graded: Mapping[int, Fraction],
) -> Outcome:
    """Return what the log is worth. ``exam`` has its sections, ``items`` their versions.

    ``graded``: the points that people gave, by position. While one is missing nothing is passed.
    """
    events = list(events)
    if attempt.behaviour is Behaviour.MASTERY:
        return _mastery(exam, attempt, items, keys, events)
    state = fold(events)
    outcome = Outcome(needed={s.position: s.pass_percent for s in exam.sections})
    if exam.certainty:
        outcome.certainty = {}
    for item in items:
        key, response = keys[item.item_version_id], state.answers.get(item.position)
        if item.item_version.kind in GRADED_BY_HAND and key.correction is None:
            outcome.awaiting += response is not None and item.position not in graded
            earned = graded.get(item.position, Fraction(0))
            share: Fraction | None = earned / item.item_version.points
        else:
            share = share_of(item.item_version, key, response, attempt.language)
        _add(outcome, item, share, state)
    met = all(
        outcome.sections.get(place, Tally()).reaches(percent)
        for place, percent in outcome.needed.items()
        if percent is not None
    )
    outcome.passed = outcome.total.reaches(exam.pass_percent) and met and not outcome.awaiting
    return outcome


def _add(outcome: Outcome, item: AttemptItem, share: Fraction | None, state: AttemptState) -> None:
    """Count one item; without a share it counts neither as earned nor as possible."""
    version, place = item.item_version, item.position
    possible = 0 if share is None else version.points
    earned = (share or Fraction(0)) * version.points
    outcome.items[place] = earned
    if outcome.certainty is not None and share is not None and state.answers.get(place) is not None:
        level = state.certainty.get(place, certainty.LEAST)
        earned = certainty.mark(share, level) * version.points
        outcome.certainty[place] = (level, earned)
    outcome.total.add(earned, possible)
    outcome.topics.setdefault(version.topic, Tally()).add(earned, possible)
    if item.section is not None:
        outcome.sections.setdefault(item.section, Tally()).add(earned, possible)


def turns_of(
    items: Sequence[AttemptItem],
    keys: Keys,
    events: Iterable[AttemptEvent],
    language: str,
) -> list[Asked]:
    """Return the answers of a mastery attempt in the order they were given, right or not."""
    versions = {item.position: item.item_version for item in items}
    turns = []
    for event in sorted(events, key=lambda event: event.number):
        if event.kind is EventKind.ANSWER and event.position is not None:
            version = versions[event.position]
            share = share_of(version, keys[version.id], event.body["response"], language)
            turns.append(Asked(event.position, share == 1))
    return turns


def _mastery(
    exam: Assessment,
    attempt: Attempt,
    items: Sequence[AttemptItem],
    keys: Keys,
    events: list[AttemptEvent],
) -> Outcome:
    """Score an attempt at mastery: the share of topics that are mastered."""
    turns = turns_of(items, keys, events, attempt.language)
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
