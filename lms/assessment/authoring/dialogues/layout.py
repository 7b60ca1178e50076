"""A dialogue laid out as a graph in layers: the same dialogue always gives the same picture.

A turn stands in the layer beneath all that lead to it, replies that close a circle aside; within a
layer turns stand near what leads to them (two sweeps of barycentres). A reply that skips layers
goes past the turns between; one that closes a circle goes around the side, between the layers.
Units are those of the SVG's view box.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.assessment.kinds.values import Reply, Turn

WIDTH, HEIGHT = 180, 76  # of a node
ACROSS, DOWN = 32, 92  # between nodes
EDGE = 34  # around everything: lines back pass there
PAST = 16  # between a line and the turns that it passes
SWEEPS = 2


@dataclass(frozen=True)
class Node:
    """A turn's box: its upper left corner and its centre."""

    turn: Turn
    index: int  # place among the turns as written
    x: float
    y: float

    @property
    def middle(self) -> float:
        """The centre from side to side."""
        return self.x + WIDTH / 2


@dataclass(frozen=True)
class Edge:
    """A reply's line: ``path`` is SVG path data, the label stands at ``x``, ``y``."""

    reply: Reply
    start: str
    path: str
    x: float
    y: float
    is_back: bool


@dataclass(frozen=True)
class Drawing:
    """The whole picture; ``width`` and ``height`` are those of its view box."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


def drawn(turns: Sequence[Turn]) -> Drawing:
    """Return the picture of a dialogue, finished or not. Of two turns with one key the first."""
    known = {turn.key: turn for turn in reversed(turns)}
    layers = _ordered(_layers(turns, known), known)
    widest = max((len(layer) for layer in layers), default=1)
    breadth = widest * WIDTH + (widest - 1) * ACROSS
    places = {turn.key: index for index, turn in reversed(list(enumerate(turns)))}
    nodes: dict[str, Node] = {}
    for level, layer in enumerate(layers):
        own = len(layer) * WIDTH + (len(layer) - 1) * ACROSS
        left = EDGE + (breadth - own) / 2
        for place, key in enumerate(layer):
            x, y = left + place * (WIDTH + ACROSS), EDGE + level * (HEIGHT + DOWN)
            nodes[key] = Node(known[key], places[key], x, y)
    edges = _edges(nodes, EDGE + breadth)
    sides = sum(edge.is_back for edge in edges)
    return Drawing(
        tuple(sorted(nodes.values(), key=lambda node: node.index)),
        edges,
        2 * EDGE + breadth + (28 + 14 * sides if sides else 0),
        2 * EDGE + max(1, len(layers)) * (HEIGHT + DOWN) - DOWN,
    )


def _layers(turns: Sequence[Turn], known: dict[str, Turn]) -> list[list[str]]:
    """Return the keys layer by layer; what can't be reached from the first turn comes beneath."""
    layers: list[list[str]] = []
    placed: set[str] = set()
    for turn in turns:
        if turn.key in placed:
            continue
        order = _outward(turn.key, known, placed)
        level = dict.fromkeys(order, 0)
        seen: set[str] = set()
        for key in order:  # each after all that lead to it, but for circles
            seen.add(key)
            for reply in known[key].replies:
                if reply.leads_to in level and reply.leads_to not in seen:
                    level[reply.leads_to] = max(level[reply.leads_to], level[key] + 1)
        own: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
        for key in order:
            own[level[key]].append(key)
        layers += own
        placed |= set(order)
    return layers


def _outward(start: str, known: dict[str, Turn], placed: set[str]) -> list[str]:
    """Return what ``start`` leads to, each before what it leads to where there is no circle."""
    finished: list[str] = []
    seen = {start}
    path = [(start, iter(known[start].replies))]
    while path:
        key, replies = path[-1]
        reply = next(replies, None)
        if reply is None:
            finished.append(key)
            path.pop()
        elif reply.leads_to in known and reply.leads_to not in seen | placed:
            seen.add(reply.leads_to)
            path.append((reply.leads_to, iter(known[reply.leads_to].replies)))
    return finished[::-1]


# What a turn is drawn near: another turn, and how far from left to right of it the line meets it.
Near = dict[str, list[tuple[str, float]]]


def _ordered(layers: list[list[str]], known: dict[str, Turn]) -> list[list[str]]:
    """Bring turns near what leads to them, in the order of its replies, and what they lead to."""
    onwards: Near = {key: [(one.leads_to, 0.5) for one in known[key].replies] for key in known}
    backwards: Near = {key: [] for key in known}
    for key, turn in known.items():
        for place, reply in enumerate(turn.replies, start=1):
            share = place / (len(turn.replies) + 1)
            backwards.get(reply.leads_to, []).append((key, share))
    for _ in range(SWEEPS):
        for near, walk in ((onwards, range(len(layers) - 1)), (backwards, range(1, len(layers)))):
            for level in walk if near is backwards else reversed(walk):
                beside = layers[level - 1 if near is backwards else level + 1]
                layers[level] = _sorted_by(layers[level], beside, near)
    return layers


