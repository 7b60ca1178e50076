"""Pages of programmes: defining with its consequence, how it goes by unit, and one's own path."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.datastructures import MultiDict

from lms.core.database import db
from lms.learning.programmes.forms import StepRows
from lms.learning.programmes.models import Programme
from lms.learning.programmes.queries import whole_programme
from lms.people.models import AccessRole, Person
from tests.builders.people import NOW, PASSWORD, make_account, make_job_role, make_person, make_unit
from tests.builders.programmes import apply, make_courses, make_programme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

FORM = {
    "title_ru": "Путь",
    "title_en": "The path",
    "summary_ru": "Куда",
    "summary_en": "Where to",
    "post": "specialist",
    "coverage": "everyone",
    "in_force_on": "2026-01-01",
    "step": ["1", "2"],
    "days-1": "10",
    "days-2": "40",
}


@pytest.fixture
def hr(app: Flask) -> PageClient:
    account = make_account(AccessRole.HR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def filled(first: str, *others: str, **changed: Any) -> dict[str, Any]:
    return {**FORM, "course-1": [first, "", ""], "course-2": [*others, ""], **changed}


def stored() -> list[Programme]:
    return list(db.session.scalars(sa.select(Programme)))


def test_what_it_means_is_shown_before_it_is_saved(hr: PageClient) -> None:
    first, second, third = make_courses(3)
    person = make_person()
    form = filled(first, second, third, **{"sample-number": person.personnel_number})
    shown = hr.post("/hr/programmes/new", {**form, "do": "show"}, status=200)
    assert "What it would mean today" in shown.text
    assert person.full_name in shown.text
    assert stored() == []
    form["seen"] = shown.one("input[name=seen]").get("value")
    page = hr.follow(hr.post("/hr/programmes/new", {**form, "do": "save"}))
    assert page.heading == "The path"
    (programme,) = stored()
    steps = whole_programme(programme.id).steps
    assert [[one.course.slug for one in step.choices] for step in steps] == [[first], [second, third]]  # fmt: skip


def test_saving_what_was_not_shown_shows_it_first(hr: PageClient) -> None:
    form = filled(*make_courses(3), do="save", seen="0" * 64)
    page = hr.post("/hr/programmes/new", form, status=409)
    assert "has changed since it was shown" in page.text
    assert stored() == []


def test_mistakes_stand_at_their_steps_and_what_was_typed_is_kept(hr: PageClient) -> None:
    first, second = make_courses(2)
    form = filled(first, first, second, title_en="", **{"days-1": "soon"})
    page = hr.post("/hr/programmes/new", form, status=422)
    for words in ("Give the programme a title.", "from 1 to 3660", "stands in an earlier step"):
        assert words in page.text
    assert page.one("input[name=days-1]").get("value") == "soon"


@pytest.mark.parametrize(
    ("do", "order"),
    [("down:1", ["2", "1"]), ("up:1", ["1", "2"]), ("remove:1", ["2"]), ("add", ["1", "2", "3"])],
)
def test_steps_are_ordered_without_scripts(do: str, order: list[str]) -> None:
    rows = StepRows.sent(MultiDict(FORM))
    rows.move(do)
    assert [row.token for row in rows.rows] == order


HOSTILE: list[tuple[int, dict[str, Any]]] = [
    (422, {"step": "x" * 5000}),
    (422, {"step": [str(n) for n in range(300)]}),
    (200, {"do": "up:nowhere"}),
    (422, {"days-1": "٣"}),
    (422, {"coverage": "nobody"}),
    (422, {"sample-number": "N0"}),
]


def test_hostile_forms_change_nothing(hr: PageClient) -> None:
    for status, changed in HOSTILE:
        hr.post("/hr/programmes/new", filled("a", "b", **changed), status=status)
    assert stored() == []


def test_a_change_from_an_old_form_shows_both_versions(hr: PageClient) -> None:
    programme = make_programme()
    db.session.commit()
    address = f"/hr/programmes/{programme.public_id}/edit"
    form = {**filled(*make_courses(2)), "row_version": "0", "do": "show"}
    form["seen"] = hr.post(address, form, status=200).one("input[name=seen]").get("value")
    page = hr.post(address, {**form, "do": "save", "title_en": FORM["title_en"]}, status=409)
    assert "Someone else changed this programme meanwhile" in page.text
    assert page.one("input[name=row_version]").get("value") == str(programme.row_version)


def test_hr_of_a_centre_sees_its_own_people_and_changes_nothing(app: Flask) -> None:
    own, other = make_unit(), make_unit()
    mine, theirs = make_person("Own", unit=own), make_person("Other", unit=other)
    programme = make_programme()
    apply(programme)
    account = make_account(AccessRole.HR, over=own, unit=other)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    address = f"/hr/programmes/{programme.public_id}"
    page = client.get(f"{address}/people")
    assert mine.full_name in page.text
    assert theirs.full_name not in page.text
    assert client.get(f"{address}/people?unit={other.public_id}", status=422)
    assert client.get(f"{address}/edit", status=403)


def test_each_number_opens_the_list_behind_it(hr: PageClient) -> None:
    late, unit = make_person(), make_unit()
    make_person(unit=unit)
    programme = make_programme()
    apply(programme)
    page = hr.get(f"/hr/programmes/{programme.public_id}")
    link = page.select("tbody tr:last-child td[data-label=Overdue] a")[0]
    listed = hr.get(link.get("href"))
    assert late.full_name in listed.text
    assert "nobody" not in hr.get(f"{link.get('href')}&page=x").text.lower()


def test_the_list_goes_on_to_a_next_page_and_back(
    hr: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.learning.programmes.views.desk.SIZE", 2)
    for name in "Abcde":
        make_person(name)
    programme = make_programme(*make_courses(1))
    page = hr.get(f"/hr/programmes/{programme.public_id}/people")
    after = hr.get(page.one("a[rel=next]").get("href"))
    names = [one.text for one in page.select("tbody th a")]
    assert names != [one.text for one in after.select("tbody th a")]
    back = hr.get(after.one("a[rel=prev]").get("href"))
    assert [one.text for one in back.select("tbody th a")] == names


def test_the_file_of_the_site_is_what_is_loaded_again(hr: PageClient) -> None:
    make_programme()
    text = hr.get("/hr/programmes.yaml").response.get_data(as_text=True)
    assert text.startswith("schema: lms-programmes/1\n")


def test_out_of_use_by_a_button(hr: PageClient) -> None:
    programme = make_programme()
    address = f"/hr/programmes/{programme.public_id}"
    page = hr.follow(hr.post(f"{address}/retire", {"row_version": str(programme.row_version)}))
    assert "is out of use" in page.text
    stale = hr.follow(hr.post(f"{address}/retire", {"row_version": "1"}))
    assert "Someone else changed this programme" in stale.text


def trainee(app: Flask) -> tuple[Person, PageClient]:
    account = make_account(person=make_person(started_on=date(2026, 2, 20)))
    return account.person, PageClient(app).sign_in(account.username, PASSWORD)


def test_ones_own_path_is_shown_at_home_and_a_choice_is_taken(app: Flask) -> None:
    with time_machine.travel(NOW):
        _person, client = trainee(app)
        programme = make_programme()
        apply(programme)
        step = programme.steps[1]
        assert "Steps done: 0 of 2" in client.get("/").text
        page = client.get("/my-programme")
        assert "Choose one of these courses" in page.text
        address = f"/my-programme/steps/{step.public_id}"
        assert "Choose one of the courses." in client.post(address, {}, status=422).text
        chosen = {"course": step.choices[0].course.public_id}
        page = client.follow(client.post(address, chosen))
        assert "You are enrolled in the course you chose." in page.text
        assert "nothing to choose here" in client.post(address, chosen, status=409).text


def test_a_post_without_a_programme_says_so(app: Flask) -> None:
    account = make_account(person=make_person(job_role=make_job_role("cleaner")))
    client = PageClient(app).sign_in(account.username, PASSWORD)
    assert "Your post has no programme" in client.get("/my-programme").text
    assert "My programme" not in client.get("/").text
