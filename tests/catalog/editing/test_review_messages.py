"""Messages about reviews: reviewers learn of a request, who asked learns of the answer."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Activity, Course, CourseVersion
from lms.catalog.reviewing import services
from lms.catalog.services import discard_draft
from lms.catalog.services.drafts import note
from lms.core.database import db
from lms.notifications.models import Message
from lms.people.models import AccessRole, Person
from tests.builders.catalog import NOW
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def draft(lesson: Activity) -> CourseVersion:
    return db.session.get_one(CourseVersion, lesson.version_id)


@pytest.fixture
def writer(app: Flask) -> Person:
    return make_account(AccessRole.INSTRUCTOR).person


@pytest.fixture
def reviewer(app: Flask) -> PageClient:
    account = make_account(AccessRole.INSTRUCTOR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def told(person: Person) -> list[str]:
    own = sa.select(Message).where(Message.recipient_id == person.id).order_by(Message.id)
    return [message.details["step"] for message in db.session.scalars(own)]


def test_reviewers_are_told_and_come_to_the_review(
    draft: CourseVersion, writer: Person, reviewer: PageClient
) -> None:
    services.ask_for_review(draft, message="Is the fee right?", actor=writer, now=NOW)
    page = reviewer.get("/inbox")
    assert "A draft of a course is ready for your review" in page.text
    assert "Is the fee right?" in page.text
    link = page.select("main a[href$='/review']")[0]
    assert reviewer.get(link.get("href")).status == 200


def test_nobody_is_told_of_their_own_request(draft: CourseVersion, writer: Person) -> None:
    services.ask_for_review(draft, message="", actor=writer, now=NOW)
    assert told(writer) == []


def test_where_a_second_person_approves_who_edited_last_is_not_asked(
    draft: CourseVersion, writer: Person
) -> None:
    course, other = db.session.get_one(Course, draft.course_id), make_person()
    services.set_rule(course, second_person=True, actor=other, now=NOW)
    note(draft, action="catalog.lesson_edited", now=NOW, actor=writer)
    services.ask_for_review(draft, message="", actor=other, now=NOW)
    assert told(writer) == []


@pytest.mark.parametrize(
    ("answer", "step"),
    [(services.approve, "approved"), (services.request_changes, "changes_requested")],
)
def test_who_asked_is_told_the_answer(
    draft: CourseVersion, writer: Person, answer: object, step: str
) -> None:
    services.ask_for_review(draft, message="", actor=writer, now=NOW)
    answer(draft, message="See article 333.", actor=make_person(), now=NOW)  # type: ignore[operator]
    assert told(writer) == [step]


def test_a_draft_that_is_gone_leaves_a_message_that_can_be_read(
    draft: CourseVersion, writer: Person, reviewer: PageClient
) -> None:
    services.ask_for_review(draft, message="", actor=writer, now=NOW)
    discard_draft(draft, now=NOW, actor=writer)
    db.session.commit()
    page = reviewer.get("/inbox")
    assert "This draft is no longer there." in page.text
