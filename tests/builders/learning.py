"""Builders of enrolments and progress. Each adds to the session and flushes."""

from datetime import UTC, date, datetime
from typing import Any

from lms.catalog.models import Activity, ActivityKind, Course, CourseVersion
from lms.core.database import db
from lms.learning import services
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.models import Person
from tests.builders.catalog import make_course
from tests.builders.people import make_person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_enrolment(
    learner: Person | None = None,
    version: CourseVersion | None = None,
    *,
    now: datetime = NOW,
    due_on: date | None = None,
    **changed: Any,
) -> Enrolment:
    """An open enrolment of ``learner`` in ``version`` (default: new ones), ``changed`` at will."""
    version = version or make_course(now=now)
    enrolment = services.enrol(
        learner=learner or make_person(),
        course=course_of(version),
        due_on=due_on,
        actor=None,
        now=now,
    )
    for name, value in changed.items():
        setattr(enrolment, name, value)
    db.session.flush()
    db.session.refresh(enrolment, ["learner", "course", "version"])
    return enrolment


def course_of(version: CourseVersion) -> Course:
    """The version's course, loaded."""
    return db.session.get_one(Course, version.course_id)


def lessons_of(course: CourseVersion | Enrolment) -> list[Activity]:
    """The lessons of a version, or of the one an enrolment pins, in order."""
    return activities(course, ActivityKind.LESSON)


def exam_of(course: CourseVersion | Enrolment) -> Activity:
    """The exam of a version, or of the one an enrolment pins."""
    return activities(course, ActivityKind.EXAM)[0]


def activities(course: CourseVersion | Enrolment, kind: ActivityKind) -> list[Activity]:
    version_id = course.version_id if isinstance(course, Enrolment) else course.id
    rows = db.session.query(Activity).filter_by(version_id=version_id, kind=kind)
    return list(rows.order_by(Activity.position))


def read_lessons(enrolment: Enrolment, count: int | None = None, now: datetime = NOW) -> None:
    """Complete the first ``count`` lessons (default: all)."""
    for lesson in lessons_of(enrolment)[:count]:
        services.complete_activity(enrolment=enrolment, activity=lesson, now=now)


def progress_of(enrolment: Enrolment, activity: Activity) -> ActivityProgress | None:
    """The stored progress, read anew."""
    db.session.flush()
    return (
        db.session.query(ActivityProgress)
        .populate_existing()
        .filter_by(enrolment_id=enrolment.id, activity_id=activity.id)
        .one_or_none()
    )
