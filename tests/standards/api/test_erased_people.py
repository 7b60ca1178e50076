"""What the API still says of people whose data was erased: as the pages, no name and no number."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.models import Certificate
from lms.core.database import db
from lms.reporting.resources import OPERATIONS
from lms.standards.webhooks.models import WebhookDelivery
from tests.builders import erasure as build
from tests.builders.api import Caller

pytestmark = pytest.mark.in_turn
WHAT_WAS_KEPT_IN_ITS_PLACE = "erased-"


def test_no_list_shows_what_stands_in_place_of_an_erased_persons_number(app: Flask) -> None:
    person, caller = build.make_known(), Caller(app)
    build.erase(build.leave(person))
    named = 0
    for operation in OPERATIONS:
        if operation.method == "GET" and not operation.parameters:
            sent = caller.send("GET", operation.path, status=None)
            if sent.status_code == 200:  # others need a word on what is asked for
                assert WHAT_WAS_KEPT_IN_ITS_PLACE not in sent.text, operation.name
                named += person.public_id in sent.text
    assert named > 2


def test_one_record_has_no_number_once_its_person_is_erased(app: Flask) -> None:
    person, caller = build.make_known(), Caller(app)
    build.erase(build.leave(person))
    number = db.session.scalars(sa.select(Certificate.number).limit(1)).one()
    holder = caller.get(f"/certificates/{number}")["holder"]
    assert (holder["id"], holder["personnel_number"]) == (person.public_id, None)
    assert caller.get(f"/people/{person.public_id}")["personnel_number"] is None


def test_a_webhook_gets_no_number_of_an_erased_person(app: Flask) -> None:
    person, caller = build.make_known(), Caller(app)
    build.erase(build.leave(person))
    db.session.execute(sa.delete(WebhookDelivery))
    number = db.session.scalars(sa.select(Certificate.number).limit(1)).one()
    reason = {"reason": "Issued by mistake to somebody else"}
    caller.post(f"/certificates/{number}/revocation", reason, status=200)
    [body] = db.session.scalars(sa.select(WebhookDelivery.body))
    assert '"personnel_number": null' in body or '"personnel_number":null' in body
