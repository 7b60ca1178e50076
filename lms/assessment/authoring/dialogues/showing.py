"""The dialogue of a form, as its page draws and plays it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.assessment.authoring.dialogues.checks import FLAW_WORDS, Found, flaws
from lms.assessment.authoring.dialogues.layout import HEIGHT, WIDTH, Drawing, drawn
from lms.assessment.authoring.dialogues.play import Play, played
from lms.assessment.authoring.forms.item_form import ItemForm
from lms.assessment.authoring.forms.kind_forms import DialogueForm
from lms.assessment.authoring.words import plain_text
from lms.assessment.kinds.values import Turn

LINE, LINES = 24, 2  # letters of a line in a node, and its lines


@dataclass(frozen=True)
class ShownDialogue:
    """The picture, what is wrong with it, and how far it was played."""

    drawing: Drawing
    found: tuple[Found, ...]
    play: Play | None

    words = FLAW_WORDS
    width, height = WIDTH, HEIGHT

    def faults(self, key: str) -> list[Found]:
        """Return what is wrong with one turn."""
        return [one for one in self.found if one.turn == key]

    @staticmethod
    def lines(turn: Turn) -> list[str]:
        """Return the beginning of what the visitor says, broken into lines."""
        return broken(plain_text(turn.says))


def shown_dialogue(form: ItemForm, languages: Sequence[str], path: str) -> ShownDialogue | None:
    """Return the dialogue as it is written so far; None for a form of another kind."""
    if not isinstance(form, DialogueForm):
        return None
    scores = {row.key.data: row.score.data for row in form.turns.rows}
    turns = [
        turn if turn.replies else replace(turn, score=scores.get(turn.key))
        for turn in form.special(languages)["turns"]
    ]
    return ShownDialogue(drawn(turns), tuple(flaws(turns)), played(turns, path))


def broken(text: str) -> list[str]:
    """Return ``text`` in up to two lines, cut with an ellipsis."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < LINES:
        line = words.pop(0)
        while words and len(line) + 1 + len(words[0]) <= LINE:
            line += f" {words.pop(0)}"
        if len(line) > LINE:
            line = f"{line[: LINE - 1]}…"
        lines.append(line)
    if words and not lines[-1].endswith("…"):
        lines[-1] = f"{lines[-1][: LINE - 1].rstrip()}…"
    return lines
