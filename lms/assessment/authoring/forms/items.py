"""The forms of items whose answer is chosen, arranged or typed, one class per kind."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from lms.assessment.authoring.forms.fields import (
    KeysField,
    Row,
    RowsField,
    TextsField,
    WordingsField,
    choices_of,
    complain,
    tell,
)
from lms.assessment.authoring.forms.item_form import ItemForm
from lms.assessment.authoring.forms.kind_forms import DialogueForm, EssayForm, FileForm, GapTextForm
from lms.assessment.authoring.forms.pictures import HotspotForm
from lms.assessment.authoring.words import SCORING_NAMES
from lms.assessment.kinds.arranging import right_sides
from lms.assessment.kinds.base import compared, read_number
from lms.assessment.kinds.values import Entry, Option, Pair, ScoringRule
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import pair_faults
from lms.assessment.source.content import DISTRACTORS, OPTIONS, PAIRS, PROMPT_LIMIT, STEPS
from lms.assessment.source.item_kinds import NUMBER_LIMIT
from lms.web.i18n import current_language


class OptionRow(Row):
    """An option with its explanation."""

    text = TextsField(_l("Option"), pictures=True)
    explanation = TextsField(
        _l("Why it is right or wrong"), required=False, limit=PROMPT_LIMIT, pictures=True
    )


class SingleChoiceForm(ItemForm):
    """Options of which exactly one is right."""

    kind = ItemKind.SINGLE_CHOICE
    lists = ("options",)

    options = RowsField(OptionRow, _l("Options"), count=OPTIONS)
    correct = KeysField(_l("Right options"))

    def check_kind(self) -> bool:
        """Demand options that are told apart, one of them right."""
        well = _distinct([row.text for row in self.options.rows], self.frame.languages)
        return self.check_right() and well

    def check_right(self) -> bool:
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

    scoring = SelectField(
        _l("How it is scored"),
        choices=choices_of(SCORING_NAMES),
        default=ScoringRule.RIGHT_MINUS_WRONG.value,
        description=_l("The candidate reads the rule with the question."),
    )

    def check_right(self) -> bool:
        """Demand right and wrong options."""
        right = len(self._right())
        if right == 0:
            return complain(self.correct, _("Mark at least one right option."))
        if right == len(self.options.rows):
            return complain(self.correct, _("Leave at least one wrong option."))
        return True

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the options and the rule."""
        known = {rule.value: rule for rule in ScoringRule}
        rule = known.get(self.scoring.data, ScoringRule.RIGHT_MINUS_WRONG)
        return {**super().special(languages), "scoring": rule}


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

    left = TextsField(_l("Left side"), pictures=True)
    right = TextsField(_l("Its right side"), pictures=True)


class EntryRow(Row):
    """A text of a list."""

    text = TextsField(_l("Text"), pictures=True)


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
        parts = self.special(self.frame.languages)
        if not tell(self.pairs, pair_faults(parts["pairs"], parts["distractors"])):
            return False
        shared = right_sides(parts["pairs"])  # left sides may share one, the same in each language
        rights = [row.right for row in self.pairs.rows if row.key.data in shared]
        rights += [row.text for row in self.distractors.rows]
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

    accepted = WordingsField(_l("Accepted answers, one a line"))

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the wordings."""
        return {"accepted": self.accepted.lines(languages)}


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
    # As a candidate who reads this language would write it: 1,920 is a large number in English.
    number = read_number(text, current_language())
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
        GapTextForm,
        HotspotForm,
        DialogueForm,
        EssayForm,
        FileForm,
    )
}
