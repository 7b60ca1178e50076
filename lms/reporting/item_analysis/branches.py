"""How people went through a dialogue: who took which reply, who came to which end.

A person counts once for each turn and reply that was met, however often a circle led there. A mean
of fewer than ``FEWEST_MEANT`` people is not given: it could be told whose it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.reporting.item_analysis.moments import mean
from lms.reporting.item_analysis.sittings import Asked

FEWEST_MEANT = 5


@dataclass(frozen=True)
class Dialogue:
    """The graph of a dialogue: its first turn, and by turn its replies with where each leads."""

    start: str
    turns: Mapping[str, Mapping[str, str]]  # an end has no replies


@dataclass(frozen=True)
class Branch:
    """A reply or an end with those who took it or came to it."""

    turn: str  # of the reply, or the end itself
    reply: str  # empty for an end
    count: int
    share: float | None  # of those who came to the turn; of an end: of all; None: nobody came
    mean_share: float | None  # of the question's points
    mean_rest: float | None  # of the rest of the paper


@dataclass(frozen=True)
class BranchFigures:
    """What the paths say about one version of one dialogue."""

    asked: int
    came: Mapping[str, int]  # by turn: how many people
    replies: tuple[Branch, ...]  # in the order of the dialogue
    ends: tuple[Branch, ...]
    unfinished: int  # began to talk and came to no end

    def taken(self, turn: str, reply: str) -> int:
        """Return how many people took a reply."""
        return next(b.count for b in self.replies if (b.turn, b.reply) == (turn, reply))


def branch_figures(asked: Asked, dialogue: Dialogue) -> BranchFigures:
    """Return the figures of a dialogue that was asked at least once."""
    walks = [_walk(dialogue, entry.path or ()) for entry in asked.entries]
    met = [{turn for turn, _reply in walk} | {_last(dialogue, walk)} for walk in walks]
    ends = [turn for turn, replies in dialogue.turns.items() if not replies]
    came = {turn: _places(turn in one for one in met) for turn in dialogue.turns}
    total = len(asked.entries)
    return BranchFigures(
        asked=total,
        came={turn: len(places) for turn, places in came.items()},
        replies=tuple(
            _branch(asked, turn, reply, _places((turn, reply) in walk for walk in walks), came)
            for turn, replies in dialogue.turns.items()
            for reply in replies
        ),
        ends=tuple(_branch(asked, end, "", came[end], came) for end in ends),
        unfinished=sum(bool(w) and not set(ends) & one for w, one in zip(walks, met, strict=True)),
    )


Step = tuple[str, str]  # a turn and the reply that was taken there


def _walk(dialogue: Dialogue, path: Sequence[str]) -> list[Step]:
    """Return the steps along a path, as far as the graph has them."""
    turn, walked = dialogue.start, list[Step]()
    for reply in path:
        if reply not in dialogue.turns.get(turn, {}):
            break
        walked.append((turn, reply))
        turn = dialogue.turns[turn][reply]
    return walked


def _last(dialogue: Dialogue, walk: Sequence[Step]) -> str:
    """Return the turn that a walk stopped at; whoever said nothing still heard the first."""
    return dialogue.turns[walk[-1][0]][walk[-1][1]] if walk else dialogue.start


def _places(done: Iterable[bool]) -> list[int]:
    return [place for place, one in enumerate(done) if one]


def _branch(
    asked: Asked, turn: str, reply: str, places: list[int], came: Mapping[str, list[int]]
) -> Branch:
    of = len(came[turn]) if reply else len(asked.entries)
    enough = len(places) >= FEWEST_MEANT
    return Branch(
        turn,
        reply,
        len(places),
        len(places) / of if of else None,
        mean([asked.entries[place].share for place in places]) if enough else None,
        mean([asked.rests[place] for place in places]) if enough else None,
    )
