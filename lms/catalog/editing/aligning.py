"""Two sequences aligned within bounds: pure functions.

Finding what two texts share grows with the square, for lines that repeat with the cube of their
length. Beyond the bounds repeated elements no longer begin a match; beyond them still, all between
the common beginning and the common end counts as replaced.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Opcode = tuple[str, int, int, int, int]  # as of difflib

MOST = 6_000_000  # comparisons, at worst; ten million take a second
REPEATED = 16  # pairs of like elements beyond which they are left out first


@dataclass
class Budget:
    """How many comparisons may still be made; those of one text share it."""

    left: int = MOST

    def covers(self, work: int) -> bool:
        """Take ``work`` if there is as much left."""
        if work > self.left:
            return False
        self.left -= work
        return True


def opcodes(
    one: Sequence[Hashable], other: Sequence[Hashable], budget: Budget | None = None
) -> list[Opcode]:
    """Return how ``one`` becomes ``other``: like difflib's, but after a bounded time."""
    budget = budget or Budget()
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    before, after = one[head : len(one) - tail], other[head : len(other) - tail]
    middle = [
        (tag, start + head, end + head, begin + head, stop + head)
        for tag, start, end, begin, stop in _middle(before, after, budget)
    ]
    found: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
    found += middle
    if tail:
        found.append(("equal", len(one) - tail, len(one), len(other) - tail, len(other)))
    return found


def _common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Return how many elements both begin with."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def _middle(one: Sequence[Hashable], other: Sequence[Hashable], budget: Budget) -> list[Opcode]:
    if not one or not other:
        return _replaced(one, other)
    ours, theirs = Counter(one), Counter(other)
    pairs = {element: ours[element] * theirs[element] for element in ours.keys() & theirs.keys()}
    rounds = min(len(one), len(other))
    if budget.covers(sum(pairs.values()) * rounds):
        return [*SequenceMatcher(None, one, other, autojunk=False).get_opcodes()]
    rare = sum(count for count in pairs.values() if count <= REPEATED)
    if budget.covers((rare + len(one)) * rounds):
        often = {element for element, count in pairs.items() if count > REPEATED}
        return [*SequenceMatcher(often.__contains__, one, other, autojunk=False).get_opcodes()]
    return _replaced(one, other)


def _replaced(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[Opcode]:
    if not one and not other:
        return []
    tag = "replace" if one and other else "delete" if one else "insert"
    return [(tag, 0, len(one), 0, len(other))]
