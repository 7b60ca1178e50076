"""The form of a last day at work."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from lms.web.forms import BaseForm, DateField


class LastDayForm(BaseForm):
    """The last day at work."""

    on = DateField(_l("Last day at work"), [InputRequired(_l("Enter a date."))])
