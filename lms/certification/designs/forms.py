"""Forms of designs. Texts are plain text; placeholders come from a closed list."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from lms.catalog.errors import WrongFile
from lms.catalog.media.pictures import Picture
from lms.certification.designs.changes import ACCENT_NAMES, LAYOUT_NAMES, PART_NAMES
from lms.certification.designs.checking import (
    EMPTY,
    MOST_OF_NOTE,
    MOST_SIGNS,
    NAMELESS,
    NOT_WHOLE,
    check_drawn,
    check_placeholders,
    plain,
    too_long,
)
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.pictures import taken
from lms.certification.designs.samples import Sample
from lms.certification.designs.sheet.faces import (
    ALT_LIMIT,
    LIMITS,
    MAX_SIGNATORIES,
    NAME_LIMIT,
    POSITION_LIMIT,
    REQUIRED,
    Emblem,
    Face,
    Part,
    Signatory,
    face_of,
)
from lms.certification.designs.sheet.styles import Accent, Layout
from lms.web.forms import BaseForm
from lms.web.i18n import LANGUAGES

IN = {
    "ru": lambda name: _l("%(name)s, in Russian", name=name),
    "en": lambda name: _l("%(name)s, in English", name=name),
}
LONG_PARTS = frozenset({Part.WORDING, Part.WORDING_WITHOUT_EXAM, Part.NOTE})
SAMPLE_NAMES = {
    Sample.USUAL: _l("Usual name and title"),
    Sample.LONG: _l("Very long name and title"),
    Sample.WITHOUT_EXAM: _l("Without an exam and an expiry"),
}


def _choices(names: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(one.value, name) for one, name in names.items()]


def _limit(limit: int) -> Length:
    return Length(max=limit, message=too_long(limit))


class _Needed(InputRequired):
    """Refuses what is empty, or looks so."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if not plain(field.data):
            field.errors = []
            raise StopValidation(self.message)


NAME = [_Needed(NAMELESS), _limit(MOST_SIGNS)]


class _Placeholders:
    """Refuses placeholders that the text can't have."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def __call__(self, _form: Any, field: Field) -> None:
        check_placeholders(self.part, field.data)


def _drawn(_form: Any, field: Field) -> None:
    check_drawn(field.data)


def _text(part: Part, language: str) -> Field:
    required = [_Needed(EMPTY)] if part in REQUIRED else [Optional()]
    kind = TextAreaField if part in LONG_PARTS else StringField
    checks = [*required, _limit(LIMITS[part]), _Placeholders(part), _drawn]
    return kind(IN[language](PART_NAMES[part]), checks)


class NewDesignForm(BaseForm):
    """What a design begins with."""

    name = StringField(_l("Name of the design"), NAME)
    layout = RadioField(_l("Layout"), choices=_choices(LAYOUT_NAMES), default="classic")


class DesignForm(BaseForm):
    """A draft; ``row_version`` is what the page was opened with."""

    row_version = HiddenField()
    name = StringField(_l("Name of the design"), NAME)
    layout = RadioField(_l("Layout"), choices=_choices(LAYOUT_NAMES))
    accent = RadioField(_l("Colour"), choices=_choices(ACCENT_NAMES))
    emblem = HiddenField()
    emblem_file = FileField(_l("Picture of the emblem"))
    emblem_remove = BooleanField(_l("Remove the emblem"))
    emblem_alt_ru = StringField(IN["ru"](_l("What the emblem shows")), [_limit(ALT_LIMIT)])
    emblem_alt_en = StringField(IN["en"](_l("What the emblem shows")), [_limit(ALT_LIMIT)])
    shown_language = RadioField(
        _l("Language of the preview"),
        choices=[SelectChoice("ru", _l("Russian")), SelectChoice("en", _l("English"))],
        filters=[lambda chosen: chosen or LANGUAGES[0]],
    )
    shown_sample = RadioField(
        _l("Sample"),
        choices=_choices(SAMPLE_NAMES),
        filters=[lambda chosen: chosen or Sample.USUAL.value],
    )

    @classmethod
    def of(cls, design: CertificateDesign, language: str, **options: Any) -> "DesignForm":
        """Return the form, filled with a design's draft unless it was sent."""
        data = filled_with(design) | {"shown_language": language}
        return cls(data=data, **options)

    @property
    def seen(self) -> int:
        """The row version that the page was opened with; -1 for anything else."""
        return seen_in(self.row_version)

    def in_language(self, language: str) -> Iterator[Field]:
        """Yield the fields of the texts in one language."""
        for part in Part:
            yield self[f"{part.value}_{language}"]

    @property
    def signers(self) -> list[dict[str, Field]]:
        """The fields of each signatory by what they hold."""
        ends = ("name_ru", "name_en", "position_ru", "position_en", "picture", "file", "remove")
        return [
            {end: self[f"signatory{at}_{end}"] for end in ends}
            for at in range(1, MAX_SIGNATORIES + 1)
        ]

    def uploads(self) -> Iterator[tuple[Field, Field]]:
        """Yield the file fields that hold a file, each with the field of its picture's key."""
        pairs = [(self.emblem_file, self.emblem)]
        pairs += [(one["file"], one["picture"]) for one in self.signers]
        for file, picture in pairs:
            if isinstance(file.data, FileStorage) and file.data.filename:
                yield file, picture

    def pictures(self) -> list[tuple[Picture, Field]]:
        """Return what was uploaded, made anew; a file that can't be taken is told at its field."""
        found = []
        for file, picture in self.uploads():
            try:
                found.append((taken(file.data.stream), picture))
            except WrongFile as error:
                self.refused[file.name] = error.message
        return found

    @property
    def refused(self) -> dict[str, Any]:
        """What is wrong with uploads, by the name of the field."""
        return self.__dict__.setdefault("_refused", {})  # type: ignore[no-any-return]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then what hangs together: a signatory is whole or isn't there."""
        fine = bool(super().validate(extra_validators))
        for name, message in self.refused.items():
            self[name].errors, fine = [message], False
        for one in self.signers:
            texts = [one[end] for end in ("name_ru", "name_en", "position_ru", "position_en")]
            if not any(plain(field.data) for field in texts):
                continue
            for field in texts:
                if not plain(field.data):
                    field.errors = [NOT_WHOLE]
                    fine = False
        return fine

    def face(self, own: Sequence[str]) -> Face:
        """Return the face as filled in; pictures that aren't the design's ``own`` are left out."""
        return Face(
            layout=Layout(self.layout.data),
            accent=Accent(self.accent.data),
            texts={
                part: {
                    language: plain(self[f"{part.value}_{language}"].data) for language in LANGUAGES
                }
                for part in Part
            },
            emblem=self._emblem(own),
            signatories=tuple(self._signatories(own)),
        )

    def _emblem(self, own: Sequence[str]) -> Emblem | None:
        if self.emblem.data not in own or self.emblem_remove.data:
            return None
        alts = {language: plain(self[f"emblem_alt_{language}"].data) for language in LANGUAGES}
        return Emblem(str(self.emblem.data), alts)

    def _signatories(self, own: Sequence[str]) -> Iterator[Signatory]:
        for one in self.signers:
            name = {language: plain(one[f"name_{language}"].data) for language in LANGUAGES}
            if all(name.values()):
                yield Signatory(
                    name,
                    {language: plain(one[f"position_{language}"].data) for language in LANGUAGES},
                    one["picture"].data
                    if one["picture"].data in own and not one["remove"].data
                    else None,
                )


