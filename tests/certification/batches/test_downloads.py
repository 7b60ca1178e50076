"""Files of many certificates: frozen as filtered, made in portions, stopped, resumed, swept."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pypdf
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog.models import Course
from lms.certification.batches import assembling, services, working
from lms.certification.batches import jobs as batch_jobs
from lms.certification.batches.models import BatchItem, BatchPart, CertificateBatch, Outcome
from lms.certification.models import Certificate, CertificateDocument
from lms.certification.printing.hand import Hand
from lms.certification.sealing.authority import SigningUnavailable
from lms.core import jobs
from lms.core.database import db
from lms.core.jobs import Job, JobState
from lms.core.storage import blobs, passing
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.certification import make_certificate, make_taught_course
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def hr(app: Flask, **options: Any) -> PageClient:
    account = make_account(AccessRole.HR, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def certificates(*names: str) -> list[Certificate]:
    version = make_taught_course()
    made = [make_certificate(make_person(name), version=version) for name in names]
    db.session.execute(sa.delete(Job))  # each one's document by itself is another matter
    db.session.commit()
    return made


def ask(client: PageClient, kind: str, **filters: str) -> Page:
    fields = {"files-kind": kind, "files-language": "ru", **filters}
    return client.post("/hr/certificates/all/files", fields)


def the_batch() -> CertificateBatch:
    db.session.rollback()
    return db.session.scalars(
        sa.select(CertificateBatch).execution_options(populate_existing=True)
    ).one()


def run_all() -> None:
    db.session.rollback()
    while jobs.run_due():
        pass


def downloaded(client: PageClient) -> bytes:
    batch = the_batch()
    page = client.get(f"/hr/certificates/batches/{batch.public_id}/file")
    return page.response.get_data()


def test_a_zip_holds_the_signed_originals_exactly_as_filtered(app: Flask) -> None:
    certificates("Anna", "Boris/..\\evil", "Vera")
    client = hr(app)
    ask(client, "originals", text="o")
    run_all()
    archive = zipfile.ZipFile(io.BytesIO(downloaded(client)))
    assert len(archive.namelist()) == 1
    (name,) = archive.namelist()
    assert name.startswith("Boris")
    assert not set(name) & set('<>:"/\\|?*')
    assert b"/ByteRange" in archive.read(name)


def test_the_pdf_to_print_keeps_the_order_is_tagged_and_unsigned(app: Flask) -> None:
    certificates("Vera", "Anna", "Boris")
    client = hr(app)
    ask(client, "print")
    run_all()
    content = downloaded(client)
    assert b"/ByteRange" not in content
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == len(document.Root.StructTreeRoot.K) == 3
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert [name in text for name, text in zip(("Anna", "Boris", "Vera"), texts, strict=True)] == [
        True
    ] * 3
    assert db.session.scalars(sa.select(BatchPart)).all() == []


def test_what_is_chosen_is_told_in_words(app: Flask) -> None:
    (one,) = certificates("Anna")
    course = db.session.get_one(Course, one.course_id)
    chosen = f"status=expiring&days=3650&text=Anna&course={course.slug}"
    page = hr(app).get(f"/hr/certificates/all?{chosen}")
    assert page.heading == "1 certificate found"
    assert "Status Expires soon" in page.text
    assert "Course Sincere service" in page.text


def test_a_misspelt_filter_is_refused_instead_of_taking_all(app: Flask) -> None:
    certificates("Anna")
    client = hr(app)
    assert "narrowed by: state" in client.get("/hr/certificates/all?state=x", status=400).text
    fields = {"revocation-reason": "No longer taught", "state": "revoked"}
    client.post("/hr/certificates/all/revocation", fields, status=400)
    client.post("/hr/certificates/all/files", {"files-kind": "zip", "unti": "x"}, status=400)
    assert db.session.scalars(sa.select(CertificateBatch)).all() == []


def test_what_was_made_before_is_kept_as_it_is(app: Flask) -> None:
    first, second = certificates("Anna", "Boris")
    before = blobs().put(b"the document of one, as it was signed")
    for one in (first, second):
        db.session.add(
            CertificateDocument(certificate_id=one.id, language="en", blob=before, made_at=NOON)
        )
    client = hr(app)
    client.post("/hr/certificates/all/files", {"files-kind": "originals", "files-language": "en"})
    run_all()
    outcomes = set(db.session.scalars(sa.select(BatchItem.outcome)))
    assert outcomes == {Outcome.KEPT}
    archive = zipfile.ZipFile(io.BytesIO(downloaded(client)))
    digests = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert before in digests


def test_later_changes_of_the_registry_change_nothing(app: Flask) -> None:
    certificates("Anna")
    client = hr(app)
    ask(client, "print")
    certificates("Boris")
    run_all()
    assert the_batch().total == 1


def test_stopping_and_resuming_makes_each_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates("Anna", "Boris", "Vera")
    monkeypatch.setattr(working, "PORTION", 1)
    monkeypatch.setattr(batch_jobs, "STINT", timedelta(0))
    client = hr(app)
    ask(client, "print")
    address = f"/hr/certificates/batches/{the_batch().public_id}"
    jobs.run_due()
    assert "under way" in client.get(address).text
    client.post(f"{address}/stop")
    done = len(
        db.session.scalars(
            sa.select(BatchItem.position).where(BatchItem.done_at.is_not(None))
        ).all()
    )
    assert 0 < done < 3
    run_all()
    page = client.get(address)
    assert "stopped" in page.text
    assert f"{done} of 3 done" in page.text
    client.post(f"{address}/resume")
    run_all()
    assert "The file is removed on" in client.get(address).text
    assert len(pypdf.PdfReader(io.BytesIO(downloaded(client))).pages) == 3


def test_what_was_signed_before_signing_failed_is_kept(
    app: Flask, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates("Anna", "Boris", "Vera")
    sign = Hand._sign

    def fail(self: Hand, document: bytes, *, is_first: bool) -> bytes:
        if not is_first:
            raise SigningUnavailable("the time-stamp service doesn't answer")
        return sign(self, document, is_first=is_first)

    client = hr(app)
    ask(client, "originals")
    with monkeypatch.context() as patched:
        patched.setattr(Hand, "_sign", fail)
        run_all()
    known = sa.select(CertificateDocument.blob)
    early = set(db.session.scalars(known))
    assert len(early) in (1, 2)  # one of each share
    noon.shift(timedelta(minutes=2))
    run_all()
    assert early < set(db.session.scalars(known))
    assert len(zipfile.ZipFile(io.BytesIO(downloaded(client))).namelist()) == 3


def test_a_batch_is_stopped_and_resumed_once(app: Flask) -> None:
    certificates("Anna")
    client = hr(app)
    ask(client, "print")
    address = f"/hr/certificates/batches/{the_batch().public_id}"
    client.post(f"{address}/resume", status=409)
    client.post(f"{address}/stop")
    client.post(f"{address}/stop", status=409)


def test_the_file_goes_after_its_time(app: Flask, noon: Any) -> None:
    certificates("Anna")
    client = hr(app)
    ask(client, "originals")
    run_all()
    file = the_batch().file
    assert file is not None
    noon.shift(assembling.KEPT_FOR + timedelta(minutes=1))
    batch_jobs.sweep_batches()
    assert not passing().has(file)
    assert db.session.scalars(sa.select(CertificateDocument)).all()  # the originals stay


def test_a_download_is_its_askers_alone(app: Flask) -> None:
    certificates("Anna")
    client, colleague = hr(app), hr(app)
    ask(client, "print")
    run_all()
    address = f"/hr/certificates/batches/{the_batch().public_id}"
    client.get(address)
    for path in (address, f"{address}/file"):
        colleague.get(path, status=404)
    colleague.post(f"{address}/stop", status=404)
    assert address not in colleague.get("/hr/certificates/batches").html


def test_only_people_of_ones_own_centres_are_chosen(app: Flask) -> None:
    own, other = make_unit(), make_unit()
    for unit in (own, other):
        make_certificate(make_person(unit=unit))
    ask(hr(app, over=own), "print")
    assert the_batch().total == 1


def test_nothing_found_and_bad_input_make_no_batch(app: Flask) -> None:
    client = hr(app)
    client.post(
        "/hr/certificates/all/files", {"files-kind": "x", "files-language": "ru"}, status=422
    )
    client.post(
        "/hr/certificates/all/files",
        {"files-kind": "print", "files-language": "ru", "text": "nobody"},
        status=422,
    )
    client.post(
        "/hr/certificates/all/files",
        {"files-kind": "print", "files-language": "ru", "unit": "not-mine"},
        status=303,
    )
    assert db.session.scalars(sa.select(CertificateBatch)).all() == []


def test_work_that_failed_for_good_says_so_and_can_go_on(app: Flask) -> None:
    certificates("Anna")
    client = hr(app)
    ask(client, "print")
    address = f"/hr/certificates/batches/{the_batch().public_id}"
    with unit_of_work():
        db.session.execute(
            sa.update(Job).where(Job.name == services.WORK_JOB).values(state=JobState.FAILED)
        )
    batch_jobs.tend_batches()
    assert "failed several times" in client.get(address).text
    client.post(f"{address}/resume")
    run_all()
    assert "The file is removed on" in client.get(address).text


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        ("Соколова Мария", "Соколова Мария 7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA.pdf"),
        ("../..\\ con:*?", "con 7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA.pdf"),
        ("\u202egnp.exe\x00", "gnp.exe 7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA.pdf"),
        ("...", "7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA.pdf"),
        ("Я" * 400, "Я" * 100 + " 7K2M-9QXB-4HTD-0V3C-8RZN-5WEP-6GA.pdf"),
    ],
)
def test_names_of_files_are_safe(holder: str, name: str) -> None:
    found = assembling.file_name(holder, "7K2M9QXB4HTD0V3C8RZN5WEP6GA")
    assert found == name


def test_who_took_the_file_is_written_down_once_and_an_auditor_sees_the_work_alone(
    app: Flask,
) -> None:
    certificates("Anna")
    client = hr(app)
    ask(client, "originals")
    run_all()
    downloaded(client)
    address = f"/hr/certificates/batches/{the_batch().public_id}"
    client.get(f"{address}/file", status=206, headers={"Range": "bytes=10-20"})
    taken = sa.select(AuditEntry).where(AuditEntry.action == "certification.batch_file_taken")
    assert len(db.session.scalars(taken).all()) == 1
    auditor = make_account(AccessRole.AUDITOR)
    reader = PageClient(app).sign_in(auditor.username, PASSWORD)
    assert address in str(reader.get("/hr/certificates/batches").html)
    assert reader.get(address).select("main form, main a[href$='/file']") == []
