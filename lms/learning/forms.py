"""Forms of learning."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    Field,
    Form,
    HiddenField,
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
from lms.web.forms import BaseForm, DateField, DecimalField, IntegerField, NumberRange
from lms.web.i18n import localised


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
    due_on = DateField(_l("Due date"), validators=[Optional(), NotPast()])

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


class WindowsForm(BaseForm):
    """What the calculator of windows needs; times in minutes."""

    visitors = DecimalField(
        _l("Visitors per hour"),
        places=None,
        default=45,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 600, message=_l("From 1 to 600.")),
        ],
    )
    handling = DecimalField(
        _l("Handling time, minutes"),
        places=None,
        default=8,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(Decimal("0.1"), 120, message=_l("From 0.1 to 120.")),
        ],
    )
    percent = DecimalField(
        _l("Share of visitors, percent"),
        places=None,
        default=80,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 99, message=_l("From 1 to 99.")),
        ],
    )
    within = DecimalField(
        _l("Wait no longer than, minutes"),
        places=None,
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

    due_on = DateField(_l("Due date"), validators=[Optional(), NotPast()])
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
