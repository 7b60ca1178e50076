"""A dialogue as a page shows it: what was said so far, the visitor's mood, the time spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lms.assessment.kinds.dialogue import steps
from lms.catalog.rendering import render_inline, render_text
from lms.web.i18n import localised

MOODS = 2  # shown from -2 (angry) to 2 (glad), however far the sum goes


@dataclass(frozen=True)
class ShownReply:
    """Something the specialist may say."""

    key: str
    html: Markup  # inline
    leads_to: str
    mood: int
    seconds: int


@dataclass(frozen=True)
class ShownTurn:
    """What the visitor says, and the replies in this candidate's order; none at an end."""

    key: str
    says: Markup  # blocks
    replies: tuple[ShownReply, ...]


@dataclass(frozen=True)
class Standing:
    """Where a path has led: what was said, what the visitor says now, mood and time."""

    said: tuple[tuple[ShownTurn, ShownReply], ...]
    now: ShownTurn | None
    mood: int
    seconds: int


@dataclass(frozen=True)
class Dialogue:
    """A whole dialogue in one language."""

    content: dict[str, Any]
    turns: dict[str, ShownTurn]

    @property
    def start(self) -> str:
        """The key of the first turn."""
        return str(self.content["start"])

    def standing(self, path: Sequence[str] | None) -> Standing:
        """Return where ``path`` has led, as far as it can be walked."""
        said = []
        place = self.start
        for turn, reply in steps(self.content, list(path or ())):
            shown = self.turns[turn["key"]]
            said.append((shown, next(r for r in shown.replies if r.key == reply["key"])))
            place = reply["leads_to"]
        mood = sum(reply.mood for _, reply in said)
        return Standing(
            said=tuple(said),
            now=self.turns.get(place),
            mood=max(-MOODS, min(MOODS, mood)),
            seconds=sum(reply.seconds for _, reply in said),
        )


def dialogue_of(content: dict[str, Any], order: Sequence[str], language: str) -> Dialogue:
    """Return the dialogue of an item's ``content`` with its replies in ``order``."""
    rank = {key: place for place, key in enumerate(order)}
    turns = {}
    for turn in content["turns"]:
        replies = tuple(
            ShownReply(
                key=reply["key"],
                html=render_inline(localised(reply["text"], language), language=language),
                leads_to=reply["leads_to"],
                mood=reply["mood"],
                seconds=reply["seconds"],
            )
            for reply in sorted(turn["replies"], key=lambda r: rank.get(r["key"], 0))
        )
        says = render_text(localised(turn["says"], language), language=language)
        turns[turn["key"]] = ShownTurn(turn["key"], says, replies)
    return Dialogue(content, turns)
