"""The face of a certificate: everything a designer decides, as plain values.

Stored as JSON by ``data_of`` and read back by ``face_of``; texts are maps by language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

from lms.certification.designs.sheet.placeholders import Placeholder
from lms.certification.designs.sheet.styles import Accent, Layout

Texts = Mapping[str, str]  # by language
MAX_SIGNATORIES = 3
NAME_LIMIT, POSITION_LIMIT, ALT_LIMIT = 80, 120, 300


class Part(Enum):
    """A text that a design sets in each language."""

    CENTRE = "centre"
    HEADING = "heading"
    SUBTITLE = "subtitle"
    OPENING = "opening"
    WORDING = "wording"
    WORDING_WITHOUT_EXAM = "wording_without_exam"
    NOTE = "note"


LIMITS = {
    Part.CENTRE: 160,
    Part.HEADING: 40,
    Part.SUBTITLE: 90,
    Part.OPENING: 120,
    Part.WORDING: 240,
    Part.WORDING_WITHOUT_EXAM: 240,
    Part.NOTE: 300,
}
# The training centre's name may be left empty: then it is the one of the moment of issue.
REQUIRED = frozenset({Part.HEADING, Part.WORDING, Part.WORDING_WITHOUT_EXAM})
_EVERYWHERE = frozenset(Placeholder) - {Placeholder.SCORE}
# A certificate without an exam has no score: only the wording for one with an exam can name it.
ALLOWED: Mapping[Part, frozenset[Placeholder]] = {
    **dict.fromkeys(Part, _EVERYWHERE),
    Part.WORDING: frozenset(Placeholder),
    Part.CENTRE: frozenset(),
}

STANDARD: Mapping[Part, Texts] = {
    Part.CENTRE: {"ru": "", "en": ""},
    Part.HEADING: {"ru": "Сертификат", "en": "Certificate"},
    Part.SUBTITLE: {"ru": "о прохождении обучения", "en": "of completion"},
    Part.OPENING: {"ru": "Обладатель сертификата", "en": "This is to certify that"},
    Part.WORDING: {
        "ru": "Программа курса освоена, итоговый экзамен успешно сдан",
        "en": "has completed the course and passed its final examination",
    },
    Part.WORDING_WITHOUT_EXAM: {
        "ru": "Программа курса освоена",
        "en": "has completed the course",
    },
    Part.NOTE: {
        "ru": "Выдан учебным центром и внесён в реестр сертификатов.",
        "en": "Issued by the training centre and entered in its register of certificates.",
    },
}


@dataclass(frozen=True)
class Emblem:
    """A picture of the training centre; without a description in a language it is decoration."""

    picture: str  # public id of a DesignPicture
    alt: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Signatory:
    """Who signs: name and position, and perhaps a picture of the signature (public id)."""

    name: Texts
    position: Texts
    picture: str | None = None


@dataclass(frozen=True)
class Face:
    """How a certificate looks and what it says."""

    layout: Layout = Layout.CLASSIC
    accent: Accent = Accent.NAVY
    texts: Mapping[Part, Texts] = field(default_factory=lambda: dict(STANDARD))
    emblem: Emblem | None = None
    signatories: tuple[Signatory, ...] = ()

    @property
    def pictures(self) -> frozenset[str]:
        """The public ids of the pictures it shows."""
        shown = [one.picture for one in self.signatories] + [self.emblem and self.emblem.picture]
        return frozenset(one for one in shown if one)


def data_of(face: Face) -> dict[str, Any]:
    """Return the face as JSON values."""
    return {
        "layout": face.layout.value,
        "accent": face.accent.value,
        "texts": {part.value: dict(face.texts[part]) for part in Part},
        "emblem": None
        if face.emblem is None
        else {"picture": face.emblem.picture, "alt": dict(face.emblem.alt)},
        "signatories": [
            {"name": dict(one.name), "position": dict(one.position), "picture": one.picture}
            for one in face.signatories
        ],
    }


def face_of(data: Mapping[str, Any]) -> Face:
    """Return the face that ``data_of`` wrote."""
    emblem = data["emblem"]
    return Face(
        layout=Layout(data["layout"]),
        accent=Accent(data["accent"]),
        texts={part: data["texts"][part.value] for part in Part},
        emblem=None if emblem is None else Emblem(emblem["picture"], emblem["alt"]),
        signatories=tuple(
            Signatory(one["name"], one["position"], one["picture"]) for one in data["signatories"]
        ),
    )


def changed(before: Face, after: Face) -> list[str]:
    """Return the names of what differs, in the order of the page: of Face's fields and of parts."""
    names = []
    for one in fields(Face):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if one.name == "texts":
            names += [part.value for part in Part if dict(old[part]) != dict(new[part])]
        elif old != new:
            names.append(one.name)
    return names
