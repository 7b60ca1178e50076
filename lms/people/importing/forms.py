"""Forms of an import."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from lms.people.importing.leaves import leave_book
from lms.people.importing.rules.fields import Columns, Field, fault_of
from lms.people.importing.words import FIELD_NAMES, fault_words
from lms.web.forms import BaseForm, DateField

LEAVE = (Field.LEAVE_FROM, Field.LEAVE_UNTIL)


class UploadForm(BaseForm):
    """The file."""

    file = FileField(_l("CSV or XLSX file"), validators=[FileRequired(_l("Choose a file."))])


class ColumnsForm(BaseForm):
    """What each column holds, and from when undated changes count."""

    columns = FieldList(SelectField(_l("Column")))
    effective_on = DateField(
        _l("Changes without a date of their own count from"),
        validators=[InputRequired(_l("Enter a date."))],
    )

    def __init__(self, *args: Any, headings: Sequence[str], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        choices = [SelectChoice("", _l("Not used"))]
        choices += [
            SelectChoice(field.value, name)
            for field, name in FIELD_NAMES.items()
            if field not in LEAVE or leave_book() is not None
        ]
        while len(self.columns) < len(headings):
            self.columns.append_entry()
        for entry, heading in zip(self.columns, headings, strict=False):
            entry.choices = choices
            entry.label.text = heading or str(_l("(no heading)"))

    @property
    def chosen(self) -> Columns:
        """The fields chosen for the columns, in their order."""
        return [Field(entry.data) if entry.data else None for entry in self.columns]

    def validate_effective_on(self, field: DateField) -> None:
        """Refuse a day ahead: posts change on the day, not before."""
        if field.data is not None and field.data > self.today:
            raise ValidationError(_l("Enter today or an earlier day."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse columns that can't be read together."""
        valid: bool = super().validate(extra_validators)
        fault = fault_of(self.chosen) if valid else None
        if fault is not None:
            self.form_errors.append(fault_words(fault))
        return valid and fault is None


class LeavingForm(BaseForm):
    """Since when those ticked don't work here; their boxes are read beside the form."""

    leaving_on = DateField(_l("Their last day at work"), validators=[Optional()])


class ConfirmForm(BaseForm):
    """What was shown."""

    digest = HiddenField(validators=[InputRequired()])
