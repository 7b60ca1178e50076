"""Forms of the media library."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from lms.catalog.authoring.forms import LANGUAGE_NAMES
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.source.media_file import ALT_LIMIT
from lms.web.forms import BaseForm

FILES_AT_ONCE = 50
CHOOSE = _l("Choose a file.")


class UploadForm(BaseForm):
    """Files for the library, several at once."""

    files = MultipleFileField(_l("Files"), validators=[FileRequired(CHOOSE)])

    def validate_files(self, field: Field) -> None:
        """Refuse more files than a form may carry."""
        if len(field.data) > FILES_AT_ONCE:
            raise ValidationError(_l("Send at most %(count)d files at once.", count=FILES_AT_ONCE))


class FileOrUpload(FileRequired):
    """Wants a file, or the upload that a script finished before it sent the form."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse a form with neither."""
        if not form.upload.data:
            super().__call__(form, field)


class ReplaceForm(BaseForm):
    """Other bytes for the same place."""

    file = FileField(_l("New file"), validators=[FileOrUpload(CHOOSE)])
    upload = HiddenField(id="replacing-upload")


class CaptionsForm(BaseForm):
    """Captions of a recording in one language."""

    language = SelectField(_l("Language of the captions"))
    captions = FileField(
        _l("Captions file"),
        validators=[FileOrUpload(CHOOSE)],
        description=_l("WebVTT, such as most video editors write."),
    )
    upload = HiddenField(id="captions-upload")

    def __init__(self, version: CourseVersion, **options: Any) -> None:
        super().__init__(**options)
        self.language.choices = [(one, LANGUAGE_NAMES[one]) for one in version.languages]


class RenameForm(BaseForm):
    """The name of a file, without its ending."""

    name = StringField(
        _l("File name"),
        validators=[
            InputRequired(_l("Fill in a name.")),
            Length(max=120, message=_l("At most 120 characters.")),
            Regexp(
                r"[a-z0-9][a-z0-9_.-]*\Z",
                message=_l("Use a–z, 0–9, dots, hyphens and _; begin with a letter or a digit."),
            ),
        ],
    )


class DescriptionForm(BaseForm):
    """What a picture shows, in each language of the course."""

    row_version = HiddenField()
    alt_ru = TextAreaField(_l("Description in Russian"))
    alt_en = TextAreaField(_l("Description in English"))

    def __init__(self, version: CourseVersion, **options: Any) -> None:
        super().__init__(**options)
        for language in ("ru", "en"):
            if language not in version.languages:
                del self[f"alt_{language}"]
        for field in self.alts.values():
            field.validators = [
                Length(max=ALT_LIMIT, message=_l("At most 500 characters.")),
            ]

    @property
    def alts(self) -> dict[str, Any]:
        """The fields by language."""
        return {name[-2:]: field for name, field in self._fields.items() if name[:4] == "alt_"}

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by language, in one line each."""
        return {key: " ".join((field.data or "").split()) for key, field in self.alts.items()}


def described(file: CourseFile) -> dict[str, Any]:
    """Return a file's descriptions as values of their form."""
    texts = {f"alt_{language}": text for language, text in file.alt.items()}
    return {**texts, "row_version": file.row_version}
