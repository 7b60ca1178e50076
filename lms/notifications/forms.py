"""The form of the log of mail, and how the states of mail are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from lms.notifications.models import MailState
from lms.web.forms import AskingForm

STATE_NAMES = {
    MailState.WAITING: _l("Waiting to be sent"),
    MailState.SENDING: _l("Being sent"),
    MailState.HANDED_OVER: _l("May have arrived"),
    MailState.SENT: lazy_pgettext("mail", "Sent"),
    MailState.FAILED: _l("Could not be sent"),
    MailState.NO_ADDRESS: _l("Not sent: no e-mail address"),
    MailState.NOT_SET_UP: _l("Not sent: mail is not set up"),
}
STATE_TONES = {
    MailState.WAITING: "info",
    MailState.SENDING: "info",
    MailState.HANDED_OVER: "warn",
    MailState.SENT: "good",
    MailState.FAILED: "bad",
}


class MailFilterForm(AskingForm):
    """What the log of mail is narrowed to."""

    q = StringField(_l("Name or number"))
    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("Any state")),
            *(SelectChoice(state.value, name) for state, name in STATE_NAMES.items()),
        ],
        default="",
    )
