"""Forms of comments."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.catalog.commenting.anchors import Passage, passages
from lms.web.forms import BaseForm

LIMIT = 4000  # characters of one comment
TOO_LONG = _l("Use at most %(max)d characters.")


class CommentForm(BaseForm):
    """A new thread: what it is about, and what it says."""

    passage = SelectField(_l("About"), default="")
    body = TextAreaField(
        _l("Comment"),
        validators=[DataRequired(_l("Write the comment.")), Length(max=LIMIT, message=TOO_LONG)],
    )
    language = HiddenField()

    def __init__(self, text: str) -> None:
        """Offer the passages of ``text``, the lesson's as it stands."""
        super().__init__()
        self._passages: dict[str, Passage] = {p.key: p for p in passages(text)}
        self.passage.choices = [
            ("", _l("The whole lesson")),
            *((p.key, p.label) for p in self._passages.values()),
        ]

    @property
    def quote(self) -> str:
        """The passage that was chosen; '' for the whole lesson."""
        chosen = self._passages.get(self.passage.data or "")
        return chosen.text if chosen else ""


class AnswerForm(BaseForm):
    """An answer in a thread; resolving and reopening need no words."""

    body = TextAreaField(_l("Reply"), validators=[Optional(), Length(max=LIMIT, message=TOO_LONG)])
