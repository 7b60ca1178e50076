"""A candidate who meets the exam through its pages and the endpoint of its script alone."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import jobs, queries
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, ItemKind
from lms.catalog.models import CourseVersion
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.builders.assessment import START, answer_event, make_exam, make_place, right_responses
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import Page, PageClient

DEADLINE = timedelta(minutes=30)
GRACE = timedelta(seconds=30)
OVER = DEADLINE + GRACE + timedelta(seconds=1)
SETTLED = DEADLINE + timedelta(minutes=15, seconds=1)


class Moment:
    """The time as the application reads it: ``START`` and so much."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = START
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def after_start(self, passed: timedelta) -> datetime:
        self.now = START + passed
        return self.now


class Candidate:
    """A trainee with a place in ``version``, signed in."""

    def __init__(
        self, app: Flask, version: CourseVersion | None = None, *, person: Person | None = None
    ) -> None:
        self.app = app
        self.person = person or make_person()
        self.account = make_account(person=self.person)
        self.version = version or make_exam()
        self.place: Enrolment = make_place(self.version, self.person)
        self.sign_in()
        self.exam_path = f"/courses/{self.place.public_id}/exam"
        self.path = ""  # of the attempt, once it is started

    def sign_in(self) -> None:
        self.client = PageClient(self.app).sign_in(self.account.username, PASSWORD)

    def start(self, language: str = "en", status: int = 303) -> Page:
        page = self.client.post(f"{self.exam_path}/start", {"language": language}, status=status)
        if status == 303:
            self.path = page.location.split("#")[0]
        return page

    def exam(self) -> Page:
        return self.client.get(self.exam_path)

    def paper(self) -> Page:
        return self.client.get(self.path)

    def review(self) -> Page:
        return self.client.get(f"{self.path}/review")

    def hand_in(self) -> Page:
        return self.client.post(f"{self.path}/submit", status=303)

    def take_over(self) -> Page:
        return self.client.post(f"{self.path}/take-over", status=303)

    def result(self, status: int = 200) -> Page:
        return self.client.get(f"{self.path}/result", status=status)

    @property
    def attempt(self) -> Attempt:
        """The attempt's row, read anew."""
        key = self.path.rsplit("/", 1)[-1]
        statement = sa.select(Attempt).where(Attempt.public_id == key)
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    @property
    def data(self) -> dict[str, Any]:
        """What the paper tells its script."""
        return script_data(self.paper())

    @property
    def token(self) -> str:
        return str(self.data["token"])

    def send(self, *events: dict[str, Any], token: str | None = None, status: int = 200) -> Any:
        """Send events as the script does, without cookies; return the reply."""
        bearer = self.token if token is None else token
        page = send(self.app, self.path, json.dumps({"events": list(events)}), bearer)
        assert page.status == status, page.html or page.json
        return page.json

    def send_rightly(self, **overrides: Any) -> None:
        """Answer every question rightly."""
        given = right_responses(self.attempt)
        self.send(*(answer_event(p, given[p], sequence=p, **overrides) for p in sorted(given)))

    def answers(self) -> dict[int, Any]:
        return queries.state(self.attempt.id).answers

    def log(self) -> list[AttemptEvent]:
        return queries.events(self.attempt.id)

    def question(self, kind: ItemKind) -> AttemptItem:
        return next(i for i in queries.paper(self.attempt) if i.item_version.kind is kind)

    def position(self, kind: ItemKind = ItemKind.SINGLE_CHOICE) -> int:
        return self.question(kind).position

    def choose(self, key: str = "a", **overrides: Any) -> dict[str, Any]:
        """The event of choosing an option of the single-choice question."""
        return answer_event(self.position(), {"choice": key}, **overrides)


def send(
    app: Flask, path: str, body: str | bytes, token: str, content_type: str = "application/json"
) -> Page:
    """Send a body to the endpoint of an attempt's answers from a browser that is nobody's."""
    return Page(
        PageClient(app)._request(
            f"{path}/answers",
            method="POST",
            data=body,
            content_type=content_type,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )
    )


def script_data(page: Page) -> dict[str, Any]:
    """The JSON for the script in a page of the exam."""
    data: dict[str, Any] = json.loads(page.one("#exam-data").text)
    return data


def run_job() -> None:
    """The background job, as each five seconds."""
    db.session.commit()
    jobs.close_overdue()
    db.session.expire_all()
