"""The search page's answer over 10,000 lessons."""

import random
import time
from collections.abc import Mapping
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
from lms.catalog.search.engines import postgresql, sqlite
from lms.catalog.search.finding import find
from lms.catalog.search.questions import read_question
from lms.catalog.search.tables import passages
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.finding.scope import readable_versions
from lms.people.models import Account
from tests.bench.servers import cpu_seconds

LESSONS = 10_000
IN_COURSE = 10
WRITTEN = 400  # lessons with texts of their own, indexed as any course is; the others copy them
TIMES = 5  # that each question is asked
STRIDE = 10_000_000  # between the ids of a lesson and of its next copy
COPIED: tuple[sa.Table, ...] = tuple(
    model.__table__ for model in (Course, CourseVersion, CourseModule, Activity, LessonText)
)
SHIFTED = ("id", "course_id", "version_id", "module_id", "activity_id")
QUESTIONS = (
    "заявителям", "очередь талон", "«срок услуги»", "документов", "приёма окна", "экстеррит",
    "сломался принтер как быть", "жалобами заявителей", "window", "queue ticket", "персональных данных",
    "что делать если посетитель кричит",
)  # fmt: skip


def make_lessons(lessons: int) -> None:
    """Add published courses whose lessons are made of the real lessons' paragraphs."""
    with unit_of_work():
        known = {table: _last_id(table) for table in (*COPIED, passages)}
        texts = db.session.execute(sa.select(LessonText.language, LessonText.body)).all()
    chance = random.Random(7)
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
    written = min(lessons, WRITTEN)
    for number in range(written // IN_COURSE):
        with unit_of_work():
            indexing.index_version(_course(number, parts, chance, clock.now()))
    for copy in range(1, lessons // written):
        with unit_of_work():
            _copy(known, copy * STRIDE)
    with unit_of_work():
        db.session.execute(sa.text("ANALYZE"))


def _last_id(table: sa.Table) -> int:
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0


def _copy(known: Mapping[sa.Table, int], stride: int) -> None:
    """Copy what has ids above those ``known``, within the database: ids grow by ``stride``."""
    for table, last in known.items():
        own = {column: column + stride if column.name in SHIFTED else column for column in table.c}
        for column in table.c:
            if column.name in ("slug", "public_id"):
                own[column] = sa.cast(table.c.id + stride, sa.String)  # unique, and short enough
        rows = sa.select(*own.values()).where(table.c.id > last, table.c.id < STRIDE)
        db.session.execute(sa.insert(table).from_select(table.c.keys(), rows))
    is_postgres = db.session.get_bind().dialect.name == "postgresql"
    index = postgresql.INDEX if is_postgres else sqlite.INDEX
    key, *others = index.c
    entries = sa.select(key + stride, *others).where(key > known[passages], key < STRIDE)
    db.session.execute(sa.insert(index).from_select(index.c.keys(), entries))


def _body(parts: list[str], chance: random.Random) -> str:
    sections = (
        f"## {' '.join(chance.choice(parts).split()[:4]).strip('#|*')}\n\n"
        + "\n\n".join(chance.sample(parts, 4))
        for _ in range(4)
    )
    return "\n\n".join(sections)


def _course(number: int, parts: dict[str, list[str]], chance: random.Random, now: datetime) -> int:
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
        for language, own in parts.items():
            db.session.add(
                LessonText(
                    activity_id=lesson.id,
                    language=language,
                    title=f"Занятие {place}",
                    body=_body(own, chance),
                    changed_at=now,
                )
            )
    db.session.flush()
    version.status, version.published_at = VersionStatus.PUBLISHED, now  # immutable from now on
    db.session.flush()
    return version.id


def show(app: Flask, lessons: int, database: list[int]) -> None:
    """Build the lessons and print how long an answer takes, each of the questions five times."""
    with app.app_context():
        begin = time.perf_counter()
        make_lessons(lessons)
        built = time.perf_counter() - begin
        print(f"  {lessons} lessons in two languages made in {built:.0f} s")
        with unit_of_work():
            viewer = _Reader(db.session.scalars(sa.select(Account).limit(1)).one().person_id)
            versions = readable_versions(viewer)  # type: ignore[arg-type]
            taken = []
            own, others = time.process_time(), cpu_seconds(database)
            for _ in range(TIMES):
                for text in QUESTIONS:
                    begin = time.perf_counter()
                    find(read_question(text), versions=versions)
                    taken.append((1000 * (time.perf_counter() - begin), text))
            own, others = time.process_time() - own, cpu_seconds(database) - others
    times = [one for one, _ in taken]
    print(
        f"  {'search':<12}p50 {median(times):6.1f} ms   p95 {quantiles(times, n=20)[-1]:6.1f} ms   "
        f"CPU {1000 * own / len(times):.1f} ms, the database's {1000 * others / len(times):.1f} ms   "
        f"slowest {max(taken)[0]:.1f} ms ({max(taken)[1]})"
    )


class _Reader:
    """As much of a viewer as the scope asks for."""

    def __init__(self, person_id: int) -> None:
        self.person = type("Person", (), {"id": person_id})
