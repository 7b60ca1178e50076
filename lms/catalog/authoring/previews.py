"""A lesson as authors see it: rendered as for trainees, with links to the authors' own pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from lms.catalog import queries
from lms.catalog.facts.queries import TaughtFact, cited_in, taught_facts
from lms.catalog.markdown.examining import Mistake, examine
from lms.catalog.media.addresses import facts_of
from lms.catalog.models import Activity, CourseSource
from lms.catalog.rendering import RenderedLesson, render_lesson
from lms.catalog.source.content import clean_body


@dataclass(frozen=True)
class Preview:
    """A lesson's text as it will look, and what is wrong with it."""

    rendered: RenderedLesson
    language: str
    title: str
    sources: Sequence[CourseSource]  # cited ones in the order of their numbers, then the others
    mistakes: Sequence[Mistake]
    facts: Sequence[TaughtFact]  # cited ones in the order of their numbers


def preview(
    lesson: Activity, language: str, title: str, body: str, *, endpoint: str = "catalog.lesson"
) -> Preview:
    """Render ``body`` as a text of ``lesson`` (loaded with its version's sources and files).

    Links to other lessons lead to ``endpoint``.
    """
    version = lesson.version
    body = clean_body(body)
    sources = {source.key: source for source in version.sources}
    files = facts_of(version.id)
    figures = {path: file.address(language) for path, file in files.items()}
    lessons = queries.lesson_keys(version.id)
    facts = taught_facts(cited_in(body), version.published_at)
    rendered = render_lesson(
        body,
        language=language,
        sources=sources,
        files_url=figures.get,
        lesson_url=lambda key: _lesson_url(endpoint, lessons, key, language),
        facts=facts,
    )
    examination = examine(
        body,
        sources=sources,
        figures=figures,
        lessons=lessons,
        formulas=True,
        language=language,
        described=[path for path, file in files.items() if file.alt.get(language)],
        facts=facts,
    )
    named = [*rendered.citations, *(k for k in lesson.sources if k not in rendered.citations)]
    return Preview(
        rendered,
        language,
        title,
        [sources[key] for key in named if key in sources],
        examination.mistakes,
        [facts[key] for key in rendered.facts],
    )


def _lesson_url(endpoint: str, lessons: Mapping[str, str], key: str, language: str) -> str | None:
    public_id = lessons.get(key)
    if public_id is None:
        return None
    return url_for(endpoint, public_id=public_id, language=language)
