"""A dialogue's graph as its statistics draw it: lines as thick as many people went along them."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.assessment.authoring.dialogues.layout import HEIGHT, WIDTH, Drawing, Edge, drawn
from lms.assessment.authoring.dialogues.showing import broken
from lms.assessment.authoring.words import plain_text
from lms.assessment.kinds.values import Reply, Turn
from lms.reporting.asked_versions import AskedVersion
from lms.reporting.item_analysis.branches import BranchFigures

THICKEST = 5  # steps of the lines' thickness


@dataclass(frozen=True)
class BranchGraph:
    """The picture of one version; turns and replies have the author's keys."""

    drawing: Drawing
    figures: BranchFigures
    turns: Mapping[str, str]  # by the author's key: the key in the figures
    replies: Mapping[tuple[str, str], str]
    width: int = WIDTH
    height: int = HEIGHT

    def came(self, turn: Turn) -> int:
        """Return how many people came to a turn."""
        return self.figures.came[self.turns[turn.key]]

    def taken(self, edge: Edge) -> int:
        """Return how many people went along a line."""
        key = self.replies[edge.start, edge.reply.key]
        return self.figures.taken(self.turns[edge.start], key)

    def thickness(self, edge: Edge) -> int:
        """Return how thick a line is, from 0 (nobody) to ``THICKEST`` (everybody)."""
        return -(-THICKEST * self.taken(edge) // max(self.figures.asked, 1))

    @staticmethod
    def lines(turn: Turn) -> list[str]:
        """Return the beginning of what the visitor says, broken into lines."""
        return broken(plain_text(turn.says))


def branch_graph(version: AskedVersion, figures: BranchFigures) -> BranchGraph:
    """Return the picture of a dialogue with these figures."""
    [answer, *_others] = version.answers
    turns, replies = answer["turn_names"], answer["reply_names"]

    def reply(shown: Mapping[str, object]) -> Reply:
        key, leads_to = str(shown["key"]), turns.get(shown["leads_to"], "")
        name = replies[key].partition("/")[2]
        return Reply(name, shown["text"], leads_to, 0, 0, {})  # type: ignore[arg-type]

    graph = [
        Turn(
            turns[turn["key"]],
            turn["says"],
            tuple(reply(shown) for shown in turn["replies"]),
            answer["scores"].get(turn["key"]),
        )
        for turn in version.content["turns"]
    ]
    return BranchGraph(
        drawn(graph),
        figures,
        {name: key for key, name in turns.items()},
        {(t, r): key for key, name in replies.items() for t, _, r in (name.partition("/"),)},
    )
