"""The face of a certificate as it is sent and read: layout, colour, texts, emblem, signatories."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints
from wtforms.validators import ValidationError

from lms.certification.designs import checking
from lms.certification.designs.checking import plain
from lms.certification.designs.sheet.faces import (
    ALT_LIMIT,
    LIMITS,
    MAX_SIGNATORIES,
    NAME_LIMIT,
    POSITION_LIMIT,
    STANDARD,
    Emblem,
    Face,
    Part,
    Signatory,
)
from lms.certification.designs.sheet.styles import Accent, Layout
from lms.core.tables.texts import HIDDEN
from lms.standards.api.frame.faults import check_all
from lms.standards.api.frame.schemas import Key, Received, Sent, Texts
from lms.web.forms import NOT_OFFERED
from lms.web.i18n import LANGUAGES

# What the longest of them may have is said in the schema and checked in the pages' words.
Text = Annotated[
    str,
    StringConstraints(pattern=f"^[^{HIDDEN}]*$"),
    Field(json_schema_extra={"maxLength": max(LIMITS.values())}),
]


class BothIn(Received):
    """A text in both languages."""

    ru: Text
    en: Text


def _said(description: str = "") -> Any:
    about = " ".join(filter(None, (description, "Left out: the standard text.")))
    return Field(None, description=about)


class FaceTextsIn(Received):
    """Texts with placeholders such as `{course}`, from a closed list for each."""

    centre: BothIn | None = _said("Empty: the training centre's name at issue.")
    heading: BothIn | None = _said()
    subtitle: BothIn | None = _said()
    opening: BothIn | None = _said("Above the name.")
    wording: BothIn | None = _said(
        "Between the name and the course; only here `{score}` is possible."
    )
    wording_without_exam: BothIn | None = _said("Of courses that end without an exam.")
    note: BothIn | None = _said("Beside the number.")


class EmblemIn(Received):
    """A picture of the training centre."""

    picture: Key = Field(description="One of the design's own pictures.")
    alt: BothIn | None = Field(None, description="What it shows; left out: it is decoration.")


class SignatoryIn(Received):
    """Who signs."""

    name: BothIn
    position: BothIn
    picture: Key | None = Field(None, description="Of the signature: one of the design's own.")


class FaceIn(Received):
    """How a certificate looks and what it says; what is left out is as in a new design."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "layout": "classic",
                    "accent": "navy",
                    "texts": {"heading": {"ru": "Свидетельство", "en": "Diploma"}},
                    "emblem": None,
                    "signatories": [
                        {
                            "name": {"ru": "И. О. Образцов", "en": "I. Obraztsov"},
                            "position": {
                                "ru": "Руководитель учебного центра",
                                "en": "Head of the training centre",
                            },
                        }
                    ],
                }
            ]
        }
    )

    layout: Layout = Layout.CLASSIC
    accent: Accent = Field(default=Accent.NAVY, description="The colour.")
    texts: FaceTextsIn = FaceTextsIn()
    emblem: EmblemIn | None = None
    signatories: list[SignatoryIn] = Field(default=[], max_length=MAX_SIGNATORIES)


class EmblemOut(Sent):
    """A picture of the training centre."""

    picture: Key
    alt: Texts


class SignatoryOut(Sent):
    """Who signs."""

    name: Texts
    position: Texts
    picture: Key | None


class FaceOut(Sent):
    """How a certificate looks and what it says."""

    layout: Layout
    accent: Accent
    texts: dict[str, Texts] = Field(
        description="By part: `centre`, `heading`, `subtitle`, `opening`, `wording`, "
        "`wording_without_exam`, `note`.",
        examples=[{"heading": {"ru": "Сертификат", "en": "Certificate"}}],
    )
    emblem: EmblemOut | None
    signatories: list[SignatoryOut]


def read_face(given: FaceIn, own: Collection[str]) -> Face:
    """Return the face that was sent as the ``draft`` of the body.

    ``own`` are the ids of the design's pictures. Raises Invalid that names what can't be so.
    """
    check_all((f"body.draft.{at}", check) for at, check in _checks(given, own))
    emblem = given.emblem
    return Face(
        layout=given.layout,
        accent=given.accent,
        texts={part: _texts(_of(given, part), STANDARD[part]) for part in Part},
        emblem=Emblem(emblem.picture, _texts(emblem.alt, {})) if emblem else None,
        signatories=tuple(
            Signatory(_texts(one.name, {}), _texts(one.position, {}), one.picture)
            for one in given.signatories
        ),
    )


def _of(given: FaceIn, part: Part) -> BothIn | None:
    found: BothIn | None = getattr(given.texts, part.value)
    return found


def _texts(both: BothIn | None, otherwise: Any) -> dict[str, str]:
    if both is None:
        return dict(otherwise)
    return {language: plain(getattr(both, language)) for language in LANGUAGES}


def _checks(given: FaceIn, own: Collection[str]) -> Iterable[tuple[str, Callable[[], None]]]:
    for part in Part:
        yield from _both(
            f"texts.{part.value}", _of(given, part), partial(checking.check_text, part)
        )
    if given.emblem is not None:
        yield "emblem.picture", partial(_check_own, given.emblem.picture, own)
        yield from _both("emblem.alt", given.emblem.alt, _line(ALT_LIMIT))
    for place, one in enumerate(given.signatories):
        at = f"signatories.{place}"
        yield from _both(f"{at}.name", one.name, _whole(NAME_LIMIT))
        yield from _both(f"{at}.position", one.position, _whole(POSITION_LIMIT))
        if one.picture is not None:
            yield f"{at}.picture", partial(_check_own, one.picture, own)


def _both(
    place: str, both: BothIn | None, check: Callable[[str], None]
) -> Iterable[tuple[str, Callable[[], None]]]:
    for language in LANGUAGES if both is not None else ():
        yield f"{place}.{language}", partial(check, getattr(both, language))


def _line(limit: int) -> Callable[[str], None]:
    return partial(checking.check_line, limit=limit)


def _whole(limit: int) -> Callable[[str], None]:
    return partial(checking.check_whole, limit=limit)


def _check_own(picture: str, own: Collection[str]) -> None:
    if picture not in own:
        raise ValidationError(NOT_OFFERED)


def face_out(face: Face) -> FaceOut:
    """Return a face as it is read."""
    emblem = face.emblem
    return FaceOut(
        layout=face.layout,
        accent=face.accent,
        texts={part.value: dict(face.texts[part]) for part in Part},
        emblem=EmblemOut(picture=emblem.picture, alt=dict(emblem.alt)) if emblem else None,
        signatories=[
            SignatoryOut(name=dict(one.name), position=dict(one.position), picture=one.picture)
            for one in face.signatories
        ],
    )
