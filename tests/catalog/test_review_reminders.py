"""Authors are told of facts and courses whose day to look again is near or over."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.facts.queries import fact_for
from lms.catalog.facts.services import change_fact
from lms.catalog.reminding.digests import remind
from lms.catalog.reminding.models import ReviewReminder
from lms.core.database import db
from lms.notifications.composing import letter
from lms.notifications.models import Message, OutgoingMail
from lms.notifications.queries import mail_with_message
from lms.people.models import AccessRole, Account
from tests.builders.catalog import NOW, make_course
from tests.builders.coauthors import make_co_author
from tests.builders.facts import changed_state, make_fact
from tests.builders.learning import course_of
from tests.builders.notifications import with_server
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.catalog.test_facts import citing
from tests.pages import PageClient

LAST = date(2026, 5, 30)  # the day by which to look at the fact again; the course: 15 July
CITING: dict[str, Any] = citing("queue-limit")
AUTHOR, GUEST = "author@people.example", "guest@outside.example"


def run(on: date) -> int:
    """Run the job at noon of a day, as a process that remembers nothing would."""
    db.session.commit()
    db.session.remove()
    now = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return remind(now=now, today=on, settings=with_server())


def told(person_id: int) -> list[list[tuple[str, str]]]:
    """What each message of somebody says: of which key, on which occasion."""
    own = sa.select(Message).where(Message.recipient_id == person_id).order_by(Message.id)
    return [
        [(line[1], line[3]) for line in message.details["lines"]]
        for message in db.session.scalars(own)
    ]


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Two courses, of which one cites the fact; who edits all, one, and something else."""
    make_fact("queue-limit", review_by=LAST)
    make_fact("nobodys", review_by=LAST)
    make_course("citing", **CITING)
    make_course("other")
    author = make_account(AccessRole.INSTRUCTOR, person=make_person(email=AUTHOR))
    local = make_account(AccessRole.INSTRUCTOR, over=make_unit())
    guests = {slug: make_co_author(slug).person for slug in ("citing", "other")}
    guests["citing"].email = GUEST
    return {
        "author": author.person_id,
        "local": local.person_id,
        "guest": guests["citing"].id,
        "elsewhere": guests["other"].id,
    }


def test_who_edits_a_course_is_told_once_before_and_once_after_the_day(
    people: dict[str, int],
) -> None:
    assert run(LAST - timedelta(days=31)) == 0
    assert run(LAST - timedelta(days=30)) == 2
    assert run(LAST - timedelta(days=30)) == run(LAST) == 0
    assert run(LAST + timedelta(days=5)) == 2, "a missed day is told later"
    assert run(LAST + timedelta(days=6)) == 0
    for name in ("author", "guest"):
        assert told(people[name]) == [[("queue-limit", "soon")], [("queue-limit", "past")]]
    assert told(people["local"]) == told(people["elsewhere"]) == []


def test_a_new_day_is_a_new_reminder_and_the_old_one_says_that_it_is_done(
    app: Flask, people: dict[str, int]
) -> None:
    run(LAST + timedelta(days=1))
    fact = fact_for("queue-limit")
    assert fact is not None
    later = date(2026, 6, 3)
    change_fact(fact, state=changed_state(review_by=later), number=1, now=NOW, actor=None)
    assert run(LAST + timedelta(days=2)) == 2
    assert run(later) == 0
    assert run(later + timedelta(days=1)) == 2
    said = [line for message in told(people["author"]) for line in message]
    assert said == [("queue-limit", "past"), ("queue-limit", "soon"), ("queue-limit", "past")]
    page = reader(app, people["author"]).get("/inbox")
    assert page.text.count("reviewed meanwhile") == page.text.count("review by 3 June 2026") == 1
    assert page.text.count("review overdue since 3 June 2026") == 1
    assert page.one(".badge-bad + a").get("href").endswith("/authoring/facts/queue-limit")


def reader(app: Flask, person_id: int) -> PageClient:
    """Sign somebody in."""
    username = db.session.scalars(
        sa.select(Account.username).where(Account.person_id == person_id)
    ).one()
    return PageClient(app).sign_in(username, PASSWORD)


def test_the_mail_is_in_the_readers_language_and_leads_where_they_may_go(
    people: dict[str, int],
) -> None:
    run(LAST + timedelta(days=1))
    bodies = {
        mail.address: body_of(mail.id) for mail in db.session.scalars(sa.select(OutgoingMail))
    }
    assert "review overdue since 30 May 2026" in bodies[AUTHOR]
    assert "/authoring/facts/queue-limit" in bodies[AUTHOR]
    assert "срок проверки истёк 30 мая 2026" in bodies[GUEST]
    assert "/authoring/courses/citing" in bodies[GUEST]
    assert "/authoring/facts" not in bodies[GUEST], "the register is closed to them"


def body_of(mail_id: int) -> str:
    """The plain text of a mail."""
    made = letter(mail_with_message(mail_id), settings=with_server(), now=NOW)
    body = message_from_bytes(made.content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_courses_own_day_is_told_and_a_retired_course_asks_nothing(
    people: dict[str, int],
) -> None:
    course_of(make_course("retired", **CITING)).retired_at = NOW
    day = date(2026, 7, 16)
    assert run(day) == 3
    assert told(people["guest"]) == [[("queue-limit", "past"), ("citing", "past")]]
    assert told(people["elsewhere"]) == [[("other", "past")]]
    assert ("retired", "past") not in told(people["author"])[0]


def test_two_runs_at_once_say_it_once(people: dict[str, int]) -> None:
    """A run that read before another one wrote finds the message there."""
    day = LAST + timedelta(days=1)
    assert run(day) == 2
    db.session.execute(sa.delete(ReviewReminder))
    assert run(day) == 0
    assert len(told(people["author"])) == 1
