"""Changes of a draft's outline: its modules and lessons."""

from datetime import datetime

import sqlalchemy as sa

from lms.catalog.errors import InUse, KeyTaken
from lms.catalog.models import (
    Activity,
    ActivityKind,
    CourseModule,
    CourseVersion,
    LessonText,
)
from lms.catalog.services.drafts import check_row_version, lock_draft, note, renumber
from lms.catalog.source.content import Texts
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person

LAST = 1_000_000  # a position after all others, until renumbered


def add_module(
    version: CourseVersion, *, key: str, title: Texts, now: datetime, actor: Person | None
) -> CourseModule:
    """Add a module at the end. Raises KeyTaken."""
    lock_draft(version.id)
    module = CourseModule(version_id=version.id, key=key, title=title, position=LAST)
    insert(module, KeyTaken())
    renumber(version.id)
    note(version, action="catalog.module_added", now=now, actor=actor, key=key)
    return module


def change_module(
    module: CourseModule, *, title: Texts, row_version: int, now: datetime, actor: Person | None
) -> None:
    """Rename a module. Raises ChangedMeanwhile when it isn't as the form showed it."""
    version = lock_draft(module.version_id)
    db.session.refresh(module)
    check_row_version(module, row_version)
    module.title = title
    db.session.flush()
    note(version, action="catalog.module_changed", now=now, actor=actor, key=module.key)


def remove_module(module: CourseModule, *, now: datetime, actor: Person | None) -> None:
    """Remove an empty module. Raises InUse while it has lessons."""
    version = lock_draft(module.version_id)
    lessons = sa.select(Activity.id).where(Activity.module_id == module.id).limit(1)
    if db.session.scalar(lessons) is not None:
        raise InUse
    db.session.delete(module)
    renumber(version.id)
    note(version, action="catalog.module_removed", now=now, actor=actor, key=module.key)


def move_module(module: CourseModule, steps: int, *, now: datetime, actor: Person | None) -> None:
    """Move a module by ``steps`` places (-1: up); past an end it stays at the end."""
    version = lock_draft(module.version_id)
    ids = list(
        db.session.scalars(
            sa.select(CourseModule.id)
            .where(CourseModule.version_id == version.id)
            .order_by(CourseModule.position, CourseModule.id)
        )
    )
    _reorder(CourseModule, ids, module.id, steps)
    renumber(version.id)
    note(version, action="catalog.module_moved", now=now, actor=actor, key=module.key)


def add_lesson(
    module: CourseModule,
    *,
    key: str,
    titles: Texts,
    minutes: int,
    now: datetime,
    actor: Person | None,
) -> Activity:
    """Add a lesson, still without text, at the end of a module. Raises KeyTaken."""
    version = lock_draft(module.version_id)
    lesson = Activity(
        version_id=version.id,
        module_id=module.id,
        key=key,
        kind=ActivityKind.LESSON,
        position=LAST,
        minutes=minutes,
        sources=[],
    )
    insert(lesson, KeyTaken())
    for language in version.languages:
        db.session.add(
            LessonText(
                activity_id=lesson.id,
                language=language,
                title=titles.get(language, ""),
                body="",
                changed_at=now,
                changed_by_id=actor.id if actor else None,
            )
        )
    renumber(version.id)
    note(version, action="catalog.lesson_added", now=now, actor=actor, key=key)
    return lesson


def change_lesson(
    lesson: Activity,
    *,
    minutes: int,
    sources: list[str],
    module: CourseModule,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Change a lesson's minutes, sources and module (one of the same version).

    Raises ChangedMeanwhile when it isn't as the form showed it.
    """
    version = lock_draft(lesson.version_id)
    db.session.refresh(lesson)
    check_row_version(lesson, row_version)
    if module.version_id != lesson.version_id:
        raise ValueError("the module is another version's")
    if module.id != lesson.module_id:
        lesson.module_id = module.id
        lesson.position = LAST
    lesson.minutes = minutes
    lesson.sources = sources
    renumber(version.id)
    note(version, action="catalog.lesson_changed", now=now, actor=actor, key=lesson.key)


def remove_lesson(lesson: Activity, *, now: datetime, actor: Person | None) -> None:
    """Remove a lesson with its texts."""
    version = lock_draft(lesson.version_id)
    db.session.delete(lesson)
    renumber(version.id)
    note(version, action="catalog.lesson_removed", now=now, actor=actor, key=lesson.key)


def move_lesson(lesson: Activity, steps: int, *, now: datetime, actor: Person | None) -> None:
    """Move a lesson by ``steps`` places within its module (-1: up)."""
    version = lock_draft(lesson.version_id)
    ids = list(
        db.session.scalars(
            sa.select(Activity.id)
            .where(Activity.module_id == lesson.module_id)
            .order_by(Activity.position, Activity.id)
        )
    )
    _reorder(Activity, ids, lesson.id, steps)
    renumber(version.id)
    note(version, action="catalog.lesson_moved", now=now, actor=actor, key=lesson.key)


def _reorder(
    model: type[CourseModule] | type[Activity], ids: list[int], moved: int, steps: int
) -> None:
    """Give the rows ``ids`` positions in a new order; ``renumber`` makes them final."""
    place = min(max(ids.index(moved) + steps, 0), len(ids) - 1)
    ids.remove(moved)
    ids.insert(place, moved)
    table = model.__table__
    for position, row_id in enumerate(ids, start=1):
        db.session.execute(sa.update(table).where(table.c.id == row_id).values(position=position))
