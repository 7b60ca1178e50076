"""The form of a saved list's name."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.web.forms import BaseForm


class NameForm(BaseForm):
    """How a list is called."""

    name = StringField(
        _l("Name of the list"),
        [
            DataRequired(_l("Give the list a name.")),
            Length(max=80, message=_l("Use at most %(max)d characters.")),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )
