"""A centre's week on its pages: who counts on which day, who sees it, training, the file."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification.schemes.records.decisions import begin_leave
from lms.certification.staffing import services
from lms.certification.staffing.loading import load_week
from lms.certification.staffing.models import ServiceGroup
from lms.certification.staffing.seating.shifts import Shift, monday_of, pattern_of
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Employment, OrganisationUnit, Person, UnitKind
from tests.builders.certification import make_taught_course
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.builders.planned import plan_end, plan_post
from tests.builders.schemes import certify, make_scheme
from tests.builders.staffing import make_centre, make_group, make_head
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

MONDAY = monday_of(date(2026, 3, 2))
EVERY_DAY = range(7)


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def staffed_days(unit: OrganisationUnit, group: ServiceGroup, monday: date = MONDAY) -> list[bool]:
    """For each day of the week, whether its first half is staffed."""
    week = load_week(unit, monday)
    cells = [one.cell(group.id) for one in week.parts if one.part.shift is Shift.FIRST]
    return [cell is not None and not cell.empty for cell in cells]


def test_a_certification_counts_to_its_last_day(app: Flask) -> None:
    scheme = make_scheme()
    group = make_group(scheme)
    unit = make_centre(group, weekdays=EVERY_DAY)
    certify(make_person(unit=unit), scheme, MONDAY + timedelta(days=2))
    assert staffed_days(unit, group) == [True, True, True, False, False, False, False]


def test_what_is_planned_counts_from_its_day_and_to_the_last_one(app: Flask) -> None:
    scheme = make_scheme()
    group = make_group(scheme)
    left, joined = (make_centre(group, weekdays=EVERY_DAY) for _ in range(2))
    person = make_person(unit=left)
    certify(person, scheme, MONDAY + timedelta(days=90))
    plan_post(person, joined, on=MONDAY + timedelta(days=2))
    assert staffed_days(left, group) == [True, True] + [False] * 5
    assert staffed_days(joined, group) == [False, False] + [True] * 5
    later = MONDAY + timedelta(days=7)
    assert staffed_days(left, group, later) == [False] * 7
    plan_end(person, on=later)
    plan_post(person, joined, on=MONDAY + timedelta(days=2))
    assert staffed_days(joined, group, later) == [True] + [False] * 6


def test_nobody_sits_at_two_windows_and_all_asked_for_is_needed(app: Flask) -> None:
    one, two = make_scheme(), make_scheme()
    groups = make_group(one), make_group(one), make_group(one, two)
    unit = make_centre(*groups, windows=3)
    certify(make_person(unit=unit), one, MONDAY + timedelta(days=90))
    plan = load_week(unit, MONDAY).parts[0]
    assert (plan.required, plan.staffed) == (3, 1)
    assert len(plan.available(groups[0].id)) == len(plan.available(groups[1].id)) == 1
    assert plan.available(groups[2].id) == frozenset()


def test_patterns_leave_and_days_say_who_is_there(app: Flask) -> None:
    group = make_group()
    unit = make_centre(group, weekdays=EVERY_DAY)
    person = make_person(unit=unit)
    by = {"person": person, "now": NOW, "actor": None}
    services.save_pattern(pattern=pattern_of((day, Shift.FIRST) for day in range(5)), **by)
    services.say_days(
        first_on=MONDAY + timedelta(days=1), last_on=MONDAY + timedelta(days=2), shifts=0, **by
    )
    services.say_days(
        first_on=MONDAY + timedelta(days=2), last_on=MONDAY + timedelta(days=2), shifts=1, **by
    )
    begin_leave(
        person=person, on=MONDAY + timedelta(days=4), actor=person, now=NOW, reason="for a test"
    )
    assert staffed_days(unit, group) == [True, False, True, True, False, False, False]


def test_who_moves_away_within_the_week_counts_to_the_last_day(app: Flask) -> None:
    group = make_group()
    unit = make_centre(group, weekdays=EVERY_DAY)
    person = make_person(unit=unit)
    post = db.session.scalars(sa.select(Employment).filter_by(person_id=person.id)).one()
    post.ended_on = MONDAY
    db.session.flush()
    assert staffed_days(unit, group) == [True, False, False, False, False, False, False]


def test_the_week_says_in_numbers_and_names_what_stays_empty_and_why(hr: PageClient) -> None:
    scheme = make_scheme()
    group = make_group(scheme)
    unit = make_centre(group, needs=2)
    certify(make_person("Свободная", unit=unit), scheme, MONDAY + timedelta(days=90))
    certify(person := make_person("Отсутствующая", unit=unit), scheme, MONDAY + timedelta(days=90))
    services.save_pattern(person=person, pattern=0, now=NOW, actor=None)
    page = hr.get(f"/hr/staffing/{unit.public_id}?week={MONDAY}")
    assert "1 of 2" in page.text
    assert "1 empty, 1 available" in page.text
    page = hr.get(f"/hr/staffing/{unit.public_id}/{MONDAY}/first")
    assert "Everyone who may serve it and is there sits at another window" in page.text
    assert "May serve, but away or off duty: 1" in page.text
    assert "Отсутствующая" in page.text


def test_people_of_a_large_centre_are_named_a_page_at_a_time(
    hr: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.certification.staffing.views.part.MOST_NAMED", 2)
    scheme = make_scheme()
    group = make_group(scheme)
    unit = make_centre(group)
    for name in ("Альфина", "Бетина", "Гаммина"):
        certify(make_person(name, unit=unit), scheme, MONDAY + timedelta(days=90))
    first = hr.get(f"/hr/staffing/{unit.public_id}/{MONDAY}/first")
    there = first.one("details:has(a[rel=next])")
    assert "People 1 to 2 of 3" in there.text_content()
    assert "Гаммина" not in there.text_content()
    second = hr.get(there.cssselect("a[rel=next]")[0].get("href"))
    there = second.one("details[open]")
    assert "Гаммина" in there.text_content()
    assert "Альфина" not in there.text_content()
    for page in ("99", "-1", "x"):
        hr.get(f"/hr/staffing/{unit.public_id}/{MONDAY}/first?list=there.{group.key}&page={page}")


def test_network_district_and_centre_hr_and_the_head_see_a_centre_others_find_nothing(
    app: Flask,
) -> None:
    unit, other = make_centre(make_group()), make_unit()
    address = f"/hr/staffing/{unit.public_id}"
    accounts = {
        200: [
            make_account(AccessRole.HR),
            make_account(AccessRole.HR, over=unit),
            make_account(person=make_head(unit)),
        ],
        404: [make_account(AccessRole.HR, over=other), make_account(person=make_head(other))],
        403: [make_account(unit=unit), make_account(AccessRole.INSTRUCTOR)],
    }
    for status, viewers in accounts.items():
        for account in viewers:
            client = PageClient(app).sign_in(account.username, PASSWORD)
            client.get(address, status=status)
            client.get(f"{address}/windows", status=status)


@pytest.mark.parametrize("path", ["2026-03-02/third", "yesterday/first", "9999-12-31/first"])
def test_a_part_of_no_day_is_missing(hr: PageClient, path: str) -> None:
    hr.get(f"/hr/staffing/{make_centre(make_group()).public_id}/{path}", status=404)


def test_a_district_is_no_centre(hr: PageClient) -> None:
    unit = make_unit()
    hr.get(f"/hr/staffing/{unit.parent_id}", status=404)
    hr.get("/hr/staffing/" + "0" * 16, status=404)


def short_centre() -> tuple[OrganisationUnit, Person, ServiceGroup]:
    """A centre that is short of one person, who could be trained."""
    make_taught_course("taught")
    group = make_group(make_scheme())
    unit = make_centre(group, windows=1)
    return unit, make_person("Кандидатова", unit=unit), group


def test_training_that_closes_the_gap_is_named_and_people_are_enrolled_in_it(
    hr: PageClient,
) -> None:
    unit, person, group = short_centre()
    address = f"/hr/staffing/{unit.public_id}"
    page = hr.get(address)
    assert "1 of the empty seats can be won" in page.text
    box = page.one("input[name=candidates]")
    assert box.get("value") == f"{person.public_id}:{group.public_id}"
    assert box.get("checked") is not None
    due_on = clock.now().date() + timedelta(days=30)
    sent = {"candidates": box.get("value"), "due_on": due_on.isoformat(), "reason": "Окна пустуют"}
    hr.post(f"{address}/training", sent, status=303)
    enrolment = db.session.scalars(sa.select(Enrolment).filter_by(learner_id=person.id)).one()
    assert enrolment.due_on == due_on
    statement = sa.select(AuditEntry.reason).filter_by(action="learning.enrolled")
    assert db.session.scalars(statement).all() == ["Окна пустуют"]
    assert "Enrolled in “" in hr.get(address).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("reason", "", "Give the reason"),
        ("due_on", "2020-01-01", "This date has passed"),
        ("due_on", "9999-12-31", "Check the year"),
        ("candidates", "someone:else", "Tick at least one person"),
    ],
)
def test_training_with_a_mistake_enrols_nobody(
    hr: PageClient, field: str, value: str, message: str
) -> None:
    unit, person, group = short_centre()
    sent = {"candidates": f"{person.public_id}:{group.public_id}", "reason": "Окна пустуют"}
    page = hr.post(f"/hr/staffing/{unit.public_id}/training", {**sent, field: value}, status=422)
    assert message in page.text
    assert db.session.scalar(sa.select(sa.func.count(Enrolment.id))) == 0


def test_the_head_of_a_centre_enrols_its_people_in_what_closes_the_gap(app: Flask) -> None:
    unit, person, group = short_centre()
    client = PageClient(app).sign_in(make_account(person=make_head(unit)).username, PASSWORD)
    assert client.get("/hr/board").select("a[href='/hr/staffing']")
    page = client.follow(client.get("/hr/staffing", status=302))
    choice = f"{person.public_id}:{group.public_id}"
    assert choice in [box.get("value") for box in page.select("input[name=candidates]")]
    sent = {"candidates": choice, "reason": "Окна пустуют"}
    client.post(f"/hr/staffing/{unit.public_id}/training", sent, status=303)
    assert db.session.scalars(sa.select(Enrolment.learner_id)).all() == [person.id]


def test_many_centres_are_paged_and_found_by_their_names_or_their_district(
    app: Flask, hr: PageClient
) -> None:
    make_group(make_scheme())
    north = make_unit("north", kind=UnitKind.DISTRICT)
    for number in range(26):
        make_unit(f"c-{number:02}")
    sokol = make_unit("sokol", parent=north)
    names = "main tbody th a"
    first = hr.get("/hr/staffing")
    assert len(first.select(names)) == 25
    assert len(hr.get(first.one(".pager a").get("href")).select(names)) == 3  # one of them HR's own
    for words in ("north", "SOKOL"):
        found = hr.get(f"/hr/staffing?words={words}").select(names)
        assert [one.get("href").rpartition("/")[2] for one in found] == [sokol.public_id]
    assert "Nothing was found" in hr.get("/hr/staffing?words=nowhere").text


def test_an_auditor_sees_who_could_be_trained_and_cannot_enrol(app: Flask) -> None:
    unit, person, group = short_centre()
    client = PageClient(app).sign_in(make_account(AccessRole.AUDITOR).username, PASSWORD)
    page = client.get(f"/hr/staffing/{unit.public_id}")
    assert "Кандидатова" in page.text
    assert page.select("input[name=candidates]") == []
    sent = {"candidates": f"{person.public_id}:{group.public_id}", "reason": "Окна пустуют"}
    client.post(f"/hr/staffing/{unit.public_id}/training", sent, status=403)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_plan_goes_into_a_file(hr: PageClient, kind: str) -> None:
    unit = make_centre(make_group())
    week = {"unit_id": unit.public_id, "week": "2026-03-02"}
    page = hr.post(f"/lists/staffing.{kind}", week, status=200)
    assert f"staffing-{unit.code}-2026-03-02.{kind}" in page.headers["Content-Disposition"]
    if kind == "csv":
        assert "Nobody of the centre may serve it on this day" in page.html


@pytest.mark.parametrize("path", ["/hr/staffing/{}?week=2096-03-02", "/hr/board?on=2096-03-02"])
def test_a_day_ahead_is_said_to_be_foreseen(hr: PageClient, path: str) -> None:
    path = path.format(make_centre(make_group()).public_id)
    assert "planned by then" in hr.get(path).text
    assert "planned by then" not in hr.get(path.replace("2096", "2016")).text
