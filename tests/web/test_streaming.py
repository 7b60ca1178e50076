"""A long list leaves while it is read: whole, or so that everybody notices that it isn't."""

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.exports import people
from lms.people.models import AccessRole
from lms.web.lists import streaming
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

NAMES = ("Abel", "Bell", "Cole", "Dale", "Earl")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "WHOLE", 2)
    monkeypatch.setattr("lms.core.tables.writing.PIECE", 1)


@pytest.fixture
def client(app: Flask) -> PageClient:
    for name in NAMES:
        make_person(name)
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def asked(client: PageClient, kind: str = "csv", **options: Any) -> Any:
    """Ask for the file; of the answer no more is read than its first piece."""
    fields = {"words": "", "csrf_token": client.csrf_token()}
    address = f"/lists/people.{kind}"
    return client.browser.post(address, data=fields, buffered=False, **options)


def noted() -> list[dict[str, Any]]:
    taken = AuditEntry.action == "reporting.list_exported"
    found = sa.select(AuditEntry.details).where(taken).order_by(AuditEntry.id)
    with current_app.app_context():  # a session apart from the one that still reads
        return list(db.session.scalars(found))


def test_a_long_list_is_sent_while_it_is_read_and_its_end_is_written_down(
    client: PageClient,
) -> None:
    answer = asked(client)
    assert (answer.status_code, answer.content_length) == (200, None)
    assert noted() == [{"kind": "csv", "sent": "begun"}]
    with current_app.app_context(), unit_of_work():  # who writes needn't wait for who reads
        make_person("Ford")
    lines = answer.get_data(as_text=True).splitlines()
    own = 1  # who asks
    assert len(lines) == 1 + len(NAMES) + own
    assert [name for name in NAMES if any(name in line for line in lines)] == list(NAMES)
    assert noted()[1:] == [{"kind": "csv", "rows": len(NAMES) + own, "sent": "whole"}]


def test_it_is_what_would_be_sent_as_a_whole(client: PageClient) -> None:
    whole = asked(client, environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})
    assert whole.content_length == len(whole.get_data())
    whole.close()
    assert noted() == [{"kind": "csv", "rows": len(NAMES) + 1}]
    assert asked(client).get_data() == whole.get_data()


def test_so_is_a_workbook_whose_rows_are_made_in_portions(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked(client, "xlsx", environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})
    monkeypatch.setattr("lms.core.tables.writing.PORTION", 2)
    streamed = asked(client, "xlsx")
    assert streamed.content_length is None
    sheets = [
        openpyxl.load_workbook(io.BytesIO(one.get_data())).active for one in (whole, streamed)
    ]
    whole.close()
    assert len(list(sheets[0].values)) == 1 + len(NAMES) + 1
    assert list(sheets[1].values) == list(sheets[0].values)
    assert sheets[1].auto_filter.ref == sheets[0].auto_filter.ref == "A1:F7"
    assert noted()[1:] == [
        {"kind": "xlsx", "sent": "begun"},
        {"kind": "xlsx", "rows": len(NAMES) + 1, "sent": "whole"},
    ]


def test_a_fault_midway_breaks_the_connection_off(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends such an answer without the mark that it is complete."""
    cells = people._cells

    def faulty(*args: Any) -> Any:
        for number, row in enumerate(cells(*args)):
            if number == 4:
                raise ZeroDivisionError
            yield row

    monkeypatch.setattr(people, "_cells", faulty)
    with pytest.raises(ZeroDivisionError):
        asked(client).get_data()
    assert noted()[1:] == [{"kind": "csv", "rows": 4, "sent": "broken_off"}]


def test_who_leaves_or_reads_too_slowly_is_written_down(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(client).close()
    assert [one["sent"] for one in noted()] == ["begun", "broken_off"]
    monkeypatch.setattr(streaming, "LONGEST_SECONDS", -1)
    with pytest.raises(streaming.TookTooLong):
        asked(client).get_data()
    assert [one["sent"] for one in noted()[2:]] == ["begun", "broken_off"]
