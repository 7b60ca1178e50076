"""Designs of certificates by the API: edited, published and chosen as on their pages."""

from base64 import b64encode
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification.designs.models import DesignVersion
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.certification import make_certificate, make_taught_course
from tests.builders.designs import make_design, png_file
from tests.builders.people import make_account, make_unit
from tests.builders.schemes import make_scheme

pytestmark = pytest.mark.in_turn
SIGNS = {
    "name": {"ru": "И. Образцов", "en": "I. Obraztsov"},
    "position": {"ru": "Рук.", "en": "Head"},
}
WISH: dict[str, Any] = {"name": "Gala", "draft": {"layout": "band", "signatories": [SIGNS]}}
OWN = "/certificate-designs"


def if_match(caller: Caller, path: str) -> dict[str, str]:
    return {"If-Match": caller.send("GET", path).headers["ETag"]}


def png() -> dict[str, str]:
    return {"content": b64encode(png_file().read()).decode()}


def test_a_design_is_made_edited_published_and_retired(app: Flask) -> None:
    caller, key = Caller(app), {"Idempotency-Key": "design-1"}
    made = caller.send("POST", OWN, json=WISH, headers=key, status=201)
    again = caller.send("POST", OWN, json=WISH, headers=key, status=201)
    assert again.json == made.json
    assert made.json["draft"]["texts"]["heading"]["ru"] == "Сертификат"
    taken = caller.post(OWN, WISH, status=409)
    assert [one["field"] for one in taken["errors"]] == ["body.name"]

    path = made.headers["Location"]
    picture = caller.post(f"{path}/pictures", png(), headers={"Idempotency-Key": "picture-1"})
    assert caller.post(f"{path}/pictures", png())["id"] == picture["id"]
    sent = caller.send("GET", f"{path}/pictures/{picture['id']}")
    assert (sent.mimetype, picture["width"]) == ("image/png", 120)
    stale = if_match(caller, path)
    face = {
        "emblem": {"picture": picture["id"]},
        "signatories": [SIGNS | {"picture": picture["id"]}],
    }
    changed = caller.send("PATCH", path, json={"draft": face}, headers=stale).json
    assert (changed["name"], changed["draft"]["layout"]) == ("Gala", "classic")
    assert changed["draft"]["signatories"] == [SIGNS | {"picture": picture["id"]}]
    caller.send("PATCH", path, json={"name": "Ball"}, headers=stale, status=412)
    caller.send("PATCH", path, json={"name": "Ball"}, status=428)

    for status in (200, 409):  # the second time nothing is new
        done = caller.post(
            f"{path}/publish", {"note": "First"}, headers=if_match(caller, path), status=status
        )
    assert "doesn’t differ" in done["detail"]
    (version,) = caller.get(f"{path}/versions")["items"]
    assert (version["number"], version["note"], version["issued"]) == (1, "First", 0)
    assert version["published_by"]["id"] == caller.person_key
    assert caller.get(OWN)["items"][0]["differs"] is False
    caller.post(f"{path}/retire", headers=if_match(caller, path), status=200)
    caller.send("PATCH", path, json={"name": "B"}, headers=if_match(caller, path), status=409)
    back = caller.post(f"{path}/take-back", headers=if_match(caller, path), status=200)
    assert back["retired_at"] is None
    noted = sa.select(AuditEntry.action).where(AuditEntry.subject_kind == "certificate_design")
    assert [one.split("_")[-1] for one in db.session.scalars(noted.order_by(AuditEntry.id))] == [
        "created", "changed", "published", "retired", "back",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "field", "words"),
    [
        ({"texts": {"heading": {"ru": " ", "en": "A"}}}, "texts.heading.ru", "Fill in this text."),
        ({"texts": {"heading": {"ru": "А", "en": "A" * 41}}}, "texts.heading.en", "At most 40"),
        ({"texts": {"note": {"ru": "{score}", "en": ""}}}, "texts.note.ru", "no {score} here"),
        ({"texts": {"note": {"ru": "{", "en": ""}}}, "texts.note.ru", "A brace stands alone"),
        ({"texts": {"centre": {"ru": "{date}", "en": ""}}}, "texts.centre.ru", "can’t have"),
        ({"texts": {"note": {"ru": "𓀀", "en": ""}}}, "texts.note.ru", "No font here draws"),
        ({"texts": {"motto": {"ru": "", "en": ""}}}, "texts.motto", "no such field"),
        ({"emblem": {"picture": "0" * 16}}, "emblem.picture", "among what is offered"),
        (
            {"signatories": [SIGNS | {"name": {"ru": "", "en": "A"}}]},
            "signatories.0.name.ru",
            "Fill",
        ),
        ({"signatories": [SIGNS, SIGNS, SIGNS, SIGNS]}, "signatories", "Most items: 3"),
        ({"layout": "round"}, "layout", "should be one of"),
    ],
)
def test_a_face_that_cannot_be_is_refused_by_place(
    app: Flask, draft: dict, field: str, words: str
) -> None:
    problem = Caller(app).post(OWN, WISH | {"draft": draft}, status=422)
    (error,) = problem["errors"]
    assert error["field"] == f"body.draft.{field}"
    assert words in error["message"]


