"""What the page of components shows: sample forms and values, in development only."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_pgettext
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.forms import BaseForm


def _sample(text: str) -> Any:
    """Return the sample text in the reader's language."""
    return lazy_pgettext("sample", text)


class SampleForm(BaseForm):
    """A field of each kind."""

    full_name = StringField(
        _sample("Full name"), [DataRequired(_sample("Enter the full name as in the staff list."))]
    )
    username = StringField(
        _sample("Username"), description=_sample("You got it from the HR department.")
    )
    password = PasswordField(_sample("Password"))
    centre = SelectField(
        _sample("Service centre"),
        choices=[
            ("1", _sample("Centre for the Northern district")),
            ("2", _sample("Central office")),
        ],
    )
    due_on = DateField(_sample("Due date"))
    pass_mark = IntegerField(
        _sample("Pass mark, %"),
        [NumberRange(1, 100, _sample("Enter a whole number from 1 to 100."))],
    )
    people_list = FileField(_sample("List of people"), description=_sample("CSV, up to 2 MB."))
    comment = TextAreaField(_sample("Comment"))
    status = RadioField(
        _sample("Status of the certificate"),
        [DataRequired(_sample("Choose one of the statuses."))],
        choices=[
            ("valid", _sample("Valid")),
            ("expired", _sample("Expired")),
            ("revoked", _sample("Revoked")),
        ],
    )
    topics = SelectMultipleField(
        _sample("Topics"),
        choices=[
            ("1", _sample("Greeting")),
            ("2", _sample("Waiting time")),
            ("3", _sample("Complaints")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    notify = BooleanField(_sample("Send a message to everyone enrolled"))


def sample_page() -> dict[str, Any]:
    """Return the template's values: a form as opened, one sent with faults, an instant."""
    faulty = SampleForm(
        formdata=None,
        prefix="faulty",
        data={"username": "ivanova", "pass_mark": 140, "centre": "1", "topics": ["2"]},
    )
    faulty.validate()
    return {
        "fresh": SampleForm(formdata=None, prefix="fresh", data={"topics": ["1", "3"]}),
        "faulty": faulty,
        "moment": datetime(2026, 11, 30, 7, 0, tzinfo=UTC),
    }
