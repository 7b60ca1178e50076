"""Certifications are defined and changed by the API as on their pages, refused in the same words."""

from contextvars import Context
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification.schemes.models import CertificationScheme, SchemeVersion
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.certification import make_taught_course
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.schemes import award, make_rule, make_scheme
from tests.support.threads import at_once

pytestmark = pytest.mark.in_turn
PART = {"key": "visit", "kind": "observation", "title": {"ru": "Наблюдение"}}
COURSE = {
    "key": "course",
    "kind": "course",
    "title": {"ru": "Курс", "en": "Course"},
    "course": "taught",
    "in_short": True,
}
TERMS: dict[str, Any] = {
    "in_force_on": "2026-01-01",
    "parts": [COURSE, PART, {**PART, "key": "paper", "kind": "document"}],
    "valid_months": 24,
    "anchor": "calendar",
    "calendar_month": 2,
    "calendar_day": 28,
    "least_months": 6,
    "window_days": 90,
    "notice_days": 40,
    "grace_days": 14,
    "grace_serves": True,
    "short_months": 3,
    "look_back_days": 30,
    "needs_decision": True,
}
NAMED = {"key": "universal", "title": {"ru": "Специалист", "en": "Specialist"}}
WHY = {"reason": "The grace is longer now"}


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_certification_is_defined_read_and_changed_by_versions(app: Flask) -> None:
    make_taught_course("taught")
    caller, key = Caller(app), {"Idempotency-Key": "define-1"}
    offered = caller.get("/certification-evidence")["items"]
    assert {(one["kind"], one["course"]) for one in offered} >= {("course", "taught")}
    made = caller.send("POST", "/certifications", json=NAMED | TERMS, headers=key, status=201)
    again = caller.send("POST", "/certifications", json=NAMED | TERMS, headers=key, status=201)
    assert again.json == made.json
    place = made.headers["Location"]
    read = caller.send("GET", place)
    sent = {name: value for name, value in TERMS.items() if name != "parts"}
    assert sent.items() <= read.json.items()
    exact = {"course": None, "exam": None, "in_short": False}
    both = {"title": {"ru": "Наблюдение", "en": "Наблюдение"}}
    assert read.json["parts"] == [
        exact | COURSE,
        *(exact | one | both for one in TERMS["parts"][1:]),
    ]
    taken = caller.post("/certifications", NAMED | TERMS, status=409)
    assert [one["field"] for one in taken["errors"]] == ["body.key"]

    ahead = (clock.now().date() + timedelta(days=9)).isoformat()
    further = {**TERMS, **WHY, "grace_days": 30, "in_force_on": ahead}
    tag = {"If-Match": read.headers["ETag"]}
    own = f"{place}/versions"
    caller.post(own, further, status=428)
    changed = caller.post(own, further | {"title": NAMED["title"] | {"en": "New"}}, headers=tag)
    assert (changed["version"], changed["newest_version"], changed["grace_days"]) == (1, 2, 14)
    assert changed["title"]["en"] == "New"
    caller.post(own, further, headers=tag, status=412)
    listed = caller.get(own)["items"]
    assert [(one["version"], one["grace_days"], one["reason"]) for one in listed] == [
        (2, 30, WHY["reason"]),
        (1, 14, ""),
    ]
    noted = sa.select(AuditEntry.action, AuditEntry.actor_key).where(
        AuditEntry.subject_kind == "certification_scheme"
    )
    assert [tuple(one) for one in db.session.execute(noted.order_by(AuditEntry.id))] == [
        ("certification.scheme_created", caller.person_key),
        ("certification.scheme_changed", caller.person_key),
    ]


