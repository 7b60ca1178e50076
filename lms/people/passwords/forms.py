"""Forms in which somebody chooses a password."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from lms.people.models import Account
from lms.people.passwords.rules import MAX_LENGTH, MIN_LENGTH, is_guessable
from lms.web.forms import BaseForm


class NewPasswordForm(BaseForm):
    """A password for one's own account."""

    new = PasswordField(
        _l("New password"),
        validators=[
            DataRequired(_l("Enter a new password.")),
            Length(MIN_LENGTH, MAX_LENGTH, _l("Use at least %(min)d characters.")),
        ],
    )
    repeated = PasswordField(
        _l("New password again"),
        validators=[EqualTo("new", _l("This is not the same as the new password."))],
    )

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account

    def validate_new(self, field: PasswordField) -> None:
        """Refuse what is easily guessed."""
        if field.errors:
            return  # too long to be looked at, or too short anyway
        person = self.account.person
        known = (self.account.username, person.full_name, person.personnel_number)
        if is_guessable(field.data or "", *known):
            raise ValidationError(
                _l("This is easy to guess. Avoid names, common words and rows of keys.")
            )


class PasswordForm(NewPasswordForm):
    """A new password in place of the present one."""

    current = PasswordField(
        _l("Present password"), validators=[DataRequired(_l("Enter your present password."))]
    )

    def validate_new(self, field: PasswordField) -> None:
        """Refuse also the password that is to be replaced."""
        super().validate_new(field)
        if field.data and field.data == self.current.data:
            raise ValidationError(_l("Choose a password other than the present one."))
