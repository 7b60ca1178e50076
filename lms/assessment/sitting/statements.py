"""What everybody who sits an exam asks of the database: statements of plain columns, made once.

To make a statement anew often costs more than to run it, and the ORM's own price is thrice that of
``core.database.execute``.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.assessment.grading.queries import MAY_DRAW_HANDWORK
from lms.assessment.models import Assessment, AssessmentSection, Attempt
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.core.database import columns_of

PUBLIC_ID = sa.bindparam("public_id", type_=sa.String)
IS_OWN = (
    Attempt.public_id == PUBLIC_ID,
    Attempt.candidate_id == sa.bindparam("candidate", type_=sa.Integer),
)
VERSION = sa.bindparam("version", type_=sa.Integer)
EXAM_KEY = sa.bindparam("exam", type_=sa.String)
EXAM_OF_VERSION = (Activity.version_id == VERSION, Activity.kind == ActivityKind.EXAM)


@cache
def locked() -> Any:
    """Return the statement of an attempt by its public id, locked to the transaction's end."""
    return sa.select(*columns_of(Attempt)).where(Attempt.public_id == PUBLIC_ID).with_for_update()


@cache
def own_alone() -> Any:
    """Return the statement of the candidate's own attempt."""
    return sa.select(*columns_of(Attempt)).where(*IS_OWN)


@cache
def own_to_answer() -> Any:
    """Return the same with its exam, the exam's part of the course, and the course version."""
    return (
        sa.select(
            *(*columns_of(Attempt), *columns_of(Assessment)),
            *(*columns_of(Activity), *columns_of(CourseVersion)),
        )
        .join(Attempt.assessment)
        .join(Assessment.activity)
        .join(Activity.version)
        .where(*IS_OWN)
    )


@cache
def overview() -> Any:
    """Return that of an exam of a course version by key, its part, the version's public id, and
    whether it may ask what a person has to judge.
    """
    version_key = sa.select(CourseVersion.public_id).where(CourseVersion.id == VERSION)
    return (
        sa.select(*columns_of(Assessment), *columns_of(Activity))
        .add_columns(version_key.scalar_subquery(), MAY_DRAW_HANDWORK)
        .join(Assessment.activity)
        .where(*EXAM_OF_VERSION, Activity.key == EXAM_KEY)
    )


@cache
def sections() -> Any:
    """Return that of an exam's sections in order."""
    return (
        sa.select(*columns_of(AssessmentSection))
        .where(AssessmentSection.assessment_id == sa.bindparam("exam", type_=sa.Integer))
        .order_by(AssessmentSection.position)
    )


@cache
def sat(*, hold: bool) -> Any:
    """Return that of an exam; ``hold`` keeps it as it is to the transaction's end."""
    statement = sa.select(*columns_of(Assessment)).where(
        Assessment.id == sa.bindparam("exam", type_=sa.Integer)
    )
    return statement.with_for_update(read=True) if hold else statement


@cache
def attempts() -> Any:
    """Return that of an enrolment's attempts at an exam, in order."""
    return (
        sa.select(*columns_of(Attempt))
        .where(
            Attempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
            Attempt.exam_key == EXAM_KEY,
        )
        .order_by(Attempt.number)
    )
