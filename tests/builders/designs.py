"""Builders of certificates' designs. Each flushes."""

import io
from itertools import count
from typing import Any

from PIL import Image

from lms.certification.designs import services
from lms.certification.designs.choosing import NETWORK, choose
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.sheet.faces import STANDARD, Face, Part, Signatory
from lms.people.models import Person
from tests.builders.people import NOW, make_person

_names = count(1)


def make_face(*, heading: str = "Свидетельство", signatories: int = 1, **overrides: Any) -> Face:
    """A face with a heading of its own and signatories without pictures."""
    texts = {**STANDARD, Part.HEADING: {"ru": heading, "en": "Diploma"}}
    signing = Signatory(
        {"ru": "И. О. Образцов", "en": "I. Obraztsov"},
        {"ru": "Руководитель учебного центра", "en": "Head of the training centre"},
    )
    return Face(**{"texts": texts, "signatories": (signing,) * signatories, **overrides})


def make_design(
    face: Face | None = None, *, actor: Person | None = None, published: bool = True
) -> CertificateDesign:
    """A design with one version, unless it isn't ``published``."""
    actor = actor or make_person()
    design = services.create_design(
        name=f"Design {next(_names)}", face=face or make_face(), now=NOW, actor=actor
    )
    if published:
        services.publish(design, note="", seen=design.row_version, now=NOW, actor=actor)
    return design


def choose_for_network(design: CertificateDesign | None, seen: int = 0) -> None:
    """Let every certificate be made with ``design`` from now on."""
    choose(place=NETWORK, design=design, seen=seen, now=NOW, actor=make_person())


def png_file(colour: str = "navy", size: tuple[int, int] = (120, 80)) -> io.BytesIO:
    """A picture as somebody uploads it, with a remark that must not be kept."""
    file = io.BytesIO()
    Image.new("RGBA", size, colour).save(file, "PNG")
    file.seek(0)
    return file
