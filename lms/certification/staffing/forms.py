"""Forms of staffing. Numbers that guard against lost changes travel as ``row_version``."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.certification.schemes.models import CertificationScheme
from lms.certification.staffing import words
from lms.certification.staffing.importing.tables import KIND_NAMES
from lms.certification.staffing.models import ServiceGroup
from lms.certification.staffing.rules import (
    LONGEST_NAME,
    MOST_WINDOWS,
    fault_of_days,
    fault_of_key,
    fault_of_times,
    fault_of_windows,
)
from lms.certification.staffing.seating.shifts import (
    SHIFTS,
    WEEKDAYS,
    Shift,
    parts_in,
    pattern_of,
)
from lms.certification.staffing.weeks import Hours, Setup
from lms.learning.forms import NotPast
from lms.web.forms import BaseForm, DateField, IntegerField, NumberRange, TimeField
from lms.web.i18n import localised

SPARE = 3  # empty rows for new windows


def _refuse(fault: Any) -> None:
    if fault:
        raise ValidationError(fault)


class Ticks(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class VersionedForm(BaseForm):
    """A form that knows which state it was opened with."""

    row_version = HiddenField()

    @property
    def seen(self) -> int:
        """The row version the form was opened with; -1 for none that could be."""
        text = str(self.row_version.data or "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


class GroupForm(VersionedForm):
    """A service group."""

    key = StringField(
        _l("Short name"),
        [
            InputRequired(_l("Enter a short name.")),
        ],
    )
    name_ru = StringField(
        _l("Name in Russian"), [InputRequired(_l("Enter the name.")), Length(max=LONGEST_NAME)]
    )
    name_en = StringField(
        _l("Name in English"), [InputRequired(_l("Enter the name.")), Length(max=LONGEST_NAME)]
    )
    schemes = Ticks(_l("Certifications that it asks for"))
    retired = BooleanField(_l("No longer served anywhere"))

    def validate_key(self, field: Any) -> None:
        """Refuse what can't be a short name."""
        _refuse(fault_of_key(field.data or ""))

    def offer(self, schemes: Sequence[CertificationScheme]) -> "GroupForm":
        """Set the certifications to choose from."""
        self._ids = {one.public_id: one.id for one in schemes}
        self.schemes.choices = [
            SelectChoice(one.public_id, localised(one.title)) for one in schemes
        ]
        return self

    @property
    def scheme_ids(self) -> list[int]:
        """The ids of those chosen."""
        return [self._ids[key] for key in self.schemes.data or []]


class WindowForm(Form):
    """One window; without a number the row is left out."""

    number = IntegerField(
        _l("Window"),
        [Optional(), NumberRange(1, 999, message=_l("Enter a number from 1 to 999."))],
    )
    offers = Ticks(_l("What it offers"))


class WindowsForm(VersionedForm):
    """All windows of a centre."""

    windows = FieldList(FormField(WindowForm), max_entries=MOST_WINDOWS)

    @classmethod
    def of(cls, setup: Setup, groups: Sequence[ServiceGroup]) -> "WindowsForm":
        """Return the form, filled with what is saved unless it was sent."""
        keys = {group.id: group.key for group in groups}
        rows: list[dict[str, Any]] = [
            {"number": number, "offers": [keys[one] for one in sorted(offers) if one in keys]}
            for number, offers in sorted(setup.windows.items())
        ]
        form = cls(data={"row_version": str(setup.row_version), "windows": rows})
        if not form.is_submitted():
            for _spare in range(SPARE):
                form.windows.append_entry()
        choices = [SelectChoice(group.key, localised(group)) for group in groups]
        for row in form.windows:
            row.form.offers.choices = choices
        return form

    def validate_windows(self, field: Any) -> None:
        """Refuse two windows with one number, and services without a window."""
        numbers = [row.form.number.data for row in field if row.form.number.data is not None]
        _refuse(fault_of_windows(numbers))
        if any(row.form.offers.data and row.form.number.data is None for row in field):
            raise ValidationError(_l("A window without a number offers something: number it."))

    def windows_by_number(self, groups: Sequence[ServiceGroup]) -> dict[int, set[int]]:
        """Return the groups of each window that has a number."""
        ids = {group.key: group.id for group in groups}
        return {
            row.form.number.data: {ids[key] for key in row.form.offers.data or []}
            for row in self.windows
            if row.form.number.data is not None
        }


def _need_name(weekday: int, shift: Shift, key: str) -> str:
    return f"need-{weekday}-{shift.value}-{key}"


