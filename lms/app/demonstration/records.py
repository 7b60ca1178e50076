"""Rows from plans: enrolments, progress, sittings, certificates, and the audit log's entries."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from lms.app.demonstration.history import COMPLETED, Fate, Plan
from lms.app.demonstration.sittings import GRADING, NO_TIME, Exam, load_exam, sit
from lms.assessment.models import Attempt, ItemKind, Score
from lms.audit.services import append
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.numbers import new_number
from lms.certification.snapshots import take
from lms.certification.status import last_valid_day
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.models import OrganisationUnit, Person

REASONS = {
    Fate.REVOKED: "Демонстрация: экзамен сдан с нарушением порядка",
    Fate.REISSUED: "Демонстрация: смена фамилии",
    Fate.WITHDRAWN: "Демонстрация: переведён на другую работу",
}
SEED = 218  # of what further exams draw
SECOND_TRY = 0.25  # share of people who pass a further exam only then


@dataclass
class Teaching:
    """A published course version with what sittings and progress need of it."""

    version: CourseVersion
    lessons: list[Activity]
    exam_activity: Activity | None
    exam: Exam | None
    further: dict[int, list[Exam]]  # exams that come after so many lessons

    @property
    def is_graded_by_hand(self) -> bool:
        """Whether each sitting waits for an examiner."""
        return self.exam is not None and self.exam.is_graded_by_hand


def load_teaching(version: CourseVersion) -> Teaching:
    """Load a version's activities and exam once."""
    activities = list(
        db.session.scalars(
            sa.select(Activity).where(Activity.version_id == version.id).order_by(Activity.position)
        )
    )
    lessons = [a for a in activities if a.kind is ActivityKind.LESSON]
    exam_activity = next((a for a in activities if a.is_final_exam), None)
    return Teaching(
        version, lessons, exam_activity, load_exam(version.id), _further(version, activities)
    )


def _further(version: CourseVersion, activities: list[Activity]) -> dict[int, list[Exam]]:
    found: dict[int, list[Exam]] = {}
    lessons = 0
    for activity in activities:
        lessons += activity.kind is ActivityKind.LESSON
        if activity.kind is ActivityKind.EXAM and not activity.is_final_exam:
            exam = load_exam(version.id, activity.key)
            found.setdefault(lessons, []).extend([exam] if exam else [])
    return found


def _passed(
    enrolment: Enrolment, exam_id: int, opened_at: datetime, end: datetime
) -> ActivityProgress:
    return ActivityProgress(
        enrolment_id=enrolment.id,
        activity_id=exam_id,
        furthest=1000,
        place=1000,
        placed_at=end,
        opened_at=opened_at,
        completed_at=end,
    )


