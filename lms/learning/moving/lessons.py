"""Which lessons of two versions are the same: by key, and by what they say and show."""

import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.models import Activity, ActivityKind, CourseFile, LessonText
from lms.core.database import db


@dataclass(frozen=True)
class Lesson:
    """A lesson of a version, with the digest of its texts and of the figures they name."""

    activity_id: int
    key: str
    titles: dict[str, str]
    digest: str


@dataclass(frozen=True)
class LessonChanges:
    """What becomes of lessons between two versions; the titles are the later version's."""

    same: dict[int, int]  # activity of the earlier version → of the later one
    unchanged: list[dict[str, str]]
    changed: list[dict[str, str]]
    added: list[dict[str, str]]
    removed: list[dict[str, str]]


def lessons_of(version_id: int) -> dict[str, Lesson]:
    """Return a version's lessons by key, in their order."""
    texts = db.session.execute(
        sa.select(Activity.id, Activity.key, LessonText.language, LessonText.title, LessonText.body)
        .join(LessonText, LessonText.activity_id == Activity.id)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.LESSON)
        .order_by(Activity.position, LessonText.language)
    )
    shown = sa.select(CourseFile.path, CourseFile.blob).where(CourseFile.version_id == version_id)
    files = {row.path: row.blob for row in db.session.execute(shown)}
    variants: dict[str, list[tuple[int, str, str, str]]] = {}
    for activity_id, key, language, title, body in texts:
        variants.setdefault(key, []).append((activity_id, language, title, body))
    return {key: _lesson(key, rows, files) for key, rows in variants.items()}


def _lesson(key: str, rows: list[tuple[int, str, str, str]], files: dict[str, str]) -> Lesson:
    bodies = "\n".join(body for _id, _language, _title, body in rows)
    # `figures/queue.svg` in a text means figures/queue.ru.svg or .en.svg too.
    shown = sorted((path, blob) for path, blob in files.items() if path.split(".")[0] in bodies)
    said = [[language, title, body] for _id, language, title, body in rows]
    digest = hashlib.sha256(json.dumps([said, shown]).encode()).hexdigest()
    titles = {language: title for _id, language, title, _body in rows}
    return Lesson(rows[0][0], key, titles, digest)


def other_parts(earlier_id: int, later_id: int) -> dict[int, int]:
    """Return the parts that are neither lessons nor exams and have the same key and kind in both
    versions, earlier to later: a class that was attended, a list that was ticked, stay done.
    """
    earlier, later = aliased(Activity), aliased(Activity)
    statement = (
        sa.select(earlier.id, later.id)
        .join(later, sa.and_(later.key == earlier.key, later.kind == earlier.kind))
        .where(
            earlier.version_id == earlier_id,
            later.version_id == later_id,
            earlier.kind.not_in((ActivityKind.LESSON, ActivityKind.EXAM)),
        )
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def compare_lessons(earlier_id: int, later_id: int) -> LessonChanges:
    """Return what becomes of the lessons of version ``earlier_id`` in ``later_id``."""
    earlier, later = lessons_of(earlier_id), lessons_of(later_id)
    both = [key for key in later if key in earlier]
    same = [key for key in both if earlier[key].digest == later[key].digest]
    return LessonChanges(
        same={earlier[key].activity_id: later[key].activity_id for key in same},
        unchanged=[later[key].titles for key in same],
        changed=[later[key].titles for key in both if key not in same],
        added=[lesson.titles for key, lesson in later.items() if key not in earlier],
        removed=[lesson.titles for key, lesson in earlier.items() if key not in later],
    )
