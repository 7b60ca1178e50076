"""Figures of a draft: added after their content was checked, removed when nothing shows them."""

from datetime import datetime

import sqlalchemy as sa

from lms.catalog.errors import InUse, WrongFigure
from lms.catalog.messages import localised_message
from lms.catalog.models import Activity, CourseFile, CourseVersion, LessonText
from lms.catalog.services.drafts import lock_draft, note
from lms.catalog.source.figures import BadFigure, read_figure
from lms.catalog.source.parts import registered
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import Person


def add_figure(
    version: CourseVersion, *, path: str, content: bytes, now: datetime, actor: Person | None
) -> CourseFile:
    """Add or replace the figure at ``path`` (`figures/…`); an SVG is stored clean.

    The kind is told by the content, not by the name. Raises WrongFigure.
    """
    lock_draft(version.id)
    try:
        figure = read_figure(path, content, clean=True)
    except BadFigure as error:
        raise WrongFigure(localised_message(error.args[0])) from error
    file = db.session.scalars(
        sa.select(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path)
    ).one_or_none()
    if file is None:
        file = CourseFile(version_id=version.id, path=path)
        db.session.add(file)
    file.blob = blobs().put(figure.content)
    file.media_type, file.size = figure.media_type, len(figure.content)
    file.width, file.height = figure.width, figure.height
    db.session.flush()
    note(version, action="catalog.figure_added", now=now, actor=actor, path=path)
    return file


def remove_figure(file: CourseFile, *, now: datetime, actor: Person | None) -> None:
    """Remove a figure. Raises InUse while a lesson or a part of the course shows it."""
    version = lock_draft(file.version_id)
    shown = (
        sa.select(LessonText.id)
        .join(Activity, Activity.id == LessonText.activity_id)
        .where(
            Activity.version_id == version.id,
            LessonText.body.contains(f"({file.path}", autoescape=True),
        )
        .limit(1)
    )
    if db.session.scalar(shown) is not None:
        raise InUse
    if any(part.shows_figure(version, file.path) for part in registered()):
        raise InUse
    db.session.delete(file)
    db.session.flush()
    note(version, action="catalog.figure_removed", now=now, actor=actor, path=file.path)
