"""Who moves a due date tells its learner: one message and one mail for what is moved in an hour."""

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock, jobs
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.services import set_due
from lms.learning.telling.dates import merged
from lms.notifications.composing import letter
from lms.notifications.models import Message, OutgoingMail
from lms.notifications.queries import mail_with_message
from lms.people.models import AccessRole, Person
from tests.builders.learning import make_enrolment
from tests.builders.notifications import with_server
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("app")
FIRST, SECOND = date(2026, 5, 1), date(2026, 6, 1)


def move(enrolment: Enrolment, day: date | None, by: Person | None) -> None:
    db.session.refresh(enrolment, ["row_version", "due_on", "learner", "course"])
    set_due(
        enrolment=enrolment,
        due_on=day,
        row_version=enrolment.row_version,
        actor=by,
        now=clock.now(),
    )
    db.session.commit()
    jobs.run_due()
    db.session.expire_all()


def messages() -> list[Any]:
    statement = sa.select(Message.details, OutgoingMail.subject, Message.recipient_id)
    joined = statement.join(OutgoingMail, OutgoingMail.message_id == Message.id)
    return list(db.session.execute(joined.order_by(Message.id)))


def test_several_courses_are_one_message_and_the_mail_waits_for_them() -> None:
    learner, hr = make_person(), make_person()
    one, other = (make_enrolment(learner, due_on=FIRST) for _ in range(2))
    move(one, SECOND, hr)
    db.session.execute(sa.update(Message).values(read_at=clock.now()))
    move(other, SECOND, hr)
    [(details, subject, recipient)] = messages()
    lines = [[each.id, "2026-05-01", "2026-06-01"] for each in (one, other)]
    assert (details["lines"], recipient) == (lines, learner.id)
    assert subject == "The due dates of 2 courses have been moved"
    assert db.session.scalars(sa.select(Message.read_at)).one() is None
    assert db.session.scalars(sa.select(OutgoingMail.due_at)).one() > clock.now()


def test_the_mail_says_the_same_in_plain_text_and_in_html() -> None:
    enrolment = make_enrolment(make_person(), due_on=FIRST)
    move(enrolment, SECOND, make_person())
    made = letter(mail_with_message(1), settings=with_server(), now=clock.now())
    parsed = message_from_bytes(made.content, policy=default)
    for kind in ("plain", "html"):
        body = parsed.get_body((kind,))
        assert body is not None
        assert "To be completed by 1 June 2026 instead of 1 May 2026." in body.get_content()


def test_what_is_moved_after_the_mail_went_is_another_message() -> None:
    enrolment, hr = make_enrolment(make_person(), due_on=FIRST), make_person()
    move(enrolment, SECOND, hr)
    db.session.execute(sa.update(OutgoingMail).values(due_at=clock.now() - timedelta(seconds=1)))
    move(enrolment, None, hr)
    assert [one.details["lines"][0][1:] for one in messages()] == [
        ["2026-05-01", "2026-06-01"],
        ["2026-06-01", None],
    ]


def test_a_date_that_is_moved_back_at_once_is_no_news() -> None:
    enrolment, hr = make_enrolment(make_person(), due_on=FIRST), make_person()
    move(enrolment, SECOND, hr)
    move(enrolment, FIRST, hr)
    assert messages() == []


def test_neither_a_rule_nor_ones_own_hand_is_told() -> None:
    learner = make_person()
    enrolment = make_enrolment(learner, due_on=FIRST)
    move(enrolment, SECOND, None)
    move(enrolment, FIRST, learner)
    assert messages() == []


def test_telling_twice_changes_nothing() -> None:
    said = {"lines": [[1, "2026-05-01", "2026-06-01"], [2, None, "2026-06-01"]]}
    assert merged(said, said) == said
    assert merged(said, {"lines": [[2, "2026-06-01", None]]}) == {"lines": said["lines"][:1]}


def test_the_learner_reads_both_days_in_the_inbox(app: Flask) -> None:
    account = make_account()
    enrolment = make_enrolment(account.person, due_on=FIRST)
    hr = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    page = hr.get(f"/hr/enrolments/{enrolment.public_id}")
    day = clock.now().date() + timedelta(days=30)
    sent = {name: text for name, text in page.form_values().items() if name.startswith("due-")}
    hr.post(f"/hr/enrolments/{enrolment.public_id}/due", {**sent, "due-due_on": day.isoformat()})
    jobs.run_due()
    inbox = PageClient(app).sign_in(account.username, PASSWORD).get("/inbox")
    assert "The due date of a course has been moved" in inbox.text
    assert "instead of 1 May 2026." in inbox.text
