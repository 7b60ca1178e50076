"""A learner who meets practice through its pages alone, without JavaScript."""

from typing import Any

from flask import Flask

from lms.assessment.practice.models import PracticeCard, PracticeReview
from lms.catalog.models import CourseVersion
from lms.core.database import db
from tests.builders.people import PASSWORD, make_account, make_person
from tests.builders.practice import cards, make_reader
from tests.pages import Page, PageClient


class Learner:
    """A trainee who has read the lessons of ``version``, signed in."""

    def __init__(self, app: Flask, version: CourseVersion | None = None, **options: Any) -> None:
        self.person = make_person()
        self.account = make_account(person=self.person)
        self.enrolment = make_reader(version, self.person, **options)
        self.app = app
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in, as someone does who comes back after days."""
        self.client = PageClient(self.app).sign_in(self.account.username, PASSWORD)

    def begin(self) -> Page:
        """Begin today's practice; the page of its next question, or of its end."""
        return self.client.follow(self.client.post("/practice/start"))

    def get(self, path: str, **options: Any) -> Page:
        return self.client.get(path, **options)

    def fields(
        self, page: Page, *, right: bool = True, certainty: str = "rather"
    ) -> dict[str, str]:
        """What the form of a self-check sends: option 1 is right, 2 is wrong."""
        name = page.one(".option input[value='1']").get("name")
        return {name: "1" if right else "2", "certainty": certainty}

    def send(self, page: Page, fields: dict[str, Any], status: int = 303) -> Page:
        """Send the form of a question's page; a redirect is followed."""
        address = page.one("form.practice-card").get("action")
        answer = self.client.post(address, fields, status=status)
        return self.client.follow(answer) if status == 303 else answer

    def answer(self, page: Page, **options: Any) -> Page:
        """Answer a question; the page with the explanation."""
        return self.send(page, self.fields(page, **options))

    def answer_item(self, page: Page, option: str, certainty: str = "rather") -> Page:
        """Choose an option of a bank's item."""
        name = page.select(".option input")[0].get("name")
        return self.send(page, {name: option, "certainty": certainty})

    def next(self, feedback: Page) -> Page:
        """Follow the way on from an explanation."""
        return self.get(feedback.one(".practice-actions a").get("href"))

    def cards(self) -> list[PracticeCard]:
        return cards(self.person)

    def reviews(self) -> list[PracticeReview]:
        return db.session.query(PracticeReview).order_by(PracticeReview.question_id).all()
