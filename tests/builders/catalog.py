"""Builders of courses and course folders. Each that writes flushes."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from lms.catalog.models import CourseVersion
from lms.catalog.services import load_reading
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import Reading, read_folder
from lms.people.models import Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)

COURSE = """\
schema: lms-course/1
slug: {slug}
title: {{ru: Встреча посетителя, en: Welcoming a visitor}}
summary: {{ru: Как встретить посетителя., en: How to welcome a visitor.}}
languages: [ru, en]
hours: 2
as_of: 2026-01-15
review_by: 2026-07-15
certificate: {{valid_months: 12}}
topics:
  - {{key: greeting, title: {{ru: Приветствие, en: Greeting}}}}
  - {{key: waiting, title: {{ru: Ожидание, en: Waiting}}}}
modules:
  - key: first-minute
    title: {{ru: Первая минута, en: The first minute}}
    lessons:
      - {{key: greeting, minutes: 5, sources: [own-method]}}
      - {{key: queue, minutes: 7}}
sources:
  - key: own-method
    title: {{ru: Методика учебного центра, en: The training centre's method}}
    reference: {{ru: Собственный материал, en: Own material}}
    confidence: own
    as_of: 2026-01-15
"""

LESSONS = {
    "greeting.ru": """\
---
schema: lms-lesson/1
title: Приветствие
---
Сначала взгляд, потом слова[@own-method].

## Первые слова

::: tip
Назовите себя.
:::

![Стрелка от двери к окну.](figures/hall.svg "Путь посетителя")

::: check first-words
Что посетитель слышит первым?

- [x] Приветствие
  > Так видно, что его заметили.
- [ ] Список документов
  > Сначала человек, потом бумаги.
:::

Дальше: [очередь](lesson:queue).
""",
    "greeting.en": """\
---
schema: lms-lesson/1
title: Greeting
---
Look up first, then speak[@own-method].

## The first words

::: tip
Say your name.
:::

![An arrow from the door to the window.](figures/hall.svg "A visitor's way")

::: check first-words
What does the visitor hear first?

- [x] A greeting
  > It shows they have been noticed.
- [ ] The list of documents
  > The person first, the papers after.
:::

Next: [the queue](lesson:queue).
""",
    "queue.ru": """\
---
schema: lms-lesson/1
title: Очередь
---
Скажите, сколько ждать.

| Шаг | Минут |
|---|---:|
| Талон | 1 |
| Ожидание | 10 |
""",
    "queue.en": """\
---
schema: lms-lesson/1
title: The queue
---
Say how long the wait is.

| Step | Minutes |
|---|---:|
| Ticket | 1 |
| Waiting | 10 |
""",
}

FIGURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120" width="320" height="120">
  <title>The way</title>
  <rect x="1" y="1" width="318" height="118" rx="12" fill="#f7faff" stroke="#c9dcf5"/>
  <path d="M40 60h240" stroke="#1d6fd1" stroke-width="6"/>
</svg>
"""

OPTIONS = "abc"


def course_files(slug: str = "welcome", **changed: str | bytes | None) -> dict[str, bytes]:
    """The files of a small whole course, canonical, without items and exam.

    ``changed`` replaces files by path (None removes one): pass it as ``**{"course.yaml": …}``.
    """
    files: dict[str, bytes] = {"course.yaml": COURSE.format(slug=slug).encode()}
    files |= {f"lessons/{name}.md": text.encode() for name, text in LESSONS.items()}
    files["figures/hall.svg"] = FIGURE
    for path, content in changed.items():
        if content is None:
            del files[path]
        else:
            files[path] = content.encode() if isinstance(content, str) else content
    return files


def item_files() -> dict[str, bytes]:
    """A bank of eight single-choice items on two topics, and an exam that draws four."""
    files = {}
    for topic in ("greeting", "waiting"):
        items = "".join(_item(topic, number) for number in range(1, 5))
        files[f"items/{topic}.yaml"] = (
            f"schema: lms-items/1\ntopic: {topic}\nitems:\n{items}"
        ).encode()
    files["exam.yaml"] = b"""\
schema: lms-exam/1
title: {ru: \xd0\x98\xd1\x82\xd0\xbe\xd0\xb3, en: Final exam}
minutes: 20
pass_percent: 75
attempts: 3
wait_hours: 0
explanations: after_submission
sections:
  - {topic: greeting, draw: 2}
  - {topic: waiting, draw: 2}
"""
    return files


def _item(topic: str, number: int) -> str:
    options = "".join(
        f"""\
      - key: {key}
        text: {{ru: Ответ {key}, en: Answer {key}}}
        correct: {"true" if key == "a" else "false"}
        explanation: {{ru: Потому что {key}, en: Because {key}}}
"""
        for key in OPTIONS
    )
    return f"""\
  - key: {topic}-{number}
    kind: single_choice
    level: 1
    points: 1
    prompt: {{ru: Вопрос {number}, en: Question {number}}}
    explanation: {{ru: Пояснение {number}, en: Explanation {number}}}
    options:
{options}"""


def make_course(
    slug: str | None = None,
    *,
    now: datetime = NOW,
    actor: Person | None = None,
    **changed: Any,
) -> CourseVersion:
    """A published version of a small course: two lessons, eight items, an exam of four questions."""
    slug = slug or f"course-{next(_numbers)}"
    reading = _read(frozenset(changed.items()))
    content = replace(reading.content, slug=slug)
    return load_reading(replace(reading, content=content), now=now, actor=actor).version


@cache
def _read(changed: frozenset[tuple[str, str | bytes | None]]) -> Reading:
    """What a course's files say. Reading takes longer than loading, and never differs."""
    return read_folder(SourceFolder(course_files(**{**item_files(), **dict(changed)}), "welcome"))
