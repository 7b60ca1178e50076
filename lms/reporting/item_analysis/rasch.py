"""The Rasch model: difficulty of questions and ability of people on one scale, in logits.

The probability of a right answer is 1 / (1 + exp(difficulty - ability)). Of two questions that one
person met, exactly one of them right, which one it was depends on the two difficulties alone: the
person's ability cancels. Difficulties are fitted to all such pairs (pairwise conditional maximum
likelihood), so they need no correction for abilities that are themselves estimated, and papers that
share only some questions are no obstacle. A question that everybody or nobody got right, and one
that no chain of such pairs ties to the others both ways, has no place on the scale. Abilities are
Warm's weighted likelihood estimates, finite also for a paper without a mistake. An answer counts as
right when it earned all points.

Standard errors of difficulties are 1/√Σp(1-p) at the estimated abilities, those of abilities the
same over their questions. Infit and outfit are the weighted and the plain mean of squared
standardised residuals; about 1 when a question behaves as the model says. An ability that was
estimated from the very answers fits them too well, the more so the shorter the paper: the variance
p(1-p) of an answer is therefore taken less its leverage p(1-p)/Σp(1-p), as in regression.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, fsum, sqrt

FEWEST_PEOPLE = 100
FEWEST_ANSWERS = 30  # a question with fewer has no place on the scale
FEWEST_QUESTIONS = 5  # on the scale; and of these on a paper, to place its person
SWEEPS = 2000
CLOSE = 1e-9  # logits
FARTHEST = 1.0  # step of one iteration, in logits

Paper = Mapping[int, bool]  # question → whether the answer was right
Pairs = Counter[tuple[int, int]]  # (right, wrong) → how many people


@dataclass(frozen=True)
class Placed:
    """A question on the scale."""

    item: int
    difficulty: float
    error: float
    infit: float
    outfit: float
    answers: int


@dataclass(frozen=True)
class Ability:
    """One person on the scale, without a name."""

    ability: float
    error: float


@dataclass(frozen=True)
class Scale:
    """Questions and people on one scale; the mean difficulty is 0."""

    items: tuple[Placed, ...]  # the easiest first
    people: tuple[Ability, ...]
    unplaced: tuple[int, ...]

    def expected(self, ability: float) -> float:
        """Return the share of all placed questions that someone of this ability gets right."""
        return fsum(chance(ability, one.difficulty) for one in self.items) / len(self.items)

    def ability_for(self, share: float) -> float:
        """Return the ability from which that share is expected, 0 < share < 1."""
        low, high = -20.0, 20.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.expected(middle) < share else (low, middle)
        return (low + high) / 2


def chance(ability: float, difficulty: float) -> float:
    """Return the probability of a right answer."""
    return 1 / (1 + exp(difficulty - ability))


def fit(
    papers: Sequence[Paper],
    *,
    fewest_people: int = FEWEST_PEOPLE,
    fewest_answers: int = FEWEST_ANSWERS,
    fewest_questions: int = FEWEST_QUESTIONS,
) -> Scale | None:
    """Return the scale; None with too few people, answers or questions."""
    if len(papers) < fewest_people:
        return None
    answers = Counter(item for paper in papers for item in paper)
    pairs = _pairs(papers, {item for item, count in answers.items() if count >= fewest_answers})
    tied = _tied(pairs)
    if len(tied) < fewest_questions:
        return None
    difficulties = _difficulties(pairs, tied)
    met = [{i: right for i, right in paper.items() if i in difficulties} for paper in papers]
    met = [paper for paper in met if len(paper) >= min(fewest_questions, len(difficulties))]
    people = [ability(paper, difficulties) for paper in met]
    return Scale(
        items=_placed(difficulties, met, people, answers),
        people=tuple(sorted(people, key=lambda one: one.ability)),
        unplaced=tuple(sorted(set(answers) - tied)),
    )


def _pairs(papers: Iterable[Paper], items: set[int]) -> Pairs:
    pairs: Pairs = Counter()
    for paper in papers:
        right = [item for item, is_right in paper.items() if is_right and item in items]
        wrong = [item for item, is_right in paper.items() if not is_right and item in items]
        pairs.update(product(right, wrong))
    return pairs


def _tied(pairs: Pairs) -> set[int]:
    """Return the largest set of questions that pairs tie together both ways."""
    onward: dict[int, set[int]] = {}
    back: dict[int, set[int]] = {}
    for right, wrong in pairs:
        onward.setdefault(right, set()).add(wrong)
        back.setdefault(wrong, set()).add(right)
    left, largest = set(onward) & set(back), set[int]()
    while len(left) > len(largest):
        start = min(left)
        tied = _reached(start, onward) & _reached(start, back)
        largest = max(largest, tied, key=len)
        left -= tied
    return largest if len(largest) > 1 else set()


def _reached(start: int, ways: Mapping[int, set[int]]) -> set[int]:
    seen, todo = {start}, [start]
    while todo:
        new = ways.get(todo.pop(), set()) - seen
        seen |= new
        todo.extend(new)
    return seen


def _difficulties(pairs: Pairs, items: set[int]) -> dict[int, float]:
    """Return the difficulties that make the pairs most likely, by Newton's steps in turn."""
    wins: Counter[int] = Counter()
    rivals: dict[int, Counter[int]] = {item: Counter() for item in items}
    for (right, wrong), count in pairs.items():
        if right in items and wrong in items:
            wins[right] += count
            rivals[right][wrong] += count
            rivals[wrong][right] += count
    ordered = sorted(items)
    ease = dict.fromkeys(ordered, 1.0)  # exp(-difficulty)
    difficulty = dict.fromkeys(ordered, 0.0)
    for _ in range(SWEEPS):
        farthest = 0.0
        for item in ordered:
            own, expected, information = ease[item], 0.0, 0.0
            for rival, count in rivals[item].items():
                share = own / (own + ease[rival])
                expected += count * share
                information += count * share * (1 - share)
            step = (wins[item] - expected) / information
            step = max(-FARTHEST, min(FARTHEST, step))
            difficulty[item] -= step
            ease[item] = exp(-difficulty[item])
            farthest = max(farthest, abs(step))
        if farthest < CLOSE:
            break
    middle = fsum(difficulty.values()) / len(difficulty)
    return {item: value - middle for item, value in difficulty.items()}


