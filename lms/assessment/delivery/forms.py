"""The form that starts an exam."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from lms.web.forms import BaseForm

LANGUAGE_NAMES = {"ru": _l("Russian"), "en": _l("English")}


class StartForm(BaseForm):
    """In which of the course's languages the questions are asked."""

    language = RadioField(
        _l("Language of the questions"), [InputRequired(_l("Choose a language."))]
    )

    def offer(self, languages: list[str], preferred: str) -> "StartForm":
        """Offer ``languages``; ``preferred`` is chosen beforehand when it is one of them."""
        self.language.choices = [(code, LANGUAGE_NAMES[code]) for code in languages]
        if self.language.data is None:
            self.language.data = preferred if preferred in languages else languages[0]
        return self
