"""The form beneath a question: how sure the person is."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired

from lms.assessment.practice.models import Certainty
from lms.web.forms import BaseForm

UNSAID = _l("Say how sure you are.")
CERTAINTIES = {
    Certainty.SURE: _l("Sure"),
    Certainty.RATHER: _l("Rather sure"),
    Certainty.GUESSING: _l("Guessing"),
}


class CertaintyForm(BaseForm):
    """Said before the answer is checked."""

    certainty = RadioField(
        _l("How sure are you?"),
        [InputRequired(UNSAID), AnyOf([one.value for one in Certainty], UNSAID)],
        choices=[SelectChoice(one.value, label) for one, label in CERTAINTIES.items()],
        validate_choice=False,
    )

    @property
    def chosen(self) -> Certainty:
        """What was said; the form is valid."""
        return Certainty(self.certainty.data)
