"""A lesson as its page shows it: the text with the reader's own progress and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from lms.catalog.models import Activity
from lms.catalog.rendering import Check, FigureAddress, RenderedLesson, render_lesson
from lms.core.database import db
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.queries import CheckAnswer, LessonBody, Outline, OutlineActivity, Progress
from lms.learning.queries.study import Source

RESUME_FROM, RESUME_TO = 30, 970  # permille: nearer to an end the page just opens


@dataclass(frozen=True)
class LessonPage:
    """One lesson for one enrolment."""

    enrolment: Enrolment
    outline: Outline
    lesson: OutlineActivity
    text: LessonBody
    rendered: RenderedLesson
    progress: dict[int, Progress]
    answers: dict[str, CheckAnswer]

    @property
    def number(self) -> int:
        """The lesson's place in the course, from 1."""
        return self.lesson.number

    @property
    def own(self) -> Progress | None:
        """Progress in this lesson."""
        return self.progress.get(self.lesson.id)

    @property
    def is_completed(self) -> bool:
        """Whether the lesson is complete."""
        return self.own is not None and self.own.completed_at is not None

    @property
    def resume_at(self) -> int | None:
        """Where to take up reading, in permille; None: at the top."""
        if self.own is None or not RESUME_FROM <= self.own.place <= RESUME_TO:
            return None
        return self.own.place

    @cached_property
    def lessons_read(self) -> int:
        """How many lessons of the course are complete."""
        return count_read(self.outline, self.progress)

    @property
    def previous(self) -> OutlineActivity | None:
        """The lesson before."""
        return self.outline.lessons[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> OutlineActivity | None:
        """The lesson after."""
        return (
            self.outline.lessons[self.number] if self.number < len(self.outline.lessons) else None
        )

    @cached_property
    def unread_others(self) -> list[OutlineActivity]:
        """The other lessons that are not complete yet."""
        return [
            one
            for one in self.outline.lessons
            if one.id != self.lesson.id
            and (one.id not in self.progress or self.progress[one.id].completed_at is None)
        ]

    @property
    def way_on(self) -> OutlineActivity | None:
        """What comes after this lesson: the next one, or an earlier unread; None: the exam."""
        if not self.unread_others:
            return None
        return self.next or self.unread_others[0]

    @property
    def sources(self) -> Sequence[Source]:
        """The sources cited in the text in the order of their numbers, then the others named."""
        cited = self.rendered.citations
        others = [key for key in self.lesson.sources if key not in cited]
        keys = [key for key in (*cited, *others) if key in self.outline.sources]
        return [self.outline.sources[key] for key in keys]

    @property
    def open_checks(self) -> list[Check]:
        """The self-checks without an answer."""
        return [check for check in self.rendered.checks if check.key not in self.answers]


def lesson_page(enrolment: Enrolment, lesson_key: str, *, language: str) -> LessonPage | None:
    """Return the lesson's page; None when the enrolment's version has no such lesson.

    Costs two statements once the version's text is known to this process.
    """
    outline = queries.outline_of(enrolment.version)
    lesson = outline.lesson(lesson_key)
    text = queries.lesson_body(lesson_key, language) if lesson is not None else None
    if lesson is None or text is None:
        return None
    return LessonPage(
        enrolment,
        outline,
        lesson,
        text,
        render(enrolment, outline, text),
        queries.progress_of(enrolment),
        queries.latest_answers(enrolment, lesson.id),
    )


def render(enrolment: Enrolment, outline: Outline, text: LessonBody) -> RenderedLesson:
    """Return a lesson's text with its figures' and lessons' addresses for this enrolment."""

    def files_url(path: str) -> FigureAddress | None:
        file = outline.files.get(path)
        return None if file is None else file.address(text.language)

    def lesson_url(key: str) -> str | None:
        lesson = outline.lesson_keyed(key)
        if lesson is None:
            return None
        return url_for(
            "learning.lesson", enrolment_id=enrolment.public_id, lesson_id=lesson.public_id
        )

    return render_lesson(
        text.body,
        language=text.language,
        sources=outline.sources,
        files_url=files_url,
        lesson_url=lesson_url,
    )


def check_keys(outline: Outline, lesson: OutlineActivity, language: str) -> list[str]:
    """Return the keys of a lesson's self-checks, in order."""
    text = queries.lesson_body(lesson.public_id, language)
    if text is None:
        return []
    rendered = render_lesson(
        text.body,
        language=text.language,
        sources=outline.sources,
        files_url=lambda _path: None,
        lesson_url=lambda _key: None,
    )
    return [check.key for check in rendered.checks]


def count_read(outline: Outline, progress: dict[int, Progress]) -> int:
    """Return how many of the outline's lessons are complete."""
    return sum(
        lesson.id in progress and progress[lesson.id].completed_at is not None
        for lesson in outline.lessons
    )


def activity_of(lesson: OutlineActivity) -> Activity:
    """Return the lesson's row, for the services."""
    return db.session.get_one(Activity, lesson.id)


def following(outline: Outline, progress: dict[int, Progress]) -> OutlineActivity | None:
    """Return the lesson to go on with: where the reader stopped, else the first unread one.

    None when all are read. Twin of the home page's query.
    """
    latest = max(progress.items(), key=lambda one: (one[1].placed_at, one[0]), default=None)
    unread = [
        lesson
        for lesson in outline.lessons
        if lesson.id not in progress or progress[lesson.id].completed_at is None
    ]
    stopped = next((one for one in unread if latest and one.id == latest[0]), None)
    return stopped or (unread[0] if unread else None)
