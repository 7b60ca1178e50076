"""HR's pages of enrolling: ticked people, a pasted list, a file; the dry run and its confirmation."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.learning.lists import MAX_ROWS, read_file
from lms.learning.models import Enrolment
from lms.learning.plan_tokens import PlanRequest, read, sign
from lms.learning.plans import make_plan
from lms.people.models import AccessRole, OrganisationUnit, Person
from tests.builders.catalog import make_course
from tests.builders.learning import course_of, make_enrolment
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def clock_at_noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def centre(app: Flask) -> OrganisationUnit:
    return make_unit("here")


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_course("welcome")


@pytest.fixture
def hr(app: Flask, centre: OrganisationUnit, version: CourseVersion) -> PageClient:
    return sign_in(app, centre)


def sign_in(app: Flask, centre: OrganisationUnit) -> PageClient:
    account = make_account(AccessRole.HR, over=centre)
    return PageClient(app).sign_in(account.username, PASSWORD)


def staff(centre: OrganisationUnit, *numbers: str) -> list[Person]:
    return [make_person(f"Staff-{n}", unit=centre, personnel_number=n) for n in numbers]


def paste(client: PageClient, numbers: str, status: int = 200, **fields: str) -> Page:
    data = {"course": "welcome", "numbers": numbers, **fields}
    return client.post("/hr/enrol/list", data, status=status)


def send(client: PageClient, content: bytes, status: int = 200, **fields: str) -> Page:
    data = {"course": "welcome", "file": (io.BytesIO(content), "list.csv"), **fields}
    return client.post("/hr/enrol/file", data, status=status)


def confirm(client: PageClient, page: Page, status: int | None = None) -> Page:
    token = page.form_values("form[action='/hr/enrol/confirm']")["plan"]
    return client.post("/hr/enrol/confirm", {"plan": token}, status=status)


def verdicts(page: Page) -> dict[str, str]:
    """Each row's number with what would happen."""
    return {
        " ".join(row.cssselect("th")[0].text_content().split()): " ".join(
            row.cssselect("td")[-1].text_content().split()
        )
        for row in page.select("main tbody tr")
    }


def enrolled() -> dict[str, date | None]:
    """Personnel numbers of those with an open enrolment, with their due dates."""
    rows = db.session.execute(
        sa.select(Person.personnel_number, Enrolment.due_on).join(
            Enrolment, Enrolment.learner_id == Person.id
        )
    )
    return {row.personnel_number: row.due_on for row in rows}


def test_one_person_found_by_number_stands_ticked(hr: PageClient, centre: OrganisationUnit) -> None:
    [person] = staff(centre, "A1")
    page = hr.get("/hr/enrol?words=A1&course=welcome")
    values = page.form_values("form[action='/hr/enrol/picked']")
    assert values["person"] == person.public_id
    assert values["course"] == "welcome"
    done = hr.post("/hr/enrol/picked", {**values, "due_on": "2026-07-01"})
    assert enrolled() == {"A1": date(2026, 7, 1)}
    assert "1 person is enrolled." in hr.follow(done).text


def test_many_are_ticked_and_who_did_it_is_on_record(
    hr: PageClient, centre: OrganisationUnit
) -> None:
    people = staff(centre, "A1", "A2", "A3")
    keys = [person.public_id for person in people[:2]]
    hr.post("/hr/enrol/picked", {"course": "welcome", "words": "A", "person": keys})
    assert set(enrolled()) == {"A1", "A2"}
    entries = db.session.scalars(sa.select(AuditEntry).filter_by(action="learning.enrolled"))
    assert {entry.person_key for entry in entries} == set(keys)


def test_nothing_ticked_is_told_and_what_was_filled_in_stays(
    hr: PageClient, centre: OrganisationUnit
) -> None:
    staff(centre, "A1", "A2")
    data = {"course": "welcome", "words": "A", "due_on": "2026-07-01"}
    page = hr.post("/hr/enrol/picked", data, status=422)
    assert "Tick at least one person." in page.text
    kept = page.form_values("form[action='/hr/enrol/picked']")
    assert (kept["course"], kept["due_on"]) == ("welcome", "2026-07-01")


