"""Evidence that somebody confirms comes by the API as by the pages: classes and checklists."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.catalog.models import ActivityKind
from lms.core import clock
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.outline import on_mixed, part
from tests.builders.people import make_account, make_head, make_person, make_unit

pytestmark = pytest.mark.in_turn
CLASS = "/courses/mixed-parts/parts/hall-day"


def today(days: int = 0) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


def test_who_was_at_a_class_is_marked_once(app: Flask) -> None:
    caller, person = Caller(app), make_person()
    enrolment = on_mixed(person, slug="mixed-parts").public_id
    body: dict[str, Any] = {
        "held_on": today(-1),
        "marks": [{"enrolment": enrolment, "presence": "late"}],
    }
    assert caller.post(f"{CLASS}/attendance", body, status=200) == {"changed": 1}
    assert caller.post(f"{CLASS}/attendance", body, status=200) == {"changed": 0}
    parts = {one["key"]: one for one in caller.get("/courses/mixed-parts/parts")["parts"]}
    assert (parts["hall-day"]["people"], parts["hall-day"]["done"]) == (1, 1)
    [place] = caller.get(f"{CLASS}/people")["items"]
    assert place["person"]["id"] == person.public_id
    assert (place["presence"], place["held_on"]) == ("late", today(-1))
    wrong = {"held_on": today(2), "marks": [*body["marks"] * 2, {**body["marks"][0]}]}
    wrong["marks"][2]["enrolment"] = "0" * 16
    problem = caller.post(f"{CLASS}/attendance", wrong, status=422)
    assert [one["field"] for one in problem["errors"]] == [
        "body.held_on", "body.marks.1.enrolment", "body.marks.2.enrolment",
    ]  # fmt: skip
    caller.post("/courses/mixed-parts/parts/first-shift/attendance", body, status=404)


def test_a_head_names_a_mentor_and_ticks_what_was_seen(app: Flask) -> None:
    centre = make_unit()
    person = make_person(unit=centre)
    enrolment, learner = on_mixed(person, slug="mixed-parts"), person.personnel_number
    key = part(enrolment, ActivityKind.CHECKLIST).public_id
    path = f"/enrolments/{enrolment.public_id}/checklists/{key}"
    scopes = (Scope.RESULTS_READ, Scope.CHECKLISTS_WRITE, Scope.ENROLMENTS_WRITE)
    head = Caller(app, *scopes, account=make_account(person=make_head(centre)))
    number, stranger = (make_person(unit=unit).personnel_number for unit in (centre, make_unit()))
    head.send("PUT", f"{path}/mentor", json={"personnel_number": stranger}, status=422)
    named = head.send("PUT", f"{path}/mentor", json={"personnel_number": number}).json
    assert named["mentor"]["personnel_number"] == number
    head.send("PUT", f"{path}/mentor", json={"personnel_number": learner}, status=422)
    ticks = {"steps": [{"key": "ticket", "done_on": today()}]}
    steps = head.post(f"{path}/ticks", ticks, status=200)["steps"]
    assert [one["done_on"] for one in steps] == [today(), None]
    assert head.get(path) == {**named, "steps": steps}
    wrong = {"steps": [{"key": "none", "done_on": None}, {"key": "thanks", "done_on": today(2)}]}
    problem = head.post(f"{path}/ticks", wrong, status=422)
    assert [one["field"] for one in problem["errors"]] == [
        "body.steps.0.key",
        "body.steps.1.done_on",
    ]
    hr = Caller(app, account=make_account(AccessRole.HR))
    hr.post(f"{path}/ticks", ticks, status=403)  # who enrols doesn't watch the work
    hr.send("PUT", f"{path}/mentor", json={"personnel_number": None})
