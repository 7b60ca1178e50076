"""What exams and practice hold of a person, and how it goes.

A paper goes whole, with its log: what is left is that there was an attempt and how it ended. The
chain of a log that lacks an entry would prove nothing.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.assessment.coursework.models import PracticeRun
from lms.assessment.examining.models import Appeal, AttemptReceipt, RegradeResult
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Attempt, AttemptEvent, Score
from lms.assessment.practice.models import PracticeCard, PracticeSession
from lms.assessment.rules.models import ExamAllowance, ExtendedAttempt
from lms.assessment.uploads.models import AttemptFile
from lms.catalog.models import CourseFile
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.disclosure.parts import of_person
from lms.people.erasure.files import remove_later
from lms.people.erasure.holdings import Holding, hinder, hold, rows_of, theirs
from lms.people.erasure.models import Fate
from lms.people.models import Person

_of_their_attempts = of_person(AttemptFile.attempt_id, Attempt.candidate_id)


def while_an_exam_is_open(person: Person) -> Any:
    """Say that a paper isn't erased while it is written, or while its score isn't settled."""
    sitting = sa.select(Attempt.id).where(
        Attempt.candidate_id == person.id, Attempt.settled_at.is_(None)
    )
    if db.session.scalar(sitting.limit(1)) is None:
        return None
    return _l("An exam of this person is under way, or its score isn’t settled yet. Wait for it.")


def _drop_files(person: Person, now: datetime) -> None:
    """Delete files that were handed in, and their bytes unless someone else has the same file."""
    found = set(db.session.scalars(sa.select(AttemptFile.sha256).where(_of_their_attempts(person))))
    db.session.execute(
        sa.delete(AttemptFile)
        .where(_of_their_attempts(person))
        .execution_options(synchronize_session=False)
    )
    shared = set(
        db.session.scalars(sa.select(AttemptFile.sha256).where(AttemptFile.sha256.in_(found)))
    )
    shared |= set(db.session.scalars(sa.select(CourseFile.blob).where(CourseFile.blob.in_(found))))
    remove_later(found - shared, person=person, kind="papers", now=now)


hinder(while_an_exam_is_open)
hold(
    theirs("attempts", _l("Exam attempts"), Attempt.candidate_id),
    theirs("scores", _l("Results of exams"), Score.attempt_id, Attempt.candidate_id),
    theirs(
        "corrections",
        _l("Results corrected after an exam"),
        RegradeResult.attempt_id,
        Attempt.candidate_id,
    ),
    theirs(
        "extensions",
        _l("More time after an incident"),
        ExtendedAttempt.attempt_id,
        Attempt.candidate_id,
    ),
    theirs(
        "allowances",
        _l("Allowances in exams"),
        ExamAllowance.enrolment_id,
        Enrolment.learner_id,
        blanks={ExamAllowance.reason: ""},
        newest=ExamAllowance.granted_at,
    ),
    theirs(
        "practice_cards",
        _l("How well practice thinks things are remembered"),
        PracticeCard.person_id,
        deletes=True,
    ),
    theirs(
        "practice",
        _l("Practice"),
        PracticeSession.person_id,
        deletes=True,
        newest=PracticeSession.started_at,
    ),
    theirs(
        "course_practice",
        _l("Practice within courses"),
        PracticeRun.enrolment_id,
        Enrolment.learner_id,
        deletes=True,
        newest=PracticeRun.started_at,
    ),
    theirs(
        "answers",
        _l("Answers in exams, as they arrived"),
        AttemptEvent.attempt_id,
        Attempt.candidate_id,
        deletes=True,
        newest=AttemptEvent.received_at,
    ),
    Holding(
        "exam_files",
        _l("Files handed in"),
        (_files := rows_of("", "", AttemptFile, _of_their_attempts)).rows,
        {Fate.DELETE: _drop_files},
        rows_of("", "", AttemptFile, _of_their_attempts, newest=AttemptFile.received_at).newest,
        _files.tables,
    ),
    theirs(
        "receipts",
        _l("Receipts of exams"),
        AttemptReceipt.attempt_id,
        Attempt.candidate_id,
        deletes=True,
        newest=AttemptReceipt.issued_at,
    ),
    theirs(
        "appeals",
        _l("Appeals"),
        Appeal.attempt_id,
        Attempt.candidate_id,
        deletes=True,
        newest=Appeal.made_at,
    ),
    theirs(
        "grading_tasks",
        _l("Answers that examiners read"),
        GradingTask.attempt_id,
        Attempt.candidate_id,
        deletes=True,
        newest=GradingTask.waiting_since,
    ),
    theirs(
        "gradings",
        _l("What examiners said of answers"),
        Grading.task_id,
        GradingTask.attempt_id,
        Attempt.candidate_id,
        deletes=True,
        newest=Grading.graded_at,
    ),
)
