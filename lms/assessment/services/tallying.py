"""What a paper is worth: a pure function of its items, the answers and the keys in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.assessment.examining.keys import KeyInForce
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.models import AttemptItem, ItemVersion
from lms.assessment.responses import Response
from lms.assessment.scoring import GRADED_BY_HAND, credit


@dataclass
class Tally:
    """Points earned and possible."""

    earned: Fraction = Fraction(0)
    possible: int = 0

    def add(self, earned: Fraction, possible: int) -> None:
        """Count one item."""
        self.earned += earned
        self.possible += possible


@dataclass(frozen=True)
class Worth:
    """A paper's points, as ``Score`` keeps them."""

    points: float
    points_possible: float
    percent: float
    passed: bool
    topics: dict[str, list[float]]
    items: dict[str, float]
    awaiting: int  # answers that a person has yet to grade


def has_handwork(items: Iterable[AttemptItem]) -> bool:
    """Tell whether a person has to judge any answer to ``items``."""
    return any(item.item_version.kind in GRADED_BY_HAND for item in items)


def worth_of(
    items: Iterable[AttemptItem],
    answers: Mapping[int, Response | None],
    keys: Mapping[int, KeyInForce],
    *,
    language: str,
    cut_score: int,
    graded: Mapping[int, Fraction],
) -> Worth:
    """Return what ``answers`` to ``items`` are worth; ``cut_score`` is out of 100.

    ``graded``: the points that people gave, by position. While one is missing nothing is passed.
    """
    total, topics, points = Tally(), dict[str, Tally](), dict[str, float]()
    awaiting = 0
    for item in items:
        version, response = item.item_version, answers.get(item.position)
        key = keys[version.id]
        if version.kind in GRADED_BY_HAND and key.correction is None:
            waits = response is not None and item.position not in graded
            awaiting += waits
            share: Fraction | None = graded.get(item.position, Fraction(0)) / version.points
        else:
            share = share_of(version, key, response, language)
        counted = share is not None
        earned = (share or Fraction(0)) * version.points
        possible = version.points if counted else 0
        total.add(earned, possible)
        topics.setdefault(version.topic, Tally()).add(earned, possible)
        points[str(item.position)] = round(float(earned), 4)
    return Worth(
        points=round(float(total.earned), 4),
        points_possible=float(total.possible),
        percent=round(float(100 * total.earned / total.possible), 2) if total.possible else 0.0,
        # Exact: a rounded percentage never decides.
        passed=bool(total.possible)
        and not awaiting
        and 100 * total.earned >= cut_score * total.possible,
        topics={topic: [round(float(t.earned), 4), t.possible] for topic, t in topics.items()},
        items=points,
        awaiting=awaiting,
    )


def share_of(
    version: ItemVersion, key: KeyInForce, response: Response | None, language: str
) -> Fraction | None:
    """Return the share of the item's points that are earned; None when it isn't counted."""
    if key.correction is CorrectionKind.NOT_COUNTED:
        return None
    if key.correction is CorrectionKind.FULL_POINTS:
        return Fraction(1)
    return max(credit(version.kind, answer, response, language) for answer in key.answers)
