"""The form of a review's steps."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from lms.web.forms import BaseForm

NOTE_LIMIT = 4000  # characters


class ReviewForm(BaseForm):
    """What is said with a step; sending a draft back needs words."""

    note = TextAreaField(
        _l("Message"),
        validators=[
            Optional(),
            Length(max=NOTE_LIMIT, message=_l("Use at most %(max)d characters.")),
        ],
    )

    def needs_words(self) -> bool:
        """Tell whether the message is missing, and say so beside the field."""
        if self.note.data:
            return False
        self.note.errors = [_l("Say what should change.")]
        return True
