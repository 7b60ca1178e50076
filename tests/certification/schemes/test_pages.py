"""HR's pages of certifications: define, rule with its consequence, board, lists, one person."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.schemes import defining
from lms.certification.schemes.equivalents import services
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    RequirementRule,
    SchemeEquivalent,
)
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from lms.people.services import grant_role
from tests.builders.certification import make_taught_course
from tests.builders.people import (
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
    network,
)
from tests.builders.planned import plan_post
from tests.builders.schemes import VISIT, award, certify, make_rule, make_scheme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

DEFINED = {
    "key": "universal",
    "title_ru": "Универсальный специалист",
    "title_en": "Universal specialist",
    "parts-0-key": "exam",
    "parts-0-kind": "course",
    "parts-0-course": "taught",
    "parts-0-title_ru": "Экзамен",
    "parts-0-title_en": "Exam",
    "parts-0-in_short": "y",
    "parts-1-key": "visit",
    "parts-1-kind": "observation",
    "parts-1-course": "",
    "parts-1-title_ru": "Наблюдение",
    "parts-2-key": "",
    "parts-2-kind": "course",
    "parts-2-course": "",
    "valid_months": "24",
    "anchor": "previous_expiry",
    "calendar_month": "12",
    "calendar_day": "31",
    "least_months": "0",
    "window_days": "60",
    "notice_days": "30",
    "grace_days": "14",
    "short_months": "3",
    "in_force_on": "2026-01-01",
}


@pytest.fixture
def hr(app: Flask) -> PageClient:
    account = make_account(AccessRole.HR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def today() -> date:
    return clock.now().date()


def told(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def ruled(role: str = "", days: str = "30", **more: str) -> dict[str, str]:
    return {
        "unit": network().public_id,
        "job_role": role,
        "days": days,
        "in_force_on": today().isoformat(),
        **more,
    }


def test_hr_defines_a_certification_and_reads_its_terms(hr: PageClient) -> None:
    make_taught_course("taught")
    page = hr.post("/hr/certifications/new", DEFINED, status=303)
    page = hr.get(page.headers["Location"])
    assert "Universal specialist" in page.text
    assert "counts from the end of the old period" in page.text
    assert "14 days of grace" in page.text
    yearly = {"key": "yearly", "anchor": "calendar", "calendar_month": "2"}
    endless = DEFINED | yearly | {"valid_months": ""}
    assert "no date can end it" in hr.post("/hr/certifications/new", endless, status=422).text
    page = hr.get(hr.post("/hr/certifications/new", {**DEFINED, **yearly}, status=303).location)
    assert "To 29 February each year" in page.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("key", "Sincere Service", "small letters"),
        ("title_en", "", "Enter the name"),
        ("parts-0-course", "", "Choose the course"),
        ("parts-0-key", "visit", "same short name"),
        ("parts-1-title_ru", " ", "Name this part in Russian"),
        ("parts-1-title_en", "Vis\u202eit", "invisible sign"),
        ("valid_months", "0", "1 to 240"),
        ("notice_days", "90", "before its renewal opens"),
        ("in_force_on", "tomorrow", "Write a date"),
        ("in_force_on", "2205-01-01", "to 2100-12-31"),
    ],
)
def test_a_definition_with_a_mistake_says_where(
    hr: PageClient, field: str, value: str, message: str
) -> None:
    make_taught_course("taught")
    page = hr.post("/hr/certifications/new", {**DEFINED, field: value}, status=422)
    assert message in page.text
    assert db.session.scalar(sa.select(sa.func.count(CertificationScheme.id))) == 0


def test_the_form_asks_in_russian_for_the_name_of_a_thing(app: Flask) -> None:
    account = make_account(AccessRole.HR)
    reader = PageClient(app, language="ru").sign_in(account.username, PASSWORD)
    form = reader.get("/hr/certifications/new").text
    assert "Название Наименование" in form
    assert "Фамилия" not in form


def test_two_certifications_cannot_have_one_short_name(hr: PageClient) -> None:
    make_taught_course("taught")
    hr.post("/hr/certifications/new", DEFINED, status=303)
    assert "short name already" in hr.post("/hr/certifications/new", DEFINED, status=409).text


def test_a_rule_shows_its_consequence_before_it_is_saved(
    hr: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, scheme = make_person(), make_scheme()
    address = f"/hr/certifications/{scheme.public_id}/rules/new"
    slip = ruled("", in_force_on="9999-12-31")
    assert "to 2100-12-31" in hr.post(address, slip, status=422).text
    shown = hr.post(address, ruled(make_job_role().public_id), status=200)
    assert "seats of training needed" in shown.text
    assert db.session.scalar(sa.select(sa.func.count(RequirementRule.id))) == 0
    hr.post(address, ruled(make_job_role().public_id, save="1"), status=303)
    facts = sa.select(CertificationFact.id).where(CertificationFact.person_id == person.id)
    assert db.session.scalar(facts) is not None
    assert "Other rules ask it" not in shown.text
    saved = f"/hr/certifications/{scheme.public_id}"
    page = hr.get(saved).text
    assert "The rule is saved and in force." in page
    assert "in the background" not in page
    monkeypatch.setattr(defining, "AT_ONCE", 0)
    later = today() + timedelta(days=3)
    hr.post(address, ruled("", save="1", in_force_on=later.isoformat()), status=303)
    page = hr.get(saved).text
    assert f"It is in force from {told(later)}." in page
    assert "What it means for each person is being recorded in the background." in page


def test_a_rule_tells_of_those_beside_it_and_is_not_made_twice(hr: PageClient) -> None:
    scheme, part = make_scheme(), make_unit()
    address = f"/hr/certifications/{scheme.public_id}/rules/new"
    sent = ruled(make_job_role().public_id)
    hr.post(address, {**sent, "save": "1"}, status=303)
    again = hr.post(address, {**sent, "save": "1"}, status=409)  # sent twice
    assert "The same rule is in force already." in again.text
    assert (
        "Other rules ask it" in hr.post(address, {**sent, "unit": part.public_id}, status=200).text
    )
    other = {**sent, "job_role": make_job_role("courier").public_id}
    assert "Other rules ask it" not in hr.post(address, other, status=200).text
    hr.post(address, {**sent, "days": "5", "save": "1"}, status=303)
    assert db.session.scalar(sa.select(sa.func.count(RequirementRule.id))) == 2


def test_a_rule_is_ended_with_a_reason(hr: PageClient) -> None:
    scheme = make_scheme()
    rule = make_rule(scheme)
    address = f"/hr/rules/{rule.public_id}/end"
    day = today().isoformat()
    assert hr.post(address, {"on": day, "reason": ""}, status=422)
    slip = {"on": "2202-01-01", "reason": "no longer needed"}
    assert "to 2100-12-31" in hr.post(address, slip, status=422).text
    hr.post(address, {"on": day, "reason": "no longer needed"}, status=303)
    page = hr.get(f"/hr/certifications/{scheme.public_id}").text
    assert f"The rule ends: {told(today())} is the first day without it." in page
    assert f"without effect from {told(today())}" in page


def test_the_board_counts_by_unit_and_each_number_opens_its_list(hr: PageClient) -> None:
    centre = make_unit("centre-x")
    holder, _late = make_person("Аверина", unit=centre), make_person("Белова", unit=centre)
    scheme = make_scheme()
    make_rule(scheme, days=0)
    award(holder, scheme, today())
    page = hr.get(f"/hr/board?unit={centre.public_id}")
    assert "50%" in page.text
    told = {link.text_content().strip(): link.get("href") for link in page.select(".heat a")}
    numbers = {
        re.findall(r"\d+", text)[0 if "overdue" in text else -1]: told[text] for text in told
    }
    assert sorted(numbers) == ["1", "2"]
    for number, address in numbers.items():
        assert len(hr.get(address).select("tbody tr")) == int(number)
    listed = hr.get(f"/hr/board/people?measure=lacking&unit={centre.public_id}")
    assert "Белова" in listed.text
    assert "Аверина" not in listed.text
    assert "Overdue" in listed.text


def test_the_board_of_two_centres_has_a_row_of_each_and_of_both(app: Flask) -> None:
    one, two = make_unit(), make_unit()
    holder, _late = make_person("Аверина", unit=one), make_person("Белова", unit=two)
    make_person("Громова", unit=make_unit())
    scheme = make_scheme()
    make_rule(scheme, days=0)
    award(holder, scheme, today())
    account = make_account(AccessRole.HR, over=one)
    grant_role(now=clock.now(), actor_key=None, account=account, role=AccessRole.HR, unit=two)
    db.session.commit()
    client = PageClient(app).sign_in(account.username, PASSWORD)
    page = client.get("/hr/board")
    rows = [row.text_content() for row in page.select(".board tbody tr")]
    assert [re.findall(r"\d of \d", row)[-1] for row in rows] == ["1 of 1", "0 of 1", "1 of 2"]
    assert "unit=" not in page.select(".board tr:last-child a")[0].get("href")
    back = client.get(f"/hr/board?unit={two.public_id}").select(".breadcrumbs a")
    assert [link.get("href") for link in back] == ["/hr/board"]


def test_the_board_shows_any_date(hr: PageClient) -> None:
    person, scheme = make_person("Аверина"), make_scheme()
    award(person, scheme, today())
    later = (today() + timedelta(days=400)).isoformat()
    assert "Аверина" in hr.get("/hr/board/people?measure=serving").text
    assert "Аверина" not in hr.get(f"/hr/board/people?measure=serving&on={later}").text


def test_the_list_is_exported_exactly_as_filtered(hr: PageClient) -> None:
    centre, scheme = make_unit("centre-y"), make_scheme()
    make_person("Аверина", unit=centre)
    make_rule(scheme, days=0)
    chosen = {"measure": "overdue", "unit": centre.public_id}
    file = hr.post("/lists/standings.xlsx", chosen, status=200)
    content = file.response.data
    file.response.close()  # as a server does
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert [row[0] for row in rows[1:]] == ["Аверина Мария Петровна"]
    assert hr.post("/hr/board/people.ods", chosen, status=404)


def test_a_persons_page_says_each_state_in_a_sentence(hr: PageClient) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    page = hr.get(f"/hr/people/{person.public_id}/certifications")
    assert "Required since 1 March 2026: the rule for the post" in page.text
    assert "May serve" in page.text


def test_a_persons_page_foretells_what_a_planned_post_will_ask(hr: PageClient) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme, job_role=make_job_role("head"), days=10)
    begins = clock.now().date() + timedelta(days=20)
    plan_post(person, make_unit(), job_role=make_job_role("head"), on=begins)
    address = f"/hr/people/{person.public_id}/certifications"
    assert "Nothing is required of this person" not in hr.get(f"{address}?on={begins}").text
    assert "with the post that is planned" in hr.get(f"{address}?on={begins}").text
    assert "with the post that is planned" not in hr.get(address).text
    before = begins - timedelta(days=30)
    assert "is planned" not in hr.get(f"{address}?on={begins}&known_on={before}").text


def test_the_list_of_a_day_ahead_leads_to_whom_the_next_centre_may_see_today(app: Flask) -> None:
    unit, scheme = make_unit(), make_scheme()
    mover, newcomer = make_person("Переходящая"), make_person("Новая", employed=False)
    make_rule(scheme)
    for person in (mover, newcomer):
        plan_post(person, unit)
    account = make_account(AccessRole.HR, over=unit, unit=unit)
    page = PageClient(app).sign_in(account.username, PASSWORD)
    ahead = clock.now().date() + timedelta(days=20)
    listed = page.get(f"/hr/board/people?on={ahead}")
    assert all(name in listed.text for name in ("Переходящая", "Новая"))
    links = {str(link.get("href")) for link in listed.select("th a[href*='/hr/people/']")}
    own, closed = (f"/hr/people/{one.public_id}/certifications" for one in (newcomer, mover))
    assert own in links
    assert closed not in links
    assert "Not here yet" in page.get(own).text
    page.get(closed, status=404)


def test_a_persons_page_shows_what_was_known_on_a_day(hr: PageClient) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    page = hr.get(f"/hr/people/{person.public_id}/certifications?known_on=2026-03-01")
    assert "Nothing is required of this person" in page.text


@pytest.mark.parametrize(
    ("day", "status"),
    [("0001-01-01", 422), ("9999-12-31", 422), ("2999-12-31", 200), ("1900-01-01", 200)],
)
def test_a_day_beyond_any_record_breaks_nothing(hr: PageClient, day: str, status: int) -> None:
    person, scheme = make_person(), make_scheme(grace_days=20)
    award(person, scheme)
    db.session.commit()
    own = f"/hr/people/{person.public_id}/certifications"
    for path in (
        f"/hr/board?on={day}",
        f"/hr/board/people?on={day}&from={day}&to={day}",
        f"{own}?on={day}&known_on={day}",
        f"/hr/certifications/{scheme.public_id}?awarded_on={day}",
    ):
        hr.get(path, status=status)


def test_hr_decides_with_a_reason_on_a_persons_page(hr: PageClient) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    address = f"/hr/people/{person.public_id}/certifications/{scheme.public_id}"
    prefix = f"{scheme.public_id}-"
    form = {
        f"{prefix}decision": "award",
        f"{prefix}part": "",
        f"{prefix}reason": "shown before the board",
    }
    hr.post(address, form, status=303)
    assert "Certified" in hr.get(f"/hr/people/{person.public_id}/certifications").text
    assert hr.post(address, {**form, f"{prefix}reason": ""}, status=422)


def test_the_history_tells_waivers_with_authority_apart(hr: PageClient) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    address = f"/hr/people/{person.public_id}/certifications"
    until = (clock.now() + timedelta(days=9)).date()
    sent = {"decision": "waive", "part": "", "on": until.isoformat(), "reason": "Order No. 15"}
    form = {f"{scheme.public_id}-{name}": value for name, value in sent.items()}
    hr.post(f"{address}/{scheme.public_id}", form, status=303)
    assert "and may serve meanwhile" not in hr.get(address).text
    form[f"{scheme.public_id}-with_authority"] = "y"
    hr.post(f"{address}/{scheme.public_id}", form, status=303)
    assert hr.get(address).text.count("and may serve meanwhile") == 1


def test_hr_require_it_of_one_person_and_enrol_at_once(hr: PageClient) -> None:
    scheme, person = make_scheme(), make_person()
    make_taught_course("taught")
    db.session.commit()
    address = f"/hr/people/{person.public_id}/certifications"
    (offered,) = hr.get(address).select("select[name=scheme] option")
    page = hr.get(f"{address}?scheme={offered.get('value')}")
    form, prefix = page.form_values("form[method=post][action*=certifications]"), scheme.public_id
    fields = {"decision": "require", "on": "2099-12-31", "enrols": "y", "reason": "new window"}
    form |= {f"{prefix}-{name}": value for name, value in fields.items()}
    hr.post(f"{address}/{scheme.public_id}", form, status=303)
    while run_due():
        pass
    (place,) = db.session.scalars(sa.select(Enrolment))
    assert (place.learner_id, place.due_on) == (person.id, date(2099, 12, 31))


@pytest.mark.parametrize(
    ("decision", "on", "message"),
    [
        ("waive", "", "Enter the date."),
        ("extend", "2020-01-01", "Enter a day after today."),
        ("waive", "9999-12-31", "Enter a day within 3 years from today."),
        ("extend", "2099-01-01", "Enter a day within 10 years from today."),
        ("suspend", "2090-01-01", "Enter today or an earlier day."),
        ("accept", "", "Choose what the evidence shows."),
        ("withdraw", "", "Choose what the evidence shows."),
    ],
)
def test_a_decision_that_lacks_something_says_what(
    hr: PageClient, decision: str, on: str, message: str
) -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    prefix = f"{scheme.public_id}-"
    form = {
        f"{prefix}decision": decision,
        f"{prefix}part": "",
        f"{prefix}on": on,
        f"{prefix}reason": "because so",
    }
    address = f"/hr/people/{person.public_id}/certifications/{scheme.public_id}"
    assert message in hr.post(address, form, status=422).text


@pytest.mark.parametrize(
    ("decision", "on", "status", "message"),
    [
        ("accept", "2020-05-06", 422, "would be over already: it would have ended on 6 May 2021."),
        ("suspend", "", 409, "This person doesn't hold the certification"),
        ("end_waiver", "", 409, "There is nothing to end"),
    ],
)
def test_what_cannot_be_decided_is_said_beside_what_was_typed(
    hr: PageClient, decision: str, on: str, status: int, message: str
) -> None:
    person, scheme = make_person(), make_scheme(parts=(VISIT,))
    make_rule(scheme)
    sent = {"decision": decision, "part": "visit", "on": on, "reason": "Paper No. 12 of May"}
    page = hr.post(
        f"/hr/people/{person.public_id}/certifications/{scheme.public_id}",
        {f"{scheme.public_id}-{name}": value for name, value in sent.items()},
        status=status,
    )
    assert message in page.text
    assert "Paper No. 12 of May" in page.text
    known = sa.select(CertificationFact.kind).where(CertificationFact.reason != "")
    assert db.session.scalars(known).all() == []


def test_hr_of_one_centre_sees_and_rules_over_their_own_people_alone(app: Flask) -> None:
    mine, other = make_unit("mine"), make_unit("other")
    make_person("Своя", unit=mine)
    stranger, scheme = make_person("Чужая", unit=other), make_scheme()
    make_rule(scheme, days=0)
    account = make_account(AccessRole.HR, over=mine, unit=mine)
    page = PageClient(app).sign_in(account.username, PASSWORD)
    listed = page.get("/hr/board/people").text
    assert "Своя" in listed
    assert "Чужая" not in listed
    page.get(f"/hr/people/{stranger.public_id}/certifications", status=404)
    page.get(f"/hr/board?unit={other.public_id}", status=422)
    address = f"/hr/certifications/{scheme.public_id}/rules/new"
    page.post(address, {**ruled(), "unit": other.public_id, "save": "1"}, status=422)
    page.get("/hr/certifications/new", status=404)


def test_a_specialist_reads_what_they_must_hold_and_by_when(app: Flask) -> None:
    account, scheme = make_account(AccessRole.TRAINEE), make_scheme()
    make_rule(scheme)
    page = PageClient(app).sign_in(account.username, PASSWORD).get("/certificates")
    assert "Universal specialist" in page.text
    assert "Required since 1 March 2026" in page.text
    assert re.search("Still lacking: “[^«»“”]+”", page.text)  # marks of the page's language


def test_hr_count_the_old_one_after_seeing_for_whom(
    hr: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, holder = make_scheme(), make_scheme(), make_person()
    certify(holder, old, until_on=today() + timedelta(days=200))
    make_rule(new, days=0, in_force_on=date(2026, 1, 1), today=today())
    address = f"/hr/certifications/{new.public_id}/equivalents/new"
    given = {
        "old": f"scheme:{old.public_id}",
        "until_on": (today() + timedelta(days=60)).isoformat(),
        "reason": "The old training is still in use",
    }
    shown = hr.post(address, given, status=200)
    assert [one.text for one in shown.select(".stat-value")] == ["1", "1"]
    assert db.session.scalar(sa.select(sa.func.count(SchemeEquivalent.id))) == 0
    page = hr.follow(hr.post(address, {**given, "save": "1"}))
    assert "It counts for 1 person now." in page.text
    assert "The old training is still in use" in page.text
    person = hr.get(f"/hr/people/{holder.public_id}/certifications")
    assert "Something else counts in its place until" in person.text
    again = hr.post(address, given, status=422)
    assert "counts in its place already" in again.text
    past = {**given, "until_on": "2020-01-01"}
    assert "Choose today or a later day." in hr.post(address, past, status=422).text
    ending = page.one("a[href^='/hr/equivalents/']").get("href")
    assert "It counts for 1 person." in hr.get(ending).text
    assert "Give the reason" in hr.post(ending, {"reason": ""}, status=422).text
    hr.post(ending, {"reason": "It was a mistake"})
    hr.post(ending, {"reason": "It was a mistake"}, status=409)
    assert "May serve: no" in hr.get(f"/hr/people/{holder.public_id}/certifications").text
    monkeypatch.setattr(services, "AT_ONCE", 0)
    page = hr.follow(hr.post(address, {**given, "save": "1"}))
    assert "It will count for 1 person: that is being recorded" in page.text
