"""The form of the second person's answer."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from lms.people.second_person.models import Answer
from lms.web.forms import BaseForm


class AnswerForm(BaseForm):
    """Whether the second person agrees, with a word to the one who asked."""

    answer = RadioField(
        _l("Your decision"),
        [InputRequired(_l("Choose your decision."))],
        choices=[
            SelectChoice(Answer.AGREED.value, _l("I agree: do it")),
            SelectChoice(Answer.REFUSED.value, _l("I refuse")),
        ],
    )
    word = TextAreaField(
        _l("A word to it"), [Length(max=1000, message=_l("A thousand characters at most."))]
    )

    def validate_word(self, field: TextAreaField) -> None:
        """Ask for a word with a refusal."""
        if self.answer.data == Answer.REFUSED.value and not field.data:
            raise ValidationError(_l("Say why you refuse: the one who asked will read it."))
