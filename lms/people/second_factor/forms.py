"""Forms of the second factor."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.web.forms import BaseForm

# Recovery codes are Crockford's base32, which has none of these letters.
LOOKALIKES = str.maketrans("oil", "011")


def _bare(code: str | None) -> str:
    """Return a code without what makes it readable, letters that are taken for digits as those."""
    signs = (sign for sign in (code or "").lower() if sign.isascii() and sign.isalnum())
    return "".join(signs).translate(LOOKALIKES)


class CodeForm(BaseForm):
    """A code: six digits of the app, or a recovery code."""

    code = StringField(
        _l("Code from the app"),
        filters=[_bare],
        validators=[DataRequired(_l("Enter the code.")), Length(max=64)],
    )

    def __init__(self, *, recovery: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if recovery:
            self.code.label.text = _l("Recovery code")

    def refuse(self) -> None:
        """Say that the code is wrong."""
        self.code.errors = [
            *self.code.errors,
            _l("This code is wrong or was used already. Wait for the next one and try again."),
        ]


class TakeAwayForm(BaseForm):
    """Why somebody's second factor is taken away."""

    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Give the reason: it stays in the audit log.")),
            Length(max=500),
        ],
    )
