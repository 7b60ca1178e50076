"""The pages of import and export of a bank."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.models import Item, ItemKind
from lms.catalog.models import Course
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.items.formats import ItemFormat
from tests.builders.assessment import make_item
from tests.builders.catalog import NOW
from tests.builders.people import PASSWORD, make_account, make_unit
from tests.pages import Page, PageClient
from tests.standards.banks import exchanged
from tests.standards.samples import make_empty, package, sample

pytestmark = pytest.mark.in_turn

BANK = "/authoring/courses/taught/items"


@pytest.fixture(autouse=True)
def course(app: Flask) -> Course:
    return make_empty("taught")


def upload(author: PageClient, content: bytes, status: int = 200, **fields: Any) -> Page:
    data = {"file": (io.BytesIO(content), "bank.txt"), "language": "en", **fields}
    return author.post(f"{BANK}/import", data, status=status, content_type="multipart/form-data")


def token(page: Page) -> str:
    return str(page.one("input[name=import]").get("value"))


def confirm(author: PageClient, page: Page, status: int | None = None) -> Page:
    return author.post(f"{BANK}/import/confirm", {"import": token(page)}, status=status)


def items() -> list[Item]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Item)))


def test_the_list_of_questions_leads_to_import_and_export(author: PageClient) -> None:
    page = author.get(BANK)
    assert len(page.select(f"a[href='{BANK}/import']")) == 1
    assert len(page.select(f"a[href='{BANK}/export']")) == 1


def test_the_check_shows_what_was_understood_and_what_not(author: PageClient) -> None:
    page = upload(author, sample("features.gift"))
    assert page.heading == "Check before importing"
    assert "Until what time is the window open on Monday?" in page.text
    assert "the brace { is not closed before the blank line" in page.text
    assert "line 48, “Essay”" in page.text
    assert "an option for 50 % of the score counts as wrong here" in page.text
    assert "Import 12 questions" in page.text
    assert items() == []


def test_the_preview_shows_the_right_answer(author: PageClient) -> None:
    page = upload(author, b"Which? {=this one ~that one # no}")
    marked = page.select(".option.is-right")
    assert ["this one" in option.text_content() for option in marked] == [True]


def test_a_confirmed_import_is_in_the_bank(author: PageClient) -> None:
    page = upload(author, sample("features.gift"))
    listed = author.follow(confirm(author, page))
    assert "12 questions are imported." in listed.text
    assert len(items()) == 12
    keys = {item.key for item in items()}
    assert "window-hours" in keys


def test_an_imported_question_opens_in_its_form(author: PageClient) -> None:
    confirm(author, upload(author, sample("moodle.xml")))
    for item in items():
        author.get(f"{BANK}/{item.public_id}")


@pytest.mark.parametrize("name", ["plain.aiken", "moodle.xml", "qti3/item.xml"])
def test_every_format_comes_in_by_its_content(author: PageClient, name: str) -> None:
    page = upload(author, sample(name))
    assert page.heading == "Check before importing"


def test_a_package_names_the_file_of_what_it_did_not_understand(author: PageClient) -> None:
    page = upload(author, package())
    assert "items/broken.xml" in page.text


def test_a_second_upload_of_the_same_file_has_nothing_to_do(author: PageClient) -> None:
    confirm(author, upload(author, sample("features.gift")))
    page = upload(author, sample("features.gift"))
    assert "12 questions are in the bank already" in page.text
    assert page.select("input[name=import]") == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"nothing of a question", "in none of the known formats"),
        (b"<quiz>\n<a>\n</quiz>", "The XML is broken: mismatched tag (line 3)."),
        (b"<!DOCTYPE quiz []><quiz/>", "document type"),
        ("Вопрос {T}".encode("koi8-r"), "UTF-8"),
        (b"PK\x03\x04 not really", "no readable ZIP"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_field(
    author: PageClient, content: bytes, words: str
) -> None:
    page = upload(author, content, 422)
    assert page.heading == "Import questions"
    assert words in page.text
    assert items() == []


def test_no_file_is_told(author: PageClient) -> None:
    page = author.post(f"{BANK}/import", {"language": "en"}, status=422)
    assert "Choose a file." in page.text


def test_the_chosen_topic_and_format_hold(author: PageClient) -> None:
    page = upload(author, b"$CATEGORY: x\n\nIs it? {T}", form="gift", topic="greeting")
    confirm(author, page)
    listed = author.get(f"{BANK}?topic=greeting")
    assert "Is it?" in listed.text


def test_a_refused_file_leaves_nothing_in_the_store(author: PageClient) -> None:
    store = current_app.extensions["blobs"].root
    before = sorted(store.rglob("*")) if store.exists() else []
    upload(author, b"<quiz><a></quiz>", 422)
    assert (sorted(store.rglob("*")) if store.exists() else []) == before


def test_what_changed_meanwhile_is_shown_anew(author: PageClient, course: Course) -> None:
    page = upload(author, b"// [id:first]\nIs it so? {T}")
    item = make_item(ItemKind.TRUE_FALSE, key="first", prompt={"en": "Is it so?"}, truth=False)
    put_item(bank_of(course), item, now=NOW, actor_id=None)
    db.session.commit()
    again = confirm(author, page, 409)
    assert "Something changed since the file was checked" in again.text
    author.follow(confirm(author, again))
    assert items()[0].current_number == 2


def test_a_forged_or_foreign_token_imports_nothing(author: PageClient, app: Flask) -> None:
    page = upload(author, b"Is it so? {T}")
    good = token(page)
    for bad in ("", "x", good[:-2], good[1:]):
        author.post(f"{BANK}/import/confirm", {"import": bad}, status=409)
    other = make_account(AccessRole.INSTRUCTOR)
    db.session.commit()
    stranger = PageClient(app).sign_in(other.username, PASSWORD)
    stranger.post(f"{BANK}/import/confirm", {"import": good}, status=409)
    make_empty("second")
    db.session.commit()
    elsewhere = "/authoring/courses/second/items/import/confirm"
    author.post(elsewhere, {"import": good}, status=409)
    assert items() == []


def test_a_form_without_its_token_is_refused(author: PageClient) -> None:
    page = upload(author, b"Is it so? {T}")
    answer = author.post(f"{BANK}/import/confirm", {"import": token(page)}, csrf=False, status=400)
    assert answer.status == 400
    assert items() == []


def test_markup_in_a_file_reaches_no_page(author: PageClient) -> None:
    evil = (
        b"::<script>alert(1)</script>::[html]<img src\\=x onerror\\=alert(1)>Well? "
        b"{=<b onclick\\=alert(1)>yes</b> ~no # <iframe src\\=x></iframe>}\n\n"
        b"::<svg onload\\=alert(2)>::No {"
    )
    page = upload(author, evil)
    assert "<script>alert" not in page.html
    assert re.search(r"<[^>]+\son(error|click|load)=", page.html) is None
    listed = author.follow(confirm(author, page))
    assert "onerror" not in listed.html


def test_the_export_page_tells_what_a_format_cannot_hold(
    author: PageClient, course: Course
) -> None:
    for item in exchanged():
        put_item(bank_of(course), item, now=NOW, actor_id=None)
    assert len(author.get(f"{BANK}/export").select(".format-name")) == len(ItemFormat)
    page = author.get(f"{BANK}/export?format=aiken&language=en")
    assert "only single choice can be written" in page.text
    assert len(page.select(f"a[href='{BANK}/export/aiken?language=en']")) == 1
    moodle = author.get(f"{BANK}/export?format=moodle-xml&language=en").text
    assert "what the areas are in words" in moodle
    assert "not written" not in moodle
    assert "the texts in the other language" in author.get(f"{BANK}/export?format=moodle-xml").text
    author.get(f"{BANK}/export?format=none", status=404)


@pytest.mark.parametrize("form", list(ItemFormat))
def test_an_export_is_a_file(author: PageClient, course: Course, form: ItemFormat) -> None:
    put_item(bank_of(course), make_item(ItemKind.SINGLE_CHOICE), now=NOW, actor_id=None)
    page = author.get(f"{BANK}/export/{form.value}")
    assert "filename=taught." in page.headers["Content-Disposition"]
    assert page.response.data


def test_an_empty_bank_has_no_file(author: PageClient) -> None:
    author.get(f"{BANK}/export/gift", status=404)
    page = author.get(f"{BANK}/export?format=gift")
    assert "has no question that this format can hold" in page.text


def test_an_instructor_of_one_centre_imports_nothing(app: Flask) -> None:
    centre = make_unit()
    account = make_account(AccessRole.INSTRUCTOR, unit=centre, over=centre)
    db.session.commit()
    visitor = PageClient(app).sign_in(account.username, PASSWORD)
    visitor.get(f"{BANK}/import", status=403)
    visitor.get(f"{BANK}/export/gift", status=403)
