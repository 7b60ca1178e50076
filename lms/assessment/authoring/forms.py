"""The forms of items, one class per kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from lms.assessment.authored import AuthoredItem, Entry, Option, Pair
from lms.assessment.authoring.fields import (
    KeysField,
    Row,
    RowsField,
    TextsField,
    choices_of,
    complain,
    faults,
    texts_fields,
)
from lms.assessment.authoring.words import LEVEL_NAMES
from lms.assessment.models import ItemKind
from lms.assessment.responses import TEXT_LIMIT as RESPONSE_LIMIT
from lms.assessment.responses import read_number
from lms.assessment.scoring import compared
from lms.assessment.source.content import DISTRACTORS, OPTIONS, PAIRS, PROMPT_LIMIT, STEPS
from lms.assessment.source.item_files import ACCEPTED_LIMIT, NUMBER_LIMIT, POINTS_LIMIT
from lms.catalog.models import CourseVersion
from lms.web.forms import BaseForm, NumberRange
from lms.web.i18n import localised

LEVELS = {str(number) for number in LEVEL_NAMES}


@dataclass(frozen=True)
class Frame:
    """What a course version offers to its items."""

    languages: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]  # key, title in the reader's language
    sources: tuple[tuple[str, str], ...]


def frame_of(version: CourseVersion) -> Frame:
    """Return the frame of ``version``, whose topics and sources must be loaded."""
    return Frame(
        tuple(version.languages),
        tuple((topic.key, localised(topic.title)) for topic in version.topics),
        tuple((source.key, localised(source.title)) for source in version.sources),
    )


class ItemForm(BaseForm):
    """What items of all kinds have. Subclasses add the fields of their kind."""

    kind: ClassVar[ItemKind]
    lists: ClassVar[tuple[str, ...]] = ()  # names of the fields that are rows

    row_version = HiddenField()
    key = StringField(
        _l("Key"),
        [
            Optional(),
            Regexp(
                r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]\Z",
                message=_l("Use 2 to 60 of a–z, 0–9 and hyphens."),
            ),
        ],
        description=_l(
            "Names the question in the course's files. Left empty, it is made from the topic."
        ),
    )
    topic = SelectField(_l("Topic"), [InputRequired(_l("Choose a topic."))])
    level = SelectField(_l("Level"), choices=choices_of(LEVEL_NAMES))
    points = IntegerField(
        _l("Points"),
        [
            InputRequired(_l("Enter the points.")),
            NumberRange(1, POINTS_LIMIT, _l("Enter a whole number from 1 to 10.")),
        ],
        default=1,
    )
    sources = SelectMultipleField(
        _l("Sources"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    prompt = TextsField(_l("Question"), limit=PROMPT_LIMIT, tall=True)
    explanation = TextsField(_l("Explanation of the whole question"), limit=PROMPT_LIMIT, tall=True)

    def __init__(
        self,
        frame: Frame,
        fields: MultiDict[str, str] | None,
        values: dict[str, Any] | None = None,
        *,
        kept_sources: Sequence[str] = (),
    ) -> None:
        """Take what was sent, else ``values``; ``kept_sources`` may stay though they are gone."""
        super().__init__(formdata=fields, **(values or {}))
        self.frame = frame
        self.topic.choices = choices_of(dict(frame.topics))
        kept = dict(zip(kept_sources, kept_sources, strict=True))
        self.sources.choices = choices_of({**kept, **dict(frame.sources)})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what the course's languages and the kind demand."""
        well = super().validate(extra_validators)
        for field in texts_fields(self):
            well = field.check(self.frame.languages) and well
        for name in self.lists:
            well = self[name].check() and well
        return self.check_kind() and well

    def check_kind(self) -> bool:
        """Note what is wrong with the kind's own fields; tell whether all is well."""
        return True

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (id of the control, label, message) of every error."""
        return list(faults(self))

    def authored(self, key: str) -> AuthoredItem:
        """Return the item that the form states; also of an unfinished form, for previews."""
        languages = self.frame.languages
        return AuthoredItem(
            key=key,
            kind=self.kind,
            topic=str(self.topic.data),
            level=int(self.level.data) if self.level.data in LEVELS else 1,
            points=self.points.data or 1,
            sources=tuple(self.sources.data or ()),
            prompt=self.prompt.texts(languages),
            explanation=self.explanation.texts(languages),
            **self.special(languages),
        )

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the kind's own parts of the item."""
        raise NotImplementedError


