"""The report for paper: a list as a PDF, judged by tools that did not make it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask

from lms.people.models import AccessRole
from lms.web.i18n import in_language
from lms.web.lists import printing
from lms.web.lists.files import Maker, TooLong, write
from lms.web.lists.tables import Table
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support import pdfs

pytestmark = pytest.mark.in_turn

LONG = "Делопроизводительница-многостаночница Преображенская-Воскресенская Александра-Виктория"
NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def table(count: int = 3, **overrides: Any) -> Table:
    values: dict[str, Any] = {
        "name": "people",
        "title": "Сотрудники",
        "headings": ["ФИО", "Центр", "Действителен по"],
        "rows": ([f"{LONG} {n}", "Арбат", date(2026, 3, 2)] for n in range(count)),
        "widths": (36, 20, 14),
        "filters": [("Подразделение", "Центральный округ")],
        "note": "Вместе с тем, что запланировано.",
        **overrides,
    }
    return Table(**values)


def made(tmp_path: Path, language: str = "ru", **overrides: Any) -> Path:
    with in_language(language):
        content, _count = write("pdf", table(**overrides), Maker("Орлова Татьяна", NOON))
    content.seek(0)
    file = tmp_path / "report.pdf"
    file.write_bytes(content.read())
    return file


def test_it_says_what_it_is_of_whom_when_and_by_whom(app: Flask, tmp_path: Path) -> None:
    text = pdfs.text_of(made(tmp_path))
    for part in (
        "Сотрудники",
        "Подразделение: Центральный округ",
        "Вместе с тем, что запланировано.",
        "1 июн. 2026, 12:00",
        "Орлова Татьяна",
        "02.03.2026",
        "стр. 1 из 1",
    ):
        assert part in text


def test_figures_are_written_as_readers_of_the_language_do(app: Flask) -> None:
    figures = [[-0.666760601331, Decimal("88.10"), 4.0, 250]]
    for language, expected in (("ru", "−0,67 88,1 4 250"), ("en", "−0.67 88.1 4 250")):
        with in_language(language):
            assert printing.cells(table(rows=iter(figures)), 1) == [expected.split()]


def test_each_page_repeats_the_headings_and_tells_its_number(app: Flask, tmp_path: Path) -> None:
    pages = pypdf.PdfReader(made(tmp_path, count=60, language="en")).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        assert "Действителен" in text
        assert f"p. {number} of {len(pages)}" in text


def test_many_columns_lie_across_the_page(app: Flask, tmp_path: Path) -> None:
    wide = {
        "headings": list("ABCDEF"),
        "rows": iter([["x", None, "", 2.0, 5, "y"]]),
        "widths": (36,) * 6,
    }
    page = pypdf.PdfReader(made(tmp_path, **wide)).pages[0]
    assert page.mediabox.width > page.mediabox.height
    assert "x – – 2 5 y" in " ".join(page.extract_text().split())


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_it_is_readable_for_everybody_and_for_long(
    app: Flask, tmp_path: Path, flavour: str
) -> None:
    assert pdfs.faults(made(tmp_path), flavour) == []


def test_a_list_too_long_for_paper_is_refused_with_the_limit(app: Flask) -> None:
    with pytest.raises(TooLong, match=str(printing.MAX_ROWS)):
        write("pdf", table(count=printing.MAX_ROWS + 1), Maker("Орлова Татьяна", NOON))


def test_what_looks_like_markup_is_text(app: Flask, tmp_path: Path) -> None:
    text = pdfs.text_of(made(tmp_path, title="<img src=x> {{ 7 * 7 }}"))
    assert "<img src=x> {{ 7 * 7 }}" in text


def test_a_list_too_long_for_paper_is_told_at_the_list(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(printing, "MAX_ROWS", 0)
    client = PageClient(app).sign_in(make_account(AccessRole.AUDITOR).username, PASSWORD)
    form = client.get("/hr/people").one("form[action='/lists/people.pdf']")
    back = form.cssselect("input[name=back]")[0].get("value")
    assert (
        "at most 0 rows"
        in client.follow(client.post("/lists/people.pdf", {"back": back}, status=303)).text
    )
    client.post("/lists/people.pdf", {"back": "//evil.example"}, status=422)
