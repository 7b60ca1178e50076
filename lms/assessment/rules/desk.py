"""Reads of the exam desk. Scope: the viewer's SEE_EXAM_DESK; for changes, ADJUST_EXAMS."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.assessment.examining.queries import CourseExam
from lms.assessment.models import Assessment, Attempt
from lms.assessment.rules.codes import valid_codes
from lms.assessment.rules.models import ExamExtension, ReleaseCode
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    Course,
    CourseVersion,
    VersionStatus,
)
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import name_matches, visible_to

MOST_EXTENSIONS = 10  # shown at the desk


def _in_scope(
    viewer: Viewer, permission: Permission = Permission.SEE_EXAM_DESK
) -> sa.ColumnElement[bool]:
    return visible_to(viewer, permission)


@dataclass(frozen=True)
class ExamOfCourse:
    """An exam of a course, as the newest version that has it and that counts at the desk states it.

    That is the course's newest version; or, of an exam that this one no longer has, an earlier one
    that somebody is still on.
    """

    course: Course
    version: CourseVersion  # the course's newest one
    assessment: Assessment  # with its activity
    sitting: int  # open attempts within the viewer's scope
    key: str  # of the exam in its course, the same from version to version
    only_in: tuple[int, ...] = ()  # numbers of earlier versions, where the newest has no such exam
    choices: tuple[CourseExam, ...] = ()  # all exams of its course

    @property
    def is_one_of_several(self) -> bool:
        """Whether its course has more than one."""
        return len(self.choices) > 1

    @property
    def as_choice(self) -> CourseExam:
        """The exam as a switch between exams takes it."""
        return CourseExam(self.key, self.assessment.activity.title, only_in=self.only_in)

    @property
    def address(self) -> dict[str, str]:
        """What its pages' addresses name it by: the course alone means its final exam."""
        own = {} if self.key == FINAL_EXAM else {"exam": self.key}
        return {"slug": self.course.slug, **own}


Own = aliased(CourseVersion)  # the version that has the exam


