"""Signs that a question may be at fault, each with the fewest answers that it needs.

A flag says 'look at this question', not 'this question is bad'. A correlation counts as one only
where it exceeds twice its standard error under chance, 1/√(n - 1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import sqrt

from lms.reporting.item_analysis.branches import BranchFigures
from lms.reporting.item_analysis.groups import GroupFigures
from lms.reporting.item_analysis.questions import (
    LOWER,
    UPPER,
    OptionRow,
    QuestionFigures,
)

FEWEST_ASKED = 20  # below, no flag at all
FEWEST_FOR_LOW = 50  # a weak correlation is told from none only with more
FEWEST_CHOSEN = 5  # how many must have taken an option to say something of it
FEWEST_IN_THIRD = 15
FEWEST_WRONG = 20  # wrong answers, before 'nobody took this one' says something
FEWEST_TIMED = 20

LOW_DISCRIMINATION = 0.10
EASY, HARD = 0.95, 0.30
TEMPTING = 0.30  # share of the strongest third that an option besides the right one takes
MANY_EMPTY = 0.10
SLOW = 2.0  # times the typical question's median
CAUGHT_UP = 0.10  # by how much more often the upper third takes a wrong option than the lower


class FlagKind(Enum):
    """What is odd about a question, the gravest first."""

    WRONG_KEY = "wrong_key"  # strong people take a wrong option, weak ones don't
    NEGATIVE = "negative"  # strong people do worse than weak ones
    TWO_RIGHT = "two_right"  # the strong are split between the right option and another
    LOW = "low"  # doesn't tell strong from weak
    GROUPS = "groups"  # equally strong people differ by where they work
    HARD = "hard"
    EASY = "easy"
    UNUSED = "unused"  # an option that nobody takes
    UNTAKEN = "untaken"  # a reply of a dialogue that nobody gives
    UNREACHED = "unreached"  # an end of a dialogue that nobody comes to
    UNFINISHED = "unfinished"  # a dialogue that many leave half-way
    EMPTY = "empty"  # left without an answer
    SLOW = "slow"


GRAVE = frozenset({FlagKind.WRONG_KEY, FlagKind.NEGATIVE, FlagKind.TWO_RIGHT})


@dataclass(frozen=True)
class Flag:
    """A sign, and the options or groups it is about."""

    kind: FlagKind
    about: tuple[str, ...] = ()

    @property
    def is_grave(self) -> bool:
        """Tell whether the scoring itself may be wrong."""
        return self.kind in GRAVE


def flags(
    figures: QuestionFigures,
    *,
    groups: Sequence[GroupFigures] = (),
    typical_seconds: float | None = None,
    one_right: bool = True,
    branches: BranchFigures | None = None,
) -> list[Flag]:
    """Return what is odd, the gravest first; nothing with too few answers.

    ``typical_seconds`` is the median over questions of their median time; ``one_right`` tells that
    a person takes one option, so that options compete.
    """
    if figures.asked < FEWEST_ASKED:
        return []
    found: dict[FlagKind, tuple[str, ...] | None] = {
        FlagKind.WRONG_KEY: _keys(o for o in figures.options if _is_for_the_strong(o, figures)),
        FlagKind.NEGATIVE: () if _is_negative(figures) else None,
        FlagKind.TWO_RIGHT: _rivals(figures) if one_right else None,
        FlagKind.LOW: () if _is_low(figures) else None,
        FlagKind.GROUPS: _apart(groups),
        FlagKind.HARD: () if figures.facility <= HARD else None,
        FlagKind.EASY: () if figures.facility >= EASY else None,
        FlagKind.UNUSED: _unused(figures),
        FlagKind.UNTAKEN: _untaken(branches) if branches else None,
        FlagKind.UNREACHED: _unreached(branches) if branches else None,
        FlagKind.UNFINISHED: () if branches and _is_left(branches) else None,
        FlagKind.EMPTY: () if figures.outcomes["empty"].share >= MANY_EMPTY else None,
        FlagKind.SLOW: () if _is_slow(figures, typical_seconds) else None,
    }
    return [Flag(kind, about) for kind, about in found.items() if about is not None]


def _keys(options: Iterable[OptionRow]) -> tuple[str, ...] | None:
    keys = tuple(option.key for option in options)
    return keys or None


def _noise(figures: QuestionFigures) -> float:
    """Return twice the standard error of a correlation that is nothing but chance."""
    return 2 / sqrt(figures.asked - 1)


def _is_for_the_strong(option: OptionRow, figures: QuestionFigures) -> bool:
    row = option.row
    lower, upper = row.by_third[LOWER], row.by_third[UPPER]
    return (
        not option.is_right
        and row.count >= FEWEST_CHOSEN
        and row.correlation is not None
        and row.correlation > _noise(figures)
        and lower is not None
        and upper is not None
        and upper - lower >= CAUGHT_UP
    )


def _is_negative(figures: QuestionFigures) -> bool:
    return figures.discrimination is not None and figures.discrimination < -_noise(figures)


def _is_low(figures: QuestionFigures) -> bool:
    return (
        figures.asked >= FEWEST_FOR_LOW
        and figures.discrimination is not None
        and -_noise(figures) <= figures.discrimination < LOW_DISCRIMINATION
    )


def _rivals(figures: QuestionFigures) -> tuple[str, ...] | None:
    """Return wrong options that the strongest third takes about as often as the right one."""
    if figures.third_sizes[UPPER] < FEWEST_IN_THIRD:
        return None
    right = [o for o in figures.options if o.is_right and _upper(o) >= TEMPTING]
    rivals = [o for o in figures.options if not o.is_right and _upper(o) >= TEMPTING]
    # The able take it as often as anyone: what they see through would be taken less.
    return _keys(o for o in rivals if right and (o.row.correlation or 0) > -_noise(figures))


def _upper(option: OptionRow) -> float:
    return option.row.by_third[UPPER] or 0.0


def _unused(figures: QuestionFigures) -> tuple[str, ...] | None:
    wrong = figures.outcomes["none"].count + figures.outcomes["part"].count
    if wrong < FEWEST_WRONG:
        return None
    return _keys(o for o in figures.options if not o.is_right and not o.row.count)


def _untaken(branches: BranchFigures) -> tuple[str, ...] | None:
    """Return the replies that nobody gave although enough people came to where they are offered."""
    return (
        tuple(
            one.reply
            for one in branches.replies
            if not one.count and branches.came[one.turn] >= FEWEST_WRONG
        )
        or None
    )


def _unreached(branches: BranchFigures) -> tuple[str, ...] | None:
    return tuple(end.turn for end in branches.ends if not end.count) or None


def _is_left(branches: BranchFigures) -> bool:
    return branches.unfinished / branches.asked >= MANY_EMPTY


def _apart(groups: Sequence[GroupFigures]) -> tuple[str, ...] | None:
    return tuple(one.group for one in groups if one.is_notable) or None


def _is_slow(figures: QuestionFigures, typical_seconds: float | None) -> bool:
    return (
        typical_seconds is not None
        and figures.time is not None
        and figures.time.timed >= FEWEST_TIMED
        and figures.time.median > SLOW * typical_seconds
    )
