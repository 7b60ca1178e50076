"""Changes of a draft's activities of other kinds, and of what comes before what."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.errors import KeyTaken, WaitsForItself
from lms.catalog.kinds.order import Order, Rules, Step
from lms.catalog.models import Activity, ActivityKind, CourseModule, CourseVersion
from lms.catalog.services.drafts import (
    LAST,
    check_row_version,
    lock_draft,
    note,
    renumber,
    rule_columns,
    set_rules,
)
from lms.catalog.source.content import Texts
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


def order_of(version_id: int) -> Order:
    """Return what comes before what in a version, from its rows."""
    home = sa.select(CourseModule).where(CourseModule.version_id == version_id)
    modules = {one.id: one for one in db.session.scalars(home.order_by(CourseModule.position))}
    statement = (
        sa.select(Activity).where(Activity.version_id == version_id).order_by(Activity.position)
    )
    steps = [
        Step(
            one.key,
            modules[one.module_id].key if one.module_id else None,
            Rules(
                optional=one.is_optional,
                after=tuple(one.after),
                after_modules=tuple(one.after_modules),
            ),
            is_exam=one.kind is ActivityKind.EXAM,
        )
        for one in db.session.scalars(statement)
    ]
    return Order(
        tuple(steps),
        {
            one.key: Rules(after=tuple(one.after), after_modules=tuple(one.after_modules))
            for one in modules.values()
        },
    )


@contextmanager
def order_kept(version: CourseVersion) -> Iterator[None]:
    """Undo what is done inside when activities would then wait for each other in a circle.

    Raises WaitsForItself with the keys of the circle.
    """
    with db.session.begin_nested():
        yield
        db.session.flush()
        circle = order_of(version.id).cycle()
        if circle:
            raise WaitsForItself(circle)


def add_activity(
    module: CourseModule,
    *,
    key: str,
    kind: ActivityKind,
    title: Texts,
    minutes: int,
    details: Any,
    rules: Rules,
    now: datetime,
    actor: Person | None,
) -> Activity:
    """Add an activity (no lesson) at a module's end. Raises KeyTaken, WaitsForItself.

    An exam is a further one: the final one has the key ``exam``, and is there from the start.
    """
    version = lock_draft(module.version_id)
    activity = Activity(
        version_id=version.id,
        module_id=module.id,
        key=key,
        kind=kind,
        position=LAST,
        minutes=minutes,
        sources=[],
        title=title,
        details={} if details is None else details.plain(tuple(version.languages)),
        **rule_columns(rules),
    )
    with order_kept(version):
        insert(activity, KeyTaken())
    renumber(version.id)
    note(version, action="catalog.activity_added", now=now, actor=actor, key=key, kind=kind.value)
    return activity


def change_activity(
    activity: Activity,
    *,
    title: Texts,
    minutes: int,
    details: Any,
    rules: Rules,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Change an activity; of the exam only its rules.

    Raises ChangedMeanwhile when it isn't as the form showed it, WaitsForItself.
    """
    version = lock_draft(activity.version_id)
    db.session.refresh(activity)
    check_row_version(activity, row_version)
    with order_kept(version):
        set_rules(activity, rules)
        if activity.kind is not ActivityKind.EXAM:
            activity.title, activity.minutes = title, minutes
            activity.details = details.plain(tuple(version.languages))
    note(version, action="catalog.activity_changed", now=now, actor=actor, key=activity.key)
