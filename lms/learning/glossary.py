"""A course's glossary: the cards of terms of all its lessons, in one alphabetical list."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from lms.catalog.rendering import Term
from lms.learning import queries
from lms.learning.lessons import render
from lms.learning.models import Enrolment
from lms.learning.queries import LessonBody, LessonSource


@dataclass(frozen=True)
class GlossaryEntry:
    """A term, what it means, and the lesson that explains it."""

    name: str
    definition: Markup
    language: str
    lesson_title: str
    lesson_url: str


def glossary_of(enrolment: Enrolment, *, language: str) -> list[GlossaryEntry]:
    """Return the terms of a course in ``language``, else in the lesson's own.

    A term that stands in several lessons is told as in the first of them.
    """
    outline = queries.outline_of(enrolment.version)
    entries: dict[str, GlossaryEntry] = {}
    for text in _in_language(queries.texts_with_terms(enrolment.version), language):
        body = LessonBody(text.language, text.title, text.body)
        for term in render(enrolment, outline, body).terms:
            entries.setdefault(term.name.casefold(), _entry(enrolment, text, term))
    return sorted(entries.values(), key=lambda entry: entry.name.casefold().replace("ё", "е"))


def _in_language(texts: Sequence[LessonSource], language: str) -> list[LessonSource]:
    chosen: dict[str, LessonSource] = {}
    for text in texts:
        if text.public_id not in chosen or text.language == language:
            chosen[text.public_id] = text
    return list(chosen.values())


def _entry(enrolment: Enrolment, text: LessonSource, term: Term) -> GlossaryEntry:
    address = url_for("learning.lesson", enrolment_id=enrolment.public_id, lesson_id=text.public_id)
    return GlossaryEntry(term.name, term.definition, text.language, text.title, address)
