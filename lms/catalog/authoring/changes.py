"""What a draft, or a folder, changes against the published version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from typing import Any

from flask_babel import gettext as _

from lms.catalog.kinds.words import KIND_NAMES
from lms.catalog.models import ActivityKind, CourseVersion
from lms.catalog.source.collecting import Whole, whole
from lms.catalog.source.content import EXAM_KEY, CourseContent, LessonContent
from lms.catalog.source.folder import SourceFile, digest_of
from lms.catalog.source.parts import registered
from lms.web.i18n import localised


class ChangeKind(Enum):
    """What happened to a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One thing that differs; ``label`` is for the reader, ``detail`` says which part of it.

    Of a lesson that was changed: its key and the languages in which its text differs.
    """

    kind: ChangeKind
    label: str
    detail: str = ""
    lesson: str = ""
    languages: tuple[str, ...] = ()


def changes_from(published: CourseVersion | None, after: Whole) -> list[Change]:
    """Return what publishing ``after`` would change; everything is new for a first version."""
    if published is None:
        return _first(after.content)
    before = whole(published)
    return [*_content(before.content, after.content), *_parts(before, after)]


def _first(content: CourseContent) -> list[Change]:
    """Return what a first version teaches: there may be no lesson in it."""
    return [
        *(Change(ChangeKind.ADDED, _title(lesson)) for lesson in content.lessons),
        *(
            Change(
                ChangeKind.ADDED,
                localised(one.title) or _exam_named(one.key),
                str(KIND_NAMES[one.kind]),
            )
            for one in content.others
        ),
    ]


def _content(before: CourseContent, after: CourseContent) -> list[Change]:
    return [
        *_settings(before, after),
        *_keyed(
            {module.key: module for module in before.modules},
            {module.key: module for module in after.modules},
            _("Module"),
            ignore="activities",
        ),
        *_order(before, after),
        *_lessons(before, after),
        *_others(before, after),
        *_keyed(
            {topic.key: topic for topic in before.topics},
            {topic.key: topic for topic in after.topics},
            _("Topic"),
        ),
        *_keyed(
            {source.key: source for source in before.sources},
            {source.key: source for source in after.sources},
            _("Source"),
        ),
        *_files(before.files, after.files, _("File")),
    ]


def _title(lesson: LessonContent) -> str:
    titles = {language: variant.title for language, variant in lesson.variants.items()}
    return localised(titles) or lesson.key


def _settings(before: CourseContent, after: CourseContent) -> list[Change]:
    names = {
        "title": _("Title"),
        "summary": _("Summary"),
        "languages": _("Languages"),
        "hours": _("Academic hours"),
        "as_of": _("Facts were checked on"),
        "review_by": _("Review by"),
        "certificate_valid_months": _("Term of the certificate"),
    }
    return [
        Change(ChangeKind.CHANGED, _("Settings"), name)
        for field, name in names.items()
        if getattr(before, field) != getattr(after, field)
    ]


def _keyed(
    before: Mapping[str, Any], after: Mapping[str, Any], detail: str, *, ignore: str = ""
) -> list[Change]:
    changes = []
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        label = localised(after.get(key, old).title)
        if old is None:
            changes.append(Change(ChangeKind.ADDED, label, detail))
        elif new is None:
            changes.append(Change(ChangeKind.REMOVED, label, detail))
        elif _without(old, ignore) != _without(new, ignore):
            changes.append(Change(ChangeKind.CHANGED, label, detail))
    return changes


def _without(thing: Any, field: str) -> dict[str, Any]:
    return {name: value for name, value in vars(thing).items() if name != field}


def _order(before: CourseContent, after: CourseContent) -> list[Change]:
    def places(content: CourseContent) -> list[tuple[str, str]]:
        both = set(before.order().by_key) & set(after.order().by_key)
        return [
            (module.key, one.key)
            for module in content.modules
            for one in module.activities
            if one.key in both
        ]

    if places(before) == places(after):
        return []
    return [Change(ChangeKind.CHANGED, _("Outline"), _("Order of its parts"))]


def _lessons(before: CourseContent, after: CourseContent) -> list[Change]:
    old = {lesson.key: lesson for lesson in before.lessons}
    new = {lesson.key: lesson for lesson in after.lessons}
    changes = []
    for key in {**old, **new}:
        if key not in old:
            changes.append(Change(ChangeKind.ADDED, _title(new[key]), _("Lesson")))
        elif key not in new:
            changes.append(Change(ChangeKind.REMOVED, _title(old[key]), _("Lesson")))
        elif old[key] != new[key]:
            texts = _texts_that_differ(old[key], new[key])
            changes.append(
                Change(
                    ChangeKind.CHANGED,
                    _title(new[key]),
                    _differs(old[key], new[key], texts),
                    lesson=key,
                    languages=texts,
                )
            )
    return changes


def _others(before: CourseContent, after: CourseContent) -> list[Change]:
    """Return what changed in activities of other kinds, and in the exam's own rules."""
    exam = Change(ChangeKind.CHANGED, _("Exam"), _("when it opens or what it takes"))
    changes = [exam] if before.exam != after.exam else []
    old = {one.key: one for one in before.others}
    new = {one.key: one for one in after.others}
    for key, kind in _differing(old, new):
        one = new.get(key) or old[key]
        if one.kind is ActivityKind.EXAM and kind is not ChangeKind.CHANGED:
            continue  # told with its rules
        detail = str(KIND_NAMES[one.kind])
        changes.append(Change(kind, localised(one.title) or _exam_named(key), detail))
    return changes


def _exam_named(key: str) -> str:
    return str(_("Exam") if key == EXAM_KEY else _("Exam “%(key)s”", key=key))


def _texts_that_differ(old: LessonContent, new: LessonContent) -> tuple[str, ...]:
    return tuple(
        language
        for language in {**old.variants, **new.variants}
        if old.variants.get(language) != new.variants.get(language)
    )


def _differs(old: LessonContent, new: LessonContent, texts: tuple[str, ...]) -> str:
    names = {"ru": _("the Russian text"), "en": _("the English text")}
    words = [names.get(language, language) for language in texts]
    if (old.minutes, old.sources) != (new.minutes, new.sources):
        words.append(_("minutes or sources"))
    if old.rules != new.rules:
        words.append(_("when it opens or what it takes"))
    return ", ".join(words)


def _files(
    before: Mapping[str, SourceFile], after: Mapping[str, SourceFile], detail: str
) -> list[Change]:
    # By what is in them: one side's are in the store, the other's may be in memory.
    old, new = (
        {path: digest_of(file) for path, file in files.items()} for files in (before, after)
    )
    return [
        Change(kind, path.removeprefix("figures/").removeprefix("media/"), detail)
        for path, kind in sorted(_differing(old, new), key=itemgetter(0))
    ]


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, ChangeKind]]:
    for key in {**before, **after}:
        if key not in before:
            yield key, ChangeKind.ADDED
        elif key not in after:
            yield key, ChangeKind.REMOVED
        elif before[key] != after[key]:
            yield key, ChangeKind.CHANGED


def _parts(before: Whole, after: Whole) -> list[Change]:
    """Return what changed in the files of other domains' parts."""
    detail = _("Questions and exam")
    changes = []
    for part in registered():
        old, new = (part.pieces(side.parts[part.name]) for side in (before, after))
        for path, kind in sorted(_differing(old, new), key=itemgetter(0)):
            side = after if path in new else before
            label = part.label(path, side.parts[part.name], side.content)
            changes.append(Change(kind, label, detail))
    return changes
