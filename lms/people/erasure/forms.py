"""Forms of erasure and of the classes of retention."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from lms.people.erasure.classes import (
    LONGEST_TEXT,
    MOST_MONTHS,
    RetentionClass,
    fault_of_fate,
    fault_of_records,
    new_class,
)
from lms.people.erasure.holdings import holdings, mentions
from lms.people.erasure.models import Fate, Start
from lms.people.erasure.words import FATES, STARTS
from lms.people.models import Person
from lms.web.forms import BaseForm, CheckboxesField, IntegerField, NumberRange


class ReasonForm(BaseForm):
    """Why somebody is erased; ``people`` are those whom the reason may not name."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays in the audit log.")),
            Length(min=5, max=1000, message=_l("Write between 5 and 1000 characters.")),
        ],
    )

    def __init__(self, *args: Any, people: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = people

    def validate_reason(self, field: TextAreaField) -> None:
        """Refuse a reason that would keep what is to go."""
        text = field.data or ""
        for person in self.people:
            if mentions(text, person):
                raise ValidationError(
                    _l("Don’t name the person here: the reason stays when the name is gone.")
                )


class EraseForm(ReasonForm):
    """The reason, and the dry run that was shown."""

    digest = HiddenField(validators=[InputRequired()])


def _text(label: object) -> StringField:
    return StringField(
        label,
        [
            InputRequired(_l("This can’t be empty.")),
            Length(max=LONGEST_TEXT, message=_l("At most 400 characters.")),
        ],
    )


class ClassForm(BaseForm):
    """How a class of retention reads."""

    name_ru = _text(_l("Name in Russian"))
    name_en = _text(_l("Name in English"))
    basis_ru = _text(_l("Ground in Russian"))
    basis_en = _text(_l("Ground in English"))
    start = RadioField(
        _l("The period begins with"),
        choices=[SelectChoice(one.value, words) for one, words in STARTS.items()],
    )
    months = IntegerField(
        _l("Months"),
        [
            InputRequired(_l("Enter a number of months.")),
            NumberRange(0, MOST_MONTHS, message=_l("Enter a number from 0 to 1200.")),
        ],
    )
    fate = RadioField(_l("What happens then"))
    is_early = BooleanField(_l("May go before its time when HR asks and a second person agrees"))
    seen = HiddenField(validators=[InputRequired()])

    def __init__(self, *args: Any, fates: list[Fate], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fate.choices = [SelectChoice(one.value, FATES[one]) for one in fates]

    def changed(self, one: RetentionClass) -> RetentionClass:
        """Return ``one`` as the form has it."""
        return RetentionClass(
            key=one.key,
            name={"ru": self.name_ru.data, "en": self.name_en.data},
            basis={"ru": self.basis_ru.data, "en": self.basis_en.data},
            records=one.records,
            start=Start(self.start.data),
            months=self.months.data,
            fate=Fate(self.fate.data),
            is_early=self.is_early.data,
            number=one.number,
        )

    @staticmethod
    def values_of(one: RetentionClass) -> dict[str, Any]:
        """Return what the form shows of a class."""
        return {
            "name_ru": one.name["ru"],
            "name_en": one.name["en"],
            "basis_ru": one.basis["ru"],
            "basis_en": one.basis["en"],
            "start": one.start.value,
            "months": one.months,
            "fate": one.fate.value,
            "is_early": one.is_early,
            "seen": str(one.number),
        }


class NewClassForm(ClassForm):
    """A class of retention that an administrator adds, and the records that move into it."""

    records = CheckboxesField(
        _l("Records of this class"), validators=[DataRequired(_l("Choose at least one."))]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, fates=list(Fate), **options)
        del self.seen
        self.records.choices = [SelectChoice(key, one.title) for key, one in holdings().items()]

    def validate_records(self, field: Any) -> None:
        """Refuse to separate records of which some can't go without the others."""
        fault = fault_of_records(field.data or [])
        if fault:
            raise ValidationError(fault)

    def validate_fate(self, field: Any) -> None:
        """Refuse what some of the chosen records can't have."""
        chosen = set(self.records.data or ()) & set(holdings())
        known = {fate.value: fate for fate in Fate}
        fault = fault_of_fate(chosen, known.get(field.data))
        if fault:
            raise ValidationError(fault)

    @property
    def added(self) -> RetentionClass:
        """The class of a valid form, under a key of its own."""
        return self.changed(new_class(self.records.data))