@dataclass
class Recorder:
    """Turns plans into rows; the audit log's entries are kept back and appended in their order."""

    hr: Person
    examiner: Person
    settings: Settings
    random: Random
    facts: list[dict[str, Any]] = field(default_factory=list)
    waiting: int = 0  # sittings that wait for an examiner
    # What a further exam draws changes nothing of what else is drawn.
    aside: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - repeatable

    def record(
        self, learner: Person, unit: OrganisationUnit, teaching: Teaching, plan: Plan
    ) -> None:
        """Make all rows of one enrolment."""
        self._follow(learner, unit, self._enrolment(learner, teaching, plan), teaching, plan)

    def finish(
        self,
        learner: Person,
        unit: OrganisationUnit,
        enrolment: Enrolment,
        teaching: Teaching,
        plan: Plan,
    ) -> None:
        """Complete an enrolment that is there, as ``plan`` says; what was read is read anew."""
        read = sa.delete(ActivityProgress).where(ActivityProgress.enrolment_id == enrolment.id)
        db.session.execute(read)
        enrolment.due_on = self._day(plan.due_at)
        enrolment.started_at, enrolment.completed_at = plan.started_at, plan.completed_at
        self._follow(learner, unit, enrolment, teaching, plan)

    def _follow(
        self,
        learner: Person,
        unit: OrganisationUnit,
        enrolment: Enrolment,
        teaching: Teaching,
        plan: Plan,
    ) -> None:
        self._progress(learner, enrolment, teaching, plan)
        percent = self._sittings(learner, enrolment, teaching, plan)
        if plan.fate in COMPLETED and percent is not None:
            self._note(
                plan.completed_at, "learning.completed", "enrolment", enrolment.public_id, learner
            )
            certificate = self._certificate(learner, unit, enrolment, teaching, plan, percent)
            self._afterwards(learner, certificate, plan)

    def write_log(self) -> None:
        """Append the audit log's entries in the order things happened."""
        append(sorted(self.facts, key=lambda fact: fact["recorded_at"]))
        self.facts.clear()

    def _day(self, instant: datetime | None) -> date | None:
        return None if instant is None else local_date(instant, self.settings.time_zone)

    def _note(
        self,
        at: datetime | None,
        action: str,
        kind: str,
        key: str,
        person: Person,
        *,
        by_hr: bool = False,
        reason: str = "",
        **details: Any,
    ) -> None:
        assert at is not None
        self.facts.append(
            {
                "recorded_at": at,
                "actor_key": self.hr.public_id if by_hr else None,
                "action": action,
                "subject_kind": kind,
                "subject_key": key,
                "person_key": person.public_id,
                "reason": reason,
                "details": details,
            }
        )

    def _enrolment(self, learner: Person, teaching: Teaching, plan: Plan) -> Enrolment:
        withdrawn = plan.fate is Fate.WITHDRAWN
        enrolment = Enrolment(
            learner_id=learner.id,
            course_id=teaching.version.course_id,
            version_id=teaching.version.id,
            enrolled_at=plan.enrolled_at,
            enrolled_by_id=self.hr.id,
            due_on=self._day(plan.due_at),
            started_at=plan.started_at,
            completed_at=plan.completed_at,
            withdrawn_at=plan.ended_at if withdrawn else None,
        )
        db.session.add(enrolment)
        db.session.flush()
        key, reason = enrolment.public_id, REASONS[Fate.WITHDRAWN]
        self._note(plan.enrolled_at, "learning.enrolled", "enrolment", key, learner, by_hr=True)
        if withdrawn:
            self._note(
                plan.ended_at,
                "learning.withdrawn",
                "enrolment",
                key,
                learner,
                by_hr=True,
                reason=reason,
            )
        return enrolment

    def _progress(
        self, learner: Person, enrolment: Enrolment, teaching: Teaching, plan: Plan
    ) -> None:
        if plan.started_at is None:
            return
        read = round(plan.lessons_read * len(teaching.lessons))
        if plan.fate is Fate.READING:
            read = min(max(read, 1), len(teaching.lessons) - 1)
        at = plan.started_at
        for number, lesson in enumerate(teaching.lessons[: read + 1]):
            done = number < read
            place = 1000 if done else self.random.randint(120, 800)
            if not done and plan.fate is Fate.READING and read in teaching.further:
                break  # the exam comes next
            db.session.add(
                ActivityProgress(
                    enrolment_id=enrolment.id,
                    activity_id=lesson.id,
                    furthest=place,
                    place=place,
                    placed_at=at,
                    opened_at=at,
                    completed_at=at + timedelta(minutes=lesson.minutes) if done else None,
                )
            )
            at += timedelta(minutes=lesson.minutes + 5)
            if number + 1 < read or plan.lessons_read == 1.0:
                for exam in teaching.further.get(number + 1, ()):
                    at = self._further_exam(learner, enrolment, exam, at)

    def _further_exam(
        self, learner: Person, enrolment: Enrolment, exam: Exam, at: datetime
    ) -> datetime:
        """Let the learner pass an exam amid the course, some at the second try; return when."""
        number = 1
        if self.aside.random() < SECOND_TRY:
            at = self._sit(learner, enrolment, exam, number, at, passes=False)
            number, at = 2, at + timedelta(hours=exam.assessment.wait_hours)
        end = self._sit(learner, enrolment, exam, number, at, passes=True)
        db.session.add(_passed(enrolment, exam.assessment.activity_id, at, end))
        return end + timedelta(minutes=5)

    def _sit(
        self,
        learner: Person,
        enrolment: Enrolment,
        exam: Exam,
        number: int,
        at: datetime,
        *,
        passes: bool,
    ) -> datetime:
        attempt, score = sit(
            exam,
            enrolment,
            number=number,
            started_at=at,
            passes=passes,
            random=self.aside,
            examiner=self.examiner,
        )
        self._note_score(learner, attempt, score)
        return score.scored_at

    def _note_score(self, learner: Person, attempt: Attempt, score: Score) -> None:
        key, passed = attempt.public_id, score.passed
        at, action = score.scored_at, "assessment.scored"
        self._note(at, action, "attempt", key, learner, passed=passed, score_number=1)

    def _sittings(
        self, learner: Person, enrolment: Enrolment, teaching: Teaching, plan: Plan
    ) -> float | None:
        sittings = plan.failed_sittings + (plan.fate in COMPLETED)
        if not sittings or teaching.exam is None or teaching.exam_activity is None:
            return None
        end = plan.completed_at or plan.enrolled_at + timedelta(days=2)
        for number in range(1, sittings + 1):
            passes = plan.fate in COMPLETED and number == sittings
            before = timedelta(days=sittings - number, minutes=teaching.exam.assessment.minutes)
            before += GRADING if teaching.is_graded_by_hand else NO_TIME
            waits = plan.fate is Fate.WAITING and number == sittings
            self.waiting += waits
            attempt, score = sit(
                teaching.exam,
                enrolment,
                number=number,
                started_at=end - before,
                passes=passes,
                random=self.random,
                examiner=None if waits else self.examiner,
                asks=ItemKind.FILE if waits and self.waiting % 3 == 1 else None,
            )
            self._note_score(learner, attempt, score)
        if not passes:
            return None
        db.session.add(_passed(enrolment, teaching.exam_activity.id, attempt.started_at, end))
        return score.percent

    def _certificate(
        self,
        learner: Person,
        unit: OrganisationUnit,
        enrolment: Enrolment,
        teaching: Teaching,
        plan: Plan,
        percent: float,
    ) -> Certificate:
        assert plan.completed_at is not None
        issued_on = local_date(plan.completed_at, self.settings.time_zone)
        until = last_valid_day(issued_on, teaching.version.certificate_valid_months)
        certificate = Certificate(
            number=new_number(),
            holder_id=learner.id,
            holder_sort_name=learner.sort_name,
            enrolment_id=enrolment.id,
            course_id=enrolment.course_id,
            version_id=enrolment.version_id,
            issued_at=plan.completed_at,
            issued_on=issued_on,
            valid_until_on=until,
            sort_until_on=until or date.max,
            snapshot=take(
                holder=learner,
                unit=unit,
                version=teaching.version,
                percent=percent,
                settings=self.settings,
            ),
        )
        db.session.add(certificate)
        self._note(
            plan.completed_at, "certification.issued", "certificate", certificate.number, learner
        )
        return certificate

    def _afterwards(self, learner: Person, certificate: Certificate, plan: Plan) -> None:
        if plan.ended_at is None:
            return
        db.session.flush()
        reason = REASONS[plan.fate]
        if plan.fate is Fate.REVOKED:
            db.session.add(
                CertificateRevocation(
                    certificate_id=certificate.id,
                    revoked_at=plan.ended_at,
                    revoked_by_id=self.hr.id,
                    reason=reason,
                )
            )
            action, details = "certification.revoked", {}
        else:
            successor = self._successor(certificate, plan)
            action, details = "certification.replaced", {"successor": successor.number}
        self._note(
            plan.ended_at, action, "certificate", certificate.number, learner,
            by_hr=True, reason=reason, **details,
        )  # fmt: skip

    def _successor(self, certificate: Certificate, plan: Plan) -> Certificate:
        assert plan.ended_at is not None
        successor = Certificate(
            number=new_number(),
            holder_id=certificate.holder_id,
            holder_sort_name=certificate.holder_sort_name,
            enrolment_id=certificate.enrolment_id,
            course_id=certificate.course_id,
            version_id=certificate.version_id,
            issued_at=plan.ended_at,
            issued_on=local_date(plan.ended_at, self.settings.time_zone),
            issued_by_id=self.hr.id,
            valid_until_on=certificate.valid_until_on,
            sort_until_on=certificate.sort_until_on,
            snapshot=certificate.snapshot,
            replaces_id=certificate.id,
        )
        db.session.add(successor)
        return successor
