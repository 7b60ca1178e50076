"""A dialogue played through by its author: what was said, the mood, the time, where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.assessment.delivery.dialogues import MOODS
from lms.assessment.kinds.dialogue import LONGEST
from lms.assessment.kinds.values import Reply, Turn


@dataclass(frozen=True)
class Said:
    """One exchange: ``back`` is the path up to it, to go back there."""

    turn: Turn
    reply: Reply
    back: str


@dataclass(frozen=True)
class Choice:
    """A reply that can be given now; ``path`` is the path with it."""

    reply: Reply
    path: str


@dataclass(frozen=True)
class Play:
    """Where a path has led. A path is the places of the replies, such as ``0 2 1``."""

    said: tuple[Said, ...]
    now: Turn | None
    choices: tuple[Choice, ...]
    path: str
    mood: int
    seconds: int


def played(turns: Sequence[Turn], path: str) -> Play | None:
    """Return where ``path`` leads, as far as it can be walked; None without a turn."""
    if not turns:
        return None
    known = {turn.key: turn for turn in reversed(turns)}
    turn: Turn | None = turns[0]
    said: list[Said] = []
    walked: list[str] = []
    for step in path.split()[:LONGEST]:
        replies = turn.replies if turn else ()
        if turn is None or not step.isdecimal() or not int(step[:3]) < len(replies):
            break
        reply = replies[int(step[:3])]
        said.append(Said(turn, reply, " ".join(walked)))
        walked.append(step[:3])
        turn = known.get(reply.leads_to)
    mood = sum(one.reply.mood for one in said)
    return Play(
        tuple(said),
        turn,
        tuple(
            Choice(reply, " ".join([*walked, str(place)]))
            for place, reply in enumerate(turn.replies if turn else ())
        ),
        " ".join(walked),
        max(-MOODS, min(MOODS, mood)),
        sum(one.reply.seconds for one in said),
    )
