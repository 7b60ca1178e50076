"""Forms of the pages of import and export."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from lms.assessment.authoring.forms.fields import choices_of
from lms.assessment.authoring.words import LANGUAGE_NAMES
from lms.standards.items.formats import ItemFormat
from lms.standards.words import FORMAT_NAMES
from lms.web.forms import BaseForm


class ImportForm(BaseForm):
    """A file of questions and how to take it."""

    file = FileField(_l("File with questions"), validators=[FileRequired(_l("Choose a file."))])
    form = SelectField(_l("Format"), default="")
    topic = SelectField(_l("Topic"), default="")
    language = SelectField(_l("Language of the texts"))

    def __init__(
        self, topics: Sequence[tuple[str, str]], languages: Sequence[str], **options: Any
    ) -> None:
        options.setdefault("language", languages[0])
        super().__init__(**options)
        self.form.choices = choices_of(FORMAT_NAMES, _l("Tell by the content"))
        self.topic.choices = choices_of(dict(topics), _l("As the file says"))
        self.language.choices = choices_of({code: LANGUAGE_NAMES[code] for code in languages})

    @property
    def chosen_format(self) -> ItemFormat | None:
        """The format that was chosen, None to tell by the content."""
        return ItemFormat(self.form.data) if self.form.data else None
