"""The printed certificate, judged by tools that did not make it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdf
import pytest

from lms.certification.documents import BUILT_IN, TEMPLATE
from lms.core.pdf import Document, Renderer
from lms.core.pdf.fonts import undrawn
from tests.support import pdfs

NUMBER = "7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA"
ADDRESS = f"https://learn.example/verify/{NUMBER.replace('-', '')}"
# As long as the longest title makes it.
CODE = f"{ADDRESS}#{'eyJhbGciOiJFZDI1NTE5Iiwia2lk' * 14}"[:440]
LONG = "Константинопольская-Преображенская Александра-Виктория Владиславовна-Максимилиановна"
NAMES = {
    "usual": "Соколова Мария Андреевна",
    "longer": "Рождественская Екатерина Александровна",
    "double": "Преображенский-Воскресенский Константин Владиславович",
    "longest": LONG,
    "latin": "O’Connor-Łukasiewicz Zoë Françoise",
    "other letters": "Ғабит Өмірбек Құдайбергенұлы",
    "one letter": "Я",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(workers=1, seconds=60)
    yield made
    made.close()


def data(**overrides: Any) -> dict[str, Any]:
    return {
        "holder": NAMES["usual"],
        "unit": "Центр госуслуг района Арбат",
        "course": "Искренний сервис",
        "issuer": "Учебный центр сети центров госуслуг",
        "hours": "16.0",
        "percent": 92.5,
        "issued_at": "2026-03-10T09:30:00Z",
        "issued_on": "2026-03-10",
        "valid_until_on": "2028-03-10",
        "number": NUMBER,
        "verification_url": ADDRESS,
        "verification_page": "learn.example/verify",
        "mark": "",
        "code": CODE,
        "replaces": None,
        **overrides,
    }


@pytest.fixture
def make(renderer: Renderer, tmp_path: Path) -> Any:
    def made(language: str = "ru", folder: Path = BUILT_IN, **overrides: Any) -> Path:
        file = tmp_path / f"certificate-{len(list(tmp_path.iterdir()))}.pdf"
        file.write_bytes(renderer.render(Document(folder, TEMPLATE, language, data(**overrides))))
        return file

    return made


def test_a_template_that_lacks_the_word_of_a_demonstration_bears_it(
    make: Any, tmp_path: Path
) -> None:
    (tmp_path / TEMPLATE).write_text("<title>x</title><p>{{ holder }}, {{ course }}", "utf-8")
    assert "ОБРАЗЕЦ" in pdfs.text_of(make(folder=tmp_path, mark="образец"))
    said = make(folder=tmp_path, mark="образец", course="Курс (образец)")
    assert "ОБРАЗЕЦ" not in pdfs.text_of(said)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_text_is_read_back(make: Any, language: str, name: str) -> None:
    file = make(language, holder=NAMES[name])
    text = pdfs.text_of(file)
    assert NAMES[name] in text
    assert "«Искренний сервис»" in text or "“Искренний сервис”" in text
    assert NUMBER in text
    assert "10 марта 2026" in text or "10 March 2026" in text
    assert "10 марта 2028" in text or "10 March 2028" in text
    assert "92,5" in text or "92.5%" in text
    assert "learn.example/verify" in text


@pytest.mark.parametrize("name", ["one letter", "longest"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_code_is_read_from_paper(make: Any, language: str, name: str) -> None:
    assert pdfs.code_in(pdfs.print_of(make(language, holder=NAMES[name]))) == CODE


def test_pypdf_reads_the_same_text(make: Any) -> None:
    (page,) = pypdf.PdfReader(make(holder=LONG)).pages
    assert LONG in " ".join(page.extract_text().split())


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_verapdf_finds_it_true_pdf_a_3a(make: Any, language: str) -> None:
    assert pdfs.faults(make(language, holder=LONG, valid_until_on=None), "3a") == []


@pytest.mark.slow
def test_letters_of_other_scripts_are_drawn_and_who_has_none_is_told(make: Any) -> None:
    names = "Nguyễn Əliyev Ҩҽҽа Παπαδόπουλος Հովհաննիսյան ბერიძე ישראל محمد"
    assert undrawn(names) == ""
    assert pdfs.faults(make(holder=names, unit=names), "3a") == []
    assert undrawn("王 Ли 王明") == "王明"
    assert pdfs.faults(make(holder="王"), "3a") != []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_verapdf_finds_it_true_pdf_ua_1(make: Any, language: str) -> None:
    assert pdfs.faults(make(language), "ua1") == []


@pytest.mark.slow
def test_verapdf_would_notice_a_fault(make: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(make()) as document:
        del document.Root.Metadata
        document.save(broken)
    assert pdfs.faults(broken, "3a") != []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_is_tagged_named_and_in_its_language(make: Any, language: str) -> None:
    with pikepdf.open(make(language)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert NAMES["usual"] in str(document.docinfo.Title)
        assert str(document.docinfo.CreationDate).startswith("D:20260310")
        kinds = tags(document)
    assert {"/H1", "/H2", "/P", "/Figure", "/Link"} <= kinds


def tags(document: pikepdf.Pdf) -> set[str]:
    return {
        str(item.S)
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
    }


def test_the_code_has_an_alternative_text_and_its_place(make: Any) -> None:
    with pikepdf.open(make()) as document:
        [figure] = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/S") == "/Figure"
            and ADDRESS in str(item.Alt)
        ]
        left, bottom, right, top = map(float, figure.A.BBox.as_list())
        _, _, width, height = map(float, document.pages[0].MediaBox.as_list())
    assert width / 2 < left < right < width
    assert 0 < bottom < top < height / 2  # it stands in the lower corner, on the right


def test_it_is_one_landscape_page_without_pixels(make: Any) -> None:
    for name in ("Щ" * 300, "W" * 400, LONG, "Я"):
        (page,) = pypdf.PdfReader(make(holder=name, course=name, unit=name)).pages
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
        assert list(page.images) == []


def test_every_font_is_embedded(make: Any) -> None:
    with pikepdf.open(make("en", holder=NAMES["latin"])) as document:
        fonts = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
    assert len(fonts) >= 4
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_keeps_clear_of_the_frame(make: Any, name: str) -> None:
    """Ink of the name's band lies between the frames: nothing runs over the edge of its box."""
    image = pdfs.image_of(make(holder=NAMES[name], unit=""))
    height, width = image.shape[:2]
    band = image[int(height * 70 / 210) : int(height * 93 / 210)]
    dark = np.where((band.sum(axis=2) < 250).any(axis=0))[0]
    inside = dark[(dark > width * 20 / 297) & (dark < width * 277 / 297)]
    assert inside.size > 0
    assert inside.min() >= width * 28 / 297
    assert inside.max() <= width * 269 / 297


