"""What of a course is open to its learner, and what must be done before the rest: pure rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from lms.catalog.kinds.order import Need, Order

LONGEST_GAP = 75  # seconds between two beats of reading that still count as time spent


class Done(Protocol):
    """How far an activity is."""

    @property
    def completed_at(self) -> datetime | None:
        """When it was completed."""
        ...


class Part(Protocol):
    """An activity of an outline."""

    @property
    def id(self) -> int:
        """The row's id."""
        ...

    @property
    def key(self) -> str:
        """The key, the same in each version."""
        ...


@dataclass(frozen=True)
class Lock:
    """Why an activity isn't open: what is still to do, by key in ``order``."""

    needs: tuple[Need, ...]


def done_keys(parts: Collection[Part], progress: Mapping[int, Done]) -> set[str]:
    """Return the keys of the activities that are complete."""
    return {
        one.key for one in parts if one.id in progress and progress[one.id].completed_at is not None
    }


def lock_of(order: Order, key: str, done: Collection[str]) -> Lock | None:
    """Return what keeps the activity shut; None: it is open, as is one that is complete."""
    if key in done:
        return None
    needs = order.unmet(key, done)
    return Lock(tuple(needs)) if needs else None


def locks(order: Order, done: Collection[str]) -> dict[str, Lock]:
    """Return the locks of all activities that aren't open, by key."""
    found = {step.key: lock_of(order, step.key, done) for step in order.steps}
    return {key: lock for key, lock in found.items() if lock is not None}


def seconds_spent(beats: Sequence[datetime]) -> float:
    """Return the seconds that ``beats``, in order, amount to.

    Time between two beats counts while they are near each other: someone who was away in between
    was not reading. Two windows at once count once, since their beats mingle.
    """
    gaps = ((later - earlier).total_seconds() for earlier, later in pairwise(beats))
    return sum(gap for gap in gaps if 0 <= gap <= LONGEST_GAP)