def test_pictures_are_of_their_own_design(app: Flask) -> None:
    caller, one, other = Caller(app), make_design(), make_design()
    picture = caller.post(f"{OWN}/{one.public_id}/pictures", png())["id"]
    path = f"{OWN}/{other.public_id}"
    caller.send("GET", f"{path}/pictures/{picture}", status=404)
    face = {"draft": {"emblem": {"picture": picture}}}
    problem = caller.send("PATCH", path, json=face, headers=if_match(caller, path), status=422).json
    assert [error["field"] for error in problem["errors"]] == ["body.draft.emblem.picture"]
    for wrong in ("AAAA", "A" * 5):
        problem = caller.post(f"{path}/pictures", {"content": wrong}, status=422)
        assert [error["field"] for error in problem["errors"]] == ["body.content"]


def test_a_design_is_chosen_for_each_place(app: Flask) -> None:
    make_taught_course("taught")
    caller, design, scheme = Caller(app), make_design(), make_scheme()
    draft = make_design(published=False)
    wish = {"chosen": "design", "design": design.public_id}
    places = (
        "/certificate-design-choices/network",
        f"/certifications/{scheme.public_id}/certificate-design",
        "/courses/taught/certificate-design",
    )
    for path, before in zip(places, ("built_in", "next", "next"), strict=True):
        assert caller.get(path)["chosen"] == before
        tag = if_match(caller, path)
        chosen = caller.send("PUT", path, json=wish, headers=tag).json
        assert (chosen["design"]["id"], chosen["counts"], chosen["changes"]) == (
            design.public_id,
            True,
            1,
        )
        caller.send("PUT", path, json=wish, headers=tag, status=412)
        for changed, status in (
            (wish | {"design": draft.public_id}, 409),
            (wish | {"design": "0" * 16}, 422),
            ({"chosen": "design"}, 422),
            (wish | {"chosen": "built_in"}, 422),
        ):
            caller.send("PUT", path, json=changed, headers=if_match(caller, path), status=status)
    for path in places:
        status = 422 if "network" in path else 200
        tag = if_match(caller, path)
        caller.send("PUT", path, json={"chosen": "next"}, headers=tag, status=status)
    listed = caller.get("/certificate-design-choices")["items"]
    assert [one["chosen"] for one in listed] == ["design", "next", "next"]
    retire = f"{OWN}/{design.public_id}"
    caller.post(f"{retire}/retire", headers=if_match(caller, retire), status=409)
    number = sa.select(DesignVersion.id).where(DesignVersion.design_id == design.id)
    assert make_certificate().design_version_id == db.session.scalar(number)


def test_designs_are_for_who_looks_after_the_whole_network(app: Flask) -> None:
    path, here = f"{OWN}/{make_design().public_id}", make_unit()
    Caller(app, account=make_account(AccessRole.HR, unit=here, over=here)).get(path, status=403)
    auditor = Caller(app, Scope.DESIGNS_READ, account=make_account(AccessRole.AUDITOR))
    tag = if_match(auditor, path)
    assert len(auditor.get(f"{path}/versions")["items"]) == 1
    auditor.send("PATCH", path, json={"name": "Mine"}, headers=tag, status=403)
    auditor.post(f"{path}/pictures", png(), status=403)
