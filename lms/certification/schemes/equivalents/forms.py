"""Forms of equivalents."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from lms.certification.schemes.bounds import LATEST
from lms.certification.schemes.equivalents.queries import Old
from lms.certification.schemes.forms import reason_field
from lms.web.forms import BaseForm, DateField


class EquivalentForm(BaseForm):
    """What counts in place of a certification, until when, and why."""

    old = SelectField(_l("What counts in its place"), [InputRequired(_l("Choose what counts."))])
    until_on = DateField(_l("Last day on which it counts"), [InputRequired(_l("Enter a date."))])
    reason = reason_field()

    def offer(self, olds: Mapping[str, tuple[str, Old]], today: date) -> "EquivalentForm":
        """Set what may be chosen, by key with its name, and the day."""
        self.olds, self.today = olds, today
        self.old.choices = [SelectChoice("", _l("Choose what counts"))]
        self.old.choices += [SelectChoice(key, name) for key, (name, _old) in olds.items()]
        return self

    @property
    def chosen(self) -> Old:
        """What was chosen in a valid form."""
        return self.olds[str(self.old.data)][1]

    def validate_until_on(self, field: Any) -> None:
        """Ask for a day on which it can still count."""
        if field.data and not self.today <= field.data <= LATEST:
            raise ValidationError(_l("Choose today or a later day."))


class EndEquivalentForm(BaseForm):
    """Why it counts no more."""

    reason = reason_field()
