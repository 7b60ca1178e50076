"""Reads of appeals: the candidate's own, and those that an examiner may answer."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.assessment.examining.models import Appeal, AppealState
from lms.assessment.examining.queries import examined_by, of_course
from lms.assessment.models import Assessment, Attempt, AttemptItem, ItemVersion
from lms.catalog.models import Activity, Course, CourseVersion
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission


def appeals_on(attempt: Attempt) -> list[Appeal]:
    """Return the appeals of one attempt, the oldest first."""
    statement = sa.select(Appeal).where(Appeal.attempt_id == attempt.id).order_by(Appeal.id)
    statement = statement.options(joinedload(Appeal.receipt))
    return list(db.session.scalars(statement))


def _examined(viewer: Viewer, permission: Permission = Permission.SEE_SITTINGS) -> sa.Select[Any]:
    # The candidate is joined for the scope alone: nothing of a person is loaded.
    statement: sa.Select[Any] = (
        sa.select(Appeal)
        .join(Appeal.attempt)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(examined_by(viewer, permission))
        .options(contains_eager(Appeal.attempt))
    )
    return statement


def appeals_of(viewer: Viewer, course: Course, *, is_open: bool) -> Any:
    """Return appeals on the course's exams that the viewer may read, to be paged by their id."""
    state = Appeal.state == AppealState.OPEN
    return _examined(viewer).where(of_course(course), state if is_open else ~state)


def open_appeals(viewer: Viewer, course: Course) -> int:
    """Return how many appeals wait for an answer."""
    statement = appeals_of(viewer, course, is_open=True).with_only_columns(
        sa.func.count(), maintain_column_froms=True
    )
    return db.session.scalar(statement.options()) or 0


def appeal_for(viewer: Viewer, public_id: str, *, lock: bool = False) -> Appeal | None:
    """Return an appeal that the viewer may read, with its attempt and exam.

    With ``lock`` it is one that the viewer may answer, and is held until the transaction's end.
    """
    statement = (
        _examined(viewer, Permission.CONDUCT_COURSES if lock else Permission.SEE_SITTINGS)
        .where(Appeal.public_id == public_id)
        .options(
            joinedload(Appeal.receipt),
            contains_eager(Appeal.attempt)
            .joinedload(Attempt.assessment)
            .joinedload(Assessment.activity)
            .joinedload(Activity.version)
            .joinedload(CourseVersion.course),
        )
    )
    if lock:
        statement = statement.with_for_update(of=Appeal)
        statement = statement.execution_options(populate_existing=True)
    found: Appeal | None = db.session.scalars(statement).one_or_none()
    return found


def asked_item(appeal: Appeal) -> AttemptItem:
    """Return the question that the appeal is about, with its item."""
    statement = (
        sa.select(AttemptItem)
        .where(AttemptItem.attempt_id == appeal.attempt_id, AttemptItem.position == appeal.position)
        .options(joinedload(AttemptItem.item_version).joinedload(ItemVersion.item))
    )
    return db.session.scalars(statement).one()
