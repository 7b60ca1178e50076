"""The administrator's page of the audit log."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.people import audit_search
from lms.people.models import AccessRole, OrganisationUnit
from tests.builders.catalog import make_course
from tests.builders.merging import merge
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn


def administrator(app: Flask, over: OrganisationUnit | None = None) -> PageClient:
    account = make_account(AccessRole.ADMINISTRATOR, over=over)
    return PageClient(app).sign_in(account.username, PASSWORD)


def rows(page: Page) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page.select("tbody tr")]


def checked(client: PageClient) -> Page:
    for _ in range(2):  # asking twice is asking once
        client.post("/admin/audit/check", {}, status=303)
    assert "The check is under way" in client.get("/admin/audit").text
    db.session.rollback()
    assert jobs.run_due() == 1
    return client.get("/admin/audit")


def test_the_page_says_who_did_what_to_whom_newest_first(app: Flask) -> None:
    actor, concerned = make_person("Морозова", "Елена"), make_person("Соколов", "Иван")
    client = administrator(app)
    record(
        now=NOW, actor_key=actor.public_id, action="certification.revoked", subject_kind="certificate",
        subject_key="c-1", person_key=concerned.public_id, reason="Ошибка в имени", number="A-1",
    )  # fmt: skip
    first = rows(client.get("/admin/audit"))[0]
    for part in (
        "Морозова Елена",
        "Соколов Иван",
        "certification.revoked",
        "Ошибка в имени",
        "Number: A-1",
    ):
        assert part in first


def test_details_name_people_units_courses_and_choices_in_words(app: Flask) -> None:
    second, unit = make_person("Соколов", "Иван"), make_unit()
    version = make_course("named-course")
    client = administrator(app)
    record(
        now=NOW, actor_key=None, action="people.role_granted", subject_kind="account",
        subject_key="a-1", agreed_by=second.public_id, role="hr", unit=unit.code,
        course="named-course", fact="awarded", cause="no such word",
    )  # fmt: skip
    with counted_statements() as statements:
        first = rows(client.get("/admin/audit"))[0]
    for part in (
        "Agreed to by: Соколов Иван",
        "Role: HR",
        f"Part of the network: {unit.name_en}",
        f"Course: {version.title['en']}",
        "What is noted: Awarded",
        "Cause: no such word",
    ):
        assert part in first
    assert len([one for one in statements if "organisation_unit.code IN" in one]) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=морозова", {"by-morozova", "on-morozova"}),
        ("q=on-morozova", {"on-morozova"}),
        ("q=морозова&domain=learning", {"by-morozova"}),
        ("domain=certification", {"on-morozova"}),
        ("since=2027-01-01", set()),
        ("q=никто", set()),
    ],
)
def test_the_log_is_searched_by_person_record_area_and_day(
    app: Flask, query: str, expected: set[str]
) -> None:
    person = make_person("Морозова", "Елена")
    client = administrator(app)
    note = {"now": NOW, "subject_kind": "enrolment"}
    record(
        actor_key=person.public_id, action="learning.enrolled", subject_key="by-morozova", **note
    )
    record(
        actor_key=None,
        action="certification.revoked",
        subject_key="on-morozova",
        person_key=person.public_id,
        **note,
    )
    page = client.get(f"/admin/audit?{query}")
    found = set(re.findall(r"\b(?:by|on)-morozova\b", " ".join(rows(page))))
    assert found == expected


@pytest.mark.parametrize("few", [200, 0])
def test_what_was_written_under_a_merged_record_is_found_by_who_stays(
    app: Flask, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(audit_search, "FEW", few)
    here = make_unit()
    stays, former = make_person("Иванова", unit=here), make_person("Сидорова", unit=here)
    key = former.public_id
    record(
        now=NOW, actor_key=None, action="people.person_renamed", subject_kind="person",
        subject_key=key, person_key=key, reason="До слияния",
    )  # fmt: skip
    merge(stays, former)
    for over in (None, here):
        found = rows(administrator(app, over).get("/admin/audit?q=Иванова"))
        assert any("До слияния" in one for one in found)


def test_days_are_days_in_the_networks_zone(app: Flask) -> None:
    client = administrator(app)
    late = NOW.replace(hour=22)  # one in the morning of the next day in Moscow
    record(
        now=late, actor_key=None, action="test.done", subject_kind="thing", subject_key="late-one"
    )
    assert "late-one" not in client.get("/admin/audit?until=2026-03-02").text
    assert "late-one" in client.get("/admin/audit?since=2026-03-03&until=2026-03-03").text


@pytest.mark.parametrize(
    ("query", "field"), [("since=yesterday", "since"), ("domain=cert%25", "domain")]
)
def test_a_senseless_search_is_named(app: Flask, query: str, field: str) -> None:
    page = administrator(app).get(f"/admin/audit?{query}", status=422)
    assert page.one(f"#{field}-error").text_content().strip()
    assert rows(page) == []


def test_entries_that_were_tampered_with_are_marked(app: Flask) -> None:
    client = administrator(app)
    assert "holds" in client.get("/admin/audit").html
    assert "The whole log held" in checked(client).text
    first = db.session.scalar(sa.select(sa.func.min(AuditEntry.id)))
    db.session.execute(sa.text(f"UPDATE audit_entry SET reason = 'x' WHERE id = {first}"))
    page = client.get("/admin/audit")
    assert "The log was tampered with" in page.text
    assert sum("broken" in row for row in rows(page)) == 1
    assert f"Entry {first}" in checked(client).text


def test_one_centres_administrator_reads_what_concerns_its_people(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    client = administrator(app, over=mine)
    colleague, stranger = (
        make_person("Своя", "Анна", unit=mine),
        make_person("Чужая", "Анна", unit=other),
    )
    text = " ".join(rows(client.get("/admin/audit")))
    assert colleague.public_id in text
    assert stranger.public_id not in text
    assert "Чужая" not in text
    assert rows(client.get(f"/admin/audit?q={stranger.public_id}")) == []


def test_the_logs_price_does_not_grow_with_it(app: Flask) -> None:
    client = administrator(app)
    with counted_statements() as few:
        client.get("/admin/audit")
    for _ in range(30):
        make_person()
    with counted_statements() as many:
        client.get("/admin/audit")
    # With the saved lists, those shared with one, the names of units, and the last check's state
    # and outcome.
    assert len(many) == len(few) <= 9


def test_the_log_is_paged_there_and_back(app: Flask) -> None:
    client = administrator(app)
    for _ in range(60):
        make_person()
    first = client.get("/admin/audit")
    second = client.get(first.one("a[rel=next]").get("href"))
    assert rows(client.get(second.one("a[rel=prev]").get("href"))) == rows(first)
    assert not set(rows(second)) & set(rows(first))


def test_what_is_said_of_earlier_days_stands_where_its_days_are(app: Flask) -> None:
    client = administrator(app)
    for key, year in (("later", 2016), ("early", 2014), ("middle", 2015), ("other", 2015)):
        record(
            now=NOW.replace(year=year), actor_key=None, subject_kind="organisation_unit", subject_key=key,
            action="catalog.course_published" if key == "other" else "certification.revoked",
        )  # fmt: skip
    keys = ("later", "early", "middle", "other")

    def found(query: str) -> list[str]:
        texts = rows(client.get(f"/admin/audit?{query}"))
        return [key for text in texts for key in keys if key in text]

    assert found("until=2017-01-01") == ["later", "other", "middle", "early"]
    assert found("until=2017-01-01&domain=certification") == ["later", "middle", "early"]
    assert found("since=2015-01-01&until=2016-01-01") == ["other", "middle"]
    assert found("q=early") == ["early"]


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31"])
def test_the_first_and_last_days_of_the_calendar_leave_nothing_out(app: Flask, query: str) -> None:
    client = administrator(app)
    assert len(rows(client.get(f"/admin/audit?{query}"))) == len(rows(client.get("/admin/audit")))
    assert rows(client.get(f"/admin/audit?{query}"))
