"""The forms of texts with gaps, dialogues and essays."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.assessment.authoring.forms.fields import (
    LevelsField,
    Row,
    RowsField,
    TextsField,
    WordingsField,
    choices_of,
    complain,
    tell,
)
from lms.assessment.authoring.forms.item_form import ItemForm
from lms.assessment.kinds.values import Criterion, FileRules, FileType, Gap, Reply, Turn
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import dialogue_faults, gap_faults
from lms.assessment.source.content import (
    CRITERIA,
    FILES_LIMIT,
    GAP_TEXT_LIMIT,
    GAPS,
    MEGABYTES_LIMIT,
    PROMPT_LIMIT,
    SECONDS_LIMIT,
    TURNS,
    WORDS_LIMIT,
)
from lms.assessment.source.item_kinds import POINTS_LIMIT
from lms.web.forms import IntegerField, NumberRange

ALL_REPLIES = (1, 60)  # of a whole dialogue
MOODS = {
    2: _l("much better"),
    1: _l("better"),
    0: _l("the same"),
    -1: _l("worse"),
    -2: _l("much worse"),
}
OF_TURN = "--"  # a row's key names its turn too: replies' keys differ within a turn alone


class GapRow(Row):
    """A gap: what counts as right, and, for a list, what is wrong."""

    accepted = WordingsField(_l("Right wordings, one a line"))
    distractors = WordingsField(_l("Wrong choices, one a line"), required=False)


class GapTextForm(ItemForm):
    """A text with gaps, typed or chosen from a list."""

    kind = ItemKind.GAP_TEXT
    lists = ("gaps",)

    text = TextsField(_l("Text with gaps"), limit=GAP_TEXT_LIMIT, tall=True, pictures=True)
    gaps = RowsField(GapRow, _l("Gaps"), count=GAPS)

    def check_kind(self) -> bool:
        """Demand that text and gaps belong together."""
        parts = self.special(self.frame.languages)
        return tell(self.gaps, gap_faults(parts["text"], parts["gaps"]))

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the text and its gaps."""
        return {
            "text": self.text.texts(languages),
            "gaps": tuple(
                Gap(row.key.data, row.accepted.lines(languages), row.distractors.lines(languages))
                for row in self.gaps.rows
            ),
        }


class CriterionRow(Row):
    """One thing that the examiner looks for."""

    text = TextsField(_l("What the examiner looks for"))
    points = IntegerField(
        _l("Most points"),
        [NumberRange(1, POINTS_LIMIT, _l("Enter a whole number from 1 to 10."))],
        default=1,
    )
    levels = LevelsField(_l("What each number of points means"))


class RubricForm(ItemForm):
    """What a person judges by a rubric. Abstract: subclasses say what is handed in."""

    lists = ("rubric",)

    examiners = SelectField(
        _l("Examiners"),
        choices=choices_of({"1": _l("One"), "2": _l("Two, independently of each other")}),
        default="1",
        description=_l("Where two lie far apart, a third one decides."),
    )
    rubric = RowsField(CriterionRow, _l("Rubric"), count=CRITERIA)

    def check_kind(self) -> bool:
        """Demand points that the rubric can give, and words for each or for none of them."""
        rows, languages = self.rubric.rows, self.frame.languages
        fit = [row.levels.fits(row.points.data, languages) for row in rows if row.points.data]
        total = sum(row.points.data or 0 for row in rows)
        if self.points.data is not None and self.points.data != total:
            message = _("The rubric gives %(total)d points together: enter that.", total=total)
            return complain(self.points, message)
        return all(fit)

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the rubric."""
        return {
            "examiners": 2 if self.examiners.data == "2" else 1,
            "rubric": tuple(
                Criterion(
                    row.key.data,
                    row.text.texts(languages),
                    row.points.data or 1,
                    row.levels.levels(languages),
                )
                for row in self.rubric.rows
            ),
        }


class EssayForm(RubricForm):
    """An answer in sentences, judged by a person by a rubric."""

    kind = ItemKind.ESSAY

    fewest = IntegerField(
        _l("Fewest words"),
        [Optional(), NumberRange(1, WORDS_LIMIT, _l("Enter a whole number from 1 to 3000."))],
    )
    most = IntegerField(
        _l("Most words"),
        [Optional(), NumberRange(1, WORDS_LIMIT, _l("Enter a whole number from 1 to 3000."))],
    )

    def check_kind(self) -> bool:
        """Demand also both bounds or none."""
        well = super().check_kind()
        fewest, most = self.fewest.data, self.most.data
        if (fewest is None) != (most is None):
            well = complain(self.most, _("Enter both numbers or none."))
        elif fewest is not None and most is not None and fewest > most:
            well = complain(self.most, _("Enter a number that is not below the fewest."))
        return well

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the rubric and the length."""
        fewest, most = self.fewest.data, self.most.data
        words = None if fewest is None or most is None else (fewest, most)
        return {"words": words, **super().special(languages)}


