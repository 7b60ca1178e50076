"""The steps of a sitting: each entry of its log with what it changed and how it arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from lms.assessment.log import AttemptState, fold
from lms.assessment.models import AttemptEvent, EventKind

# From so much on an entry counts as having waited on the device: sending takes a second or two.
WAITED = timedelta(seconds=10)
SILENCE = timedelta(minutes=5)  # without any entry: worth a look
BLOCK = 50  # entries listed at once


@dataclass(frozen=True)
class Step:
    """One entry, and what the examiner is told about it."""

    event: AttemptEvent
    waited: timedelta | None  # on the device, before it arrived
    silence: timedelta | None  # since the entry before
    stands: bool  # False: an answer authored later was there already

    @property
    def number(self) -> int:
        """Its place in the log."""
        return self.event.number


@dataclass(frozen=True)
class Moment:
    """The sitting as it stood after one step."""

    step: Step
    state: AttemptState
    block: Sequence[Step]  # this step with its neighbours
    total: int

    @property
    def previous(self) -> int | None:
        """The step before."""
        return self.step.number - 1 if self.step.number > 1 else None

    @property
    def next(self) -> int | None:
        """The step after."""
        return self.step.number + 1 if self.step.number < self.total else None

    @property
    def block_before(self) -> int | None:
        """A step of the block before this one."""
        first = self.block[0].number
        return first - 1 if first > 1 else None

    @property
    def block_after(self) -> int | None:
        """A step of the block after this one."""
        last = self.block[-1].number
        return last + 1 if last < self.total else None


@dataclass(frozen=True)
class Gaps:
    """What a log tells about connection and leases."""

    waited: int  # entries that had waited on the device
    longest: timedelta
    late: int
    takeovers: int
    silences: int


def moment(log: Sequence[AttemptEvent], number: int) -> Moment | None:
    """Return the sitting after entry ``number``; None when there is no such entry."""
    if not 1 <= number <= len(log):
        return None
    first = (number - 1) // BLOCK * BLOCK
    block = [_step(log, place) for place in range(first, min(first + BLOCK, len(log)))]
    return Moment(block[number - 1 - first], fold(log[:number]), block, len(log))


def _step(log: Sequence[AttemptEvent], place: int) -> Step:
    event = log[place]
    gap = event.received_at - log[place - 1].received_at if place else timedelta(0)
    earlier = [
        (other.writer, other.sequence)
        for other in log[:place]
        if (other.kind, other.position) == (event.kind, event.position)
    ]
    rank = (event.writer, event.sequence)
    stands = event.position is None or rank >= max(earlier, default=rank)
    return Step(event, waited(event), gap if gap >= SILENCE else None, stands)


def waited(event: AttemptEvent) -> timedelta | None:
    """Return how long an entry waited on the device; None when it came at once."""
    if event.authored_at is None:
        return None
    pause = event.received_at - event.authored_at
    return pause if pause >= WAITED else None


def gaps(log: Sequence[AttemptEvent]) -> Gaps:
    """Return what the log tells about the connection."""
    pauses = [pause for event in log if (pause := waited(event)) is not None]
    arrivals = [event.received_at for event in log]
    return Gaps(
        waited=len(pauses),
        longest=max(pauses, default=timedelta(0)),
        late=sum(event.late for event in log),
        takeovers=sum(event.kind is EventKind.TAKEOVER for event in log),
        silences=sum(later - earlier >= SILENCE for earlier, later in pairwise(arrivals)),
    )
