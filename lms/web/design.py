"""What the page of components shows: sample forms and values, in development only."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_pgettext
from wtforms import (
    BooleanField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.forms import BaseForm, DateField, IntegerField


class SampleForm(BaseForm):
    """A field of each kind."""

    full_name = StringField(
        lazy_pgettext("sample", "Full name"),
        [DataRequired(lazy_pgettext("sample", "Enter the full name as in the staff list."))],
    )
    username = StringField(
        lazy_pgettext("sample", "Username"),
        description=lazy_pgettext("sample", "You got it from the HR department."),
    )
    password = PasswordField(lazy_pgettext("sample", "Password"))
    centre = SelectField(
        lazy_pgettext("sample", "Service centre"),
        choices=[
            SelectChoice("1", lazy_pgettext("sample", "Centre for the Northern district")),
            SelectChoice("2", lazy_pgettext("sample", "Central office")),
        ],
    )
    due_on = DateField(lazy_pgettext("sample", "Due date"))
    pass_mark = IntegerField(
        lazy_pgettext("sample", "Pass mark, %"),
        [NumberRange(1, 100, lazy_pgettext("sample", "Enter a whole number from 1 to 100."))],
    )
    people_list = FileField(
        lazy_pgettext("sample", "List of people"),
        description=lazy_pgettext("sample", "CSV, up to 2 MB."),
    )
    comment = TextAreaField(lazy_pgettext("sample", "Comment"))
    status = RadioField(
        lazy_pgettext("sample", "Status of the certificate"),
        [DataRequired(lazy_pgettext("sample", "Choose one of the statuses."))],
        choices=[
            SelectChoice("valid", lazy_pgettext("sample", "Valid")),
            SelectChoice("expired", lazy_pgettext("sample", "Expired")),
            SelectChoice("revoked", lazy_pgettext("sample", "Revoked")),
        ],
    )
    topics = SelectMultipleField(
        lazy_pgettext("sample", "Topics"),
        choices=[
            SelectChoice("1", lazy_pgettext("sample", "Greeting")),
            SelectChoice("2", lazy_pgettext("sample", "Waiting time")),
            SelectChoice("3", lazy_pgettext("sample", "Complaints")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    notify = BooleanField(lazy_pgettext("sample", "Send a message to everyone enrolled"))


def sample_page() -> dict[str, Any]:
    """Return the template's values: a form as opened, one sent with faults, an instant."""
    faulty = SampleForm(
        formdata=None,
        meta={"csrf": False},
        prefix="faulty",
        data={"username": "ivanova", "pass_mark": 140, "centre": "1", "topics": ["2"]},
    )
    faulty.validate()
    return {
        "fresh": SampleForm(
            formdata=None, meta={"csrf": False}, prefix="fresh", data={"topics": ["1", "3"]}
        ),
        "faulty": faulty,
        "moment": datetime(2026, 11, 30, 7, 0, tzinfo=UTC),
    }
