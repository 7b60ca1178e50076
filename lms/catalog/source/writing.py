"""Typed content written as a course folder, always the same bytes for the same content."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from lms.catalog.kinds.order import Rules
from lms.catalog.source.content import (
    ActivityContent,
    CourseContent,
    LessonContent,
    LessonVariant,
    ModuleContent,
    SourceContent,
    Texts,
)
from lms.catalog.source.folder import SourceFile, digest_of
from lms.catalog.source.lesson_files import COURSE_FILE, LESSON_SCHEMA
from lms.catalog.source.media_file import MEDIA_FILE, write_media
from lms.catalog.source.parts import CoursePart, registered
from lms.catalog.source.reading import COURSE_SCHEMA
from lms.catalog.source.yaml_writing import dump


def write_folder(
    content: CourseContent,
    parsed: Mapping[str, Any],
    *,
    parts: Iterable[CoursePart] | None = None,
) -> dict[str, SourceFile]:
    """Return all files of a course in canonical form, by path in order."""
    files: dict[str, SourceFile] = {COURSE_FILE: dump(_course(content)).encode(), **content.files}
    if content.alts:
        files[MEDIA_FILE] = write_media(content).encode()
    for lesson in content.lessons:
        for language, variant in lesson.variants.items():
            files[f"lessons/{lesson.key}.{language}.md"] = write_lesson(variant).encode()
    for part in registered() if parts is None else parts:
        if part.name in parsed:
            files.update(part.write(parsed[part.name], content))
    return dict(sorted(files.items()))


def digest(files: Mapping[str, SourceFile]) -> str:
    """Return the SHA-256 over paths and contents."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{digest_of(files[path])}\n".encode())
    return total.hexdigest()


def write_lesson(variant: LessonVariant) -> str:
    """Return a lesson's file: front matter, then the Markdown."""
    front = dump({"schema": LESSON_SCHEMA, "title": variant.title})
    body = f"{variant.body}\n" if variant.body else ""
    return f"---\n{front}---\n{body}"


def _course(content: CourseContent) -> dict[str, Any]:
    languages = content.languages
    months = content.certificate_valid_months
    return {
        "schema": COURSE_SCHEMA,
        "slug": content.slug,
        "title": _texts(content.title, languages),
        "summary": _texts(content.summary, languages),
        "languages": list(languages),
        "hours": content.hours,
        "as_of": content.as_of,
        "review_by": content.review_by,
        "certificate": None if months is None else {"valid_months": months},
        "topics": [
            {
                "key": topic.key,
                "title": _texts(topic.title, languages),
                "lessons": list(topic.lessons) or None,
            }
            for topic in content.topics
        ]
        or None,
        "modules": [_module(module, languages) for module in content.modules],
        "exam": _opening(content.exam) or None,
        "sources": [_source(source, languages) for source in content.sources] or None,
    }


def _texts(texts: Texts, languages: tuple[str, ...]) -> Texts:
    """Return texts in the course's own order of languages."""
    return {language: texts[language] for language in languages if language in texts}


def _module(module: ModuleContent, languages: tuple[str, ...]) -> dict[str, Any]:
    activities = [
        _lesson(one) if isinstance(one, LessonContent) else _activity(one, languages)
        for one in module.activities
    ]
    return {
        "key": module.key,
        "title": _texts(module.title, languages),
        **_opening(module.rules),
        "activities" if module.others else "lessons": activities,
    }


def _lesson(lesson: LessonContent) -> dict[str, Any]:
    rules = lesson.rules
    complete = {
        "end": None if rules.end else False,
        "checks": None if rules.checks else False,
        "minutes": rules.minutes,
    }
    return {
        "key": lesson.key,
        "minutes": lesson.minutes,
        "sources": list(lesson.sources) or None,
        "complete": _said(complete) or None,
        **_opening(rules),
    }


def _activity(one: ActivityContent, languages: tuple[str, ...]) -> dict[str, Any]:
    percent = one.rules.percent
    return {
        "key": one.key,
        "kind": one.kind.value,
        "title": _texts(one.title, languages) or None,
        "minutes": one.minutes or None,
        **_said(one.details.plain(languages) if one.details else {}),
        "complete": None if percent is None else {"percent": percent},
        **_opening(one.rules),
    }


def _opening(rules: Rules) -> dict[str, Any]:
    return _said(
        {
            "optional": rules.optional or None,
            "after": list(rules.after) or None,
            "after_modules": list(rules.after_modules) or None,
        }
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _source(source: SourceContent, languages: tuple[str, ...]) -> dict[str, Any]:
    return {
        "key": source.key,
        "title": _texts(source.title, languages),
        "reference": _texts(source.reference, languages),
        "url": source.url,
        "confidence": source.confidence,
        "as_of": source.as_of,
    }
