"""The guard that keeps published versions as they are, whatever code does with the session."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, object_session

from lms.catalog.errors import PublishedIsImmutable
from lms.catalog.models import (
    Activity,
    CourseFile,
    CourseModule,
    CourseSource,
    CourseTopic,
    CourseVersion,
    LessonText,
    VersionStatus,
)

CHILDREN = (CourseTopic, CourseSource, CourseModule, Activity, CourseFile)
GUARDED = (CourseVersion, LessonText, *CHILDREN)
WRITTEN = "catalog.being_written"  # in the session's info: the version a loader is writing


@contextmanager
def being_written(version: CourseVersion) -> Iterator[None]:
    """Let a loader write a version that is new in this transaction, published from the start."""
    session = object_session(version)
    assert session is not None
    session.info[WRITTEN] = version.id
    try:
        yield
        session.flush()
    finally:
        session.info.pop(WRITTEN, None)


def is_being_written(version: CourseVersion) -> bool:
    """Tell whether ``version`` is inside ``being_written``."""
    session = object_session(version)
    return session is not None and session.info.get(WRITTEN) == version.id


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _objects: Any) -> None:
    changed = [*session.new, *session.deleted]
    changed += [row for row in session.dirty if session.is_modified(row)]
    with session.no_autoflush:
        for row in changed:
            if isinstance(row, GUARDED) and _belongs_to_published(session, row):
                raise PublishedIsImmutable(type(row).__name__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    """Refuse UPDATE and DELETE statements on these tables: they would pass by the check above."""
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if (state.is_update or state.is_delete) and model in GUARDED:
        raise PublishedIsImmutable(model.__name__)


def _belongs_to_published(session: Session, row: Any) -> bool:
    if isinstance(row, CourseVersion):
        return _was_published(row)
    if isinstance(row, LessonText):
        activity = row.__dict__.get("activity") or session.get(Activity, row.activity_id)
        return activity is not None and _belongs_to_published(session, activity)
    version = row.__dict__.get("version") or session.get(CourseVersion, row.version_id)
    return version is not None and _was_published(version)


def _was_published(version: CourseVersion) -> bool:
    """Tell whether the database has this version as published (not: is it about to be)."""
    state: InstanceState[CourseVersion] = sa.inspect(version)
    if state.pending or is_being_written(version):
        return False
    history = state.attrs.status.history
    before = history.deleted[0] if history.deleted else version.status
    return before is VersionStatus.PUBLISHED
