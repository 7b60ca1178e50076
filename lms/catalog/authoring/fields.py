"""Fields that the authoring forms share, and forms of texts in several languages."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from lms.catalog.source.content import KEY, Texts
from lms.catalog.source.lesson_files import TITLE_LIMIT
from lms.web.forms import BaseForm
from lms.web.i18n import LANGUAGES


class KeyField(StringField):
    """A key; optional, the service's caller makes one from the title."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        pattern = Regexp(
            re.compile(rf"(?:{KEY.pattern})\Z"),
            message=_l("Use 2 to 60 of a–z, 0–9 and hyphens."),
        )
        super().__init__(label, validators=[Optional(), pattern], **kwargs)


def required(message: Any, limit: int = TITLE_LIMIT) -> list[Any]:
    """Return validators of a text that must be there; ``message`` asks for it."""
    return [DataRequired(message), Length(max=limit, message=_l("Use at most %(max)d characters."))]


def at_most(limit: int) -> list[Any]:
    """Return validators of a text that may be left out."""
    return [Optional(), Length(max=limit, message=_l("Use at most %(max)d characters."))]


class TextsForm(BaseForm):
    """A form with texts in the course's languages; fields of other languages are left out."""

    def __init__(self, languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.languages = list(languages)
        for name in list(self._fields):
            stem, _, language = name.rpartition("_")
            if stem and language in LANGUAGES and language not in self.languages:
                del self[name]

    def texts(self, stem: str) -> Texts:
        """Return the texts typed under ``stem``, without empty ones."""
        typed = {language: self[f"{stem}_{language}"].data for language in self.languages}
        return {language: text for language, text in typed.items() if text}

    def in_languages(self, stem: str) -> list[Field]:
        """Return the fields of ``stem`` in the order of the languages."""
        return [self[f"{stem}_{language}"] for language in self.languages]


def spread(**texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return maps of texts as values of a ``TextsForm``: title → title_ru, title_en."""
    return {
        f"{stem}_{language}": variants.get(language, "")
        for stem, variants in texts.items()
        for language in LANGUAGES
    }
