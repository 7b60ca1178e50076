"""Writing by the API: the services of the pages, once for each key, never over another's change."""

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import ItemKind
from lms.assessment.services import submit
from lms.audit.models import AuditEntry
from lms.certification.models import Certificate, CertificateRevocation
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Account, Person
from lms.standards.api.frame.idempotency import forget_answers
from lms.standards.api.tokens.models import ApiAnswer
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.assessment import (
    START,
    answer_all_right,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    read_lessons,
    settings,
)
from tests.builders.catalog import make_course
from tests.builders.certification import make_certificate, make_completed_enrolment
from tests.builders.learning import course_of, make_enrolment
from tests.builders.people import make_account, make_job_role, make_person, make_unit
from tests.support.threads import at_once

pytestmark = pytest.mark.in_turn


@pytest.fixture
def caller(app: Flask) -> Caller:
    return Caller(app)


def enrolment_wish(**changed: Any) -> dict[str, Any]:
    course = course_of(make_course())
    return {"person": make_person().public_id, "course": course.slug, **changed}


def new_person(**changed: Any) -> dict[str, Any]:
    return {
        "personnel_number": "HR-1",
        "family_name": "Новикова",
        "given_name": "Анна",
        "unit": make_unit().public_id,
        "post": make_job_role().public_id,
        "started_on": "2026-01-12",
        **changed,
    }


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_person_is_enrolled_once(caller: Caller) -> None:
    wish = enrolment_wish()
    made = caller.send("POST", "/enrolments", json=wish, status=201)
    assert caller.get(made.headers["Location"])["state"] == "open"
    assert caller.post("/enrolments", wish, status=200)["id"] == made.json["id"]
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "learning.enrolled")
    ).one()
    assert entry.actor_key == caller.person_key


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"person": "0" * 16}, "body.person"),
        ({"course": "nothing"}, "body.course"),
        ({"due_on": "2020-01-01"}, "body.due_on"),
        ({"due_on": "2101-01-01"}, "body.due_on"),
        ({"due_on": 20}, "body.due_on"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_a_wrong_field_is_named(caller: Caller, changed: dict, field: str) -> None:
    problem = caller.post("/enrolments", enrolment_wish(**changed), status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert count(Enrolment) == 0


def test_the_same_key_gives_the_same_answer(caller: Caller) -> None:
    key = {"Idempotency-Key": "order-1"}
    first = caller.send("POST", "/people", json=(body := new_person()), headers=key, status=201)
    again = caller.send("POST", "/people", json=body, headers=key, status=201)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_another_body_under_a_used_key_is_refused(caller: Caller) -> None:
    key = {"Idempotency-Key": "order-1"}
    caller.post("/people", body := new_person(), headers=key)
    caller.post("/people", {**body, "personnel_number": "HR-2"}, headers=key, status=422)


def test_a_refused_request_may_be_mended_under_its_key(caller: Caller) -> None:
    key = {"Idempotency-Key": "order-1"}
    caller.post("/people", new_person(given_name=""), headers=key, status=422)
    caller.post("/people", new_person(), headers=key)


@pytest.mark.parametrize("key", ["", "a b", "ключ".encode().decode("latin-1"), "x" * 201])
def test_a_key_is_short_and_visible(caller: Caller, key: str) -> None:
    caller.post("/people", new_person(), headers={"Idempotency-Key": key}, status=400)


def test_a_key_is_forgotten_after_a_day(caller: Caller) -> None:
    caller.post("/people", new_person(), headers={"Idempotency-Key": "order-1"})
    later = clock.now() + timedelta(hours=25)
    assert forget_answers(now=later) == 1
    assert count(ApiAnswer) == 0


def test_two_requests_at_once_under_one_key_are_one(app: Flask) -> None:
    caller, key = Caller(app), {"Idempotency-Key": "order-1"}
    caller.get("/token")  # its use is noted, so that neither waits for the other there
    body = new_person()
    db.session.commit()

    def send() -> int:
        headers = {**key, "Authorization": f"Bearer {caller.secret}"}
        client = app.test_client()
        answer = Context().run(client.post, "/api/v1/people", json=body, headers=headers)
        return answer.status_code

    assert at_once(app, send, send) == [201, 201]
    assert count(Person) == 2


def changes() -> dict[str, tuple[Callable[[], str], dict[str, Any]]]:
    return {
        "PATCH name": (lambda: f"/people/{make_person().public_id}", {"family_name": "Белова"}),
        "PATCH due": (lambda: f"/enrolments/{make_enrolment().public_id}", {"due_on": None}),
    }


@pytest.mark.parametrize("change", changes())
def test_a_change_needs_the_state_it_was_made_from(caller: Caller, change: str) -> None:
    path_of, body = changes()[change]
    path = path_of()
    caller.send("PATCH", path, json=body, status=428)
    caller.send("PATCH", path, json=body, headers={"If-Match": '"old"'}, status=412)
    tag = caller.send("GET", path).headers["ETag"]
    changed = caller.send("PATCH", path, json=body, headers={"If-Match": tag})
    assert changed.headers["ETag"] == caller.send("GET", path).headers["ETag"]


def test_who_is_dismissed_loses_access_and_keeps_records(caller: Caller) -> None:
    account = make_account()
    person, path = account.person, f"/people/{account.person.public_id}"
    make_certificate(person)
    tag = caller.send("GET", path).headers["ETag"]
    headers = {"If-Match": tag}
    left = caller.post(f"{path}/dismissal", {"on": "2026-02-01"}, headers=headers, status=200)
    assert left["post"] is None
    assert db.session.get_one(Account, account.id).suspended_at is not None
    assert len(caller.get(f"/certificates?q={person.personnel_number}")["items"]) == 1


def test_a_dismissal_ahead_is_planned_and_called_off(caller: Caller) -> None:
    person = make_person()
    path = f"/people/{person.public_id}"
    caller.send("GET", f"{path}/dismissal", status=404)
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    ahead = (clock.now().date() + timedelta(days=30)).isoformat()
    stays = caller.post(f"{path}/dismissal", {"on": ahead}, headers=headers, status=200)
    assert stays["post"] is not None
    assert caller.get(f"{path}/dismissal") == {"on": ahead}
    named = {"reason": f"{person.family_name} stays"}
    caller.post(f"{path}/dismissal/call-off", named, status=422)
    caller.post(f"{path}/dismissal/call-off", {"reason": "Stays after all"}, status=200)
    caller.send("GET", f"{path}/dismissal", status=404)


def test_a_person_is_moved(caller: Caller) -> None:
    path = f"/people/{make_person().public_id}"
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    body = {"unit": make_unit("new-one").public_id, "post": make_job_role().public_id}
    caller.post(f"{path}/transfer", {**body, "on": "2999-01-01"}, headers=headers, status=422)
    caller.post(f"{path}/transfer", {**body, "on": "1999-01-01"}, headers=headers, status=422)
    moved = caller.post(
        f"{path}/transfer", {**body, "on": "2026-02-01"}, headers=headers, status=200
    )
    assert moved["post"]["unit"]["code"] == "new-one"


def ahead(days: int) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


def test_a_transfer_to_the_post_one_has_is_refused_in_words(caller: Caller) -> None:
    person = make_person()
    path, post = f"/people/{person.public_id}", caller.get(f"/people/{person.public_id}")["post"]
    body = {"unit": post["unit"]["id"], "post": post["post"]["id"]}
    for day in (ahead(10), "2026-02-01"):
        headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
        problem = caller.post(f"{path}/transfer", body | {"on": day}, headers=headers, status=409)
        assert "this very post" in problem["detail"]
    caller.send("GET", f"{path}/transfer", status=404)


def test_a_transfer_ahead_is_planned_replaced_and_called_off(caller: Caller) -> None:
    path = f"/people/{make_person(unit=make_unit('old')).public_id}"
    caller.send("GET", f"{path}/transfer", status=404)
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    body = {"unit": make_unit("new-one").public_id, "post": make_job_role().public_id}
    for days in (20, 30):
        wish = {**body, "on": ahead(days)}
        stays = caller.post(f"{path}/transfer", wish, headers=headers, status=200)
        assert stays["post"]["unit"]["code"] == "old"
    planned = caller.get(f"{path}/transfer")
    assert (planned["unit"]["code"], planned["on"]) == ("new-one", ahead(30))
    caller.post(f"{path}/transfer/call-off", {"reason": "Stays after all"}, status=200)
    caller.send("GET", f"{path}/transfer", status=404)


def test_nothing_is_planned_after_the_last_day_of_work(caller: Caller) -> None:
    path = f"/people/{make_person().public_id}"
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    caller.post(f"{path}/dismissal", {"on": ahead(10)}, headers=headers, status=200)
    body = {"unit": make_unit().public_id, "post": make_job_role().public_id, "on": ahead(11)}
    caller.post(f"{path}/transfer", body, headers=headers, status=409)
    caller.send("GET", f"{path}/transfer", status=404)


def test_a_hire_ahead_is_planned_once_and_seen_by_the_centre_s_own_token(app: Flask) -> None:
    here = make_unit()
    account = make_account(AccessRole.ADMINISTRATOR, unit=here, over=here)
    caller = Caller(app, Scope.PEOPLE_READ, Scope.PEOPLE_WRITE, account=account)
    wish = new_person(unit=here.public_id, started_on=ahead(15))
    key = {"Idempotency-Key": "hire-1"}
    made = caller.send("POST", "/people", json=wish, headers=key, status=201)
    again = caller.send("POST", "/people", json=wish, headers=key, status=201)
    assert made.json == again.json
    assert made.json["post"] is None
    assert caller.get(made.headers["Location"])["id"] == made.json["id"]
    assert caller.get(f"{made.headers['Location']}/transfer")["on"] == ahead(15)
    far = {**wish, "personnel_number": "HR-2", "started_on": ahead(400)}
    caller.post("/people", far, status=422)


def test_a_taken_number_is_a_conflict(caller: Caller) -> None:
    caller.post("/people", new_person())
    problem = caller.post("/people", new_person(), status=409)
    assert problem["detail"] == "Another person already has this personnel number."


def test_a_withdrawal_states_a_reason(caller: Caller) -> None:
    path = f"/enrolments/{make_enrolment().public_id}"
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    caller.post(f"{path}/withdrawal", {"reason": " "}, headers=headers, status=422)
    ended = caller.post(f"{path}/withdrawal", {"reason": "Ill"}, headers=headers, status=200)
    assert ended["state"] == "withdrawn"


def test_a_certificate_is_revoked_once_with_a_reason(caller: Caller) -> None:
    path = f"/certificates/{make_certificate().number}"
    caller.post(f"{path}/revocation", {}, status=422)
    assert caller.post(f"{path}/revocation", {"reason": "Error"}, status=200)["status"] == "revoked"
    caller.post(f"{path}/revocation", {"reason": "Error"}, status=409)
    assert db.session.scalars(sa.select(CertificateRevocation)).one().reason == "Error"
    revoked = sa.select(AuditEntry.details).where(AuditEntry.action == "certification.revoked")
    assert db.session.scalars(revoked).one()["token"] == caller.token.public_id


def test_a_reissued_certificate_replaces_the_old_one(caller: Caller) -> None:
    old = make_certificate(issued_at=clock.now()).number
    new = caller.post(f"/certificates/{old}/reissue", {"reason": "New name"})
    assert new["status"] == "valid"
    assert caller.get(f"/certificates/{old}")["status"] == "replaced"


def test_completion_is_certified_and_nothing_else(caller: Caller) -> None:
    done, under_way = make_completed_enrolment(), make_enrolment()
    made = caller.post("/certificates", {"enrolment": done.public_id})
    again = caller.post("/certificates", {"enrolment": done.public_id}, status=200)
    assert again["number"] == made["number"]
    caller.post("/certificates", {"enrolment": under_way.public_id}, status=409)


def test_a_certificate_that_is_asked_for_states_the_score_of_the_final_exam(caller: Caller) -> None:
    items = [make_item(ItemKind.SINGLE_CHOICE)]
    place = make_place(make_exam(items, lessons=1, further={"last": {}}, final_after=["lesson-1"]))
    read_lessons(place)
    attempt = make_attempt(enrolment=place)
    answer_all_right(attempt)
    submit(attempt=attempt, now=START, settings=settings())
    place.completed_at = START  # though another exam is left: by itself it leads to no certificate
    db.session.commit()
    caller.post("/certificates", {"enrolment": place.public_id})
    assert db.session.scalars(sa.select(Certificate.snapshot)).one()["percent"] == 100
