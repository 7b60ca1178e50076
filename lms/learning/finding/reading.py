"""A lesson as someone reads it who isn't on its course: the text, without progress."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from lms.catalog.facts.queries import TaughtFact, cited_in, taught_facts
from lms.catalog.models import CourseVersion
from lms.catalog.rendering import FigureAddress, RenderedLesson, render_lesson
from lms.learning.queries import LessonBody, Outline, OutlineActivity, lesson_body, outline_of
from lms.learning.queries.study import Source


@dataclass(frozen=True)
class ReadingPage:
    """One lesson of a version."""

    version: CourseVersion
    outline: Outline
    lesson: OutlineActivity
    text: LessonBody
    rendered: RenderedLesson
    facts: Sequence[TaughtFact]  # cited ones in the order of their numbers

    @property
    def sources(self) -> Sequence[Source]:
        """The sources cited in the text in the order of their numbers."""
        return [
            self.outline.sources[key]
            for key in self.rendered.citations
            if key in self.outline.sources
        ]


def reading_page(version: CourseVersion, lesson_key: str, *, language: str) -> ReadingPage | None:
    """Return the page of the lesson with this public id; None when it has no text."""
    outline = outline_of(version)
    lesson, text = outline.lesson(lesson_key), lesson_body(lesson_key, language)
    if lesson is None or text is None:
        return None
    facts = taught_facts(cited_in(text.body), version.published_at)
    rendered = render_lesson(
        text.body,
        language=text.language,
        sources=outline.sources,
        facts=facts,
        files_url=lambda path: _figure(outline, path, text.language),
        lesson_url=lambda key: _lesson(outline, key),
    )
    return ReadingPage(
        version, outline, lesson, text, rendered, [facts[key] for key in rendered.facts]
    )


def _figure(outline: Outline, path: str, language: str) -> FigureAddress | None:
    file = outline.files.get(path)
    return None if file is None else file.address(language)


def _lesson(outline: Outline, key: str) -> str | None:
    lesson = outline.lesson_keyed(key)
    return url_for("learning.read_lesson", lesson_id=lesson.public_id) if lesson else None
