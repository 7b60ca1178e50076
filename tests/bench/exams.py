"""Saving exam answers with 32 clients at once, beside plain durable commits of the same database."""

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Assessment, AssessmentSection
from lms.assessment.services import start_attempt
from lms.assessment.tokens import attempt_token
from lms.catalog.models import FINAL_EXAM, Activity, ActivityKind, Course, CourseVersion
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.services import enrol
from lms.people.models import Person
from tests.bench.load import Send
from tests.builders.assessment import right_responses

QUESTIONS = 20  # of a paper


@dataclass(frozen=True)
class Sitting:
    """An open attempt, ready to be answered."""

    path: str
    token: str
    answers: list[tuple[int, dict[str, Any]]]  # position, response


def open_sittings(app: Flask, count: int) -> list[Sitting]:
    """Start ``count`` attempts of people who have no open place in the course."""
    settings, now = app.config["SETTINGS"], clock.now()
    sittings = []
    with app.app_context(), unit_of_work():
        course = examined_course()
        taken = sa.select(Enrolment.learner_id).where(Enrolment.course_id == course.id)
        people = db.session.scalars(
            sa.select(Person).where(Person.id.not_in(taken)).order_by(Person.id).limit(count)
        ).all()
        for person in people:
            enrolment = enrol(learner=person, course=course, due_on=None, actor=None, now=now)
            read_everything(enrolment)
            attempt = start_attempt(enrolment=enrolment, language="ru", now=now, settings=settings)
            answers = sorted(right_responses(attempt).items())
            token = attempt_token(attempt, app.config["SECRET_KEY"])
            sittings.append(Sitting(f"/attempts/{attempt.public_id}/answers", token, answers))
    return sittings


def examined_course() -> Course:
    """Return the first course whose exam waits for nothing but lessons that are read.

    The exam asks ``QUESTIONS``: its last section draws as many as that takes.
    """
    alone = (ActivityKind.LESSON, ActivityKind.EXAM)
    others = sa.select(CourseVersion.course_id).join(Activity).where(Activity.kind.not_in(alone))
    statement = sa.select(Course).where(Course.id.not_in(others)).order_by(Course.id)
    course = db.session.scalars(statement.limit(1)).one()
    *others_of_it, last = db.session.scalars(
        sa.select(AssessmentSection)
        .join(Assessment, Assessment.id == AssessmentSection.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(CourseVersion.course_id == course.id, Activity.key == FINAL_EXAM)
        .order_by(AssessmentSection.position)
    )
    last.draw = QUESTIONS - sum(section.draw for section in others_of_it)
    db.session.flush()
    return course


def read_everything(enrolment: Enrolment) -> None:
    """Mark all lessons of the course as read."""
    now = clock.now()
    lessons = sa.select(Activity.id).where(
        Activity.version_id == enrolment.version_id, Activity.kind == ActivityKind.LESSON
    )
    db.session.add_all(
        ActivityProgress(
            enrolment_id=enrolment.id, activity_id=lesson, furthest=1000, place=1000,
            placed_at=now, opened_at=now, completed_at=now,
        )
        for lesson in db.session.scalars(lessons)
    )  # fmt: skip
    db.session.flush()


def save(sittings: list[Sitting]) -> Send:
    """Return a sender that saves one answer of its own sitting with each request."""

    def send(connection: http.client.HTTPConnection, client: int, number: int) -> int:
        sitting = sittings[client % len(sittings)]
        position, response = sitting.answers[number % len(sitting.answers)]
        event = {
            "event_id": str(uuid4()), "kind": "answer", "writer": 1, "sequence": number + 1,
            "position": position, "response": response, "authored_ms_ago": 5,
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {sitting.token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        connection.request("POST", sitting.path, json.dumps({"events": [event]}), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return send


def plain_commits_per_second(url: str, writers: int, seconds: float = 4.0) -> float:
    """Return how many one-row transactions a second ``writers`` threads commit durably."""
    engine = sa.create_engine(url, pool_size=writers)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS bench_commit")
        connection.exec_driver_sql("CREATE TABLE bench_commit (id VARCHAR(36) PRIMARY KEY)")
    counts, stop = [0] * writers, time.monotonic() + seconds

    def write(number: int) -> None:
        while time.monotonic() < stop:
            with engine.begin() as connection:
                connection.execute(
                    sa.text("INSERT INTO bench_commit VALUES (:id)"), {"id": str(uuid4())}
                )
            counts[number] += 1

    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE bench_commit")
    engine.dispose()
    return sum(counts) / seconds