def test_ticks_survive_a_mistake_elsewhere_in_the_form(
    hr: PageClient, centre: OrganisationUnit
) -> None:
    first, _second = staff(centre, "A1", "A2")
    data = {"course": "", "words": "A", "person": first.public_id, "due_on": "2020-01-01"}
    page = hr.post("/hr/enrol/picked", data, status=422)
    assert "Choose a course." in page.one("#course-error").text_content()
    assert "This date has passed." in page.one("#due_on-error").text_content()
    assert page.form_values("form[action='/hr/enrol/picked']")["person"] == first.public_id
    slip = hr.post("/hr/enrol/picked", {**data, "due_on": "9999-12-31"}, status=422)
    assert "Check the year." in slip.one("#due_on-error").text_content()
    assert enrolled() == {}


def test_a_person_of_another_centre_can_not_be_ticked_by_hand(hr: PageClient) -> None:
    foreign = make_person("Foreign", unit=make_unit("there"))
    data = {"course": "welcome", "words": "x", "person": foreign.public_id}
    hr.post("/hr/enrol/picked", data, status=422)
    assert enrolled() == {}
    assert "Nobody found" in hr.get("/hr/enrol?words=Foreign").text


def test_the_dry_run_names_each_bad_row_and_changes_nothing(
    hr: PageClient, centre: OrganisationUnit, version: CourseVersion
) -> None:
    on_course, _new = staff(centre, "A1", "A2")
    make_enrolment(on_course, version)
    make_person("Foreign", unit=make_unit("there"), personnel_number="B1")
    make_person("Gone", employed=False, personnel_number="C1")
    before = enrolled()
    page = paste(hr, f"A1\na2, A2\nB1;C1\nNONE\n=1+1\n{'9' * 60}")
    unknown = "No such number among the people you may enrol"
    assert verdicts(page) == {
        "A1": "Is on this course already",
        "a2": "Will be enrolled",
        "A2": "Stands in the list already",
        "B1": unknown,
        "C1": unknown,
        "NONE": unknown,
        "=1+1": unknown,
        "9" * 40: "Too long for a personnel number",
    }
    assert "Foreign" not in page.html
    assert enrolled() == before


def test_confirming_does_what_was_shown_once(hr: PageClient, centre: OrganisationUnit) -> None:
    staff(centre, "A1", "A2")
    page = paste(hr, "A1\nA2\nNONE", due_on="2026-07-01")
    assert "Enrol 2 people" in page.text
    assert "2 people are enrolled." in hr.follow(confirm(hr, page)).text
    assert enrolled() == {"A1": date(2026, 7, 1), "A2": date(2026, 7, 1)}
    again = confirm(hr, page, 409)
    assert "Nothing was done: look at the new check." in again.text
    assert set(verdicts(again).values()) >= {"Is on this course already"}
    assert db.session.scalar(sa.select(sa.func.count(Enrolment.id))) == 2


def test_a_change_between_check_and_confirmation_is_shown_first(
    hr: PageClient, centre: OrganisationUnit, version: CourseVersion
) -> None:
    first, _second = staff(centre, "A1", "A2")
    page = paste(hr, "A1\nA2")
    make_enrolment(first, version)
    again = confirm(hr, page, 409)
    assert verdicts(again)["A1"] == "Is on this course already"
    confirm(hr, again)
    assert set(enrolled()) == {"A1", "A2"}


@pytest.mark.parametrize("change", ["cut", "flipped", "empty", "foreign", "late"])
def test_a_plan_that_is_not_the_one_shown_is_refused(
    app: Flask, hr: PageClient, centre: OrganisationUnit, change: str, clock_at_noon: Any
) -> None:
    staff(centre, "A1")
    token = paste(hr, "A1").form_values("form[action='/hr/enrol/confirm']")["plan"]
    client = sign_in(app, centre) if change == "foreign" else hr
    if change == "late":
        clock_at_noon.shift(3601)
    plan = {"cut": token[:-3], "flipped": token[::-1], "empty": ""}.get(change, token)
    for address in ("/hr/enrol/confirm", "/hr/enrol/verdicts.csv"):
        page = client.post(address, {"plan": plan}, status=409)
        assert "nothing was changed" in page.text
    assert enrolled() == {}