class NeedsForm(VersionedForm):
    """Hours and needs by day of the week; its fields follow from the groups, see ``needs_form``."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that the times of each day come in their order, or none is given."""
        valid: bool = super().validate(extra_validators)
        for weekday in WEEKDAYS:
            times = [self[f"{name}-{weekday}"] for name in ("opens", "changes", "closes")]
            fault = fault_of_times([field.data for field in times])
            if fault and not any(field.errors for field in times):
                times[0].errors = [*times[0].errors, fault]
                valid = False
        return valid

    def hours(self) -> dict[int, Hours | None]:
        """Return the hours by day of the week; None: closed."""
        found: dict[int, Hours | None] = {}
        for weekday in WEEKDAYS:
            times = tuple(self[f"{name}-{weekday}"].data for name in ("opens", "changes", "closes"))
            found[weekday] = None if None in times else times  # type: ignore[assignment]
        return found

    def needs(self, groups: Sequence[ServiceGroup]) -> dict[tuple[int, Shift], dict[int, int]]:
        """Return how many windows must serve what."""
        return {
            (weekday, shift): {
                group.id: self[_need_name(weekday, shift, group.key)].data or 0 for group in groups
            }
            for weekday in WEEKDAYS
            for shift in SHIFTS
        }


def needs_form(setup: Setup, groups: Sequence[ServiceGroup]) -> NeedsForm:
    """Return the form for these groups, filled with what is saved unless it was sent."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"row_version": str(setup.row_version)}
    names = {"opens": _l("Opens"), "changes": _l("Second half begins"), "closes": _l("Closes")}
    for weekday in WEEKDAYS:
        times = setup.hours.get(weekday) or (None, None, None)
        for (name, label), time in zip(names.items(), times, strict=True):
            fields[f"{name}-{weekday}"] = TimeField(label, [Optional()])
            data[f"{name}-{weekday}"] = time
        for shift in SHIFTS:
            for group in groups:
                name = _need_name(weekday, shift, group.key)
                fields[name] = _windows_field(localised(group))
                data[name] = setup.needs.get((weekday, shift), {}).get(group.id)
    made: type[NeedsForm] = type("CentreNeedsForm", (NeedsForm,), fields)
    return made(data=data)


def _windows_field(label: str) -> IntegerField:
    message = _l("Enter a whole number from 0 to 99.")
    return IntegerField(label, [Optional(), NumberRange(0, 99, message=message)])


class PatternForm(VersionedForm):
    """The parts of the week on which those of a centre work."""

    parts = Ticks(
        _l("Works on"),
        choices=[
            SelectChoice(f"{weekday}-{shift.value}", f"{weekday}-{shift.value}")
            for weekday in WEEKDAYS
            for shift in SHIFTS
        ],
    )

    @property
    def pattern(self) -> int:
        """The pattern as ticked."""
        return pattern_of(
            (weekday, shift)
            for weekday in WEEKDAYS
            for shift in SHIFTS
            if f"{weekday}-{shift.value}" in (self.parts.data or [])
        )


class PersonPatternForm(PatternForm):
    """The same for one person, who may follow the centre's."""

    own = RadioField(
        _l("When the person works"),
        choices=[
            SelectChoice("no", _l("As the centre says")),
            SelectChoice("yes", _l("By a pattern of their own")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )


def pattern_data(pattern: int) -> list[str]:
    """Return a pattern as the form's boxes."""
    return [f"{weekday}-{shift.value}" for weekday, shift in parts_in(pattern)]


class DaysForm(BaseForm):
    """Days on which a person works otherwise."""

    first_on = DateField(_l("First day"), [InputRequired(_l("Enter a date."))])
    last_on = DateField(_l("Last day"), [InputRequired(_l("Enter a date."))])
    shifts = SelectField(
        _l("On these days"),
        choices=[SelectChoice(str(bits), name) for bits, name in words.DAYS_SHIFTS.items()],
    )

    def validate_last_on(self, field: Any) -> None:
        """Refuse days that end before they begin, and those too far."""
        if field.data is not None:
            _refuse(fault_of_days(self.first_on.data, field.data))


class TrainingForm(BaseForm):
    """Whom to enrol in what they lack."""

    candidates = Ticks(_l("People"), validate_choice=False)
    due_on = DateField(_l("Due date"), [Optional(), NotPast()])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays on record.")),
            Length(min=5, max=1000, message=_l("Write 5 to 1000 characters.")),
        ],
    )

    today = date.min

    def on(self, today: date) -> "TrainingForm":
        """Set the network's date."""
        self.today = today
        return self


class TableForm(BaseForm):
    """A table with staffing data."""

    kind = RadioField(
        _l("What is in the table"),
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
        validators=[InputRequired(_l("Choose one."))],
    )
    file = FileField(_l("CSV or XLSX file"), validators=[FileRequired(_l("Choose a file."))])
