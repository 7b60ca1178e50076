"""Builders of courses with parts of every kind."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from lms.assessment.coursework.models import PracticeRun
from lms.assessment.coursework.services import begin_run
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.catalog.services import load_reading
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import Reading, read_folder
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.builders.catalog import COURSE, NOW, course_files, item_files
from tests.builders.learning import activities, make_enrolment

OLD = """\
    lessons:
      - {{key: greeting, minutes: 5, sources: [own-method]}}
      - {{key: queue, minutes: 7}}
"""
PARTS = """\
    activities:
      - {{key: greeting, minutes: 5, sources: [own-method]}}
      - {{key: queue, minutes: 7}}
      - key: drill
        kind: practice
        title: {{ru: Тренировка, en: The drill}}
        minutes: 5
        topics: [greeting]
        questions: 2
        complete: {{percent: 50}}
        after: [greeting]
      - key: hall-day
        kind: classroom
        title: {{ru: День в зале, en: A day in the hall}}
        minutes: 90
        description: {{ru: Обходим зал., en: We walk the hall.}}
        bring: {{ru: Блокнот, en: A notebook}}
        place: {{ru: Зал 2, en: Hall 2}}
      - key: memo
        kind: document
        title: {{ru: Памятка, en: The memo}}
        minutes: 3
        file: {{ru: figures/hall.svg, en: figures/hall.svg}}
        optional: true
      - key: first-shift
        kind: checklist
        title: {{ru: Первая смена, en: The first shift}}
        minutes: 60
        steps:
          - {{key: ticket, text: {{ru: Выдал талон, en: Gave a ticket}}}}
          - {{key: thanks, text: {{ru: Поблагодарил, en: Said thanks}}}}
"""


def mixed_files(slug: str = "welcome", *, parts: str = PARTS, more: str = "") -> dict[str, bytes]:
    """The files of a course with a part of each kind; ``more`` is added to course.yaml."""
    text = COURSE.replace(OLD, parts) + more
    files = {**course_files(slug), **item_files(), "course.yaml": text.format(slug=slug).encode()}
    practised = files["items/greeting.yaml"].replace(
        b"    kind: single_choice\n", b"    kind: single_choice\n    practice: true\n"
    )
    return {**files, "items/greeting.yaml": practised}


@cache
def read_mixed(**options: str) -> Reading:
    """What the files of a course with a part of each kind say, mistakes included."""
    return read_folder(SourceFolder(mixed_files(**options), "welcome"))


def make_mixed(slug: str = "mixed", now: datetime = NOW, **options: Any) -> CourseVersion:
    """A published course with a part of each kind."""
    reading = read_mixed(**options)
    content = replace(reading.content, slug=slug)
    return load_reading(replace(reading, content=content), now=now).version


def on_mixed(learner: Person | None = None, **options: Any) -> Enrolment:
    """Someone on a course with a part of each kind."""
    return make_enrolment(learner, make_mixed(**options))


def part(enrolment: Enrolment | CourseVersion, kind: ActivityKind) -> Activity:
    """The part of one kind."""
    return activities(enrolment, kind)[0]


def begin_drill(enrolment: Enrolment, now: datetime = NOW) -> PracticeRun:
    """A run through the practice, begun."""
    drill = part(enrolment, ActivityKind.PRACTICE)
    return begin_run(enrolment=enrolment, activity=drill, language="en", now=now)