@pytest.mark.parametrize(
    ("changed", "fields", "words"),
    [
        ({"key": "Universal"}, ["key"], "2 to 30 small letters"),
        ({"title": {"ru": " ", "en": "A"}}, ["title.ru"], "no invisible signs"),
        ({"valid_months": 0}, ["valid_months"], "Enter 1 to 240 months, or nothing."),
        ({"calendar_day": 32}, ["calendar_day"], "from 1 to 31"),
        ({"notice_days": 91}, ["notice_days"], "before its renewal opens"),
        ({"valid_months": None}, ["anchor"], "doesn’t expire"),
        ({"in_force_on": "2150-01-01"}, ["in_force_on"], "2100-12-31"),
        ({"parts": []}, ["parts"], "Name at least one part"),
        ({"parts": [PART, PART]}, ["parts"], "Two parts have the same short name."),
        ({"parts": [PART, {**COURSE, "course": None}]}, ["parts.1.course"], "Choose the course."),
        ({"parts": [{**COURSE, "course": "draft"}]}, ["parts.0.course"], "among what is offered"),
        ({"parts": [{**PART, "kind": "exam"}]}, ["parts.0.exam"], "Choose the exam."),
        ({"parts": [{**PART, "exam": "exam"}]}, ["parts.0.exam"], "among what is offered"),
        ({"parts": [{**PART, "title": {"en": "Visit"}}]}, ["parts.0.title.ru"], "required"),
        (
            {"parts": [{**COURSE, "course": "draft"}], "notice_days": 91},
            ["notice_days", "parts.0.course"],
            "",
        ),
    ],
)
def test_terms_that_cannot_be_are_refused_by_place(
    app: Flask, changed: dict, fields: list[str], words: str
) -> None:
    make_taught_course("taught")
    wish = NAMED | TERMS | changed
    problem = Caller(app).post("/certifications", wish, status=422)
    assert [one["field"] for one in problem["errors"]] == [f"body.{one}" for one in fields]
    assert words in problem["errors"][0]["message"]
    assert count(CertificationScheme) == 0


def test_what_terms_would_mean_for_a_person_is_seen_without_writing(app: Flask) -> None:
    scheme, person, caller = make_scheme(), make_person(), Caller(app)
    today = clock.now().date()
    make_rule(scheme, days=0), award(person, scheme, today)
    own = f"/certifications/{scheme.public_id}"
    wish = {
        "in_force_on": today.isoformat(),
        "parts": [PART],
        "valid_months": 12,
        "anchor": "previous_expiry",
        "grace_days": 10,
        "person": person.public_id,
        "on": str(today),
    }
    ends = caller.get(f"{own}/dates?on={today}")["award"]["until_on"]
    meant = caller.post(f"{own}/versions/preview", wish, status=200)
    assert date.fromisoformat(meant["award"]["from_on"]) == date.fromisoformat(ends) + timedelta(1)
    assert meant["before"]["may_serve"] is meant["standing"]["may_serve"] is True
    assert meant["award"]["grace_until_on"] is not None
    known = caller.get(f"{own}/dates?person={person.public_id}&on={today}")
    assert (known["award"]["from_on"], known["award"]["grace_until_on"]) == (str(today), None)
    later = caller.post(f"{own}/versions/preview", wish | {"on": "2099-01-01"}, status=200)
    assert (later["lacking"], later["before"]["label"]) == (["visit"], "expired")
    new = {name: value for name, value in wish.items() if name != "person"}
    assert caller.post("/certifications/preview", new, status=200)["before"] is None
    problem = caller.post(f"{own}/versions/preview", wish | {"person": "0" * 16}, status=422)
    assert [one["field"] for one in problem["errors"]] == ["body.person"]
    assert count(SchemeVersion) == 1


def test_certifications_are_defined_for_the_whole_network(app: Flask) -> None:
    own, here = f"/certifications/{make_scheme().public_id}", make_unit()
    wish = TERMS | {"parts": [PART]}
    central = Caller(app, account=make_account(AccessRole.HR, unit=here, over=here))
    for caller in (central, Caller(app, Scope.STANDINGS_READ)):
        tag = {"If-Match": caller.send("GET", own).headers["ETag"]}
        caller.post("/certifications", NAMED | wish, status=403)
        caller.post("/certifications/preview", wish, status=403)
        caller.post(f"{own}/versions", wish | WHY, headers=tag, status=403)
        caller.post(f"{own}/versions/preview", wish, status=403)
    central.get(f"{own}/dates?person={make_person().public_id}", status=422)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_of_two_versions_at_once_one_is_refused(app: Flask) -> None:
    caller, path = Caller(app), f"/certifications/{make_scheme().public_id}"
    tag = caller.send("GET", path).headers["ETag"]
    wish = TERMS | WHY | {"parts": [PART]}
    headers = {"If-Match": tag, "Authorization": f"Bearer {caller.secret}"}

    def publish() -> int:
        address = f"/api/v1{path}/versions"
        client = app.test_client()
        return Context().run(client.post, address, json=wish, headers=headers).status_code

    done, refused = sorted(at_once(app, publish, publish))
    assert (done, refused in {409, 412}) == (201, True)
    assert count(SchemeVersion) == 2
