"""Mastery: each topic is asked until two answers in a row are right.

What is asked next follows from the paper and the answers so far alone. The paper holds so many
questions of each topic; topics take turns, the one with the fewest answers first. When all
questions of a topic were asked it begins again with them, in another order that follows from the
attempt's seed. An answer counts as right when it earns all points. The attempt ends when all topics
are mastered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

IN_A_ROW = 2


@dataclass(frozen=True)
class Asked:
    """A question that was answered."""

    position: int
    right: bool


@dataclass(frozen=True)
class TopicState:
    """How far one topic is."""

    topic: str
    asked: int
    in_a_row: int  # right answers at the end
    mastered: bool


def topic_states(paper: Sequence[tuple[int, str]], turns: Iterable[Asked]) -> list[TopicState]:
    """Return how far each topic is, in the paper's order; ``paper``: (position, topic)."""
    topics = dict(paper)
    counts: dict[str, list[int]] = {topic: [0, 0, 0] for _, topic in paper}
    for turn in turns:
        count = counts[topics[turn.position]]
        count[0] += 1
        count[1] = count[1] + 1 if turn.right else 0
        count[2] |= count[1] >= IN_A_ROW
    return [
        TopicState(topic, asked, row, bool(done)) for topic, (asked, row, done) in counts.items()
    ]


def next_position(
    paper: Sequence[tuple[int, str]], turns: Sequence[Asked], seed: str
) -> int | None:
    """Return what is asked next; None when all topics are mastered."""
    waiting = [state for state in topic_states(paper, turns) if not state.mastered]
    if not waiting:
        return None
    state = min(waiting, key=lambda one: one.asked)
    positions = [position for position, topic in paper if topic == state.topic]
    number, place = divmod(state.asked, len(positions))
    return _round(positions, state.topic, number, seed)[place]


def _round(positions: list[int], topic: str, number: int, seed: str) -> list[int]:
    """Return the order of a topic's questions the ``number``-th time, from 0.

    The first is not the one that was asked last.
    """
    if number == 0:
        return positions
    order = list(positions)
    Random(f"mastery:{seed}:{topic}:{number}").shuffle(order)  # noqa: S311
    before = _round(positions, topic, number - 1, seed)
    if len(order) > 1 and order[0] == before[-1]:
        order.append(order.pop(0))
    return order
