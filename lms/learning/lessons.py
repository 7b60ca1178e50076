"""A lesson as its page shows it: the text with the reader's own progress and answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from lms.catalog.facts.queries import TaughtFact, cited_in, taught_facts
from lms.catalog.models import Activity
from lms.catalog.rendering import Check, Exercise, FigureAddress, RenderedLesson, render_lesson
from lms.core.database import db
from lms.learning import queries
from lms.learning.activities.opening import Lock, done_keys, lock_of, locks
from lms.learning.errors import NotOpenYet
from lms.learning.models import Enrolment
from lms.learning.queries import (
    CheckAnswer,
    LessonBody,
    Outline,
    OutlineActivity,
    Progress,
    Response,
)
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
    responses: dict[str, Response]  # to exercises and checklists
    facts: Sequence[TaughtFact]  # cited ones in the order of their numbers

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
        """How many of the course's duties are complete."""
        return count_read(self.outline, self.progress)

    @cached_property
    def _place(self) -> int:
        return self.outline.parts.index(self.lesson)

    @property
    def previous(self) -> OutlineActivity | None:
        """The part before."""
        return self.outline.parts[self._place - 1] if self._place else None

    @property
    def next(self) -> OutlineActivity | None:
        """The part after."""
        following = self.outline.parts[self._place + 1 :]
        return following[0] if following else None

    @cached_property
    def unread_others(self) -> list[OutlineActivity]:
        """The other duties that are not complete yet."""
        return [
            one
            for one in self.outline.duties
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
    def open_questions(self) -> list[Check | Exercise]:
        """The self-checks and exercises without an answer."""
        return [
            question
            for question in self.rendered.questions
            if question.key not in self.answers and question.key not in self.responses
        ]

    @property
    def question_keys(self) -> list[str]:
        """The keys of what the reader is asked, in order."""
        return [question.key for question in self.rendered.questions]


def lesson_page(enrolment: Enrolment, lesson_key: str, *, language: str) -> LessonPage | None:
    """Return the lesson's page; None when the enrolment's version has no such lesson.

    Raises NotOpenYet while something comes before it.

    Costs two statements once the version's text is known to this process, one more each with
    exercises and with facts.
    """
    outline = queries.outline_of(enrolment.version)
    lesson = outline.lesson(lesson_key)
    text = queries.lesson_body(lesson_key, language) if lesson is not None else None
    if lesson is None or text is None:
        return None
    progress = queries.progress_of(enrolment)
    require_open(enrolment, outline, lesson, progress)
    facts = taught_facts(cited_in(text.body), enrolment.version.published_at)
    rendered = render(enrolment, outline, text, facts)
    return LessonPage(
        enrolment,
        outline,
        lesson,
        text,
        rendered,
        progress,
        queries.latest_answers(enrolment, lesson.id),
        queries.latest_responses(enrolment, lesson.id) if rendered.keeps_responses else {},
        [facts[key] for key in rendered.facts],
    )


def render(
    enrolment: Enrolment, outline: Outline, text: LessonBody, facts: Iterable[str] | None = None
) -> RenderedLesson:
    """Return a lesson's text with its figures' and lessons' addresses for this enrolment.

    ``facts`` are the keys of facts that may be cited; None: the page lists none.
    """

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
        facts=facts,
    )


def shown_language(lesson: OutlineActivity, language: str) -> str | None:
    """Return in which language a lesson is shown to a reader of ``language``."""
    text = queries.lesson_body(lesson.public_id, language)
    return None if text is None else text.language


def question_keys(outline: Outline, lesson: OutlineActivity, language: str) -> list[str]:
    """Return the keys of a lesson's self-checks and exercises, in order."""
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
    return [question.key for question in rendered.questions]


def count_read(outline: Outline, progress: dict[int, Progress]) -> int:
    """Return how many of the outline's duties are complete."""
    return sum(
        one.id in progress and progress[one.id].completed_at is not None for one in outline.duties
    )


def activity_of(lesson: OutlineActivity) -> Activity:
    """Return the lesson's row, for the services."""
    return db.session.get_one(Activity, lesson.id)


def following(outline: Outline, progress: dict[int, Progress]) -> OutlineActivity | None:
    """Return the part to go on with: where the reader stopped, else the first open duty.

    None when all are done. Twin of the home page's query.
    """
    latest = max(progress.items(), key=lambda one: (one[1].placed_at, one[0]), default=None)
    undone = [
        one
        for one in outline.parts
        if one.id not in progress or progress[one.id].completed_at is None
    ]
    stopped = next((one for one in undone if latest and one.id == latest[0]), None)
    duties = [one for one in undone if not one.rules.optional]
    shut = locks(outline.order, done_keys(outline.activities, progress))
    is_open = [one for one in duties if one.key not in shut]
    return stopped or next(iter(is_open), None) or next(iter(duties), None)


def locks_of(outline: Outline, progress: dict[int, Progress]) -> dict[str, Lock]:
    """Return the locks of all activities that aren't open to this reader, by key."""
    return locks(outline.order, done_keys(outline.activities, progress))


def exam_is_open(outline: Outline, progress: dict[int, Progress]) -> bool:
    """Tell whether the final exam waits for nothing any more."""
    exam = outline.exam
    return exam is not None and exam.key not in locks_of(outline, progress)


def require_open(
    enrolment: Enrolment,
    outline: Outline,
    activity: OutlineActivity,
    progress: dict[int, Progress] | None = None,
) -> None:
    """Raise NotOpenYet while something comes before the activity."""
    rules = outline.order
    if not rules.needs(activity.key):
        return
    progress = queries.progress_of(enrolment) if progress is None else progress
    lock = lock_of(rules, activity.key, done_keys(outline.activities, progress))
    if lock is not None:
        raise NotOpenYet(enrolment=enrolment.public_id, activity=activity.public_id)


def way_from(
    outline: Outline, activity: OutlineActivity, progress: dict[int, Progress]
) -> OutlineActivity | None:
    """Return the part to do after ``activity``: the next, else an earlier undone duty.

    None when only the exam, or nothing, is left.
    """
    place = outline.parts.index(activity)
    if place + 1 < len(outline.parts):
        return outline.parts[place + 1]
    undone = (
        one
        for one in outline.duties
        if one.id != activity.id
        and (one.id not in progress or progress[one.id].completed_at is None)
    )
    return next(undone, None)
