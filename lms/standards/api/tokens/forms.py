"""The form of a new token."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from lms.standards.api.tokens.scopes import Scope
from lms.standards.api.tokens.words import SCOPE_GROUPS, SCOPE_NAMES
from lms.web.forms import BaseForm, CheckboxesField

TERMS = {30: _l("30 days"), 90: _l("90 days"), 180: _l("180 days"), 365: _l("One year")}


class TokenForm(BaseForm):
    """What a token is for, what it may do and for how long."""

    name = StringField(
        _l("What it is for"),
        validators=[
            DataRequired(_l("Say what the token is for.")),
            Length(max=120, message=_l("Use at most %(max)d characters.")),
        ],
    )
    scopes = CheckboxesField(
        _l("What it may do"), validators=[DataRequired(_l("Choose at least one."))]
    )
    days = SelectField(_l("It ends after"), default="90")

    def __init__(self, scopes: Sequence[Scope], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scopes.choices = [SelectChoice(scope.value, SCOPE_NAMES[scope]) for scope in scopes]
        self.days.choices = [SelectChoice(str(days), name) for days, name in TERMS.items()]

    @property
    def groups(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """The checkboxes by subject: rows of what reads and what changes; None: no such one."""
        boxes: dict[Scope | None, Any] = {Scope(box.data): box for box in self.scopes}
        found = [
            (title, [(boxes.get(reads), boxes.get(changes)) for reads, changes in rows])
            for title, rows in SCOPE_GROUPS
        ]
        offered = [(title, [row for row in rows if any(row)]) for title, rows in found]
        return [(title, rows) for title, rows in offered if rows]


class RevokeForm(BaseForm):
    """Why a token is revoked."""

    reason = StringField(
        _l("Why"),
        validators=[Length(max=300, message=_l("Use at most %(max)d characters."))],
    )
