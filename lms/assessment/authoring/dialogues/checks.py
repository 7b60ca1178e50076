"""What is wrong with a dialogue, turn by turn, told at the place where it can be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _l

from lms.assessment.kinds.values import Turn

ALL_POINTS = 100


class Flaw(Enum):
    """One thing that is wrong."""

    DEAD_END = "dead_end"  # no replies, and no score either
    UNREACHABLE = "unreachable"
    NO_WAY_OUT = "no_way_out"  # a loop, or a way to dead ends alone
    LOOSE_REPLY = "loose_reply"
    NO_DEBRIEFING = "no_debriefing"
    OPENS_AT_END = "opens_at_end"
    NO_GOOD_END = "no_good_end"  # of the whole dialogue


FLAW_WORDS = {
    Flaw.DEAD_END: _l("The conversation stops here: add replies, or a score that makes it an end."),
    Flaw.UNREACHABLE: _l("No reply leads here."),
    Flaw.NO_WAY_OUT: _l("From here no end can be reached."),
    Flaw.LOOSE_REPLY: _l("A reply leads nowhere yet: choose its turn."),
    Flaw.NO_DEBRIEFING: _l("This end has no debriefing."),
    Flaw.OPENS_AT_END: _l("The first turn needs replies."),
    Flaw.NO_GOOD_END: _l("No end earns all points: give the best one a score of 100."),
}


@dataclass(frozen=True)
class Found:
    """A flaw of a turn; of the whole dialogue when ``turn`` is empty."""

    flaw: Flaw
    turn: str = ""


def flaws(turns: Sequence[Turn]) -> list[Found]:
    """Return what is wrong, in the order of the turns; last what concerns the whole."""
    known = {turn.key for turn in turns}
    onwards = {
        turn.key: {reply.leads_to for reply in turn.replies if reply.leads_to in known}
        for turn in turns
    }
    backwards: dict[str, set[str]] = {key: set() for key in known}
    for key, targets in onwards.items():
        for target in targets:
            backwards[target].add(key)
    ends = [turn for turn in turns if not turn.replies and turn.score is not None]
    reached = _from({turn.key for turn in turns[:1]}, onwards)
    ending = _from({turn.key for turn in ends}, backwards)
    found: list[Found] = []
    for place, turn in enumerate(turns):
        here = _of_turn(turn, known, is_first=place == 0)
        if turn.key not in reached:
            here.append(Flaw.UNREACHABLE)
        if turn.key not in ending and turn.replies:
            here.append(Flaw.NO_WAY_OUT)
        found += [Found(flaw, turn.key) for flaw in here]
    if not any(turn.score == ALL_POINTS for turn in ends):
        found.append(Found(Flaw.NO_GOOD_END))
    return found


def _of_turn(turn: Turn, known: set[str], *, is_first: bool) -> list[Flaw]:
    if turn.replies:
        loose = any(reply.leads_to not in known for reply in turn.replies)
        return [Flaw.LOOSE_REPLY] if loose else []
    if is_first:
        return [Flaw.OPENS_AT_END]
    if turn.score is None:
        return [Flaw.DEAD_END]
    return [] if turn.debriefing else [Flaw.NO_DEBRIEFING]


def _from(first: set[str], ways: dict[str, set[str]]) -> set[str]:
    found, waiting = set(first), list(first)
    while waiting:
        for key in ways.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found
