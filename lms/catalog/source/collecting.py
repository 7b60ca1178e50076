"""A version's rows collected as typed content, and from it the folder it exports to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lms.catalog.kinds.order import Rules
from lms.catalog.kinds.registry import restore
from lms.catalog.models import Activity, ActivityKind, CourseFile, CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.source.content import (
    ActivityContent,
    CourseContent,
    LessonContent,
    LessonVariant,
    ModuleContent,
    SourceContent,
    Texts,
    TopicContent,
)
from lms.catalog.source.folder import Facts, FileRef, SourceFile
from lms.catalog.source.parts import registered
from lms.catalog.source.writing import digest, write_folder
from lms.core.storage import blobs


@dataclass(frozen=True)
class Whole:
    """All that a version holds: the catalog's content, and by its name what each part collects.

    A page makes it once for all it tells: a bank may hold thousands of questions.
    """

    content: CourseContent
    parts: Mapping[str, Any]

    def files(self) -> dict[str, SourceFile]:
        """Return the files of the folder that the version exports to."""
        return write_folder(self.content, self.parts)

    def digest(self) -> str:
        """Return the digest of everything it would publish: lessons, items, exam, outline."""
        return digest(self.files())


def whole(version: CourseVersion) -> Whole:
    """Return a version with the parts of other domains."""
    return Whole(collect(version.id), {part.name: part.collect(version) for part in registered()})


def collect(version_id: int) -> CourseContent:
    """Return a version as content; its files' bytes stay in the store until they are read."""
    version = whole_version(version_id)
    languages = tuple(version.languages)
    return CourseContent(
        slug=version.course.slug,
        title=_texts(version.title, languages),
        summary=_texts(version.summary, languages),
        languages=languages,
        hours=version.hours,
        as_of=version.as_of,
        review_by=version.review_by,
        certificate_valid_months=version.certificate_valid_months,
        topics=_topics(version, languages),
        modules=_modules(version, languages),
        sources=tuple(
            SourceContent(
                key=source.key,
                title=_texts(source.title, languages),
                reference=_texts(source.reference, languages),
                confidence=source.confidence,
                as_of=source.as_of,
                url=source.url,
            )
            for source in version.sources
        ),
        files={file.path: _file(file) for file in version.files},
        alts={file.path: _texts(file.alt, languages) for file in version.files if file.alt},
        exam=_exam_rules(version),
    )


def _file(file: CourseFile) -> FileRef:
    facts = Facts(file.media_type, file.width, file.height)
    return FileRef(file.blob, file.size, partial(blobs().get, file.blob), facts)


def _texts(texts: dict[str, Any], languages: tuple[str, ...]) -> Texts:
    """Return texts in the version's own order of languages, without empty ones."""
    return {language: texts[language] for language in languages if texts.get(language)}


def _topics(version: CourseVersion, languages: tuple[str, ...]) -> tuple[TopicContent, ...]:
    """Return the topics; of the lessons that taught one, those that are still there."""
    lessons = {one.key for one in version.activities if one.kind is ActivityKind.LESSON}
    return tuple(
        TopicContent(
            topic.key,
            _texts(topic.title, languages),
            tuple(key for key in topic.lessons if key in lessons),
        )
        for topic in version.topics
    )


def _modules(version: CourseVersion, languages: tuple[str, ...]) -> tuple[ModuleContent, ...]:
    activities: dict[int, list[LessonContent | ActivityContent]] = {}
    for activity in version.activities:
        if activity.module_id is not None:
            activities.setdefault(activity.module_id, []).append(_activity(activity, languages))
    return tuple(
        ModuleContent(
            module.key,
            _texts(module.title, languages),
            tuple(activities.get(module.id, ())),
            Rules(after=tuple(module.after), after_modules=tuple(module.after_modules)),
        )
        for module in version.modules
    )


def _activity(activity: Activity, languages: tuple[str, ...]) -> LessonContent | ActivityContent:
    rules = rules_of(activity)
    if activity.kind is ActivityKind.LESSON:
        texts = {text.language: text for text in activity.texts}
        variants = {
            language: LessonVariant(texts[language].title, texts[language].body)
            for language in languages
            if language in texts
        }
        return LessonContent(
            activity.key, activity.minutes, tuple(activity.sources), variants, rules
        )
    is_exam = activity.kind is ActivityKind.EXAM
    return ActivityContent(
        activity.key,
        activity.kind,
        # An exam's title stands in its own file.
        {} if is_exam else _texts(activity.title, languages),
        0 if is_exam else activity.minutes,
        restore(activity.kind, activity.details),
        rules,
    )


def rules_of(activity: Activity) -> Rules:
    """Return what the author asks of an activity."""
    return Rules(
        optional=activity.is_optional,
        end=activity.needs_end,
        checks=activity.needs_checks,
        minutes=activity.least_minutes,
        percent=activity.pass_percent,
        after=tuple(activity.after),
        after_modules=tuple(activity.after_modules),
    )


def _exam_rules(version: CourseVersion) -> Rules:
    return next(
        (
            rules_of(one)
            for one in version.activities
            if one.is_final_exam and one.module_id is None
        ),
        Rules(),
    )


def export(version: CourseVersion) -> dict[str, SourceFile]:
    """Return a version as the files of its folder, the parts of other domains included."""
    return whole(version).files()
