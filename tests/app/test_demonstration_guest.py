"""The demonstration's expert from outside: marked as made up, and on their one course alone."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from lms.app.demonstration.guests import COURSE, USERNAME, make_guest
from lms.core import clock
from lms.core.database import db
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import Account
from tests.builders.catalog import make_course
from tests.builders.people import make_person, password_hash
from tests.pages import PageClient
from tests.support.applications import QUICK_HASHER


def test_the_expert_signs_in_as_the_others_do_and_is_marked_as_they_are(app: Flask) -> None:
    now = clock.now()
    make_course(COURSE)
    secret = password_hash(DEMONSTRATION_PASSWORD, QUICK_HASHER)
    make_guest(host=make_person(), password_hash=secret, now=now, today=now.date())
    db.session.commit()
    account = db.session.scalars(sa.select(Account).where(Account.username == USERNAME)).one()
    assert account.is_demonstration
    expert = PageClient(app).sign_in(USERNAME, DEMONSTRATION_PASSWORD)
    assert expert.get("/", status=302).location == "/authoring"
    assert f"/authoring/courses/{COURSE}" in [
        link.get("href") for link in expert.get("/authoring").select("main a")
    ]


def test_without_the_course_nobody_is_invited(app: Flask) -> None:
    today = clock.now().date() + timedelta(days=1)
    make_guest(host=make_person(), password_hash="-", now=clock.now(), today=today)
    assert db.session.query(Account).filter_by(username=USERNAME).count() == 0
