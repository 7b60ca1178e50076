"""Each change of a label is noticed once, whether a fact or the passing of a day brings it."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from lms.certification.following.changes import notice_changes
from lms.certification.following.models import StandingChange
from lms.certification.following.walking import walk
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks.models import WebhookDelivery
from tests.builders.api import Caller, make_hook
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.schemes import TODAY, at, award, make_rule, make_scheme

pytestmark = pytest.mark.usefixtures("app")
LATE = date(2026, 4, 1)


def noticed() -> list[tuple[str, str, date]]:
    rows = db.session.scalars(sa.select(StandingChange).order_by(StandingChange.id))
    return [(row.label_before.value, row.label.value, row.changed_on) for row in rows]


def walked(*days: date) -> None:
    db.session.commit()
    for day in days:
        walk(now=at(day), today=day, settings=current_app.config["SETTINGS"])


def test_a_fact_and_a_day_bring_each_change_once() -> None:
    person = make_person()
    make_rule(make_scheme())
    for _ in range(2):
        notice_changes([person.id], now=at(TODAY), today=TODAY)
    walked(TODAY, LATE, LATE)
    assert noticed() == [("none", "required", TODAY), ("required", "overdue", LATE)]


def test_days_that_the_walk_missed_are_followed_later() -> None:
    make_person()
    make_rule(make_scheme())
    walked(date(2026, 2, 28), date(2026, 4, 20))
    assert noticed() == [("none", "overdue", date(2026, 4, 20))]


def test_a_hook_and_the_api_tell_of_a_change(app: Any) -> None:
    here = make_unit()
    person, foreign, scheme = make_person(unit=here), make_person(), make_scheme()
    make_hook(over=here)
    award(person, scheme), award(foreign, scheme)
    notice_changes([person.id, foreign.id], now=at(TODAY), today=TODAY)
    (body,) = db.session.scalars(sa.select(WebhookDelivery.body)).all()
    assert '"label": "certified"' in body
    assert person.family_name not in body
    hr = make_account(AccessRole.HR, unit=here, over=here)
    (item,) = Caller(app, Scope.CERTIFICATES_READ, account=hr).get("/standing-changes")["items"]
    assert (item["label"], item["person"]["id"]) == ("certified", person.public_id)
    assert item["id"] in body