def exams_for(viewer: Viewer, slug: str | None = None) -> list[ExamOfCourse]:
    """Return the published exams, by slug and in the outline's order: one statement.

    Of one course when ``slug`` is given. Those that the newest version no longer has come last,
    while somebody in the viewer's scope is on a version with them.
    """
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(
            CourseVersion.course_id == Course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .correlate(Course)
        .scalar_subquery()
    )
    sitting = (
        sa.select(sa.func.count(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(
            Attempt.closed_at.is_(None),
            Attempt.exam_key == Activity.key,
            Enrolment.course_id == Course.id,
            _in_scope(viewer),
        )
        .correlate(Course, Activity)
        .scalar_subquery()
    )
    statement = (
        sa.select(Course, CourseVersion, Assessment, sitting, Own.number)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Own, Own.course_id == Course.id)
        .join(Activity, Activity.version_id == Own.id)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(CourseVersion.number == newest, sa.or_(Own.id == CourseVersion.id, _lasts(viewer)))
        .order_by(Course.slug, Own.number.desc(), Activity.position)
        .options(contains_eager(Assessment.activity))
    )
    if slug is not None:
        statement = statement.where(Course.slug == slug)
    return _by_exam(db.session.execute(statement).all())


def _lasts(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition 'the newest version lacks the exam, and somebody is on its own one'."""
    kept = aliased(Activity)
    is_kept = sa.exists().where(
        kept.version_id == CourseVersion.id,
        kept.kind == ActivityKind.EXAM,
        kept.key == Activity.key,
    )
    is_on = (
        sa.select(Enrolment.id)
        .join(Person, Person.id == Enrolment.learner_id)
        .where(Enrolment.version_id == Own.id, _is_open(), _in_scope(viewer))
        .correlate(Own)
        .exists()
    )
    is_earlier = sa.and_(Own.status == VersionStatus.PUBLISHED, Own.number < CourseVersion.number)
    return sa.and_(is_earlier, ~is_kept.correlate(CourseVersion, Activity), is_on)


def _by_exam(rows: Sequence[Any]) -> list[ExamOfCourse]:
    """Make one exam of the rows of several earlier versions; the first states its rules."""
    exams: dict[tuple[int, str], ExamOfCourse] = {}
    for course, version, assessment, sitting, number in rows:
        key = assessment.activity.key
        place = (course.id, key)
        earlier = exams.get(place, ExamOfCourse(course, version, assessment, sitting, key))
        own = () if number == version.number else (number, *earlier.only_in)
        exams[place] = replace(earlier, only_in=own)
    choices: dict[int, list[CourseExam]] = {}
    for one in exams.values():
        choices.setdefault(one.course.id, []).append(one.as_choice)
    return [replace(one, choices=tuple(choices[one.course.id])) for one in exams.values()]


def _is_open() -> sa.ColumnElement[bool]:
    """Return the condition 'the enrolment is neither completed nor withdrawn'."""
    return sa.and_(Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))


def sitting_now(viewer: Viewer, exam: ExamOfCourse) -> list[Attempt]:
    """Return the open attempts at the exam, those that end first leading."""
    statement = (
        sa.select(Attempt)
        .join(Attempt.candidate)
        .join(Attempt.enrolment)
        .where(_sit(exam), _in_scope(viewer))
        .order_by(Attempt.deadline_at, Attempt.id)
        .options(
            contains_eager(Attempt.enrolment),
            contains_eager(Attempt.candidate)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
    )
    return list(db.session.scalars(statement))


def _sit(exam: ExamOfCourse) -> sa.ColumnElement[bool]:
    """Return the condition 'the attempt, joined with its enrolment, is open at this exam'."""
    return sa.and_(
        Attempt.closed_at.is_(None),
        Attempt.exam_key == exam.key,
        Enrolment.course_id == exam.course.id,
    )


def enrolments_sitting(viewer: Viewer, exam: ExamOfCourse) -> Sequence[int]:
    """Return the enrolments with an open attempt at the exam that may be given time."""
    statement = (
        sa.select(Attempt.enrolment_id)
        .join(Attempt.candidate)
        .join(Attempt.enrolment)
        .where(_sit(exam), _in_scope(viewer, Permission.ADJUST_EXAMS))
    )
    return db.session.scalars(statement).all()


def learners_of(viewer: Viewer, exam: ExamOfCourse, words: str) -> sa.Select[Any]:
    """Return the statement of (Enrolment with learner) that are open, without an order.

    Whose version of the course has the exam.
    """
    has_exam = sa.select(Activity.version_id).where(
        Activity.kind == ActivityKind.EXAM, Activity.key == exam.key
    )
    statement: Any = (
        sa.select(Enrolment, Person.sort_name)
        .join(Enrolment.learner)
        .where(
            Enrolment.course_id == exam.course.id,
            Enrolment.version_id.in_(has_exam),
            _is_open(),
            _in_scope(viewer),
        )
        .options(
            contains_eager(Enrolment.learner)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        )
    )
    if words.strip():
        statement = statement.where(name_matches(words))
    return statement  # type: ignore[no-any-return]


def enrolment_at_desk(
    viewer: Viewer, public_id: str, permission: Permission = Permission.SEE_EXAM_DESK
) -> Enrolment | None:
    """Return an enrolment whose learner is in the viewer's scope, with its course and version."""
    statement = (
        sa.select(Enrolment)
        .join(Enrolment.learner)
        .where(Enrolment.public_id == public_id, _in_scope(viewer, permission))
        .options(
            contains_eager(Enrolment.learner)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            joinedload(Enrolment.course),
            joinedload(Enrolment.version),
        )
    )
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class OwnRules:
    """What opens an exam in one version of its course."""

    version: int  # its number
    opens_at: datetime | None
    closes_at: datetime | None
    needs_code: bool

    @property
    def opening(self) -> tuple[datetime | None, datetime | None, bool]:
        """What can differ from version to version."""
        return self.opens_at, self.closes_at, self.needs_code


def differing_rules(
    viewer: Viewer, exams: Sequence[ExamOfCourse]
) -> dict[tuple[int, str], list[OwnRules]]:
    """Return by course and exam what opens it in each version, where that differs; one statement.

    Of the version that the desk states, first, and of others that somebody in the viewer's scope is
    still on.
    """
    is_on = (
        sa.select(Enrolment.id)
        .join(Person, Person.id == Enrolment.learner_id)
        .where(Enrolment.version_id == CourseVersion.id, _is_open(), _in_scope(viewer))
        .correlate(CourseVersion)
        .exists()
    )
    statement = (
        sa.select(
            CourseVersion.course_id,
            Activity.key,
            CourseVersion.number,
            Assessment.opens_at,
            Assessment.closes_at,
            Assessment.needs_code,
        )
        .join(Activity, Activity.version_id == CourseVersion.id)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(
            CourseVersion.course_id.in_({one.course.id for one in exams}),
            CourseVersion.status == VersionStatus.PUBLISHED,
            sa.or_(is_on, Assessment.id.in_([one.assessment.id for one in exams])),
        )
        .order_by(CourseVersion.number.desc())
    )
    found: dict[tuple[int, str], list[OwnRules]] = {}
    for course_id, key, number, opens_at, closes_at, needs_code in db.session.execute(statement):
        own = OwnRules(number, opens_at, closes_at, needs_code)
        found.setdefault((course_id, key), []).append(own)
    return {
        place: rules for place, rules in found.items() if len({one.opening for one in rules}) > 1
    }


def codes_for(viewer: Viewer, exam: ExamOfCourse, now: datetime) -> list[ReleaseCode]:
    """Return the exam's valid codes made within the viewer's scope: those they may end."""
    codes = valid_codes(exam.course.id, now, exam.key)
    return [code for code in codes if may_end_code(viewer, code)]


def may_end_code(viewer: Viewer, code: ReleaseCode) -> bool:
    """Tell whether the viewer answers for all the people that the code lets in."""
    return bool(code.scope) and all(
        viewer.may_over(Permission.ADJUST_EXAMS, path) for path in code.scope
    )


def extensions_at(viewer: Viewer, exam: ExamOfCourse) -> list[ExamExtension]:
    """Return the last extensions of the exam that the viewer made or may see whole."""
    statement = (
        sa.select(ExamExtension)
        .where(ExamExtension.course_id == exam.course.id, ExamExtension.exam_key == exam.key)
        .options(joinedload(ExamExtension.granted_by))
        .order_by(ExamExtension.id.desc())
        .limit(MOST_EXTENSIONS)
    )
    if "/network/" not in viewer.scope(Permission.SEE_EXAM_DESK):
        statement = statement.where(ExamExtension.granted_by_id == viewer.person.id)
    return list(db.session.scalars(statement))
