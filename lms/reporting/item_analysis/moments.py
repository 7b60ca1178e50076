"""Means, variances and correlations, summed without loss."""

from collections.abc import Sequence
from math import fsum, sqrt


def mean(values: Sequence[float]) -> float:
    """Return the mean of at least one value."""
    return fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """Return the sample variance (divided by n - 1) of at least two values."""
    middle = mean(values)
    return fsum([(value - middle) ** 2 for value in values]) / (len(values) - 1)


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None when either side doesn't vary."""
    if len(left) < 2 or _constant(left) or _constant(right):
        return None
    middle_left, middle_right = mean(left), mean(right)
    from_left = [value - middle_left for value in left]
    from_right = [value - middle_right for value in right]
    product = fsum(a * b for a, b in zip(from_left, from_right, strict=True))
    spread = fsum(a * a for a in from_left) * fsum(b * b for b in from_right)
    return max(-1.0, min(1.0, product / sqrt(spread))) if spread > 0 else None


def _constant(values: Sequence[float]) -> bool:
    return all(value == values[0] for value in values)
