"""A rubric in the scoring key: what an examiner looks for, and what each number of points means."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.assessment.kinds.base import Answer
from lms.assessment.kinds.values import AuthoredItem, Criterion, Texts


def split_rubric(rubric: Sequence[Criterion]) -> list[dict[str, Any]]:
    """Return the rubric as the scoring key holds it; levels only where there are some.

    So the keys of older items stay what they were.
    """
    return [
        {
            "key": c.key,
            "text": c.text,
            "points": c.points,
            **({"levels": list(c.levels)} if c.levels else {}),
        }
        for c in rubric
    ]


def join_rubric(answer: Answer) -> tuple[Criterion, ...]:
    """Return the rubric of a scoring key."""
    return tuple(
        Criterion(c["key"], c["text"], c["points"], tuple(c.get("levels", ())))
        for c in answer["rubric"]
    )


def rubric_texts(item: AuthoredItem) -> Iterator[Texts]:
    """Yield the words of the criteria and of their levels."""
    for criterion in item.rubric:
        yield criterion.text
        yield from criterion.levels