def test_the_same_certificate_is_the_same_file(make: Any) -> None:
    assert make().read_bytes() == make().read_bytes()
    assert make().read_bytes() != make(percent=92).read_bytes()


def test_a_hostile_name_stays_text(make: Any) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} </p>"
    assert hostile in pdfs.text_of(make(holder=hostile))


def test_a_reissued_one_names_the_one_it_replaces(make: Any) -> None:
    old = {"number": "0000-0000-0000-0000-0000-0000-000", "issued_on": "2025-01-02"}
    assert "(2 января 2025 г.)" in pdfs.text_of(make(replaces=old)).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert old["number"] in pdfs.text_of(make("en", replaces=old))


@pytest.mark.parametrize(("language", "exam"), [("ru", "экзамен"), ("en", "examination")])
def test_an_exam_that_was_not_sat_is_not_claimed(make: Any, language: str, exam: str) -> None:
    assert exam in pdfs.text_of(make(language)).lower()
    assert exam not in pdfs.text_of(make(language, percent=None)).lower()


def test_a_long_name_of_the_training_centre_is_not_cut(make: Any) -> None:
    issuer = "Учебный центр сети центров предоставления государственных услуг города, отделение"
    text = " ".join(pdfs.text_of(make(issuer=f"{issuer} № 5")).split()).lower()
    assert f"{issuer} № 5".lower() in text


def test_an_administrators_own_template_is_used(make: Any, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(BUILT_IN, own)
    page = own / TEMPLATE
    page.write_text(
        page.read_text("utf-8").replace("Обладатель сертификата", "Наш человек"), "utf-8"
    )
    assert "Наш человек" in pdfs.text_of(make(folder=own))


def test_the_file_stays_small(make: Any) -> None:
    assert make().stat().st_size < 200_000
