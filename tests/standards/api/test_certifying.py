"""What the personnel department decides about certifications, by the API: as its pages do."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.catalog.models import FINAL_EXAM
from lms.certification.reminding.digests import remind
from lms.certification.reviews.services import raise_review
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.certification import make_certificate
from tests.builders.notifications import with_server
from tests.builders.people import (
    make_account,
    make_job_role,
    make_person,
    make_unit,
    network,
)
from tests.builders.schemes import EXAM, VISIT, at, award, certify, make_rule, make_scheme
from tests.builders.staffing import make_group, plan_centre

pytestmark = pytest.mark.in_turn
WHY = {"reason": "The old one counts for now"}


def caller_of_one_centre(app: Flask) -> Caller:
    here = make_unit()
    return Caller(app, account=make_account(AccessRole.HR, unit=here, over=here))


def test_an_equivalent_is_previewed_declared_and_ended(app: Flask) -> None:
    scheme, old, holder = make_scheme(), make_scheme(), make_person()
    today = clock.now().date()
    make_rule(scheme), award(holder, old, today)
    caller, own = Caller(app), f"/certifications/{scheme.public_id}/equivalents"
    wish: dict[str, Any] = {"kind": "certification", "old": old.public_id, "until_on": "2100-01-01"}
    meant = caller.post(f"{own}/preview", wish, status=200)
    assert meant == {"people": 1, "lacking": 1}
    assert caller.get(own)["items"] == []
    made = caller.send("POST", own, json=wish | WHY, status=201)
    path = made.headers["Location"]
    assert caller.get(path)["people"] == 1
    caller.post(own, wish | WHY, status=409)
    back = {**wish, "old": scheme.public_id}
    caller.post(f"/certifications/{old.public_id}/equivalents", back | WHY, status=409)
    assert [one["id"] for one in caller.get(own)["items"]] == [made.json["id"]]
    ended = caller.post(f"{path}/end", WHY, status=200)
    assert (ended["people"], ended["ended_at"] is None) == (0, False)
    caller.post(f"{path}/end", WHY, status=409)
    assert caller.get(own)["items"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"old": "nothing"}, "body.old"),
        ({"until_on": "2020-01-01"}, "body.until_on"),
        ({"reason": "why"}, "body.reason"),
    ],
)
def test_a_wrong_equivalent_is_refused_by_field(app: Flask, changed: dict, field: str) -> None:
    wish = {"kind": "certification", "old": make_scheme().public_id, "until_on": "2100-01-01"}
    path = f"/certifications/{make_scheme().public_id}/equivalents"
    problem = Caller(app).post(path, {**wish, **WHY, **changed}, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_an_equivalent_is_declared_for_the_whole_network(app: Flask) -> None:
    wish = {"kind": "certification", "old": make_scheme().public_id, "until_on": "2100-01-01"}
    path = f"/certifications/{make_scheme().public_id}/equivalents"
    central = caller_of_one_centre(app)
    central.post(path, wish | WHY, status=403)
    Caller(app, Scope.STANDINGS_READ).post(path, wish | WHY, status=403)


def rule_wish(**changed: Any) -> dict[str, Any]:
    today = clock.now().date().isoformat()
    return {"unit": network().public_id, "days": 30, "in_force_on": today, **changed}


def test_a_rule_is_previewed_made_changed_and_ended(app: Flask) -> None:
    scheme, _person, caller = make_scheme(), make_person(), Caller(app)
    post, own = make_job_role().public_id, f"/certifications/{scheme.public_id}/rules"
    meant = caller.post(f"{own}/preview", rule_wish(post=post), status=200)
    assert (meant["people"], meant["lacking"], meant["late"]) == (2, 2, 0)
    place = caller.send("POST", own, json=rule_wish(post=post), status=201).headers["Location"]
    caller.post(own, rule_wish(post=post), status=409)
    read = caller.send("GET", f"{place}")
    assert caller.post(f"{place}/enrolling/preview", status=200) == {"enrolments": 0}
    changed = caller.send(
        "PATCH", place, json={"enrols": False}, headers={"If-Match": read.headers["ETag"]}
    )
    assert changed.json["enrols"] is False
    stale = {"If-Match": read.headers["ETag"]}
    caller.send("PATCH", place, json={"enrols": True}, headers=stale, status=412)
    ending = {"on": "2099-01-01", **WHY}
    assert caller.post(f"{place}/end", ending, status=200)["ended_on"] == "2099-01-01"
    caller.post(f"{place}/end", ending, status=409)
    assert [one["ended_on"] for one in caller.get(own)["items"]] == ["2099-01-01"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"unit": "0" * 16}, "body.unit"),
        ({"post": "0" * 16}, "body.post"),
        ({"days": -1}, "body.days"),
        ({"in_force_on": "2500-01-01"}, "body.in_force_on"),
    ],
)
def test_a_wrong_rule_is_refused_by_field(app: Flask, changed: dict, field: str) -> None:
    path = f"/certifications/{make_scheme().public_id}/rules"
    problem = Caller(app).post(path, rule_wish(**changed), status=422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_one_centre_sees_rules_above_it_and_makes_its_own(app: Flask) -> None:
    scheme = make_scheme()
    above, elsewhere = make_rule(scheme), make_rule(scheme, unit=make_unit())
    caller, own = caller_of_one_centre(app), f"/certifications/{scheme.public_id}/rules"
    assert [one["id"] for one in caller.get(own)["items"]] == [above.public_id]
    caller.get(f"/rules/{elsewhere.public_id}", status=404)
    caller.post(f"/rules/{above.public_id}/end", {"on": "2099-01-01", **WHY}, status=404)
    caller.post(own, rule_wish(), status=422)


def test_one_centre_sees_its_own_week(app: Flask) -> None:
    here, there, group = make_unit(), make_unit(), make_group()
    plan_centre(here, group), plan_centre(there, group)
    caller = Caller(app, account=make_account(AccessRole.HR, unit=here, over=here))
    assert [one["unit"]["id"] for one in caller.get("/staffing")["items"]] == [here.public_id]
    week = caller.get(f"/staffing/{here.public_id}?week=2026-03-05")
    parts = week["parts"]
    assert (week["monday"], len(parts), parts[0]["opens"]) == ("2026-03-02", 14, "08:00")
    assert week["required"] == sum(part["required"] for part in parts) > 0
    assert week["groups"][0]["id"] == group.public_id
    assert parts[0]["seats"] is None
    named = caller.get(f"/staffing/{here.public_id}?week=2026-03-05&seats=true")["parts"][0]
    assert len(named["seats"]) == named["required"]
    assert {one["person"]["id"] for one in named["seats"]} == {caller.person_key}
    part = f"/staffing/{here.public_id}/2026-03-02/first/{group.public_id}"
    assert [one["person"] for one in caller.get(part)["items"]] == [caller.person_key]
    assert caller.get(f"{part}?state=away&limit=1") == {"items": [], "next": None}
    caller.get(part.replace("first", "third"), status=404)
    caller.get(f"/staffing/{here.public_id}?week=1999-01-01", status=422)
    caller.get(f"/staffing/{there.public_id}", status=404)


def test_reminders_are_listed_with_the_mail_that_carried_them(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    scheme = make_scheme()
    maria, foreign = (
        make_person(unit=unit, email=f"{unit.code}@people.example") for unit in (here, there)
    )
    award(maria, scheme), award(foreign, scheme)
    day = date(2027, 1, 31)  # thirty days before it ends
    db.session.commit()
    remind(now=at(day), today=day, settings=with_server())
    caller = Caller(app, account=make_account(AccessRole.HR, unit=here, over=here))
    (one,) = caller.get(f"/reminders?person={maria.public_id}&told_from=2027-01-31")["items"]
    assert (one["recipient"]["id"], one["days"], one["told_on"]) == (
        maria.public_id,
        30,
        "2027-01-31",
    )
    (mail,) = caller.get("/mail")["items"]
    assert one["mail"]["id"] == mail["id"]
    assert caller.get("/reminders")["items"] == [one]
    caller.get(f"/reminders?person={foreign.public_id}", status=422)


def test_evidence_whose_award_would_be_over_already_is_refused_by_its_day(app: Flask) -> None:
    scheme, person, caller = make_scheme(parts=(VISIT,)), make_person(), Caller(app)
    path = f"/people/{person.public_id}/certifications/{scheme.public_id}/decisions"
    body = {"decision": "accept", "part": "visit", "on": "2020-05-06", **WHY}
    (error,) = caller.post(path, body, status=422)["errors"]
    assert error["field"] == "body.on"
    assert "6 May 2021" in error["message"]
    assert caller.get(f"/people/{person.public_id}/certification-facts")["items"] == []


def test_what_ends_is_counted_by_week(app: Flask) -> None:
    scheme, person, today = make_scheme(), make_person(), clock.now().date()
    make_rule(scheme), certify(person, scheme, today + timedelta(days=8))
    found = Caller(app).get("/board/expiries")
    assert [week["number"] for week in found["weeks"]] == [0, 1, *[0] * 11]
    central = caller_of_one_centre(app)
    assert not any(week["number"] for week in central.get("/board/expiries")["weeks"])


def test_decisions_about_a_person_are_facts(app: Flask) -> None:
    scheme, person, caller = make_scheme(parts=(EXAM, VISIT)), make_person(), Caller(app)
    own = f"/people/{person.public_id}"
    path = f"{own}/certifications/{scheme.public_id}/decisions"

    def decide(name: str, status: int = 200, **more: Any) -> Any:
        return caller.post(path, {"decision": name, **WHY, **more}, status=status)

    soon = (clock.now().date() + timedelta(days=9)).isoformat()
    assert decide("require", on=soon)["obligation"] == "required"
    assert decide("waive", on=soon)["obligation"] == "waived"
    decide("end_waiver"), decide("accept", part="visit"), decide("withdraw", part="visit")
    decide("suspend", 409), decide("extend", 409, on=soon), decide("end_waiver", 409)
    assert decide("award")["may_serve"] is True
    for name, changed, field in (
        ("waive", {}, "on"),
        ("waive", {"on": "2100-01-01"}, "on"),
        ("suspend", {"on": soon}, "on"),
        ("accept", {}, "part"),
        ("accept", {"part": "nothing"}, "part"),
    ):
        problem = decide(name, 422, **changed)
        assert [one["field"] for one in problem["errors"]] == [f"body.{field}"]
    facts = caller.get(f"{own}/certification-facts")["items"]
    kinds = ["awarded", "evidence_withdrawn", "evidence_accepted", "waiver_ended", "waived"]
    assert [one["kind"] for one in facts] == [*kinds, "required"]
    assert facts[4]["details"]["until_on"] == soon
    assert facts[4]["actor"]["id"] == caller.person_key
    central = caller_of_one_centre(app)
    central.post(path, {"decision": "award", **WHY}, status=404)
    central.get(f"{own}/certification-facts", status=404)


def test_a_review_after_a_correction_is_decided_once(app: Flask) -> None:
    caller, certificate = Caller(app), make_certificate()
    raise_review(
        enrolment=db.session.get_one(Enrolment, certificate.enrolment_id),
        exam=FINAL_EXAM,
        regrade_key="0" * 16,
        passed=False,
        percent_before=82,
        percent_after=78,
        now=clock.now(),
    )
    [listed] = caller.get("/certificate-reviews")["items"]
    assert (listed["kind"], listed["choices"]) == ("lost", ["kept", "revoked"])
    path = f"/certificate-reviews/{listed['id']}/decision"
    wrong = caller.post(path, {"decision": "issued", "reason": "Not passed"}, status=422)
    assert wrong["errors"][0]["field"] == "body.decision"
    body = {"decision": "revoked", "reason": "Not passed"}
    writing = Caller(app, Scope.CERTIFICATES_WRITE)
    decided = writing.post(path, body, status=200)
    assert (decided["decision"], decided["choices"]) == ("revoked", [])
    assert caller.get(f"/certificates/{certificate.number}")["status"] == "revoked"
    caller.post(path, body, status=409)
    assert caller.get("/certificate-reviews?decided=true")["items"] == [decided]


def test_when_a_certification_reminds_is_set_from_what_was_read(app: Flask) -> None:
    caller, path = Caller(app), f"/certifications/{make_scheme().public_id}/reminder-plan"
    read = caller.send("GET", path)
    wish = read.json | {"head": {"before": [1, 45], "after": []}}
    caller.send("PUT", path, json=wish, status=428)
    tag = {"If-Match": read.headers["ETag"]}
    changed = caller.send("PUT", path, json=wish, headers=tag).json
    assert changed == read.json | {"head": {"before": [45, 1], "after": []}} == caller.get(path)
    caller.send("PUT", path, json=wish, headers=tag, status=412)
    far = wish | {"hr": {"before": [731], "after": []}}
    problem = caller.send("PUT", path, json=far, headers=tag, status=422).json
    assert problem["errors"][0]["field"] == "body.hr.before.0"
    over = make_unit()
    centre = Caller(app, account=make_account(AccessRole.HR, unit=over, over=over))
    centre.send("PUT", path, json=wish, headers={"If-Match": "*"}, status=403)
