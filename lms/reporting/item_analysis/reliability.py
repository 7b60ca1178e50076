"""Figures of a whole exam: distribution, reliability, standard error, certainty at the pass mark.

Papers are drawn at random, so hardly two people met the same questions, and coefficient alpha has
no complete matrix to work on. Each question's points (as a share of the paper's) are therefore
taken as deviations d from the mean of all who met that question. For a paper of k questions,
``(Σd)² - Σd²`` sums the products of *different* questions, whose expectation is their covariance:
what is common to them, the ability. With ``T = k/(k-1) · ((Σd)² - Σd²)`` and ``A = (Σd)²``

    alpha = ΣT / ΣA        (sums over people)

which for a complete matrix is Cronbach's formula to the letter, is never above 1, and needs no
pair of questions to have been asked together often. ``ΣT/(n-1)`` estimates the variance of true
results; the standard error is the root of what remains of the results' variance, so for random
papers it also holds the luck of the draw; complete, it is SD·√(1 - alpha).

Certainty at the pass mark: the probability that a candidate, sitting another paper of the same
kind, would get the same decision. After Peng and Subkoviak the two results are taken as jointly
normal with the reliability as their correlation, here for each observed result and with half a
point's correction because results come in steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, fsum, sqrt
from statistics import NormalDist

from lms.reporting.item_analysis.moments import mean, variance
from lms.reporting.item_analysis.sittings import Sitting

FEWEST_SITTINGS = 30  # fewer say nothing about an exam's reliability
BIN = 5  # width of a bar of the distribution, out of 100
SAFE = 1e-9


@dataclass(frozen=True)
class Distribution:
    """Results out of 100."""

    sittings: int
    mean: float
    deviation: float | None  # sample standard deviation
    lowest: float
    median: float
    highest: float
    bars: tuple[int, ...]  # from 0 in steps of BIN; the last one includes 100


@dataclass(frozen=True)
class Certainty:
    """How certain the decision at the pass mark is; shares from 0 to 1."""

    same_decision: float
    kappa: float | None  # agreement beyond what the pass rate alone gives
    near_mark: float  # share of people within one standard error of the mark


@dataclass(frozen=True)
class Reliability:
    """What the exam's results can be trusted for."""

    alpha: float
    standard_error: float  # of a result out of 100
    certainty: Certainty | None  # None when the results hold nothing but chance


def distribution(sittings: Sequence[Sitting]) -> Distribution | None:
    """Return how the results fall; None when there are none."""
    if not sittings:
        return None
    results = sorted(sitting.percent for sitting in sittings)
    bars = [0] * (100 // BIN)
    for result in results:
        bars[min(int((result + SAFE) // BIN), len(bars) - 1)] += 1
    middle = len(results) // 2
    return Distribution(
        sittings=len(results),
        mean=mean(results),
        deviation=sqrt(variance(results)) if len(results) > 1 else None,
        lowest=results[0],
        median=(results[middle] + results[~middle]) / 2,
        highest=results[-1],
        bars=tuple(bars),
    )


def reliability(
    sittings: Sequence[Sitting], *, fewest: int = FEWEST_SITTINGS
) -> Reliability | None:
    """Return reliability and what follows; None with too few people or when nothing varies."""
    usable = [sitting for sitting in sittings if len(sitting.entries) > 1]
    if len(usable) < max(fewest, 2):
        return None
    common, whole = _common_and_whole(usable)
    results = [sitting.percent for sitting in usable]
    spread = variance(results)
    if whole <= SAFE or spread <= SAFE:
        return None
    true_spread = common / (len(usable) - 1)
    error = sqrt(max(spread - true_spread, 0.0))
    return Reliability(
        alpha=common / whole,
        standard_error=error,
        certainty=_certainty(usable, results, spread, min(true_spread / spread, 1.0), error),
    )


def _common_and_whole(sittings: Sequence[Sitting]) -> tuple[float, float]:
    """Return ΣT and ΣA of the module's formula, for results out of 100."""
    collected: dict[int, list[float]] = {}
    for sitting in sittings:
        for entry in sitting.entries:
            collected.setdefault(entry.item, []).append(100 * entry.points / sitting.possible)
    means = {item: mean(values) for item, values in collected.items()}
    common, whole = [], []
    for sitting in sittings:
        count = len(sitting.entries)
        deviations = [
            100 * entry.points / sitting.possible - means[entry.item] for entry in sitting.entries
        ]
        square = fsum(deviations) ** 2
        common.append((square - fsum(d * d for d in deviations)) * count / (count - 1))
        whole.append(square)
    return fsum(common), fsum(whole)


def _certainty(
    sittings: Sequence[Sitting],
    results: Sequence[float],
    spread: float,
    dependability: float,
    error: float,
) -> Certainty | None:
    if dependability <= 0:
        return None
    middle = mean(results)
    width = sqrt(spread * (1 - dependability**2))
    again = []  # probability of passing another paper
    for sitting, result in zip(sittings, results, strict=True):
        expected = middle + dependability * (result - middle)
        again.append(_above(_threshold(sitting), expected, width))
    passed = [_passes(sitting) for sitting in sittings]
    same = mean([p if did else 1 - p for p, did in zip(again, passed, strict=True)])
    now, then = mean([float(did) for did in passed]), mean(again)
    by_chance = now * then + (1 - now) * (1 - then)
    near = [
        abs(result - sitting.cut_percent) <= error
        for sitting, result in zip(sittings, results, strict=True)
    ]
    kappa = (same - by_chance) / (1 - by_chance) if by_chance < 1 - SAFE else None
    return Certainty(same, kappa, sum(near) / len(near))


def _passes(sitting: Sitting) -> bool:
    return sitting.percent >= sitting.cut_percent - SAFE


def _threshold(sitting: Sitting) -> float:
    """Return the pass mark half a point below the fewest whole points that pass, out of 100."""
    fewest = ceil(sitting.cut_percent * sitting.possible / 100 - SAFE)
    return 100 * (fewest - 0.5) / sitting.possible


def _above(threshold: float, expected: float, width: float) -> float:
    if width <= SAFE:
        return float(expected >= threshold)
    return 1 - NormalDist(expected, width).cdf(threshold)
