"""Work on many certificates by the API: a second person's token agrees, never the same person's."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.batches.models import CertificateBatch
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.batches import make_batches
from tests.builders.certification import (
    make_certificate,
    make_completed_enrolment,
    make_taught_course,
)
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.schemes import make_scheme

pytestmark = pytest.mark.in_turn
WHY = {"reason": "They were issued twice"}


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(CertificateBatch)) or 0


def test_many_are_revoked_when_another_person_agrees(app: Flask) -> None:
    make_certificate(), make_certificate()
    asker, second = Caller(app), Caller(app, Scope.BATCHES_READ, Scope.BATCHES_WRITE)
    number = asker.post("/batches/revocation/preview", {}, status=200)["certificates"]
    wish = {"certificates": number, **WHY}
    asker.post("/batches/revocation", {**wish, "certificates": number + 1}, status=409)
    place = asker.send(
        "POST", "/batches/revocation", json=wish, headers={"Idempotency-Key": "a"}, status=201
    ).headers["Location"]
    asker.post("/batches/revocation", wish, headers={"Idempotency-Key": "a"})
    assert count() == 1
    asker.post(f"{place}/answer", {"answer": "agreed"}, status=403)
    refusal = second.post(f"{place}/answer", {"answer": "refused"}, status=422)
    assert [one["field"] for one in refusal["errors"]] == ["body.word"]
    second.post(f"{place}/stop", status=409)
    agreed = second.post(f"{place}/answer", {"answer": "agreed"}, status=200)
    assert (agreed["state"], agreed["decision"]["answered_by"]["id"]) == (
        "running",
        second.person_key,
    )
    second.post(f"{place}/answer", {"answer": "agreed"}, status=409)
    asker.post(f"{place}/withdrawal", status=409)
    assert second.post(f"{place}/stop", status=200)["state"] == "stopped"
    assert second.post(f"{place}/resume", status=200)["state"] == "running"
    assert len(second.get(f"{place}/items")["items"]) == number == 2


def test_many_are_issued_as_previewed(app: Flask) -> None:
    make_completed_enrolment(version=make_taught_course("taught-here"))
    caller, wish = Caller(app), {"course": "taught-here"}
    plan = caller.post("/batches/issue/preview", wish, status=200)
    assert (plan["people"], plan["verdicts"]) == (1, {"issue": 1})
    caller.post("/batches/issue", {**wish, "plan": "0" * 64, **WHY}, status=409)
    made = caller.post("/batches/issue", {**wish, "plan": plan["plan"], **WHY})
    assert (made["state"], made["total"], made["course"]) == ("waiting", 1, wish["course"])
    assert caller.post(f"/batches/{made['id']}/withdrawal", status=200)["state"] == "refused"


def test_evidence_of_many_is_recorded_as_previewed(app: Flask) -> None:
    person, scheme, caller = make_person(), make_scheme(), Caller(app)
    wish: dict[str, Any] = {
        "certification": scheme.public_id,
        "part": "exam",
        "personnel_numbers": [person.personnel_number, "nobody"],
    }
    plan = caller.post("/batches/certify/preview", wish, status=200)
    assert plan["verdicts"] == {"issue": 1, "unknown": 1}
    made = caller.post("/batches/certify", {**wish, "plan": plan["plan"], **WHY})
    assert made["certification"]["id"] == scheme.public_id
    for changed, field in (
        ({"part": "visit"}, "part"),
        ({"shown_on": "2999-01-01"}, "shown_on"),
        ({"personnel_numbers": []}, "personnel_numbers"),
        ({"certification": "0" * 16}, "certification"),
    ):
        problem = caller.post("/batches/certify/preview", {**wish, **changed}, status=422)
        assert [one["field"] for one in problem["errors"]] == [f"body.{field}"]


def test_earlier_results_count_as_previewed(app: Flask) -> None:
    make_completed_enrolment(version=make_taught_course("taught"))
    caller, wish = Caller(app), {"certification": make_scheme().public_id}
    plan = caller.post("/batches/earlier/preview", wish, status=200)
    assert (plan["people"], plan["awards"]) == (1, 1)
    row = plan["rows"][0]
    assert (row["results"], row["valid_from"], row["valid_until"], row["lacking"]) == (
        [{"part": "exam", "shown_on": "2026-03-10"}],
        "2026-03-10",
        "2027-03-10",
        [],
    )
    caller.post("/batches/earlier", {**wish, "plan": "0" * 64, **WHY}, status=409)
    made = caller.post("/batches/earlier", {**wish, "plan": plan["plan"], **WHY})
    assert (made["kind"], made["state"], made["total"]) == ("earlier", "waiting", 1)
    problem = caller.post("/batches/earlier/preview", {**wish, "unit": "0" * 16}, status=422)
    assert [one["field"] for one in problem["errors"]] == ["body.unit"]


def test_files_are_of_whoever_asked_alone(app: Flask) -> None:
    certificate = make_certificate()
    owner = Caller(app, Scope.BATCHES_READ)
    download = make_batches(owner.account, certificate.number)["download"]
    path = f"/batches/{download}/file"
    part = owner.send("GET", path, headers={"Range": "bytes=2-3"}, status=206)
    assert (owner.send("GET", path).data, part.data) == (b"a file", b"fi")
    beyond = owner.send("GET", path, headers={"Range": "bytes=9-"}, status=416)
    assert (beyond.json["status"], beyond.headers["Content-Range"]) == (416, "bytes */6")
    other = Caller(app, Scope.BATCHES_READ)
    other.get(f"/batches/{download}", status=404)
    assert download not in {one["id"] for one in other.get("/batches")["items"]}
    auditor = Caller(app, Scope.BATCHES_READ, account=make_account(AccessRole.AUDITOR))
    assert auditor.get(f"/batches/{download}")["state"] == "done"
    auditor.get(path, status=403)


def test_one_centre_sees_and_chooses_what_is_its_own(app: Flask) -> None:
    here = make_unit()
    make_certificate(), make_certificate(make_person(unit=here))
    whole = Caller(app)
    place = make_batches(whole.account, make_certificate().number)["revocation"]
    central = Caller(app, account=make_account(AccessRole.HR, unit=here, over=here))
    assert central.post("/batches/revocation/preview", {}, status=200) == {"certificates": 1}
    central.get(f"/batches/{place}", status=404)
    central.post(f"/batches/{place}/answer", {"answer": "agreed"}, status=404)
    assert central.get("/batches")["items"] == []
    made = central.post("/batches/files", {"kind": "print"})
    assert (made["kind"], made["total"], made["state"]) == ("print", 1, "running")
