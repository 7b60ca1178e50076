"""The same figures worked out independently: with numpy, on matrices, along other roads."""

from math import erf, sqrt
from typing import Any

import numpy as np

from lms.reporting.item_analysis.sittings import Sitting


def matrix(sittings: list[Sitting]) -> tuple[Any, Any, list[int]]:
    """Points and possible points, people × questions, NaN where a question wasn't asked."""
    items = sorted({entry.item for sitting in sittings for entry in sitting.entries})
    column = {item: place for place, item in enumerate(items)}
    points = np.full((len(sittings), len(items)), np.nan)
    possible = points.copy()
    for row, sitting in enumerate(sittings):
        for entry in sitting.entries:
            points[row, column[entry.item]] = entry.points
            possible[row, column[entry.item]] = entry.possible
    return points, possible, items


def item_figures(sittings: list[Sitting]) -> dict[int, tuple[float, float]]:
    """Facility and item-rest correlation of each question."""
    points, possible, items = matrix(sittings)
    found = {}
    for place, item in enumerate(items):
        asked = ~np.isnan(points[:, place])
        share = points[asked, place] / possible[asked, place]
        rest = np.nansum(np.delete(points[asked], place, axis=1), axis=1)
        of = np.nansum(np.delete(possible[asked], place, axis=1), axis=1)
        found[item] = (float(share.mean()), float(np.corrcoef(share, rest / of)[0, 1]))
    return found


def cronbach(rows: Any) -> tuple[float, float]:
    """Alpha of a complete matrix from its covariances, and the standard error out of 100."""
    data = np.asarray(rows, dtype=float)
    covariances = np.cov(data, rowvar=False, ddof=1)
    count = data.shape[1]
    alpha = count**2 * covariances[~np.eye(count, dtype=bool)].mean() / covariances.sum()
    totals = 100 * data.sum(axis=1) / count
    unexplained = max(0.0, 1 - alpha)  # of questions answered alike, rounding may make it negative
    return float(alpha), float(totals.std(ddof=1) * np.sqrt(unexplained))


def incomplete_alpha(sittings: list[Sitting]) -> float:
    """Alpha of drawn papers: the mean product of different questions against the mean square.

    Summed pair by pair over the matrix, not by the square of a sum.
    """
    points, possible, _ = matrix(sittings)
    shares = points / np.nansum(possible, axis=1, keepdims=True)
    deviations = np.nan_to_num(shares - np.nanmean(shares, axis=0))
    count = (~np.isnan(points)).sum(axis=1)
    products = np.einsum("pi,pj->pij", deviations, deviations)
    squares = np.einsum("pii->p", products)
    wholes = products.sum(axis=(1, 2))
    return float(((wholes - squares) * count / (count - 1)).sum() / wholes.sum())


def same_decision(rows: Any, cut_percent: float) -> float:
    """Probability of the same decision on a parallel paper, one-point questions."""
    data = np.asarray(rows, dtype=float)
    alpha, _ = cronbach(data)
    count = data.shape[1]
    totals = 100 * data.sum(axis=1) / count
    expected = totals.mean() + alpha * (totals - totals.mean())
    width = totals.std(ddof=1) * np.sqrt(1 - alpha**2)
    edge = 100 * (np.ceil(cut_percent * count / 100) - 0.5) / count
    below = np.array([(1 + erf((edge - one) / width / sqrt(2))) / 2 for one in expected])
    return float(np.where(totals >= cut_percent, 1 - below, below).mean())


def conditional_difficulties(rows: list[list[int]]) -> list[float]:
    """Rasch difficulties of a complete matrix by full conditional maximum likelihood.

    Gradient steps on the likelihood given the totals, by elementary symmetric functions.
    """
    data = np.asarray(rows)
    count = data.shape[1]
    wins, totals = data.sum(axis=0), np.bincount(data.sum(axis=1), minlength=count + 1)
    ease = np.zeros(count)
    for _ in range(4000):
        gamma = symmetric(np.exp(ease))
        expected = np.zeros(count)
        for item in range(count):
            without = symmetric(np.exp(np.delete(ease, item)))
            for total in range(1, count + 1):
                share = np.exp(ease[item]) * without[total - 1] / gamma[total]
                expected[item] += totals[total] * share
        ease += 0.002 * (wins - expected)
    return [float(value) for value in -(ease - ease.mean())]


def symmetric(values: Any) -> Any:
    """Elementary symmetric functions of ``values``, of order 0, 1, 2 …"""
    found = np.zeros(len(values) + 1)
    found[0] = 1
    for value in values:
        found[1:] = found[1:] + value * found[:-1]
    return found
