"""Certificates of a design as files: one by itself, and many of several designs together."""

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from flask import Flask

from lms.certification import documents
from lms.certification.designs import services
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.pictures import add_picture, taken
from lms.certification.designs.sheet.faces import Emblem
from lms.certification.models import Certificate
from lms.certification.printing.press import press
from lms.core import clock
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.storage import blobs
from tests.builders.certification import make_certificate
from tests.builders.designs import choose_for_network, make_design, make_face, png_file
from tests.builders.people import NOW, make_person
from tests.support import pdfs

# Making files asks nothing of a database that one of them could answer differently.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def make_pictured() -> CertificateDesign:
    """A published design with an emblem that is described."""
    actor = make_person()
    design = make_design(actor=actor, published=False)
    picture = add_picture(design, taken(png_file()), now=NOW, actor=actor)
    face = make_face(emblem=Emblem(picture.public_id, {"ru": "Герб", "en": "Arms"}))
    seen = design.row_version
    services.save_draft(design, name=design.name, face=face, seen=seen, now=NOW, actor=actor)
    services.publish(design, note="", seen=design.row_version, now=NOW, actor=actor)
    return design


def printable(app: Flask, certificate: Certificate) -> documents.Printable:
    certificate.replaces = None
    return documents.printable(certificate, "ru", app.config["SETTINGS"])


def test_a_certificate_of_a_design_is_signed_and_shows_its_emblem(
    app: Flask, tmp_path: Path
) -> None:
    choose_for_network(make_pictured())
    settings: Settings = app.config["SETTINGS"]
    wanted = printable(app, make_certificate())
    db.session.commit()
    file = tmp_path / "one.pdf"
    file.write_bytes(blobs().get(documents.make(wanted, settings=settings, now=clock.now())))
    assert "СВИДЕТЕЛЬСТВО" in pdfs.text_of(file).upper()
    assert b"/ByteRange" in file.read_bytes()
    assert len(pypdf.PdfReader(file).pages[0].images) == 1
    assert documents.RECORD in pypdf.PdfReader(file).attachments


def test_many_of_several_designs_are_made_together_in_their_order(app: Flask) -> None:
    made = [make_certificate()]
    choose_for_network(make_pictured())
    made.append(make_certificate())
    choose_for_network(make_design(make_face(heading="Диплом")), seen=1)
    made += [make_certificate(), made[0]]
    wanted = documents.complete([printable(app, one) for one in made])
    db.session.commit()
    sheaf = press(app.config["SETTINGS"]).run([lambda unit: unit.pages(wanted, together=False)])[0]
    texts = [text(sheaf.files[file], page) for file, page in sheaf.places]
    found = [next(said for said in SAID if said in one) for one in texts]
    assert found == ["СЕРТИФИКАТ", "СВИДЕТЕЛЬСТВО", "ДИПЛОМ", "СЕРТИФИКАТ"]


SAID = ("СВИДЕТЕЛЬСТВО", "ДИПЛОМ", "СЕРТИФИКАТ")


def text(file: bytes, page: int) -> str:
    said = pypdf.PdfReader(io.BytesIO(file)).pages[page].extract_text()
    lines = [line.replace(" ", "").upper() for line in said.splitlines()]
    return " ".join(line for line in lines if line in SAID)


def test_pictures_travel_once_for_all_that_share_them(app: Flask) -> None:
    choose_for_network(make_pictured())
    wanted = [printable(app, make_certificate()) for _ in range(2)]
    db.session.commit()
    first, second = documents.complete(wanted)
    assert first.document.shared is second.document.shared
    assert "addresses" not in first.document.data
    assert replace(first.document, shared={}) == wanted[0].document
