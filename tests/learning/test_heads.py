"""The head of a centre enrols the people of that centre and ticks their checklists."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import ActivityKind
from lms.core.database import db
from lms.learning.activities.models import ChecklistTick
from lms.learning.models import Enrolment
from lms.people.models import OrganisationUnit, Person
from tests.builders.catalog import make_course
from tests.builders.learning import course_of, make_enrolment
from tests.builders.outline import on_mixed, part
from tests.builders.people import PASSWORD, make_account, make_head, make_person, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def centre(app: Flask) -> OrganisationUnit:
    return make_unit()


@pytest.fixture
def head(client: PageClient, centre: OrganisationUnit) -> PageClient:
    account = make_account(person=make_head(centre))
    db.session.commit()
    return client.sign_in(account.username, PASSWORD)


def enrolled() -> set[int]:
    return set(db.session.scalars(sa.select(Enrolment.learner_id)))


def checklist_of(person: Person, slug: str) -> str:
    """The address of a person's checklist."""
    enrolment = on_mixed(person, slug=slug)
    db.session.commit()
    key = part(enrolment, ActivityKind.CHECKLIST).public_id
    return f"/mentoring/{enrolment.public_id}/{key}"


def test_a_head_enrols_people_of_the_centre_alone(
    head: PageClient, centre: OrganisationUnit
) -> None:
    mine, other = make_person(unit=centre), make_person()
    course = course_of(make_course())
    db.session.commit()
    form = {"course": course.slug, "words": "Иванова", "due_on": ""}
    head.post("/hr/enrol/picked", {**form, "person": [mine.public_id, other.public_id]}, status=303)
    assert enrolled() == {mine.id}
    head.post("/hr/enrol/picked", {**form, "person": other.public_id}, status=422)


def test_a_head_neither_sees_nor_ends_enrolments_elsewhere(head: PageClient) -> None:
    enrolment = make_enrolment()
    db.session.commit()
    for deed in ("", "/due", "/withdraw"):
        address = f"/hr/enrolments/{enrolment.public_id}{deed}"
        (head.post if deed else head.get)(address, status=404)


def test_a_head_ticks_checklists_of_the_centre_and_none_elsewhere(
    head: PageClient, centre: OrganisationUnit
) -> None:
    mine = checklist_of(make_person(unit=centre), "mixed-here")
    other = checklist_of(make_person(), "mixed-elsewhere")
    assert mine in head.get("/my-centre").html
    form = head.get(mine).form_values()
    step = head.get(mine).select("input[name=step]")[0].get("value")
    head.post(mine, form | {"step": step}, status=303)
    head.post(other, form | {"step": step}, status=404)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ChecklistTick)) == 1


def test_a_head_doesnt_tick_their_own_checklist(
    client: PageClient, centre: OrganisationUnit
) -> None:
    account = make_account(person=make_head(centre))
    own = checklist_of(account.person, "mixed-own")
    client.sign_in(account.username, PASSWORD).post(own, {"step": "any"}, status=404)
    assert own not in client.get("/my-centre").html


def test_a_head_learns_no_name_elsewhere_by_naming_a_mentor(
    head: PageClient, centre: OrganisationUnit
) -> None:
    mine, other = make_person(unit=centre), make_person("Далёкая", unit=make_unit())
    address = checklist_of(make_person(unit=centre), "mentored")
    page = head.post(f"{address}/mentor", {"number": other.personnel_number}, status=422)
    missing = head.post(f"{address}/mentor", {"number": "none-such"}, status=422)
    words = "Nobody in your part of the network has this number."
    assert words in page.one(".field-error").text_content()
    assert words in missing.one(".field-error").text_content()
    head.post(f"{address}/mentor", {"number": mine.personnel_number}, status=303)
