"""A maximum flow over whole numbers, pushed one unit at a time along augmenting paths.

Small on purpose: a centre has some tens of windows, and at most some hundreds of people. The method
is Ford and Fulkerson's; after edges were added, ``push`` goes on from what flows already, and its
search from what it reached already: an edge that leads nowhere new costs next to nothing. Proved
against brute force in the tests.
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

Node = Hashable
SOURCE, SINK = "source", "sink"


class Flow:
    """A network of directed edges from SOURCE to SINK, each with room for so many units."""

    def __init__(self) -> None:
        """Begin without edges."""
        self._room: dict[Node, dict[Node, int]] = {SOURCE: {}, SINK: {}}
        self._search_anew()

    def join(self, tail: Node, head: Node, room: int = 1) -> None:
        """Add room from ``tail`` to ``head``. No edge may run both ways between two nodes."""
        ahead = self._room.setdefault(tail, {})
        ahead[head] = ahead.get(head, 0) + room
        self._room.setdefault(head, {}).setdefault(tail, 0)
        if tail not in self._came or head in self._came:
            return
        if head == SINK:
            self._waiting.append(tail)
        else:
            self._came[head] = tail
            self._waiting.append(head)

    def shrink(self, tail: Node, head: Node) -> None:
        """Take a unit of room that nothing flows through."""
        self._room[tail][head] -= 1
        if self._came.get(head) == tail:
            self._search_anew()

    def reroute(self, old: Sequence[Node], new: Sequence[Node]) -> None:
        """Let a unit that flows along ``old`` flow along ``new``; along no path: not at all."""
        for path, more in ((old, -1), (new, 1)):
            for tail, head in pairwise(path):
                self._room[tail][head] -= more
                self._room[head][tail] += more
        self._search_anew()

    def push(self) -> int:
        """Push as much more as possible; return how many units that was."""
        units = 0
        while self._push_one():
            units += 1
        return units

    def _search_anew(self) -> None:
        self._came: dict[Node, Node] = {SOURCE: SOURCE}  # what can be reached, and from where
        self._waiting: list[Node] = [SOURCE]

    def _push_one(self) -> bool:
        came, waiting = self._came, self._waiting
        while waiting:
            node = waiting.pop()
            for other, room in self._room[node].items():
                if not room or other in came:
                    continue
                came[other] = node
                if other == SINK:
                    self._shift(came)
                    self._search_anew()
                    return True
                waiting.append(other)
        return False

    def _shift(self, came: Mapping[Node, Node]) -> None:
        node: Node = SINK
        while node != SOURCE:
            before = came[node]
            self._room[before][node] -= 1
            self._room[node][before] += 1
            node = before

    def reaches(self, node: Node) -> bool:
        """Tell whether a unit more could come as far as ``node``, after ``push``."""
        return node in self._came

    def between(self, tail: Node, head: Node) -> int:
        """Return how many units flow along an edge; 0 where there is none."""
        return self._room.get(head, {}).get(tail, 0)
