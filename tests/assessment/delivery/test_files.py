"""Files as an answer: what is taken, what is refused, who gets them back."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.kinds.values import FileType
from lms.assessment.models import ItemKind
from lms.assessment.uploads.checking import (
    ENVELOPE,
    MEGABYTE,
    NAME_LIMIT,
    cleaned_name,
    in_megabytes,
    is_of,
    largest_file,
)
from lms.assessment.uploads.models import AttemptFile
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import AccessRole
from tests.assessment.delivery.candidate import OVER, Candidate, Moment
from tests.builders.assessment import answer_event, make_exam, make_item
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

PDF = b"%PDF-1.7 a plan"


def office(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            # Without the time of day: cases are named by their bytes, in each process alike.
            archive.writestr(zipfile.ZipInfo(name), b"0" * 1000, zipfile.ZIP_DEFLATED)
    return target.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
BOMB = office("word/document.xml", *(f"word/{n}" for n in range(5001)))
MACROS = office("word/document.xml", "word/vbaProject.bin")


@pytest.fixture
def sitting(app: Flask, moment: Moment) -> Candidate:
    candidate = Candidate(app, make_exam([make_item(ItemKind.FILE)]))
    candidate.start()
    return candidate


def send(
    sitting: Candidate, name: str, content: bytes, *, status: int = 200, **changed: Any
) -> dict[str, Any]:
    fields = {"position": "1", "writer": "1", "sequence": "1", "event_id": str(uuid4()), **changed}
    parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    body = b"".join(b"--xyz\r\nContent-Disposition: form-data; " + p + b"\r\n" for p in parts)
    answer = sitting.app.test_client().post(
        f"{sitting.path}/files",
        data=body + b"--xyz--\r\n",
        content_type="multipart/form-data; boundary=xyz",
        headers={"Authorization": f"Bearer {sitting.token}", "Accept": "application/json"},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def handed_in(sitting: Candidate) -> list[str]:
    answer = sitting.answers().get(1) or {"files": []}
    return [file["name"] for file in answer["files"]]


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AttemptFile)) or 0


def test_files_are_added_and_taken_back_by_entries_of_the_log(sitting: Candidate) -> None:
    send(sitting, "plan.pdf", PDF)
    both = send(sitting, "letter.docx", DOCX, sequence="2")["response"]
    assert handed_in(sitting) == ["plan.pdf", "letter.docx"]
    assert both["files"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    sitting.send(answer_event(1, {"files": both["files"][1:]}, sequence=3))
    assert handed_in(sitting) == ["letter.docx"]


def test_a_file_sent_again_gets_the_receipt_that_it_got(sitting: Candidate) -> None:
    event = str(uuid4())
    first = send(sitting, "plan.pdf", PDF, event_id=event)
    assert send(sitting, "plan.pdf", PDF, event_id=event) == first
    assert count() == 1


def test_more_files_than_asked_for_are_refused(sitting: Candidate) -> None:
    send(sitting, "a.pdf", PDF + b"a")
    send(sitting, "b.pdf", PDF + b"b", sequence="2")
    send(sitting, "c.pdf", PDF + b"c", sequence="3", status=422)
    assert handed_in(sitting) == ["a.pdf", "b.pdf"]


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b""), ("a.pdf", b"MZ not a PDF"), ("a.exe", PDF), ("a", PDF), ("a.png", PDF),
     ("a.txt", b"\x00\x01"), ("a.txt", b"\xff\xfe\xfa"), ("a.docx", b"PK\x03\x04 broken"),
     ("a.docx", office("xl/workbook.xml")), ("a.docx", BOMB), ("a.docx", MACROS),
     ("a.pdf", PDF + b"0" * 1024 * 1024)],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_files_that_lie_or_are_too_large_are_refused_and_nothing_is_written(
    sitting: Candidate, name: str, content: bytes
) -> None:
    assert send(sitting, name, content, status=422)["message"]
    assert count() == 0
    assert not blobs().has(hashlib.sha256(content).hexdigest())
    assert handed_in(sitting) == []


def test_an_answer_names_no_file_that_was_not_sent_for_it(sitting: Candidate) -> None:
    other = {"sha256": blobs().put(b"another's"), "size": 9, "name": "a.txt"}
    sitting.send(answer_event(1, {"files": [other]}), status=422)
    assert handed_in(sitting) == []


def test_a_file_after_the_end_counts_only_if_it_was_chosen_before(
    sitting: Candidate, moment: Moment
) -> None:
    """It waited for the network then; like any answer it is marked as late."""
    token = sitting.token
    moment.after_start(OVER)
    for age, status in ((0, 409), (1000, 409), (60_000, 200)):
        fields = {"position": "1", "writer": "1", "sequence": "1", "event_id": str(uuid4())}
        answer = sitting.app.test_client().post(
            f"{sitting.path}/files",
            data={**fields, "authored_ms_ago": str(age), "file": (io.BytesIO(PDF), "a.pdf")},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, count()) == (status, int(status == 200))
    assert handed_in(sitting) == ["a.pdf"]
    assert [event.late for event in sitting.log() if event.position] == [True]


def test_a_browser_without_scripts_sends_files_with_its_form(sitting: Candidate) -> None:
    fields = {**sitting.paper().form_values("#paper"), "q1-upload": (io.BytesIO(PDF), "plan.pdf")}
    sitting.client.post(f"{sitting.path}/form", fields, status=303)
    assert handed_in(sitting) == ["plan.pdf"]
    page = sitting.paper()
    digest = hashlib.sha256(PDF).hexdigest()
    values = {**page.form_values("#paper"), "q1-remove": digest}
    sitting.client.post(f"{sitting.path}/form", values, status=303)
    assert handed_in(sitting) == []


def test_a_plain_form_says_what_is_wrong_with_a_file(sitting: Candidate) -> None:
    fields = {**sitting.paper().form_values("#paper"), "q1-upload": (io.BytesIO(b"x"), "plan.pdf")}
    page = sitting.client.post(f"{sitting.path}/form", fields, status=422)
    assert "isn’t what its name says" in page.one(".error-summary").text_content()


@pytest.mark.parametrize("kept", ["{", "[]", "1e999", "[" * 20_000], ids=lambda text: text[:6])
def test_what_a_plain_form_says_of_earlier_files_is_any_text(sitting: Candidate, kept: str) -> None:
    fields = {**sitting.paper().form_values("#paper"), "q1-upload": (io.BytesIO(PDF), "plan.pdf")}
    page = sitting.client.post(f"{sitting.path}/form", {**fields, "q1-file": kept}, status=422)
    assert "This answer can’t be saved as it is" in page.text
    assert sitting.log() == []


def test_candidates_get_their_own_file_as_a_download(sitting: Candidate) -> None:
    send(sitting, "план.pdf", PDF)
    digest = hashlib.sha256(PDF).hexdigest()
    answer = sitting.client.get(f"{sitting.path}/files/1/{digest}").response
    assert answer.get_data() == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    other = Candidate(sitting.app, sitting.version)
    foreign = other.client.get(f"{sitting.path}/files/1/{digest}", status=404)
    missing = other.client.get(f"{sitting.path}/files/1/{'0' * 64}", status=404)
    assert foreign.text == missing.text


@given(st.text(max_size=300))
def test_a_name_is_cleaned_once_and_for_all(name: str) -> None:
    cleaned = cleaned_name(name)
    assert 0 < len(cleaned) <= NAME_LIMIT
    assert not set(cleaned) & set("/\\\x00\u202e\n")


@given(st.binary(max_size=400), st.sampled_from(FileType))
def test_any_bytes_are_of_a_type_or_not(content: bytes, kind: FileType) -> None:
    assert is_of(kind, content) in (True, False)


def test_an_examiner_downloads_the_files_of_an_answer(sitting: Candidate) -> None:
    send(sitting, "plan.pdf", PDF)
    sitting.hand_in()
    examiner = make_account(AccessRole.INSTRUCTOR)
    client = PageClient(sitting.app).sign_in(examiner.username, PASSWORD)
    page = client.follow(client.post("/grading/next", {}, status=302))
    [address] = {link.get("href") for link in page.select("a[download]")}
    answer = client.get(address).response
    assert (answer.get_data(), answer.mimetype) == (PDF, "application/octet-stream")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    client.get(address[:-1] + ("0" if address[-1] != "0" else "1"), status=404)
    sitting.client.get(address, status=403)


@pytest.fixture
def narrow(app: Flask) -> Iterator[None]:
    """An installation that takes requests of half a megabyte."""
    wide = app.config["SETTINGS"]
    app.config["SETTINGS"] = wide.model_copy(update={"max_upload_bytes": 512 * 1024})
    yield
    app.config["SETTINGS"] = wide


def test_the_smaller_limit_is_stated_and_held(sitting: Candidate, narrow: None) -> None:
    page = sitting.client.get(sitting.path)
    assert "each file up to 0.4 MB" in page.text
    assert page.one("[data-files]").get("data-limit") == "0.4"
    large = PDF + b"0" * 460 * 1024
    told = send(sitting, "a.pdf", large, status=422)
    assert (
        "больше 0,4 МБ" in told["message"]
    )  # the token says who sends, no cookie in which language
    send(sitting, "a.pdf", PDF + b"0" * 420 * 1024)


@given(st.integers(1, 20), st.integers(1024, 30 * MEGABYTE))
def test_no_more_is_told_than_is_taken(megabytes: int, request_bytes: int) -> None:
    largest = largest_file(megabytes, request_bytes)
    assert 0 < largest <= megabytes * MEGABYTE
    if largest >= MEGABYTE // 10:
        assert in_megabytes(largest) * MEGABYTE <= largest
        assert largest + ENVELOPE <= request_bytes or largest == megabytes * MEGABYTE
