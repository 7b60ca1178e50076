"""Forms of learning."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.catalog.models import CourseVersion
from lms.catalog.workbench.calculator import Windows, windows_for
from lms.learning.lists import LATEST
from lms.web.forms import BaseForm, NumberRange
from lms.web.i18n import localised

NOT_A_DATE = _l("Write a date, such as 31.12.2026.")


class NetworkDateField(DateField):
    """A date as the browser sends it, or as people write it in Russia."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, format=["%Y-%m-%d", "%d.%m.%Y"], **options)

    def process_formdata(self, valuelist: Any) -> None:
        """Read the date; anything else is an error beside the field."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NOT_A_DATE) from error


class NotPast:
    """Validator: the date is ``form.today`` (the network’s) or later, and in this century."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse dates that have passed, and a year that is a slip."""
        if field.data is not None and field.data < form.today:  # type: ignore[attr-defined]
            raise ValidationError(_l("This date has passed."))
        if field.data is not None and field.data > LATEST:
            raise ValidationError(_l("Check the year."))


class CourseForm(BaseForm):
    """Which course, and by when."""

    course = SelectField(_l("Course"), validators=[InputRequired(_l("Choose a course."))])
    due_on = NetworkDateField(_l("Due date"), validators=[Optional(), NotPast()])

    def __init__(
        self, *args: Any, courses: Sequence[CourseVersion], today: date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.versions = {version.course.slug: version for version in courses}
        named = [
            SelectChoice(slug, localised(version.title)) for slug, version in self.versions.items()
        ]
        self.course.choices = [
            SelectChoice("", str(_l("Choose a course"))),
            *sorted(named, key=lambda choice: choice.label),
        ]

    @property
    def version(self) -> CourseVersion:
        """The chosen course's newest published version (of a valid form)."""
        return self.versions[self.course.data]


class PickForm(CourseForm):
    """People ticked in a list; their boxes are read beside the form."""

    words = HiddenField()


class PastedForm(CourseForm):
    """People named in a pasted list."""

    numbers = TextAreaField(
        _l("Personnel numbers"),
        validators=[InputRequired(_l("Paste at least one personnel number.")), Length(max=400_000)],
    )


class FileForm(CourseForm):
    """People named in a file."""

    file = FileField(_l("CSV or XLSX file"), validators=[FileRequired(_l("Choose a file."))])


class AmountField(DecimalField):
    """A number typed with a point or a comma."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the number; anything else is an error beside the field."""
        try:
            super().process_formdata([text.strip().replace(",", ".") for text in valuelist])
        except ValueError as error:
            raise ValueError(_l("Write a number such as 12 or 1.5.")) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class WindowsForm(BaseForm):
    """What the calculator of windows needs; times in minutes."""

    visitors = AmountField(
        _l("Visitors per hour"),
        default=45,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 600, message=_l("From 1 to 600.")),
        ],
    )
    handling = AmountField(
        _l("Handling time, minutes"),
        default=8,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(Decimal("0.1"), 120, message=_l("From 0.1 to 120.")),
        ],
    )
    percent = AmountField(
        _l("Share of visitors, percent"),
        default=80,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 99, message=_l("From 1 to 99.")),
        ],
    )
    within = AmountField(
        _l("Wait no longer than, minutes"),
        default=15,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(0, 240, message=_l("From 0 to 240.")),
        ],
    )

    def result(self) -> Windows:
        """Return what the numbers of a valid form give."""
        return windows_for(
            float(self.visitors.data),
            float(self.handling.data),
            percent=float(self.percent.data),
            within=float(self.within.data),
        )


class DueForm(BaseForm):
    """A new due date for one enrolment."""

    due_on = NetworkDateField(_l("Due date"), validators=[Optional(), NotPast()])
    row_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today


class WithdrawForm(BaseForm):
    """The end of one enrolment without completion."""

    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why: it stays on record.")), Length(max=500)],
    )
    row_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
