"""The search page's answer over 10,000 lessons."""

import random
import time
from datetime import datetime
from statistics import median, quantiles

import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import (
    Activity,
    ActivityKind,
    Course,
    CourseModule,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.catalog.search import indexing
from lms.catalog.search.finding import find
from lms.catalog.search.questions import read_question
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.finding.scope import readable_versions
from lms.people.models import Account

LESSONS = 10_000
IN_COURSE = 10
DISTINCT = 400  # texts in each language; lessons share them, since compiling takes longest
QUESTIONS = (
    "заявителям", "очередь талон", "«срок услуги»", "документов", "приёма окна", "экстеррит",
    "сломался принтер как быть", "жалобами заявителей", "window", "queue ticket", "персональных данных",
    "что делать если посетитель кричит",
)  # fmt: skip


def make_lessons(lessons: int) -> None:
    """Add published courses whose lessons are made of the real lessons' paragraphs."""
    chance, now = random.Random(7), clock.now()
    with unit_of_work():
        texts = db.session.execute(sa.select(LessonText.language, LessonText.body)).all()
        parts = {
            language: [
                part
                for row in texts
                if row.language == language
                for part in row.body.split("\n\n")
                if ":::" not in part and "![" not in part and part.strip()
            ]
            for language in ("ru", "en")
        }
    bodies = {
        language: [_body(own, chance) for _ in range(DISTINCT)] for language, own in parts.items()
    }
    for number in range(lessons // IN_COURSE):
        with unit_of_work():
            indexing.index_version(_course(number, bodies, chance, now))


def _body(parts: list[str], chance: random.Random) -> str:
    sections = (
        f"## {' '.join(chance.choice(parts).split()[:4]).strip('#|*')}\n\n"
        + "\n\n".join(chance.sample(parts, 4))
        for _ in range(4)
    )
    return "\n\n".join(sections)


def _course(number: int, bodies: dict[str, list[str]], chance: random.Random, now: datetime) -> int:
    course = Course(slug=f"bench-{number}", created_at=now)
    version = CourseVersion(
        course=course, number=1, status=VersionStatus.DRAFT, title={"ru": f"Курс {number}"},
        summary={}, languages=["ru", "en"], hours=1,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    module = CourseModule(version_id=version.id, key="m", title={"ru": "М"}, position=1)
    db.session.add(module)
    db.session.flush()
    for place in range(IN_COURSE):
        lesson = Activity(
            version_id=version.id, module_id=module.id, key=f"l{place}", kind=ActivityKind.LESSON,
            position=place, minutes=5, sources=[],
        )  # fmt: skip
        db.session.add(lesson)
        db.session.flush()
        for language, own in bodies.items():
            body = chance.choice(own)
            db.session.add(
                LessonText(
                    activity_id=lesson.id,
                    language=language,
                    title=f"Занятие {place}",
                    body=body,
                    changed_at=now,
                )
            )
    db.session.flush()
    version.status, version.published_at = VersionStatus.PUBLISHED, now  # immutable from now on
    db.session.flush()
    return version.id


def show(app: Flask, lessons: int = LESSONS) -> None:
    """Build the lessons and print how long an answer takes, each of the questions five times."""
    with app.app_context():
        begin = time.perf_counter()
        make_lessons(lessons)
        built = time.perf_counter() - begin
        taken = []
        with unit_of_work():
            viewer = _Reader(db.session.scalars(sa.select(Account).limit(1)).one().person_id)
            for _ in range(5):
                for text in QUESTIONS:
                    begin = time.perf_counter()
                    find(read_question(text), versions=readable_versions(viewer))  # type: ignore[arg-type]
                    taken.append((1000 * (time.perf_counter() - begin), text))
        times = [one for one, _ in taken]
        print(
            f"  {'search':<12}{lessons:>6} lessons in two languages, indexed in {built:.0f} s   "
            f"p50 {median(times):6.1f} ms   p95 {quantiles(times, n=20)[-1]:6.1f} ms   "
            f"slowest {max(taken)[0]:.1f} ms ({max(taken)[1]})"
        )


class _Reader:
    """As much of a viewer as the scope asks for."""

    def __init__(self, person_id: int) -> None:
        self.person = type("Person", (), {"id": person_id})
