"""Certificates of each layout, judged by tools that did not make them."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdf
import pytest
from playwright.sync_api import Browser

from lms.certification.designs.sheet.composing import compose
from lms.certification.designs.sheet.faces import STANDARD, Emblem, Part
from lms.certification.designs.sheet.styles import Accent, Layout
from lms.core.pdf import Form, Renderer
from tests.builders.designs import make_face, png_file
from tests.certification.test_document import CODE, LONG, NUMBER, data
from tests.support import pdfs


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(workers=1, seconds=60)
    yield made
    made.close()


def picture() -> str:
    return "data:image/png;base64," + b64encode(png_file().getvalue()).decode()


@pytest.fixture
def make(renderer: Renderer, tmp_path: Path) -> Any:
    def made(
        layout: Layout,
        language: str = "ru",
        *,
        sample: bool = False,
        drawn: bool = False,
        **facts: Any,
    ) -> Path:
        emblem = Emblem("emblem", {"en": "Coat of arms"})  # decoration in Russian
        face = make_face(layout=layout, accent=Accent.TEAL, signatories=3, emblem=emblem)
        document = compose(face, language, data(**facts), is_sample=sample).document()
        shown = replace(document, shared={"addresses": {"emblem": picture()}})
        file = tmp_path / f"{layout.value}-{language}.pdf"
        file.write_bytes(renderer.render(shown))
        if drawn:
            file.with_suffix(".svg").write_bytes(renderer.render(replace(shown, form=Form.SVG)))
        return file

    return made


@pytest.mark.parametrize("layout", Layout)
def test_the_text_and_the_code_are_read_back(make: Any, layout: Layout) -> None:
    file = make(layout, holder=LONG)
    text = pdfs.text_of(file).replace("- ", "-")
    for said in (LONG, NUMBER, "92,5", "И. О. Образцов", "Свидетельство"):
        assert said.lower() in text.lower()
    assert pdfs.code_in(pdfs.print_of(file)) == CODE
    assert len(pypdf.PdfReader(file).pages) == 1


@pytest.mark.parametrize("layout", Layout)
def test_no_line_ends_within_a_name(make: Any, layout: Layout) -> None:
    text = " ".join(pdfs.text_of(make(layout, holder=LONG)).split())
    assert LONG.lower() in text.lower()


# All layouts are one template: each is judged by one of the two standards, in one language.
STANDARDS = [
    (Layout.CLASSIC, "ru", "3a"),
    (Layout.BAND, "en", "ua1"),
    (Layout.PORTRAIT, "ru", "ua1"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "language", "flavour"), STANDARDS)
def test_verapdf_finds_it_true_pdf_a_and_accessible(
    make: Any, layout: Layout, language: str, flavour: str
) -> None:
    assert pdfs.faults(make(layout, language, holder=LONG, sample=True), flavour) == []


def test_pictures_are_described_or_decoration(make: Any) -> None:
    assert "Coat of arms" in described(make(Layout.CLASSIC, "en"))
    assert not [text for text in described(make(Layout.CLASSIC, "ru")) if "arms" in text]


def described(file: Path) -> list[str]:
    with pikepdf.open(file) as document:
        return [
            str(item.Alt)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]


def test_what_is_hostile_stays_text(renderer: Renderer, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=//x>{{ 7*7 }}{% include 'x' %}</p>"
    texts = {**STANDARD, Part.HEADING: {"ru": hostile, "en": hostile}}
    file = tmp_path / "hostile.pdf"
    page = compose(make_face(texts=texts), "ru", data(holder=hostile, unit=hostile))
    file.write_bytes(renderer.render(page.document()))
    assert pdfs.text_of(file).replace(" ", "").count("{{7*7}}") == 3


def test_a_sample_says_so(make: Any) -> None:
    text = pdfs.text_of(make(Layout.BAND, sample=True)).lower()
    assert "образец оформления" in text
    assert "это не сертификат" in text


def test_the_preview_shows_what_the_pdf_shows(make: Any, browser: Browser) -> None:
    file = make(Layout.BAND, sample=True, drawn=True)
    printed = pdfs.image_of(file, 72)
    height, width = printed.shape[:2]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<style>body {{ margin: 0 }}</style>{file.with_suffix('.svg').read_text()}")
    shot = file.with_name("shot.png")
    page.screenshot(path=shot)
    page.close()
    assert differing(printed, shot) < 0.02


def differing(printed: Any, shot: Path) -> float:
    """The share of small squares whose mean colour differs visibly."""
    seen = cv2.imread(str(shot))
    height, width = (size // 8 * 8 for size in printed.shape[:2])
    squares = [
        image[:height, :width].astype(float).reshape(height // 8, 8, width // 8, 8, 3).mean((1, 3))
        for image in (printed, seen)
    ]
    return float((np.abs(squares[0] - squares[1]).max(axis=2) > 40).mean())
