"""What the page of components shows: sample forms and values, in development only."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
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


class SampleForm(BaseForm):
    """A field of each kind."""

    full_name = StringField(
        _l("Full name"), [DataRequired(_l("Enter the full name as in the staff list."))]
    )
    username = StringField(_l("Username"), description=_l("You got it from the HR department."))
    password = PasswordField(_l("Password"))
    centre = SelectField(
        _l("Service centre"),
        choices=[("1", _l("Centre for the Northern district")), ("2", _l("Central office"))],
    )
    due_on = DateField(_l("Due date"))
    pass_mark = IntegerField(
        _l("Pass mark, %"), [NumberRange(1, 100, _l("Enter a whole number from 1 to 100."))]
    )
    people_list = FileField(_l("List of people"), description=_l("CSV, up to 2 MB."))
    comment = TextAreaField(_l("Comment"))
    status = RadioField(
        _l("Status of the certificate"),
        [DataRequired(_l("Choose one of the statuses."))],
        choices=[("valid", _l("Valid")), ("expired", _l("Expired")), ("revoked", _l("Revoked"))],
    )
    topics = SelectMultipleField(
        _l("Topics"),
        choices=[("1", _l("Greeting")), ("2", _l("Waiting time")), ("3", _l("Complaints"))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    notify = BooleanField(_l("Send a message to everyone enrolled"))


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
