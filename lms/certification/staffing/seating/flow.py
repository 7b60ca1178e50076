"""A maximum flow over whole numbers, pushed one unit at a time along augmenting paths.

Small on purpose: a centre has some tens of windows and people. The method is Ford and Fulkerson's;
after edges were added, ``push`` goes on from what flows already. Proved against brute force in the
tests.
"""

from collections.abc import Hashable

Node = Hashable
SOURCE, SINK = "source", "sink"


class Flow:
    """A network of directed edges from SOURCE to SINK, each with room for so many units."""

    def __init__(self) -> None:
        """Begin without edges."""
        self._room: dict[Node, dict[Node, int]] = {SOURCE: {}, SINK: {}}

    def join(self, tail: Node, head: Node, room: int = 1) -> None:
        """Add room from ``tail`` to ``head``. No edge may run both ways between two nodes."""
        ahead = self._room.setdefault(tail, {})
        ahead[head] = ahead.get(head, 0) + room
        self._room.setdefault(head, {}).setdefault(tail, 0)

    def push(self) -> int:
        """Push as much more as possible; return how many units that was."""
        units = 0
        while self._push_one():
            units += 1
        return units

    def _push_one(self) -> bool:
        came: dict[Node, Node] = {SOURCE: SOURCE}
        waiting: list[Node] = [SOURCE]
        while waiting:
            node = waiting.pop()
            for other, room in self._room[node].items():
                if not room or other in came:
                    continue
                came[other] = node
                if other == SINK:
                    self._shift(came)
                    return True
                waiting.append(other)
        return False

    def _shift(self, came: dict[Node, Node]) -> None:
        node: Node = SINK
        while node != SOURCE:
            before = came[node]
            self._room[before][node] -= 1
            self._room[node][before] += 1
            node = before

    def between(self, tail: Node, head: Node) -> int:
        """Return how many units flow along an edge; 0 where there is none."""
        return self._room.get(head, {}).get(tail, 0)
