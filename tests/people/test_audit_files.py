"""The audit log as files: as filtered, harmless to open, and recomputable."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.lines import check_lines
from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.core.database import db
from lms.people.models import AccessRole
from lms.web.lists import files, streaming
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient

CHAIN = "/admin/audit/export.jsonl"


def reader(app: Flask, role: AccessRole = AccessRole.AUDITOR, **options: object) -> PageClient:
    return PageClient(app).sign_in(make_account(role, **options).username, PASSWORD)  # type: ignore[arg-type]


def revoke(reason: str = "A mistake", person_key: str | None = None) -> None:
    record(
        now=NOW,
        actor_key=None,
        action="certification.revoked",
        subject_kind="certificate",
        subject_key="c-1",
        person_key=person_key,
        reason=reason,
    )
    db.session.commit()


def taken(client: PageClient, kind: str, **filters: str) -> bytes:
    address = CHAIN if kind == "jsonl" else f"/lists/audit.{kind}"
    page = client.post(address, filters, status=200)
    content: bytes = page.response.data
    page.response.close()
    return content


def newest() -> AuditEntry:
    return db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_lines_hold_the_whole_chain_so_that_others_recompute_it(app: Flask) -> None:
    revoke()
    report = check_lines(taken(reader(app), "jsonl").splitlines())
    assert report.is_whole
    assert report.last_hash == newest().previous_hash  # of the entry on this very export
    assert newest().details == {"kind": "jsonl", "rows": report.entries, "sent": "whole"}


def test_whom_nobody_tells_the_end_of_lines_gets_them_as_a_whole(app: Flask) -> None:
    revoke()
    client = reader(app)
    fields = {"domain": "certification", "csrf_token": client.csrf_token()}
    old = {"SERVER_PROTOCOL": "HTTP/1.0"}
    answer = client.browser.post(CHAIN, data=fields, environ_overrides=old)
    assert answer.content_length == len(answer.get_data()) > 0
    answer.close()
    assert newest().details == {"kind": "jsonl", "rows": 1}


def test_a_long_table_is_sent_while_it_is_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "WHOLE", 0)
    revoke()
    assert taken(reader(app), "csv", domain="certification").count(b"\r\n") == 2
    told = {"kind": "csv", "filters": "domain=certification"}
    assert newest().details == told | {"rows": 1, "sent": "whole"}


def test_a_file_is_filtered_as_the_page(app: Flask) -> None:
    revoke()
    lines = taken(reader(app), "jsonl", domain="certification").splitlines()
    assert len(lines) == 1
    text = taken(reader(app), "csv", domain="certification").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row[4] for row in rows[1:]] == ["certification.revoked"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(app: Flask, kind: str) -> None:
    revoke("=cmd|' /C calc'!A0")
    content = taken(reader(app), kind, domain="certification")
    if kind == "csv":
        assert "'=cmd" in content.decode("utf-8-sig")
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet["I2"].value.startswith("'=cmd")


def test_a_log_longer_than_a_sheet_is_refused_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "WHOLE", 0)
    monkeypatch.setattr(files, "MAX_ROWS", 0)
    revoke()
    page = reader(app).post("/lists/audit.xlsx", {"domain": "certification"}, status=422)
    assert "narrow the list or take CSV" in page.text


def test_that_the_log_was_taken_is_in_the_log(app: Flask) -> None:
    taken(reader(app), "xlsx", domain="certification")
    assert newest().action == "reporting.list_exported"
    assert newest().details == {"kind": "xlsx", "rows": 0, "filters": "domain=certification"}


def test_an_administrator_of_a_centre_takes_what_concerns_its_people(app: Flask) -> None:
    here = make_unit()
    person = make_person(unit=here)
    revoke("Ours", person.public_id)
    revoke("Theirs", make_person().public_id)
    lines = taken(reader(app, AccessRole.ADMINISTRATOR, over=here), "jsonl").decode()
    assert "Ours" in lines
    assert "Theirs" not in lines


def test_a_senseless_day_leads_back_to_the_page(app: Flask) -> None:
    for address in ("/lists/audit.csv", CHAIN):
        page = reader(app).post(address, {"since": "yesterday"}, status=303)
        assert page.headers["Location"] == "/admin/audit?since=yesterday"
