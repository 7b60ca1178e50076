"""The pages of a merge, and what the record that ended leads to."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.core.tables import Row
from lms.people import queries
from lms.people.importing.planning import Importer, Wanted, make_plan
from lms.people.importing.rules.fields import Field
from lms.people.merging import duplicates
from lms.people.merging.duplicates import Alike
from lms.people.models import AccessRole, JobRole, Person
from lms.people.permissions import Permission
from lms.people.services.many import Newcomer, create_people
from tests.builders.merging import ask, merge
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

CHOICES = ("stays", "name", "number", "email", "language", "posts")


def found() -> dict[tuple[str, str], list[str]]:
    """The reasons of each pair of personnel numbers."""
    viewer = make_viewer(AccessRole.HR)
    rows = db.session.execute(db.select(duplicates.pairs(viewer))).all()
    people = duplicates.people_of(rows)
    return {
        (people[row.low].personnel_number, people[row.high].personnel_number): [
            one.value for one in Alike if getattr(row, one.value)
        ]
        for row in rows
    }


def test_pairs_are_found_by_number_address_and_name(app: Flask) -> None:
    make_person("Семёнов", personnel_number="00-417", email="a@mfc.example")
    make_person("Семенов", personnel_number="417", email="b@mfc.example")
    make_person("Другой", personnel_number="X9", email="A@mfc.example", started_on=date(2025, 5, 5))
    make_person("Семенов", personnel_number="X8", started_on=date(2024, 1, 1))
    assert found() == {
        ("00-417", "417"): ["number", "name_and_start"],
        ("00-417", "X9"): ["email"],
    }


def test_a_number_is_kept_plain_whichever_way_it_is_written(app: Flask) -> None:
    person = make_person(personnel_number="00-ф 4.1/7")
    assert person.plain_number == "Ф417"
    person.personnel_number = "0-x9"
    db.session.flush()
    assert person.plain_number == "X9"
    unit, role = make_unit(), db.session.scalars(sa.select(JobRole)).first()
    assert role is not None
    one = Newcomer("0b-1", "Новая", "Анна", "", None, unit, role, date(2024, 1, 1))
    create_people(now=clock.now(), actor_key=None, newcomers=[one], language="ru")
    plain = sa.select(Person.plain_number).where(Person.personnel_number == "0b-1")
    assert db.session.scalar(plain) == "B1"


def test_namesakes_share_a_first_day_a_centre_or_both_of_any_post(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    day, later = date(2024, 1, 1), date(2025, 5, 5)
    make_person("Ли", personnel_number="A1", unit=mine, started_on=day)
    make_person("Ли", personnel_number="A2", unit=mine, started_on=day)
    make_person("Ли", personnel_number="A3", unit=other, started_on=later)
    make_person("Ли", personnel_number="A4", unit=mine, started_on=later)
    both, start, centre = (
        ["name_and_start", "name_and_centre"],
        ["name_and_start"],
        ["name_and_centre"],
    )
    assert found() == {
        ("A1", "A2"): both,
        ("A1", "A4"): centre,
        ("A2", "A4"): centre,
        ("A3", "A4"): start,
    }


def test_an_address_that_many_share_makes_no_pairs(app: Flask) -> None:
    for _ in range(6):
        make_person(unit=make_unit(), email="post@mfc.example", given_name=f"И{_}")
    assert found() == {}


def test_hr_of_one_centre_finds_pairs_of_that_centre_alone(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    make_person("Свой", unit=mine, email="a@mfc.example")
    make_person("Кто", unit=other, email="a@mfc.example")
    viewer = make_viewer(AccessRole.HR, unit=mine, over=mine)
    assert db.session.execute(db.select(duplicates.pairs(viewer))).all() == []


@pytest.fixture
def two(app: Flask) -> tuple[Person, Person]:
    people = make_person(email="a@mfc.example"), make_person(email="b@mfc.example")
    db.session.commit()
    return people


def signed_in(client: PageClient, role: AccessRole = AccessRole.HR, **options: Any) -> PageClient:
    account = make_account(role, **options)
    db.session.commit()
    return client.sign_in(account.username, PASSWORD)


def test_two_people_merge_what_was_shown(client: PageClient, two: tuple[Person, Person]) -> None:
    kept, ended = two
    address = f"/hr/people/{kept.public_id}/merge/{ended.public_id}"
    chosen = dict.fromkeys(CHOICES, kept.public_id) | {"email": ended.public_id}
    page = signed_in(client).get(address, query_string=chosen)
    form = page.form_values("main form[method=post]") | {"reason": "Hired twice by mistake"}
    asked = client.post(address, form, status=303)
    decided = {"answer": "agreed", "word": ""}
    client.post(f"{asked.location}/answer", decided, status=403)
    signed_in(client).post(f"{asked.location}/answer", decided, status=303)
    db.session.refresh(ended)
    assert db.session.get_one(Person, kept.id).email == "b@mfc.example"
    assert ended.merged_into_id == kept.id


def test_a_reason_is_asked_for_and_choices_are_kept(
    client: PageClient, two: tuple[Person, Person]
) -> None:
    address = f"/hr/people/{two[0].public_id}/merge/{two[1].public_id}"
    chosen = dict.fromkeys(CHOICES, two[1].public_id)
    page = signed_in(client).post(address, {**chosen, "reason": ""}, status=422)
    assert page.form_values()["stays"] == two[1].public_id


def test_old_links_lead_on_for_who_may_see(client: PageClient, two: tuple[Person, Person]) -> None:
    kept, ended = two
    merge(kept, ended)
    old, other = f"/hr/people/{ended.public_id}", make_unit()
    answer = signed_in(client).get(f"{old}/certifications?a=1", status=302)
    assert answer.location == f"/hr/people/{kept.public_id}/certifications?a=1"
    signed_in(client, unit=other, over=other).get(old, status=404)


def test_the_account_that_ended_says_with_which_name_to_sign_in(
    client: PageClient, two: tuple[Person, Person]
) -> None:
    for person, name in zip(two, ("stays", "ends"), strict=True):
        make_account(person=person, username=name)
    merge(*two)
    db.session.commit()
    form = {"username": "ends", "password": PASSWORD}
    assert "Sign in as stays" in client.post("/sign-in", form, status=422).text
    wrong = client.post("/sign-in", {**form, "password": "another one"}, status=422)
    assert "stays" not in wrong.text


def test_a_row_with_the_number_that_ended_changes_the_one_who_stayed(
    two: tuple[Person, Person],
) -> None:
    kept, ended = two
    merge(kept, ended)
    rows = [Row(2, (ended.personnel_number, "new@mfc.example"))]
    wanted = Wanted(rows, [Field.NUMBER, Field.EMAIL], clock.now().date())
    plan = make_plan(Importer(frozenset({"/network/"})), wanted, today=clock.now().date())
    assert [row.person.id for row in plan.rows if row.person] == [kept.id]
    assert plan.absent == ()


def test_a_number_leads_to_the_comparison(client: PageClient, two: tuple[Person, Person]) -> None:
    kept, ended = two
    address = f"/hr/people/{kept.public_id}/merge"
    signed_in(client).get(address, query_string={"number": "nobody"}, status=422)
    query = {"number": ended.personnel_number.lower()}
    assert ended.public_id in client.get(address, query_string=query, status=302).location


def test_what_hinders_is_said_and_a_request_that_waits_is_shown(
    client: PageClient, two: tuple[Person, Person]
) -> None:
    ask(*two)
    address = f"/hr/people/{two[1].public_id}/merge/{two[0].public_id}"
    assert "/hr/merges/" in signed_in(client).get(address, status=302).location


def test_merged_records_are_in_no_list(two: tuple[Person, Person]) -> None:
    merge(*two)
    viewer = make_viewer(AccessRole.HR)
    assert queries.person_for(viewer, Permission.SEE_PEOPLE, two[1].public_id) is None
