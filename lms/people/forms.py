"""Forms of sign-in, of one's own account and of the administrator's pages."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from lms.core.mailing import is_address
from lms.people.models import AccessRole, OrganisationUnit
from lms.web.choices import THEMES
from lms.web.forms import AskingForm, BaseForm, DateField, IntegerField
from lms.web.i18n import localised

LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
THEME_NAMES = dict(zip(THEMES, (_l("Light"), _l("Dark"), _l("As the device is set")), strict=True))
ROLE_NAMES = {
    AccessRole.TRAINEE: _l("Trainee"),
    AccessRole.INSTRUCTOR: _l("Instructor"),
    AccessRole.HR: _l("HR"),
    AccessRole.AUDITOR: _l("Auditor"),
    AccessRole.ADMINISTRATOR: _l("Administrator"),
}
STATE_NAMES = {"active": _l("Active"), "suspended": _l("Suspended")}
AUDIT_DOMAINS = {
    "people": _l("People and accounts"),
    "catalog": _l("Courses"),
    "learning": _l("Learning"),
    "assessment": _l("Exams"),
    "certification": _l("Certificates"),
    "standards": _l("Exchange with other systems"),
}


def _choices(names: Mapping[Any, Any], anything: Any = None) -> list[SelectChoice]:
    """Return choices from a map of values (or enum members) to names, led by one for no value."""
    chosen = [SelectChoice(getattr(value, "value", value), name) for value, name in names.items()]
    return chosen if anything is None else [SelectChoice("", anything), *chosen]


INDENT = "\N{EM SPACE}"
USERNAME = r"^[\w.@+-]+$"
SHORTEST_USERNAME, LONGEST_USERNAME = 3, 120


class SignInForm(BaseForm):
    """Name and password; ``next`` is where to go afterwards."""

    username = StringField(_l("Sign-in name"), validators=[DataRequired(_l("Enter your name."))])
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password."))])
    next = HiddenField()


class PreferencesForm(BaseForm):
    """Language and theme."""

    language = RadioField(_l("Language"), choices=_choices(LANGUAGE_NAMES))
    theme = RadioField(_l("Appearance"), choices=_choices(THEME_NAMES))


class EmailForm(BaseForm):
    """Where somebody's mail goes."""

    email = EmailField(_l("E-mail address"), validators=[Optional()])

    def validate_email(self, field: EmailField) -> None:
        """Refuse what no mail can be sent to."""
        if field.data and not is_address(field.data):
            raise ValidationError(_l("Enter an address like name@example.org."))


class CorrectionForm(EmailForm):
    """The right address of a person, and how HR knows; bound to the record that was shown."""

    email = EmailField(
        _l("E-mail address"), [DataRequired(_l("Enter an address like name@example.org."))]
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Give the reason: it stays in the audit log.")),
            Length(max=1000, message=_l("A thousand characters at most.")),
        ],
    )
    row_version = IntegerField(widget=HiddenInput())


def unit_choices(units: list[OrganisationUnit]) -> list[SelectChoice]:
    """Return choices of units, each indented by its depth in the tree."""
    return [
        SelectChoice(unit.public_id, INDENT * (unit.path.count("/") - 2) + localised(unit))
        for unit in units
    ]


class GrantForm(BaseForm):
    """A role over a unit."""

    role = SelectField(_l("Role"), choices=_choices(ROLE_NAMES))
    unit = SelectField(_l("Over"), validators=[DataRequired(_l("Choose a unit."))])

    def __init__(self, units: list[OrganisationUnit], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit.choices = unit_choices(units)


class NewAccountForm(GrantForm):
    """An account for a person who has none."""

    username = StringField(
        _l("Sign-in name"),
        validators=[
            DataRequired(_l("Enter a sign-in name.")),
            Length(
                SHORTEST_USERNAME,
                LONGEST_USERNAME,
                _l("Use between %(min)d and %(max)d characters."),
            ),
            Regexp(USERNAME, message=_l("Use letters, digits and . - _ @ + without spaces.")),
        ],
    )


class AccountFilterForm(AskingForm):
    """What the list of accounts is narrowed to."""

    q = StringField(_l("Name or number"))
    role = SelectField(
        _l("Role"),
        choices=_choices(ROLE_NAMES, _l("Any role")),
        default="",
    )
    state = SelectField(
        _l("State"),
        choices=_choices(STATE_NAMES, _l("Any state")),
        default="",
    )


class PersonSearchForm(AskingForm):
    """Words of a person's name or number."""

    q = StringField(_l("Name or personnel number"))


class AuditFilterForm(AskingForm):
    """What the audit log is narrowed to."""

    q = StringField(_l("Person or record"))
    domain = SelectField(_l("Area"), choices=_choices(AUDIT_DOMAINS, _l("All areas")), default="")
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("To"), validators=[Optional()])
