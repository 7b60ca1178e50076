"""Reports that are too long to wait for: made in the background, bound, told of, stopped, gone."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.certification.batches import jobs as batch_jobs
from lms.certification.batches.models import BatchItem, BatchPart, BatchState, CertificateBatch
from lms.certification.disclosure import held
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.storage import passing
from lms.core.unit_of_work import unit_of_work
from lms.notifications.models import Message
from lms.people.models import AccessRole, Person
from lms.web.lists import printing
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient
from tests.support import pdfs

pytestmark = pytest.mark.in_turn

NAMES = ("Абрамова", "Борисова", "Волкова", "Громова", "Дорохова")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(printing, "MAX_ROWS", 2)
    monkeypatch.setattr(printing, "SECTION", 2)
    with time_machine.travel(datetime(2026, 6, 1, 9, 0, tzinfo=UTC), tick=True) as traveller:
        yield traveller


def asked(app: Flask, role: AccessRole = AccessRole.HR) -> tuple[PageClient, Any]:
    for name in NAMES:
        make_person(name)
    client = PageClient(app).sign_in(make_account(role).username, PASSWORD)
    fields = {"words": "", "back": "/hr/people"}
    return client, client.post("/lists/people.pdf", fields, status=303)


def run_all() -> None:
    db.session.rollback()
    while jobs.run_due():
        pass


def the_report() -> CertificateBatch:
    db.session.rollback()
    statement = sa.select(CertificateBatch).execution_options(populate_existing=True)
    return db.session.scalars(statement).one()


def test_a_long_list_is_set_in_sections_and_bound(app: Flask, tmp_path: Path) -> None:
    client, answer = asked(app)
    page = client.follow(answer)
    assert "Report for printing: People" in page.heading
    run_all()
    report = the_report()
    content = client.get(f"{answer.location}/file").response.get_data()
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    text = pdfs.text_of(file)
    places = [text.index(name) for name in NAMES]
    assert places == sorted(places)
    assert f"part 1 of {report.total}, p. 1 of 1" in " ".join(text.split())
    assert [pdfs.faults(file, flavour) for flavour in ("ua1", "3a")] == [[], []]
    with pikepdf.open(io.BytesIO(content)) as document:
        names = [str(one.ID) for one in document.objects if _has_name(one)]
        assert len(document.Root.StructTreeRoot.K) == report.total
    assert len(names) == len(set(names))
    assert report.source is None
    assert db.session.scalars(sa.select(BatchPart)).all() == []


def _has_name(one: Any) -> bool:
    return isinstance(one, pikepdf.Dictionary) and "/ID" in one and one.get("/S") == "/TH"


def test_who_asked_is_told_when_it_is_there(app: Flask) -> None:
    client, answer = asked(app)
    run_all()
    assert db.session.scalars(sa.select(Message.kind)).all() == ["certification.report_ready"]
    page = client.get("/inbox")
    assert "The report for printing is ready: People" in page.text
    assert page.one(f"a[href='{answer.location}']") is not None


def test_it_holds_the_list_as_it_was_and_goes_on_where_it_stopped(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_jobs, "STINT", timedelta(0))
    client, answer = asked(app)
    db.session.rollback()
    jobs.run_due()
    first = set(_done())
    assert first
    client.post(f"{answer.location}/stop")
    run_all()
    assert set(_done()) == first
    make_person("Ермолова")
    client.post(f"{answer.location}/resume")
    run_all()
    content = client.get(f"{answer.location}/file").response.get_data()
    assert the_report().state is BatchState.DONE
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == the_report().total


def _done() -> list[tuple[int, datetime]]:
    db.session.rollback()
    statement = sa.select(BatchItem.position, BatchItem.done_at).where(
        BatchItem.done_at.is_not(None)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


@pytest.mark.parametrize("is_made", [False, True])
def test_it_goes_when_somebody_is_erased(app: Flask, is_made: bool) -> None:
    _client, _answer = asked(app)
    if is_made:
        run_all()
    report = the_report()
    blob = report.file or report.source
    assert blob
    assert passing().has(blob)
    with unit_of_work():
        person = db.session.scalars(sa.select(Person).where(Person.family_name == NAMES[0])).one()
        held._drop_files(person, clock.now())
    assert the_report().state is BatchState.GONE
    assert not passing().has(blob)
    run_all()
    assert the_report().file is None


def test_who_reads_only_is_told_the_limit(app: Flask) -> None:
    client, answer = asked(app, AccessRole.AUDITOR)
    assert "at most 2 rows" in client.follow(answer).text


def test_the_longest_has_a_limit_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "LONGEST", 3)
    client, answer = asked(app)
    assert "at most 3 rows" in client.follow(answer).text
