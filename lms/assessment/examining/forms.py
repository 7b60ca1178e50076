"""Forms of examining."""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.assessment.authoring.forms.item_form import Frame, ItemForm
from lms.assessment.examining.models import AppealState, CorrectionKind
from lms.assessment.examining.regrades.answers import CORRECTABLE
from lms.assessment.examining.regrades.parts import IN_PARTS
from lms.assessment.grading.forms import GradingForm
from lms.assessment.kinds.values import Texts
from lms.assessment.models import ItemKind, ItemVersion
from lms.web.forms import AskingForm, BaseForm

REASON_LIMIT = 2000

CORRECTION_NAMES = {
    CorrectionKind.NEW_KEY: _l("Another answer is the right one"),
    CorrectionKind.ACCEPT: _l("One more answer is right"),
    CorrectionKind.FULL_POINTS: _l("The question is faulty: everyone gets its points"),
    CorrectionKind.NOT_COUNTED: _l("The question is faulty: it isn’t counted"),
}
IN_PARTS_NAMES = {
    ItemKind.HOTSPOT: _l("Other areas are right, or they lie elsewhere"),
    ItemKind.DIALOGUE: _l("The ends are worth other scores"),
}


class ReceiptFileForm(AskingForm):
    """A receipt to be checked."""

    file = FileField(
        _l("File of the receipt (.json)"), [FileRequired(_l("Choose the file of the receipt."))]
    )


class CorrectionForm(BaseForm):
    """How the scoring of an item version is put right, and why."""

    kind = RadioField(
        _l("What is wrong?"), [InputRequired(_l("Say how the scoring is put right."))]
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays in the record.")),
            Length(max=REASON_LIMIT, message=_l("At most %(max)d characters, please.")),
        ],
    )
    explanation = ItemForm.explanation  # asked as where the question is written

    @classmethod
    def of(cls, version: ItemVersion, frame: Frame, told: Texts) -> "CorrectionForm":
        """Return the posted form with the corrections that the item's kind allows.

        ``told`` is the explanation so far.
        """
        return cls().of_course(frame, told).offer(version)

    @classmethod
    def empty(cls, version: ItemVersion, frame: Frame, told: Texts) -> "CorrectionForm":
        """Return the form as it is opened."""
        return cls(formdata=None, explanation=told).of_course(frame, told).offer(version)

    def of_course(self, frame: Frame, told: Texts) -> "CorrectionForm":
        """Take the course's languages and figures, and what is told so far."""
        self._frame, self._told = frame, told
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also what is explained."""
        well = super().validate(extra_validators)
        well = self.explanation.check(self._frame.languages) and well
        return self.explanation.check_markdown(self._frame.languages, self._frame.figures) and well

    @property
    def new_explanation(self) -> Texts | None:
        """What is told from then on; None: nothing else than so far."""
        if not any(side.raw_data for side in self.explanation.form):
            return None
        texts = self.explanation.texts(self._frame.languages)
        return None if texts == self._told else texts

    def offer(self, version: ItemVersion) -> "CorrectionForm":
        """Offer what the item's kind allows."""
        names = {
            kind: name
            for kind, name in CORRECTION_NAMES.items()
            if version.kind in CORRECTABLE
            or kind in (CorrectionKind.FULL_POINTS, CorrectionKind.NOT_COUNTED)
        }
        if version.kind in IN_PARTS:
            names = {CorrectionKind.NEW_KEY: IN_PARTS_NAMES[version.kind], **names}
        self.kind.choices = [SelectChoice(kind.value, name) for kind, name in names.items()]
        return self

    @property
    def chosen(self) -> CorrectionKind:
        """The correction that was chosen; the last kind where nothing sensible was."""
        values = {kind.value: kind for kind in CorrectionKind}
        return values.get(str(self.kind.data), CorrectionKind.NOT_COUNTED)


class RemarkForm(GradingForm):
    """New points for an answer that was graded, and why."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays in the record.")),
            Length(max=REASON_LIMIT, message=_l("At most %(max)d characters, please.")),
        ],
    )


APPEAL_LIMIT = 1000
SHOWN_WORDS = 70  # characters of a question by which it is recognised


class AppealForm(BaseForm):
    """An objection to one question."""

    question = SelectField(_l("Question"), [InputRequired(_l("Choose the question."))])
    reason = TextAreaField(
        _l("What is wrong with the question or its scoring?"),
        [
            InputRequired(_l("Say in a sentence what is wrong.")),
            Length(
                min=10,
                max=APPEAL_LIMIT,
                message=_l("From %(min)d to %(max)d characters, please."),
            ),
        ],
    )

    def offer(self, prompts: Mapping[int, str], chosen: str | None) -> "AppealForm":
        """Offer the questions of the paper by number and first words; ``chosen`` beforehand.

        Above them nothing is chosen: else the first question would get the appeals of the hasty.
        """
        self.question.choices = [SelectChoice("", _l("Choose the question"))]
        self.question.choices += [
            SelectChoice(
                str(position),
                _l(
                    "Question %(number)d: %(words)s",
                    number=position,
                    words=shorten(prompt, SHOWN_WORDS, placeholder="…"),
                ),
            )
            for position, prompt in prompts.items()
        ]
        if chosen in {str(position) for position in prompts}:
            self.question.data = chosen
        return self


class AppealAnswerForm(BaseForm):
    """An examiner's answer."""

    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose a decision."))],
        choices=[
            SelectChoice(AppealState.UPHELD.value, _l("Upheld: the scoring is to be corrected")),
            SelectChoice(AppealState.PARTLY.value, _l("Partly upheld")),
            SelectChoice(AppealState.REJECTED.value, _l("Not upheld")),
        ],
    )
    answer = TextAreaField(
        _l("Answer to the candidate"),
        [
            InputRequired(_l("Write the answer.")),
            Length(max=REASON_LIMIT, message=_l("At most %(max)d characters, please.")),
        ],
    )


class JournalFileForm(BaseForm):
    """The file of a browser's journal."""

    file = FileField(
        _l("File with the answers (.json)"),
        [FileRequired(_l("Choose the file that the exam page has saved."))],
    )


class JournalConfirmForm(BaseForm):
    """The same file again, sealed as it is, and why it is taken."""

    sealed = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays in the record.")),
            Length(max=REASON_LIMIT, message=_l("At most %(max)d characters, please.")),
        ],
    )