def ability(paper: Paper, difficulties: Mapping[int, float]) -> Ability:
    """Return Warm's estimate of the ability behind a paper of questions on the scale."""
    earned = sum(paper.values())
    where = 0.0
    for _ in range(100):
        chances = [chance(where, difficulties[item]) for item in paper]
        information = fsum(p * (1 - p) for p in chances)
        skew = fsum(p * (1 - p) * (1 - 2 * p) for p in chances)
        step = (earned - fsum(chances) + skew / (2 * information)) / information
        step = max(-FARTHEST, min(FARTHEST, step))
        where += step
        if abs(step) < CLOSE:
            break
    chances = [chance(where, difficulties[item]) for item in paper]
    return Ability(where, 1 / sqrt(fsum(p * (1 - p) for p in chances)))


def _placed(
    difficulties: Mapping[int, float],
    papers: Sequence[Paper],
    people: Sequence[Ability],
    answers: Mapping[int, int],
) -> tuple[Placed, ...]:
    information: dict[int, float] = dict.fromkeys(difficulties, 0.0)
    squares: dict[int, float] = dict.fromkeys(difficulties, 0.0)
    spreads: dict[int, float] = dict.fromkeys(difficulties, 0.0)
    standard: dict[int, float] = dict.fromkeys(difficulties, 0.0)
    counts: Counter[int] = Counter()
    for paper, person in zip(papers, people, strict=True):
        whole = 1 / person.error**2
        for item, is_right in paper.items():
            p = chance(person.ability, difficulties[item])
            weight, square = p * (1 - p), (is_right - p) ** 2
            expected = weight * (1 - weight / whole)
            information[item] += weight
            squares[item] += square
            spreads[item] += expected
            standard[item] += square / expected
            counts[item] += 1
    placed = [
        Placed(
            item=item,
            difficulty=value,
            error=1 / sqrt(information[item]),
            infit=squares[item] / spreads[item],
            outfit=standard[item] / counts[item],
            answers=answers[item],
        )
        for item, value in difficulties.items()
        if counts[item]
    ]
    return tuple(sorted(placed, key=lambda one: (one.difficulty, one.item)))
