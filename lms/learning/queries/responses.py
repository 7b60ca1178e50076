"""Reads of what learners did in the blocks of lessons, and of a course's glossary."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.catalog.models import Activity, CourseVersion, LessonText
from lms.core.database import db, execute, writing
from lms.learning.models import BlockResponse, Enrolment


@dataclass(frozen=True)
class Response:
    """The latest response to a block, with the best score of all (permille)."""

    given: dict[str, str]
    score: int | None
    best: int | None


GROUPED = (
    sa.select(
        sa.func.max(BlockResponse.id).label("latest"),
        sa.func.max(BlockResponse.score).label("best"),
    )
    .where(
        BlockResponse.enrolment_id == sa.bindparam("enrolment"),
        BlockResponse.activity_id == sa.bindparam("activity"),
    )
    .group_by(BlockResponse.block_key)
    .subquery()
)
LATEST_RESPONSES = sa.select(
    BlockResponse.block_key, BlockResponse.given, BlockResponse.score, GROUPED.c.best
).join(GROUPED, GROUPED.c.latest == BlockResponse.id)


def latest_responses(enrolment: Enrolment, activity_id: int) -> dict[str, Response]:
    """Return the latest response to each block of a lesson, by the block's key."""
    if writing.get():
        db.session.flush()  # what was answered a moment ago
    rows = execute(LATEST_RESPONSES, {"enrolment": enrolment.id, "activity": activity_id})
    return {row.block_key: Response(dict(row.given), row.score, row.best) for row in rows}


@dataclass(frozen=True)
class LessonSource:
    """A lesson's text with the lesson's public id and title."""

    public_id: str
    language: str
    title: str
    body: str


def texts_with_terms(version: CourseVersion) -> Sequence[LessonSource]:
    """Return the texts of a version's lessons that may hold cards of terms, in reading order."""
    statement = (
        sa.select(Activity.public_id, LessonText.language, LessonText.title, LessonText.body)
        .join(LessonText, LessonText.activity_id == Activity.id)
        .where(Activity.version_id == version.id, LessonText.body.contains("::: terms"))
        .order_by(Activity.position, LessonText.language)
    )
    return [LessonSource(*row) for row in db.session.execute(statement)]
