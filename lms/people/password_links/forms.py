"""The form of who forgot a password."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from lms.web.forms import BaseForm


class ForgottenForm(BaseForm):
    """The name that somebody signs in with."""

    username = StringField(_l("Sign-in name"), validators=[DataRequired(_l("Enter your name."))])
