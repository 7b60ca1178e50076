"""What of a lesson is translated, and whether a translation is older than what it translates."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lms.catalog.models import Activity, LessonText


class Freshness(Enum):
    """Where one language variant stands beside the others."""

    MISSING = "missing"  # no title or no text yet
    OLDER = "older"  # another variant was changed after this one
    FRESH = "fresh"


@dataclass(frozen=True)
class Variant:
    """One language of a lesson; ``text`` is None when it was never written."""

    language: str
    text: LessonText | None
    freshness: Freshness


def variants_of(lesson: Activity, languages: Sequence[str]) -> list[Variant]:
    """Return the lesson's variants in the order of ``languages``; bodies must be loaded."""
    texts = {text.language: text for text in lesson.texts}
    newest = max((text.changed_at for text in texts.values() if is_written(text)), default=None)
    found = []
    for language in languages:
        text = texts.get(language)
        if text is None or not is_written(text):
            found.append(Variant(language, text, Freshness.MISSING))
        elif newest is not None and text.changed_at < newest:
            found.append(Variant(language, text, Freshness.OLDER))
        else:
            found.append(Variant(language, text, Freshness.FRESH))
    return found


def is_written(text: LessonText) -> bool:
    """Tell whether a variant has both a title and a text."""
    return bool(text.title.strip() and text.body.strip())
