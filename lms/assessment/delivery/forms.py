"""The form that starts an exam."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.web.forms import BaseForm

LANGUAGE_NAMES = {"ru": _l("Russian"), "en": _l("English")}


class UnshownField(StringField):
    """A text that is never filled in again: what was typed stays out of pages."""

    def _value(self) -> str:
        return ""


class StartForm(BaseForm):
    """In which of the course's languages the questions are asked."""

    language = RadioField(
        _l("Language of the questions"), [InputRequired(_l("Choose a language."))]
    )

    code = UnshownField(_l("Release code"), [Length(max=200)])

    def refuse_code(self, message: Any) -> None:
        """Note beside the field why it doesn't open the exam."""
        self.code.errors = [*self.code.errors, message]

    def offer(self, languages: list[str], preferred: str) -> "StartForm":
        """Offer ``languages``; ``preferred`` is chosen beforehand when it is one of them."""
        self.language.choices = [(code, LANGUAGE_NAMES[code]) for code in languages]
        if self.language.data is None:
            self.language.data = preferred if preferred in languages else languages[0]
        return self