class FileForm(RubricForm):
    """Files, judged by a person by a rubric."""

    kind = ItemKind.FILE

    most_files = IntegerField(
        _l("Files at most"),
        [NumberRange(1, FILES_LIMIT, _l("Enter a whole number from 1 to 5."))],
        default=1,
    )
    types = SelectMultipleField(
        _l("Types of files"),
        [InputRequired(_l("Choose at least one type."))],
        choices=choices_of({kind: kind.value for kind in FileType}),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    megabytes = IntegerField(
        _l("Size of a file, MB"),
        [NumberRange(1, MEGABYTES_LIMIT, _l("Enter a whole number from 1 to 20."))],
        default=5,
        description=_l("The installation may allow less in one request."),
    )

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the rubric and what may be handed in."""
        chosen = tuple(kind for kind in FileType if kind.value in (self.types.data or ()))
        rules = FileRules(self.most_files.data or 1, chosen, self.megabytes.data or 1)
        return {"files": rules, **super().special(languages)}


class TurnRow(Row):
    """What the visitor says; with a score it is an end."""

    says = TextsField(_l("The visitor says"), limit=PROMPT_LIMIT, tall=True)
    score = IntegerField(
        _l("Score, %"), [Optional(), NumberRange(0, 100, _l("Enter a whole number from 0 to 100."))]
    )
    debriefing = TextsField(_l("Debriefing"), required=False, limit=PROMPT_LIMIT, tall=True)


class ReplyRow(Row):
    """What the specialist may say, at which turn, and what follows."""

    at = StringField(_l("At the turn"))
    text = TextsField(_l("The specialist says"))
    to = StringField(_l("Leads to the turn"))
    mood = SelectField(_l("The visitor’s mood becomes"), choices=choices_of(MOODS), default="0")
    seconds = IntegerField(
        _l("Seconds"),
        [Optional(), NumberRange(0, SECONDS_LIMIT, _l("Enter a whole number from 0 to 1800."))],
        default=0,
    )
    explanation = TextsField(_l("Why it helps or harms"), required=False, limit=PROMPT_LIMIT)


class DialogueForm(ItemForm):
    """A conversation: turns of the visitor, replies that lead from one to another."""

    kind = ItemKind.DIALOGUE
    lists = ("turns", "replies")

    turns = RowsField(TurnRow, _l("Turns of the visitor"), count=TURNS)
    replies = RowsField(ReplyRow, _l("Replies"), count=ALL_REPLIES)

    def check_kind(self) -> bool:
        """Demand a conversation that can be led to an end."""
        known = {row.key.data for row in self.turns.rows}
        well = True
        for row in self.replies.rows:
            if row.at.data not in known:
                well = complain(row.at, _("Choose a turn."))
            if row.to.data not in known:
                well = complain(row.to, _("Choose a turn."))
        answered = {row.at.data for row in self.replies.rows}
        for row in self.turns.rows:
            if row.key.data not in answered:
                well = self._check_end(row) and well
        return well and tell(
            self.turns, dialogue_faults(self.special(self.frame.languages)["turns"])
        )

    def _check_end(self, row: TurnRow) -> bool:
        well = True
        if row.score.data is None:
            well = complain(row.score, _("A turn without replies is an end: enter its score."))
        if not row.debriefing.texts(self.frame.languages):
            first = row.debriefing.form[self.frame.languages[0]]
            well = complain(first, _("A turn without replies is an end: write a debriefing."))
        return well

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the turns with their replies."""
        return {"turns": tuple(self._turn(row, languages) for row in self.turns.rows)}

    def _turn(self, row: TurnRow, languages: Sequence[str]) -> Turn:
        key, says = row.key.data, row.says.texts(languages)
        here = [reply for reply in self.replies.rows if reply.at.data == key]
        if here:
            return Turn(key, says, tuple(_reply(reply, here, languages) for reply in here))
        score, debriefing = row.score.data, row.debriefing.texts(languages)
        return Turn(key, says, score=score or 0, debriefing=debriefing)


def _reply(row: ReplyRow, here: Sequence[ReplyRow], languages: Sequence[str]) -> Reply:
    short = [str(reply.key.data).rpartition(OF_TURN)[2] for reply in here]
    own = str(row.key.data).rpartition(OF_TURN)[2]
    return Reply(
        own if short.count(own) == 1 else str(row.key.data),
        row.text.texts(languages),
        str(row.to.data),
        int(row.mood.data) if row.mood.data in {str(mood) for mood in MOODS} else 0,
        row.seconds.data or 0,
        row.explanation.texts(languages),
    )