def test_a_plan_needs_the_forms_token(hr: PageClient, centre: OrganisationUnit) -> None:
    staff(centre, "A1")
    token = paste(hr, "A1").form_values("form[action='/hr/enrol/confirm']")["plan"]
    hr.post("/hr/enrol/confirm", {"plan": token}, status=400, csrf=False)
    assert enrolled() == {}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_file_from_a_spreadsheet_brings_due_dates_of_its_own(
    hr: PageClient, centre: OrganisationUnit, encoding: str
) -> None:
    staff(centre, "МФЦ-1", "МФЦ-2", "МФЦ-3", "МФЦ-4")
    text = (
        "Табельный номер;Срок\r\nМФЦ-1;31.12.2026\r\nМФЦ-2;\r\nМФЦ-3;31.13.2026\r\n"
        "МФЦ-4;01.01.2020\r\n;01.12.2026\r\n"
    )
    page = send(hr, text.encode(encoding), due_on="2026-09-01")
    assert verdicts(page) == {
        "МФЦ-1": "Will be enrolled",
        "МФЦ-2": "Will be enrolled",
        "МФЦ-3": "The due date is not a date",
        "МФЦ-4": "The due date has passed",
        "—": "No personnel number",
    }
    assert enrolled() == {}
    confirm(hr, page)
    assert enrolled() == {"МФЦ-1": date(2026, 12, 31), "МФЦ-2": date(2026, 9, 1)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\x01binary", "This is not a text file. Save the table as CSV."),
        (b"PK\x03\x04\x00\x00binary", "The workbook is damaged."),
        (b"", "There are no personnel numbers in the list."),
        (b'number\n"1\n2\n', "can’t be read as CSV"),
        (b"1\n" * (MAX_ROWS + 1), "The list has more than 10,000 rows. Divide it."),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(
    hr: PageClient, content: bytes, says: str
) -> None:
    page = send(hr, content, 422, due_on="2026-09-01")
    assert says.replace("’", "'") in page.one("#file-error").text_content().replace("’", "'")
    assert page.one("#due_on").get("value") == "2026-09-01"
    assert page.one("#course option[selected]").get("value") == "welcome"


def test_a_list_without_a_course_keeps_what_was_pasted(hr: PageClient) -> None:
    page = paste(hr, "A1\nA2", 422, course="", due_on="yesterday")
    assert page.one("#numbers").text.strip() == "A1\nA2"
    assert page.one("#course-error") is not None
    assert "Write a date, such as 31.12.2026." in page.one("#due_on-error").text_content()


def test_ten_thousand_rows_are_checked_in_few_statements_and_travel_in_one_field(
    app: Flask, centre: OrganisationUnit, version: CourseVersion
) -> None:
    staff(centre, *(f"P{number}" for number in range(20)))
    viewer = make_viewer(AccessRole.HR, over=centre)
    rows = read_file("\n".join(f"P{number}" for number in range(MAX_ROWS)).encode())
    course, today = course_of(version), date(2026, 6, 1)
    with counted_statements() as statements:
        plan = make_plan(viewer, course, rows, due_on=None, today=today)
    assert (len(plan.accepted), len(plan.rejected)) == (20, MAX_ROWS - 20)
    assert len(statements) <= 3 * MAX_ROWS // 1000
    asked = PlanRequest("welcome", None, rows, plan.accepted_lines)
    token = sign(asked, secret="s", actor_key="a")
    assert len(token) < app.config["MAX_FORM_MEMORY_SIZE"]
    assert read(token, secret="s", actor_key="a") == asked


def test_a_number_is_found_in_whichever_case_it_is_written(
    hr: PageClient, centre: OrganisationUnit
) -> None:
    staff(centre, "small-1", "LARGE-2")
    confirm(hr, send(hr, b"SMALL-1\nlarge-2"))
    assert len(enrolled()) == 2


def test_a_long_list_is_shown_whole_and_enrolled(hr: PageClient, centre: OrganisationUnit) -> None:
    staff(centre, *(f"P{number}" for number in range(60)))
    page = send(hr, "\n".join(f"P{number}" for number in range(600)).encode())
    assert list(verdicts(page).values()).count("Will be enrolled") == 50
    assert "The first 50 are shown; the download has all." in page.text
    assert len(page.select("section[aria-labelledby='rejected'] tbody tr")) == 540
    confirm(hr, page)
    assert len(enrolled()) == 60


def test_the_verdicts_are_a_file_without_formulas(hr: PageClient, centre: OrganisationUnit) -> None:
    staff(centre, "A1")
    page = paste(hr, '=HYPERLINK("x")\n+1\n＝1\nA1')
    token = page.form_values("form[action='/hr/enrol/verdicts.csv']")["plan"]
    answer = hr.post("/hr/enrol/verdicts.csv", {"plan": token}, status=200)
    text = answer.response.get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row[1] for row in rows] == [
        "Personnel number",
        '\'=HYPERLINK("x")',
        "'+1",
        "'＝1",
        "A1",
    ]
    assert enrolled() == {}