class OptionRow(Row):
    """An option with its explanation."""

    text = TextsField(_l("Option"))
    explanation = TextsField(_l("Why it is right or wrong"), limit=PROMPT_LIMIT)


class SingleChoiceForm(ItemForm):
    """Options of which exactly one is right."""

    kind = ItemKind.SINGLE_CHOICE
    lists = ("options",)

    options = RowsField(OptionRow, _l("Options"), count=OPTIONS)
    correct = KeysField(_l("Right options"))

    def check_kind(self) -> bool:
        """Demand one right option."""
        if len(self._right()) != 1:
            return complain(self.correct, _("Mark the one right option."))
        return True

    def _right(self) -> set[str]:
        return set(self.correct.data or ()) & {row.key.data for row in self.options.rows}

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the options."""
        right = self._right()
        return {
            "options": tuple(
                Option(
                    row.key.data,
                    row.text.texts(languages),
                    row.key.data in right,
                    row.explanation.texts(languages),
                )
                for row in self.options.rows
            )
        }


class MultipleChoiceForm(SingleChoiceForm):
    """Options of which several may be right."""

    kind = ItemKind.MULTIPLE_CHOICE

    def check_kind(self) -> bool:
        """Demand right and wrong options."""
        right = len(self._right())
        if right == 0:
            return complain(self.correct, _("Mark at least one right option."))
        if right == len(self.options.rows):
            return complain(self.correct, _("Leave at least one wrong option."))
        return True


class TrueFalseForm(ItemForm):
    """A statement."""

    kind = ItemKind.TRUE_FALSE

    truth = RadioField(
        _l("The statement is"),
        [InputRequired(_l("Choose whether the statement is true."))],
        choices=choices_of({"true": _l("True"), "false": _l("False")}),
    )

    def special(self, _languages: Sequence[str]) -> dict[str, Any]:
        """Return whether the statement is true."""
        return {"truth": self.truth.data == "true"}


class PairRow(Row):
    """Two sides that belong together."""

    left = TextsField(_l("Left side"))
    right = TextsField(_l("Its right side"))


class EntryRow(Row):
    """A text of a list."""

    text = TextsField(_l("Text"))


class MatchingForm(ItemForm):
    """Left sides with their right sides, and right sides that belong to none."""

    kind = ItemKind.MATCHING
    lists = ("pairs", "distractors")

    pairs = RowsField(PairRow, _l("Pairs"), count=PAIRS)
    distractors = RowsField(EntryRow, _l("Extra right sides"), count=DISTRACTORS)

    def check_kind(self) -> bool:
        """Demand keys and right sides that are told apart."""
        rows = [*self.pairs.rows, *self.distractors.rows]
        if len({row.key.data for row in rows}) < len(rows):
            return complain(self.pairs, _("The form was damaged on its way. Open the page anew."))
        rights = [row.right if isinstance(row, PairRow) else row.text for row in rows]
        return all(
            [
                _distinct(rights, self.frame.languages),
                _distinct([row.left for row in self.pairs.rows], self.frame.languages),
            ]
        )

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return pairs and distractors."""
        return {
            "pairs": tuple(
                Pair(row.key.data, row.left.texts(languages), row.right.texts(languages))
                for row in self.pairs.rows
            ),
            "distractors": _entries(self.distractors, languages),
        }


