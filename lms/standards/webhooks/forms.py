"""The form of a new hook."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from lms.core.outside.connecting import is_public
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
            Length(max=500, message=_l("Use at most %(max)d characters.")),
        ],
    )
    happenings = CheckboxesField(
        _l("What it is told of"), validators=[DataRequired(_l("Choose at least one."))]
    )

    def __init__(self, *, private: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schemes = ("https", "http") if private else ("https",)
        self.happenings.choices = [
            SelectChoice(one.value, name)
            for one, name in HAPPENINGS.items()
            if one is not Happening.TEST
        ]

        self.only_public = not private

    def validate_address(self, field: Field) -> None:
        """Take a whole address without a password; where it leads is checked at each sending."""
        try:
            parts = urlsplit(field.data or "")
            whole = parts.scheme in self.schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
        text = field.data or ""
        if not whole or "@" in parts.netloc or parts.fragment or not _is_plain(text):
            raise ValidationError(
                _l("Enter a whole address without a password, such as https://hr.example.org")
            )
        if self.only_public and not _may_be_public(parts.hostname or ""):
            raise ValidationError(
                _l("Enter an address of the public internet: others are never connected to.")
            )


def _may_be_public(host: str) -> bool:
    """Tell at once what the sending would refuse; where a name leads, only that finds out."""
    try:
        return is_public(host)
    except ValueError:
        return host.rpartition(".")[2] != "localhost"


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "\\" not in text
