"""The form of an invitation."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from lms.catalog.authoring.fields import at_most, required
from lms.catalog.coauthoring.services import Guest
from lms.web.forms import BaseForm, DateField

LONGEST = timedelta(days=366)


class InvitationForm(BaseForm):
    """Who is invited, and up to which day."""

    family_name = StringField(_l("Family name"), validators=required(_l("Enter the name."), 120))
    given_name = StringField(_l("Given name"), validators=required(_l("Enter the name."), 120))
    patronymic = StringField(_l("Patronymic"), validators=at_most(120))
    organisation = StringField(
        _l("Where they work"), validators=required(_l("Say where they work."), 200)
    )
    email = EmailField(
        _l("E-mail"),
        validators=[
            Optional(),
            Length(max=254),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message=_l("Enter an e-mail address.")),
        ],
    )
    username = StringField(
        _l("Sign-in name"),
        validators=[
            DataRequired(_l("Choose a sign-in name.")),
            Regexp(r"[\w.@+-]{3,60}\Z", message=_l("Use 3 to 60 letters, digits and . @ + - _")),
        ],
    )
    expires_on = DateField(_l("Last day"), validators=[DataRequired(_l("Enter the day."))])

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(data={"expires_on": today + timedelta(days=30)}, **kwargs)
        self.today = today

    def validate_expires_on(self, field: DateField) -> None:
        """Refuse a day that has passed, or one that nobody will remember."""
        if field.data and not self.today <= field.data <= self.today + LONGEST:
            raise ValidationError(_l("Choose a day within a year from today."))

    def guest(self) -> Guest:
        """Return who is invited."""
        return Guest(
            str(self.family_name.data),
            str(self.given_name.data),
            self.patronymic.data or "",
            str(self.organisation.data),
            self.email.data or None,
            str(self.username.data),
        )