def _sorted_by(layer: list[str], beside: list[str], near: Near) -> list[str]:
    places = {key: place for place, key in enumerate(beside)}

    def centre(item: tuple[int, str]) -> tuple[float, int]:
        place, key = item
        met = [places[one] + share for one, share in near.get(key, ()) if one in places]
        middle = sum(met) / len(met) / len(beside) if met else (place + 0.5) / len(layer)
        return (middle, place)

    return [key for _, key in sorted(enumerate(layer), key=centre)]


def _edges(nodes: dict[str, Node], right: float) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    between: dict[tuple[str, str], int] = {}
    for node in nodes.values():
        for place, reply in enumerate(node.turn.replies):
            target = nodes.get(reply.leads_to)
            if target is None:
                continue
            count = between[node.turn.key, reply.leads_to] = (
                between.get((node.turn.key, reply.leads_to), -1) + 1
            )
            start = node.x + WIDTH * (place + 1) / (len(node.turn.replies) + 1)
            if target.y > node.y:
                between_them = [n for n in nodes.values() if node.y < n.y < target.y]
                edges.append(_down(node, target, reply, start, count, place, between_them))
            else:
                edges.append(_back(node, target, reply, right, sum(e.is_back for e in edges)))
    return tuple(edges)


def _down(
    node: Node,
    target: Node,
    reply: Reply,
    start: float,
    count: int,
    place: int,
    between: Sequence[Node],
) -> Edge:
    top, bottom = node.y + HEIGHT, target.y
    end = target.middle + 18 * count
    met = [
        n for n in between if n.x - PAST < max(start, end) and n.x + WIDTH + PAST > min(start, end)
    ]
    if met:
        return _past(node, reply, (start, top), (end, bottom), met, place)
    bend = min((bottom - top) / 2, DOWN)
    path = (
        f"M{start:.1f} {top:.1f}C{start:.1f} {top + bend:.1f} {end:.1f} {bottom - bend:.1f}"
        f" {end:.1f} {bottom - 2:.1f}"
    )
    # Near its own end, where the lines of other turns are still apart; neighbours not abreast.
    y = top + 20 + 15 * (place % 3)
    share = min(0.6, (y - top) / (bottom - top))
    x = start + (end - start) * (3 * share**2 - 2 * share**3)
    return Edge(reply, node.turn.key, path, x, y, is_back=False)


def _past(
    node: Node,
    reply: Reply,
    begin: tuple[float, float],
    finish: tuple[float, float],
    met: Sequence[Node],
    place: int,
) -> Edge:
    """Return a line that goes past the turns in its way, on the side nearer to where it begins."""
    (start, top), (end, bottom) = begin, finish
    left, right = min(n.x for n in met) - PAST, max(n.x for n in met) + WIDTH + PAST
    side = left if start - left <= right - start else right
    first, last = min(n.y for n in met), max(n.y for n in met) + HEIGHT
    path = (
        f"M{start:.1f} {top:.1f}C{start:.1f} {(top + first) / 2:.1f} {side:.1f}"
        f" {(top + first) / 2:.1f} {side:.1f} {first:.1f}V{last:.1f}C{side:.1f}"
        f" {(last + bottom) / 2:.1f} {end:.1f} {(last + bottom) / 2:.1f} {end:.1f} {bottom - 2:.1f}"
    )
    y = top + 20 + 15 * (place % 3)
    share = min(0.6, (y - top) / (first - top))
    x = start + (side - start) * (3 * share**2 - 2 * share**3)
    return Edge(reply, node.turn.key, path, x, y, is_back=False)


def _back(node: Node, target: Node, reply: Reply, right: float, count: int) -> Edge:
    aside, shift = right + 20 + 14 * count, 4 * (count % 4)
    start, end = node.x + WIDTH - 14 - shift, target.x + WIDTH - 14 - shift
    low, high = node.y + HEIGHT + 12 + shift, target.y - 14 - shift
    path = (
        f"M{start:.1f} {node.y + HEIGHT:.1f}V{low:.1f}H{aside:.1f}V{high:.1f}H{end:.1f}"
        f"V{target.y - 2:.1f}"
    )
    return Edge(reply, node.turn.key, path, start + 10, low + 14, is_back=True)
