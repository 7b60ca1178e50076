"""What all changes of a draft share: the lock, the row version, positions, the audit entry."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.catalog import events
from lms.catalog.errors import ChangedMeanwhile, NotADraft
from lms.catalog.immutability import is_being_written
from lms.catalog.kinds.order import Rules
from lms.catalog.models import Activity, CourseModule, CourseVersion, VersionStatus
from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import Person

LAST = 1_000_000  # a position after all others, until renumbered


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
    """Give modules and activities positions without gaps, an exam in no module last.

    Plain SQL on purpose: a new place is no change of the record that someone may be editing.
    """
    db.session.flush()
    modules = db.session.execute(
        sa.select(CourseModule.id, CourseModule.position)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position, CourseModule.id)
    ).all()
    activities = db.session.execute(
        sa.select(Activity.id, Activity.position, Activity.module_id)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
    ).all()
    places = {module.id: place for place, module in enumerate(modules)}
    ordered = sorted(activities, key=lambda row: places.get(row.module_id, len(places)))
    _place(CourseModule, modules)
    _place(Activity, ordered)


def _place(model: Any, rows: Sequence[Any]) -> None:
    """Give the rows (with ``id`` and ``position``) the places 1, 2, 3 …"""
    table = model.__table__
    moved = {row.id: place for place, row in enumerate(rows, start=1) if row.position != place}
    for row_id, place in moved.items():
        db.session.execute(table.update().where(table.c.id == row_id).values(position=place))
    for row in db.session if moved else ():
        if isinstance(row, model) and row.id in moved:
            db.session.expire(row, ["position"])


def rule_columns(rules: Rules) -> dict[str, Any]:
    """Return ``rules`` as the columns of an activity."""
    return {
        "is_optional": rules.optional,
        "needs_end": rules.end,
        "needs_checks": rules.checks,
        "least_minutes": rules.minutes,
        "pass_percent": rules.percent,
        "after": list(rules.after),
        "after_modules": list(rules.after_modules),
    }


def set_rules(activity: Activity, rules: Rules) -> None:
    """Write ``rules`` to an activity; nothing is written that is there already."""
    for name, value in rule_columns(rules).items():
        if getattr(activity, name) != value:
            setattr(activity, name, value)


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
