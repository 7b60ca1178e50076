"""Drawing a paper: which items, in which order, with options in which order.

All of it follows from the attempt's seed and the state of the pool: the same give the same paper.

- *Burden.* An item that its candidate had in the attempt before, or that stands in too many recent
  papers, carries a burden. A paper has as few burdened items as the rules allow (the sets of items
  that can be drawn together form a matroid, so taking the least burdened first is optimal); among
  equals chance decides.
- *Enemy items.* Of items that name the same group a paper has one at the most. Where the pool has
  too few items for that they do meet, and the paper says so.
- *Fair papers.* With a band the mean of the items' expected scores stays within so many percentage
  points of the blueprint's own mean. Items are exchanged for others of the same section, never for
  more burdened ones, until it does. Where that can't be reached the nearest paper found is taken,
  and the paper says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from lms.assessment.models import ItemKind

LEAST_BURDEN = (0, 0)
# What share of its points people earn on an item of a level, in percent, while too few have
# answered it: a convention of this platform, see assessment.rules.difficulty.
EXPECTED_OF_LEVEL = {1: 85.0, 2: 70.0, 3: 55.0}
EXCHANGES = 200  # at most, for one try at a fair paper
TRIES = 12
ROUNDING = 1e-9


@dataclass(frozen=True)
class PoolItem:
    """An item version that may be drawn."""

    version_id: int
    topic: str
    level: int
    kind: ItemKind | None = None
    facility: float | None = None  # percent, from past answers
    burden: tuple[int, int] = LEAST_BURDEN
    public_id: str = ""  # of the version, where its content is to be read
    enemies: str = ""  # the group of which no two meet

    @property
    def camp(self) -> str | int:
        """What a paper has once: the group, or the item alone."""
        return self.enemies or self.version_id

    @property
    def expected(self) -> float:
        """The share of its points that people are expected to earn, in percent."""
        return EXPECTED_OF_LEVEL[self.level] if self.facility is None else self.facility


@dataclass(frozen=True)
class Rule:
    """So many items of a topic, of one level or of any (None), of one kind or of any (None)."""

    topic: str
    level: int | None
    draw: int
    kind: ItemKind | None = None

    def fits(self, item: PoolItem) -> bool:
        """Tell whether the rule draws from such items."""
        return (
            item.topic == self.topic
            and self.level in (None, item.level)
            and self.kind in (None, item.kind)
        )


@dataclass(frozen=True)
class Drawn:
    """An item of a paper and the section that drew it, from 1."""

    item: PoolItem
    section: int


@dataclass(frozen=True)
class Paper:
    """What is asked, in order, and how hard it is expected to be."""

    drawn: tuple[Drawn, ...]
    expected: float  # the mean of its items' expected scores, in percent
    target: float  # the blueprint's: what papers have on average
    is_fair: bool  # within the band; always, when none is asked for
    is_parted: bool = True  # no enemies meet

    @property
    def version_ids(self) -> list[int]:
        """The item versions in the order they are asked."""
        return [one.item.version_id for one in self.drawn]


class PoolTooSmall(ValueError):
    """The pool has fewer items than a rule draws."""


def draw(rules: Sequence[Rule], pool: Iterable[PoolItem], seed: str) -> list[int]:
    """Return the item version ids of a paper in the order they are asked. Raises PoolTooSmall."""
    return draw_paper(rules, pool, seed).version_ids


def draw_paper(
    rules: Sequence[Rule], pool: Iterable[PoolItem], seed: str, *, band: float | None = None
) -> Paper:
    """Return a paper; with ``band`` a fair one where the pool has one. Raises PoolTooSmall."""
    return draw_papers(rules, pool, [seed], band=band)[0]


def draw_papers(
    rules: Sequence[Rule], pool: Iterable[PoolItem], seeds: Iterable[str], *, band: float | None
) -> list[Paper]:
    """Return the paper of each seed, each as ``draw_paper`` would. Raises PoolTooSmall."""
    items = sorted(pool, key=lambda item: item.version_id)
    target = mean_expected(rules, items)
    return [_parted(rules, items, seed, target, band) for seed in seeds]


def _parted(
    rules: Sequence[Rule], items: Sequence[PoolItem], seed: str, target: float, band: float | None
) -> Paper:
    """Return a paper without two that must not meet, if the pool is large enough for one."""
    try:
        return _drawn(rules, items, seed, target, band)
    except PoolTooSmall:
        if not any(item.enemies for item in items):
            raise
    friends = [replace(item, enemies="") for item in items]
    return replace(_drawn(rules, friends, seed, target, band), is_parted=False)


def _drawn(
    rules: Sequence[Rule], items: Sequence[PoolItem], seed: str, target: float, band: float | None
) -> Paper:
    nearest: Paper | None = None
    for number in range(TRIES if band is not None else 1):
        random = Random(f"paper:{seed}:{number}")  # noqa: S311 - a random seed, drawn repeatably
        owned = _assign(rules, items, random)
        if band is not None:
            _balance(rules, owned, items, target, band, random)
        paper = _paper(owned, target, band, random)
        if nearest is None or _distance(paper) < _distance(nearest):
            nearest = paper
        if nearest.is_fair:
            break
    assert nearest is not None
    return nearest


def mean_expected(rules: Sequence[Rule], items: Sequence[PoolItem]) -> float:
    """Return the blueprint's expected score: of each rule the mean of what it may draw."""
    expected: list[list[float]] = [[] for _ in rules]
    fitting = _Fitting(rules)
    for item in items:
        for number in fitting.of(item):
            expected[number].append(item.expected)
    total = 0.0
    for rule, found in zip(rules, expected, strict=True):
        if not found:
            raise PoolTooSmall(f"{rule.topic}: 0 of {rule.draw}")
        total += rule.draw * sum(found) / len(found)
    count = sum(rule.draw for rule in rules)
    return total / count if count else 0.0


