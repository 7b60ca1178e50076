"""Changes of a draft's outline: its modules and lessons."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.errors import InUse, KeyTaken
from lms.catalog.kinds.order import Rules
from lms.catalog.models import (
    Activity,
    ActivityKind,
    CourseModule,
    CourseVersion,
    LessonText,
)
from lms.catalog.services.activities import order_kept
from lms.catalog.services.drafts import (
    LAST,
    check_row_version,
    lock_draft,
    note,
    renumber,
    set_rules,
)
from lms.catalog.source.content import Texts
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


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
    module: CourseModule,
    *,
    title: Texts,
    rules: Rules | None = None,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Rename a module, and say what comes before it (None: as before).

    Raises ChangedMeanwhile when it isn't as the form showed it, WaitsForItself.
    """
    version = lock_draft(module.version_id)
    db.session.refresh(module)
    check_row_version(module, row_version)
    with order_kept(version):
        module.title = title
        if rules is not None:
            module.after, module.after_modules = list(rules.after), list(rules.after_modules)
    note(version, action="catalog.module_changed", now=now, actor=actor, key=module.key)


def remove_module(module: CourseModule, *, now: datetime, actor: Person | None) -> None:
    """Remove an empty module. Raises InUse while it has activities or others open after it."""
    version = lock_draft(module.version_id)
    lessons = sa.select(Activity.id).where(Activity.module_id == module.id).limit(1)
    if db.session.scalar(lessons) is not None:
        raise InUse
    waiting = waiting_for(version.id, module.key, is_module=True)
    if waiting:
        raise InUse(by=waiting)
    db.session.delete(module)
    renumber(version.id)
    note(version, action="catalog.module_removed", now=now, actor=actor, key=module.key)


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
    rules: Rules | None = None,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Change a lesson's minutes, sources, module (one of the same version) and rules (None: kept).

    Raises ChangedMeanwhile when it isn't as the form showed it, WaitsForItself.
    """
    version = lock_draft(lesson.version_id)
    db.session.refresh(lesson)
    check_row_version(lesson, row_version)
    if module.version_id != lesson.version_id:
        raise ValueError("the module is another version's")
    with order_kept(version):
        if module.id != lesson.module_id:
            lesson.module_id = module.id
            lesson.position = LAST
        lesson.minutes = minutes
        lesson.sources = sources
        if rules is not None:
            set_rules(lesson, rules)
    renumber(version.id)
    note(version, action="catalog.lesson_changed", now=now, actor=actor, key=lesson.key)


def remove_lesson(lesson: Activity, *, now: datetime, actor: Person | None) -> None:
    """Remove an activity, a lesson with its texts. Raises InUse while others open after it.

    Without its final exam a course is complete when all else is; saving an exam's rules adds it.
    """
    version = lock_draft(lesson.version_id)
    waiting = waiting_for(version.id, lesson.key)
    if waiting:
        raise InUse(by=waiting)
    db.session.delete(lesson)
    renumber(version.id)
    note(version, action="catalog.lesson_removed", now=now, actor=actor, key=lesson.key)


def waiting_for(version_id: int, key: str, *, is_module: bool = False) -> list[str]:
    """Return the keys of the activities and modules that open after this one."""
    name = "after_modules" if is_module else "after"
    rows: list[Any] = []
    for model in (CourseModule, Activity):
        statement = sa.select(model.key, getattr(model, name)).where(model.version_id == version_id)
        rows += db.session.execute(statement).all()
    return [row[0] for row in rows if key in row[1]]