for _part in Part:
    for _language in LANGUAGES:
        setattr(DesignForm, f"{_part.value}_{_language}", _text(_part, _language))
for _at in range(1, MAX_SIGNATORIES + 1):
    for _end, _label, _most in (
        ("name", _l("Name"), NAME_LIMIT),
        ("position", _l("Position"), POSITION_LIMIT),
    ):
        for _language in LANGUAGES:
            setattr(
                DesignForm,
                f"signatory{_at}_{_end}_{_language}",
                StringField(IN[_language](_label), [_limit(_most), _drawn]),
            )
    setattr(DesignForm, f"signatory{_at}_picture", HiddenField())
    setattr(DesignForm, f"signatory{_at}_file", FileField(_l("Picture of the signature")))
    setattr(DesignForm, f"signatory{_at}_remove", BooleanField(_l("Remove the signature")))


def filled_with(design: CertificateDesign) -> dict[str, Any]:
    """Return a design's draft as values of its form."""
    face = face_of(design.draft)
    values: dict[str, Any] = {
        "row_version": str(design.row_version),
        "name": design.name,
        "layout": face.layout.value,
        "accent": face.accent.value,
    }
    for part in Part:
        for language in LANGUAGES:
            values[f"{part.value}_{language}"] = face.texts[part][language]
    if face.emblem is not None:
        values["emblem"] = face.emblem.picture
        for language in LANGUAGES:
            values[f"emblem_alt_{language}"] = face.emblem.alt.get(language, "")
    for at, one in enumerate(face.signatories, 1):
        values[f"signatory{at}_picture"] = one.picture or ""
        for language in LANGUAGES:
            values[f"signatory{at}_name_{language}"] = one.name[language]
            values[f"signatory{at}_position_{language}"] = one.position[language]
    return values


def seen_in(field: Field) -> int:
    """Return the number that a hidden field carries; -1, which nothing has, for anything else."""
    text = str(field.data or "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


class PublishForm(BaseForm):
    """Why a new version is published."""

    row_version = HiddenField()
    note = StringField(_l("What is new"), [_limit(MOST_OF_NOTE)])


class AgainForm(BaseForm):
    """An older version begins the draft anew."""

    row_version = HiddenField()


NEXT, BUILT_IN = "next", "built-in"
NEXT_NAMES = {"course": _l("As the network’s"), "scheme": _l("None of its own: as the course’s")}


class ChoiceForm(BaseForm):
    """Which design certificates get: of the network, of a course or of a scheme."""

    number = HiddenField()
    course = SelectField(_l("Course"))
    scheme = SelectField(_l("Certification scheme"))
    design = SelectField(_l("Design"))

    def offer(
        self,
        scope: str,
        listed: Sequence[tuple[str, str]],
        designs: Sequence[CertificateDesign],
    ) -> "ChoiceForm":
        """Give the choices: what of the ``scope`` is listed, designs that can be used."""
        for name in ("course", "scheme"):
            if name == scope:
                self[name].choices = [SelectChoice(key, title) for key, title in listed]
            else:
                del self[name]
        self.design.choices = [
            *([SelectChoice(NEXT, NEXT_NAMES[scope])] if scope in NEXT_NAMES else []),
            SelectChoice(BUILT_IN, _l("The built-in certificate")),
            *(
                SelectChoice(one.public_id, one.name)
                for one in designs
                if one.versions and one.retired_at is None
            ),
        ]
        return self
