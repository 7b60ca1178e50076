"""The form of a new hook."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from lms.standards.webhooks.addresses import LONGEST, fault_of
from lms.standards.webhooks.models import Happening
from lms.standards.webhooks.words import HAPPENINGS
from lms.web.forms import BaseForm, CheckboxesField


class WebhookForm(BaseForm):
    """Whom to tell of what."""

    name = StringField(
        _l("What it is for"),
        validators=[
            DataRequired(_l("Say what the webhook is for.")),
            Length(max=120, message=_l("Use at most %(max)d characters.")),
        ],
    )
    address = StringField(
        _l("Address"),
        validators=[
            DataRequired(_l("Enter the address.")),
            Length(max=LONGEST, message=_l("Use at most %(max)d characters.")),
        ],
    )
    happenings = CheckboxesField(
        _l("What it is told of"), validators=[DataRequired(_l("Choose at least one."))]
    )

    def __init__(self, *, private: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.happenings.choices = [
            SelectChoice(one.value, name)
            for one, name in HAPPENINGS.items()
            if one is not Happening.TEST
        ]
        self.private = private

    def validate_address(self, field: Field) -> None:
        """Take an address that may be told."""
        fault = fault_of(field.data or "", private=self.private)
        if fault is not None:
            raise ValidationError(fault)