def test_what_a_list_holds_is_shown_as_text(hr: PageClient, centre: OrganisationUnit) -> None:
    make_person(SCRIPT, unit=centre, personnel_number="A1")
    page = paste(hr, f"A1\n{SCRIPT}")
    assert SCRIPT not in page.html
    assert page.text.count("alert(1)") == 2


@pytest.mark.parametrize(
    "query",
    ["by=sql", "by=list&course=none", "words=%25_%27", "words=x&page=W10", "words=" + "я" * 3000],
)
def test_a_hostile_address_is_a_page_all_the_same(hr: PageClient, query: str) -> None:
    hr.get(f"/hr/enrol?{query}")
    hr.get(f"/hr/people?{query}")


def test_the_example_file_can_be_sent_as_it_is(hr: PageClient, centre: OrganisationUnit) -> None:
    def sent() -> dict[str, str]:
        return verdicts(send(hr, hr.get("/hr/enrol/sample.csv").response.get_data()))

    assert set(sent()) == {"100001", "100002"}  # there is nobody yet
    staff(centre, "МФЦ-7", "МФЦ-8")
    assert sent() == {"МФЦ-7": "Will be enrolled", "МФЦ-8": "Will be enrolled"}


def test_a_retired_course_is_not_offered_and_not_taken(
    hr: PageClient, centre: OrganisationUnit, version: CourseVersion
) -> None:
    staff(centre, "A1")
    page = paste(hr, "A1")
    course_of(version).retired_at = NOON
    db.session.flush()
    confirm(hr, page, 404)
    assert "welcome" not in hr.get("/hr/enrol?by=list").html
    assert enrolled() == {}


def test_due_date_and_withdrawal_of_one_enrolment(hr: PageClient, centre: OrganisationUnit) -> None:
    [person] = staff(centre, "A1")
    enrolment = make_enrolment(person, version=make_course())
    address = f"/hr/enrolments/{enrolment.public_id}"
    values = hr.get(address).form_values(f"form[action='{address}/due']")
    late = hr.post(f"{address}/due", {**values, "due-due_on": "2020-01-01"}, status=422)
    assert "This date has passed." in late.one("#due-due_on-error").text_content()
    assert late.one("#due-due_on").get("value") == "2020-01-01"
    hr.post(f"{address}/due", {**values, "due-due_on": "2026-12-31"})
    assert enrolled() == {"A1": date(2026, 12, 31)}
    stale = hr.post(f"{address}/due", {**values, "due-due_on": "2026-10-01"}, status=409)
    assert "Someone else changed this enrolment meanwhile." in stale.text
    assert enrolled() == {"A1": date(2026, 12, 31)}
    leave = hr.get(address).form_values(f"form[action='{address}/withdraw']")
    hr.post(f"{address}/withdraw", {**leave, "leave-reason": ""}, status=422)
    hr.post(f"{address}/withdraw", {**leave, "leave-reason": "Left the post"})
    db.session.refresh(enrolment)
    assert enrolment.withdrawn_at is not None


def test_an_enrolment_of_another_centre_looks_like_a_missing_one(hr: PageClient) -> None:
    foreign = make_enrolment(make_person("Foreign", unit=make_unit("there")))
    missing = hr.get("/hr/enrolments/0000000000000000", status=404)
    for what in ("", "/due", "/withdraw"):
        address = f"/hr/enrolments/{foreign.public_id}{what}"
        refused = hr.post(address, status=404) if what else hr.get(address, status=404)
        assert refused.text == missing.text
    db.session.refresh(foreign)
    assert foreign.withdrawn_at is None