class _Fitting:
    """Which rules draw from an item: asked for hundreds of items of few sorts."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._known: dict[tuple[str, int, int], list[int]] = {}

    def of(self, item: PoolItem) -> list[int]:
        """Return the numbers of the rules that fit."""
        sort = (item.topic, item.level, id(item.kind))  # there is one of each kind
        found = self._known.get(sort)
        if found is None:
            found = [n for n, rule in enumerate(self._rules) if rule.fits(item)]
            self._known[sort] = found
        return found


def _distance(paper: Paper) -> float:
    return abs(paper.expected - paper.target)


def _paper(owned: list[list[PoolItem]], target: float, band: float | None, random: Random) -> Paper:
    drawn = [Drawn(item, n) for n, items in enumerate(owned, start=1) for item in items]
    drawn.sort(key=lambda one: one.item.version_id)
    random.shuffle(drawn)
    expected = sum(one.item.expected for one in drawn) / len(drawn) if drawn else target
    is_fair = band is None or abs(expected - target) <= band + ROUNDING
    return Paper(tuple(drawn), expected, target, is_fair)


def _assign(
    rules: Sequence[Rule], items: Sequence[PoolItem], random: Random
) -> list[list[PoolItem]]:
    """Return what each rule draws: the least burdened items that can be drawn together."""
    order = list(items)
    random.shuffle(order)
    order.sort(key=lambda item: item.burden)
    owned: list[list[PoolItem]] = [[] for _ in rules]
    wanted, fitting = sum(rule.draw for rule in rules), _Fitting(rules)
    met: set[str | int] = set()
    for item in order:
        if wanted == 0:
            break
        if item.camp not in met and _place(item, rules, owned, fitting, set()):
            wanted -= 1
            met.add(item.camp)
    if wanted and any(item.enemies for item in items):
        owned = _rearranged(rules, owned, order)
    for rule, mine in zip(rules, owned, strict=True):
        if len(mine) < rule.draw:
            raise PoolTooSmall(f"{rule.topic}: {len(mine)} of {rule.draw}")
    return owned


def _rearranged(
    rules: Sequence[Rule], owned: list[list[PoolItem]], order: Sequence[PoolItem]
) -> list[list[PoolItem]]:
    """Return a fuller paper in which groups are stood for by others of their items.

    The most that can be drawn (augmenting paths between rules and groups); of what is asked for in
    vain nothing more is found.
    """
    holders = {item.camp: (number, item) for number, mine in enumerate(owned) for item in mine}

    def give(number: int, seen: set[str | int]) -> bool:
        for item in order:
            if item.camp in seen or not rules[number].fits(item):
                continue
            seen.add(item.camp)
            held = holders.get(item.camp)
            if held is None or give(held[0], seen):
                holders[item.camp] = (number, item)
                return True
        return False

    for number, rule in enumerate(rules):
        for _ in range(rule.draw - len(owned[number])):
            give(number, set())
    return [[item for n, item in holders.values() if n == number] for number in range(len(rules))]


def _place(
    item: PoolItem,
    rules: Sequence[Rule],
    owned: list[list[PoolItem]],
    rules_for: _Fitting,
    seen: set[int],
) -> bool:
    """Give ``item`` to a rule, moving others on to other rules if need be; none drops out."""
    fitting = [number for number in rules_for.of(item) if number not in seen]
    for number in fitting:
        if len(owned[number]) < rules[number].draw:
            owned[number].append(item)
            return True
    for number in fitting:
        seen.add(number)
        for other in list(owned[number]):
            if _place(other, rules, owned, rules_for, seen):
                owned[number].remove(other)
                owned[number].append(item)
                return True
    return False


def _balance(
    rules: Sequence[Rule],
    owned: list[list[PoolItem]],
    items: Sequence[PoolItem],
    target: float,
    band: float,
    random: Random,
) -> None:
    """Exchange items until the paper's mean lies within the band, or no exchange brings it nearer.

    Any exchange that reaches the band will do, by chance, so that no item is driven out of papers;
    only where none does, the one that comes nearest is made.
    """
    count = sum(len(mine) for mine in owned)
    gap = sum(item.expected for mine in owned for item in mine) - target * count
    limit = band * count + ROUNDING
    for _ in range(EXCHANGES):
        if abs(gap) <= limit:
            return
        taken = {item.version_id for mine in owned for item in mine}
        met = {item.camp for mine in owned for item in mine}
        free = [item for item in items if item.version_id not in taken]
        moves = [
            (number, out, into, into.expected - out.expected)
            for number, rule in enumerate(rules)
            for out in owned[number]
            for into in free
            if rule.fits(into)
            and into.burden <= out.burden
            and (into.camp not in met or into.camp == out.camp)
        ]
        reaching = [move for move in moves if abs(gap + move[3]) <= limit]
        nearest = min(moves, key=lambda move: abs(gap + move[3]), default=None)
        if not reaching and (nearest is None or abs(gap + nearest[3]) >= abs(gap) - ROUNDING):
            return
        move = random.choice(reaching) if reaching else nearest
        assert move is not None
        number, out, into, change = move
        owned[number].remove(out)
        owned[number].append(into)
        gap += change


def order_keys(kind: ItemKind, content: dict[str, Any], seed: str, position: int) -> list[str]:
    """Return ``mixed_keys`` in the candidate's order."""
    keys = mixed_keys(kind, content)
    Random(f"order:{seed}:{position}").shuffle(keys)  # noqa: S311
    return keys


def mixed_keys(kind: ItemKind, content: dict[str, Any]) -> list[str]:
    """Return the keys of what each candidate sees in an order of their own; [] for other kinds."""
    if kind is ItemKind.DIALOGUE:
        return [reply["key"] for turn in content["turns"] for reply in turn["replies"]]
    part = {
        ItemKind.SINGLE_CHOICE: "options",
        ItemKind.MULTIPLE_CHOICE: "options",
        ItemKind.MATCHING: "rights",
        ItemKind.ORDERING: "steps",
    }.get(kind)
    return [] if part is None else [entry["key"] for entry in content[part]]
