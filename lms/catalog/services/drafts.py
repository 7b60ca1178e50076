"""What all changes of a draft share: the lock, the row version, positions, the audit entry."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.catalog import events
from lms.catalog.errors import ChangedMeanwhile, NotADraft
from lms.catalog.immutability import is_being_written
from lms.catalog.models import Activity, ActivityKind, CourseModule, CourseVersion, VersionStatus
from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import Person


def lock_draft(version_id: int) -> CourseVersion:
    """Return the draft, held until this transaction ends: edits and publication take turns.

    Raises NotADraft when it was published meanwhile, Missing when it was discarded.
    """
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .with_for_update(of=CourseVersion)
        .execution_options(populate_existing=True)
    )
    version = db.session.scalars(statement).one_or_none()
    if version is None:
        raise Missing
    if version.status is not VersionStatus.DRAFT and not is_being_written(version):
        raise NotADraft
    return version


def check_row_version(row: Any, expected: int) -> None:
    """Raise ChangedMeanwhile when ``row`` is not as it was when the form was opened."""
    if row.row_version != expected:
        raise ChangedMeanwhile


def renumber(version_id: int) -> None:
    """Give modules and activities positions without gaps, the exam last.

    Plain SQL on purpose: a new place is no change of the record that someone may be editing.
    """
    db.session.flush()
    modules = db.session.scalars(
        sa.select(CourseModule.id)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position, CourseModule.id)
    ).all()
    activities = db.session.execute(
        sa.select(Activity.id, Activity.module_id, Activity.kind)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
    ).all()
    places = {module: place for place, module in enumerate(modules)}
    ordered = sorted(
        activities,
        key=lambda row: (row.kind is not ActivityKind.LESSON, places.get(row.module_id, 0)),
    )
    _place(CourseModule, list(modules))
    _place(Activity, [row.id for row in ordered])


def _place(model: Any, ids: list[int]) -> None:
    table = model.__table__
    for place, row_id in enumerate(ids, start=1):
        db.session.execute(
            table.update()
            .where(table.c.id == row_id, table.c.position != place)
            .values(position=place)
        )
    for row in db.session:
        if isinstance(row, model) and row.id in ids:
            db.session.expire(row, ["position"])


def note(
    version: CourseVersion, *, action: str, now: datetime, actor: Person | None, **details: Any
) -> None:
    """Append to the audit log what was done to ``version``, and tell it."""
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="course_version",
        subject_key=version.public_id,
        **details,
    )
    events.draft_changed.send(version, action=action, actor=actor, now=now)
