"""Reads of the files that were sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import AttemptEvent
from lms.assessment.uploads.models import AttemptFile
from lms.core.database import db
from lms.core.errors import Invalid


def said_of(file: AttemptFile) -> dict[str, Any]:
    """Return what an answer says of a file."""
    return {"sha256": file.sha256, "size": file.size, "name": file.name}


def files_of(attempt_id: int, position: int) -> Sequence[AttemptFile]:
    """Return the files that were sent for one question."""
    statement = sa.select(AttemptFile).where(
        AttemptFile.attempt_id == attempt_id, AttemptFile.position == position
    )
    return db.session.scalars(statement.order_by(AttemptFile.id)).all()


def event_of(attempt_id: int, event_id: str) -> AttemptEvent | None:
    """Return the entry of the log that has this event id."""
    statement = sa.select(AttemptEvent).where(
        AttemptEvent.attempt_id == attempt_id, AttemptEvent.event_id == event_id
    )
    return db.session.scalars(statement).one_or_none()


def check_known(attempt_id: int, position: int, response: Mapping[str, Any] | None) -> None:
    """Raise Invalid for an answer that names a file which wasn't sent for its question."""
    if response is None:
        return
    known = [said_of(file) for file in files_of(attempt_id, position)]
    if not all(file in known for file in response["files"]):
        raise Invalid