class OrderingForm(ItemForm):
    """Steps in the right order."""

    kind = ItemKind.ORDERING
    lists = ("steps",)

    steps = RowsField(EntryRow, _l("Steps in the right order"), count=STEPS)

    def check_kind(self) -> bool:
        """Demand steps that are told apart."""
        return _distinct([row.text for row in self.steps.rows], self.frame.languages)

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the steps."""
        return {"steps": _entries(self.steps, languages)}


class NumericForm(ItemForm):
    """A number with a tolerance."""

    kind = ItemKind.NUMERIC

    value = StringField(_l("Right answer"), [InputRequired(_l("Enter the number."))])
    tolerance = StringField(
        _l("Tolerance"),
        default="0",
        description=_l("Answers this far off on either side still count. 0: the exact number."),
    )
    unit = TextsField(_l("Unit"), required=False, limit=40, markdown=False)

    def check_kind(self) -> bool:
        """Demand numbers, the tolerance not below zero."""
        well = True
        if self.value.data and _number(self.value.data) is None:
            well = complain(self.value, _("Enter a number, such as 12.5."))
        tolerance = _number(self.tolerance.data or "0")
        if tolerance is None or tolerance < 0:
            well = complain(self.tolerance, _("Enter a number that is not below 0."))
        return well

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return number, tolerance and unit."""
        return {
            "value": _number(self.value.data or ""),
            "tolerance": _number(self.tolerance.data or "0") or Decimal(0),
            "unit": self.unit.texts(languages) or None,
        }


class ShortTextForm(ItemForm):
    """Wordings that count as right."""

    kind = ItemKind.SHORT_TEXT

    accepted = TextsField(
        _l("Accepted answers, one a line"), limit=PROMPT_LIMIT, tall=True, markdown=False
    )

    def check_kind(self) -> bool:
        """Demand wordings that a candidate can type."""
        well = True
        for code, lines in self._lines(self.frame.languages).items():
            if any(len(line) > RESPONSE_LIMIT for line in lines):
                message = _("Use at most %(limit)d characters a line.", limit=RESPONSE_LIMIT)
                well = complain(self.accepted.form[code], message)
            elif len(lines) > ACCEPTED_LIMIT:
                message = _("Use at most %(limit)d lines.", limit=ACCEPTED_LIMIT)
                well = complain(self.accepted.form[code], message)
            elif not all(compared(line) for line in lines):
                message = _("Each answer needs a letter or a digit.")
                well = complain(self.accepted.form[code], message)
        return well

    def _lines(self, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {
            code: tuple(
                dict.fromkeys(line for t in text.split("\n") if (line := " ".join(t.split())))
            )
            for code, text in self.accepted.texts(languages).items()
        }

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the wordings."""
        return {"accepted": self._lines(languages)}


def _entries(field: RowsField, languages: Sequence[str]) -> tuple[Entry, ...]:
    return tuple(Entry(row.key.data, row.text.texts(languages)) for row in field.rows)


def _distinct(fields: Sequence[TextsField], languages: Sequence[str]) -> bool:
    """Complain about texts that stand twice: nobody could tell them apart."""
    well = True
    for code in languages:
        seen: set[str] = set()
        for field in fields:
            text = compared(field.texts(languages).get(code, ""))
            if text and text in seen:
                well = complain(field.form[code], _("This text stands here twice."))
            seen.add(text)
    return well


def _number(text: str) -> Decimal | None:
    number = read_number(text)
    if number is None:
        return None
    # Files take numbers of up to 30 characters.
    return number if abs(number) <= NUMBER_LIMIT and len(str(number)) <= 30 else None


ITEM_FORMS: dict[ItemKind, type[ItemForm]] = {
    form.kind: form
    for form in (
        SingleChoiceForm,
        MultipleChoiceForm,
        TrueFalseForm,
        MatchingForm,
        OrderingForm,
        NumericForm,
        ShortTextForm,
    )
}
