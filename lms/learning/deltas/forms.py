"""Form of a delta training: the text with its check."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from lms.catalog.authoring.fields import TextsForm, required, spread
from lms.catalog.facts.models import FactVersion
from lms.catalog.source.content import Texts
from lms.learning.deltas.models import DeltaTraining
from lms.learning.deltas.questions import (
    MOST,
    OPTIONS,
    CheckOption,
    CheckQuestion,
    StockQuestion,
    restored,
)
from lms.web.forms import BaseForm, CheckboxesField
from lms.web.i18n import LANGUAGES, localised

TEXT_LIMIT = 2000  # characters
LINE_LIMIT = 500
NUMBERS = range(1, OPTIONS[1] + 1)
RIGHT = [str(number) for number in NUMBERS]


def _line(label: Any) -> StringField:
    return StringField(label, validators=[Length(max=LINE_LIMIT)])


class QuestionForm(Form):
    """A question of one's own: nothing typed is no question."""

    class Meta(BaseForm.Meta):
        """As other forms, but within one: the outer form guards against forgery."""

        csrf = False

    prompt_ru = _line(_l("Question in Russian"))
    prompt_en = _line(_l("Question in English"))
    option1_ru = _line(_l("Option 1 in Russian"))
    option1_en = _line(_l("Option 1 in English"))
    option2_ru = _line(_l("Option 2 in Russian"))
    option2_en = _line(_l("Option 2 in English"))
    option3_ru = _line(_l("Option 3 in Russian"))
    option3_en = _line(_l("Option 3 in English"))
    option4_ru = _line(_l("Option 4 in Russian"))
    option4_en = _line(_l("Option 4 in English"))
    right = RadioField(
        _l("The right option"),
        choices=[SelectChoice(number, number) for number in RIGHT],
        validate_choice=False,
    )
    explanation_ru = _line(_l("Why it is so, in Russian"))
    explanation_en = _line(_l("Why it is so, in English"))

    @property
    def is_begun(self) -> bool:
        """Whether anything is typed."""
        return any(bool(field.data) for field in self if field.name != self.right.name)

    def texts(self, stem: str) -> Texts:
        """Return the texts typed under ``stem``, without empty ones."""
        typed = {language: self[f"{stem}_{language}"].data for language in LANGUAGES}
        return {language: text for language, text in typed.items() if text}

    def pairs(self, stem: str) -> list[StringField]:
        """Return the fields of ``stem`` in the order of the languages."""
        return [self[f"{stem}_{language}"] for language in LANGUAGES]

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand a whole question in both languages of one that is begun."""
        well: bool = super().validate(extra_validators)
        if not self.is_begun:
            return well
        wanted = ["prompt", "option1", "option2", "explanation"]
        wanted += [f"option{n}" for n in NUMBERS if n > OPTIONS[0] and self.texts(f"option{n}")]
        for field in (field for stem in wanted for field in self.pairs(stem)):
            if not field.data:
                field.errors = [_("Fill this in, in both languages.")]
                well = False
        if not (self.right.data in RIGHT and self.texts(f"option{self.right.data}")):
            self.right.errors = [_("Mark the right option, one that is written.")]
            well = False
        return well

    def question(self) -> CheckQuestion:
        """Return the question that was typed."""
        return CheckQuestion(
            self.texts("prompt"),
            tuple(
                CheckOption(
                    str(number), self.texts(f"option{number}"), self.right.data == str(number)
                )
                for number in NUMBERS
                if self.texts(f"option{number}")
            ),
            self.texts("explanation"),
        )


class TrainingForm(TextsForm):
    """What was, what is now, and the check: questions of banks and one's own."""

    row_version = HiddenField()
    was_ru = TextAreaField(
        _l("It was, in Russian"), validators=required(_l("Say what held before."), TEXT_LIMIT)
    )
    was_en = TextAreaField(
        _l("It was, in English"), validators=required(_l("Say what held before."), TEXT_LIMIT)
    )
    now_ru = TextAreaField(
        _l("It is now, in Russian"), validators=required(_l("Say what holds now."), TEXT_LIMIT)
    )
    now_en = TextAreaField(
        _l("It is now, in English"), validators=required(_l("Say what holds now."), TEXT_LIMIT)
    )
    items = CheckboxesField(_l("Questions of the banks"))
    questions = FieldList(
        FormField(QuestionForm), _l("Your own questions"), min_entries=MOST, max_entries=MOST
    )

    def __init__(self, stock: Sequence[StockQuestion], **kwargs: Any) -> None:
        super().__init__(LANGUAGES, **kwargs)
        self.stock = {one.question.item: one for one in stock}
        self.items.choices = [SelectChoice(key, one.label) for key, one in self.stock.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that there are one to three questions."""
        well: bool = super().validate(extra_validators)
        count = len(self.items.data or ()) + sum(form.is_begun for form in self._own())
        if not 1 <= count <= MOST:
            self.form_errors = [_("Give the check one to three questions in all.")]
            return False
        return well

    def _own(self) -> list[QuestionForm]:
        return [entry.form for entry in self.questions]

    def check(self) -> list[CheckQuestion]:
        """Return the questions: those chosen, then one's own."""
        chosen = [self.stock[key].question for key in self.items.data or ()]
        return chosen + [form.question() for form in self._own() if form.is_begun]


def stock_with(
    stock: Sequence[StockQuestion], training: DeltaTraining | None
) -> list[StockQuestion]:
    """Return the stock, with questions as the training has them, those too that left the banks."""
    kept: dict[str | None, CheckQuestion] = {
        one.item: one
        for one in map(restored, training.questions if training else ())
        if one.item is not None
    }
    offered = [StockQuestion(one.label, kept.pop(one.question.item, one.question)) for one in stock]
    return [*offered, *(StockQuestion(localised(one.prompt), one) for one in kept.values())]


def values_of(training: DeltaTraining | None, before: FactVersion, after: FactVersion) -> Any:
    """Return what the form begins with: the training as it is, else what the fact says."""
    if training is None:
        return {
            **spread(was=_said(before), now=_told(after)),
            "row_version": 0,
        }
    questions = [restored(question) for question in training.questions]
    return {
        **spread(was=training.text_was, now=training.text_now),
        "row_version": training.row_version,
        "items": [one.item for one in questions if one.item is not None],
        "questions": [_typed(one) for one in questions if one.item is None],
    }


def _said(version: FactVersion) -> dict[str, str]:
    """Return what a version says, with its value, by language."""
    values = version.value
    return {
        language: f"{text}: {values[language]}" if values.get(language) else text
        for language, text in version.statement.items()
    }


def _told(version: FactVersion) -> dict[str, str]:
    change = version.change or {}
    return {
        language: "\n\n".join(filter(None, (text, change.get(language))))
        for language, text in _said(version).items()
    }


def _typed(question: CheckQuestion) -> dict[str, Any]:
    options = {f"option{place}": one.text for place, one in enumerate(question.options, start=1)}
    return {
        **spread(prompt=question.prompt, explanation=question.explanation, **options),
        "right": next(
            str(place) for place, one in enumerate(question.options, start=1) if one.is_right
        ),
    }
