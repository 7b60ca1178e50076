"""What exams and practice hold about people. Of the questions nothing: they are nobody's data."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.assessment.coursework.models import PracticeRun, RunAnswer, RunQuestion
from lms.assessment.examining.models import Appeal, AttemptReceipt, Regrade, RegradeResult
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    EventKind,
    ItemKind,
    ItemVersion,
    Score,
)
from lms.assessment.practice.models import (
    PracticeCard,
    PracticeQuestion,
    PracticeReview,
    PracticeSession,
)
from lms.assessment.rules.models import (
    ExamAllowance,
    ExamExtension,
    ExtendedAttempt,
    ReleaseCode,
)
from lms.assessment.uploads.models import AttemptFile
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.disclosure.parts import (
    Act,
    Part,
    hinder,
    leave_untold,
    of_person,
    tell,
    tell_acts,
    the,
)
from lms.people.models import Person


def _attempt(key: Any) -> Any:
    return the(Attempt.public_id, key)


EVENTS = {
    EventKind.ANSWER: lazy_pgettext("record", "answer"),
    EventKind.FLAG: lazy_pgettext("record", "marked to look at again"),
    EventKind.TAKEOVER: lazy_pgettext("record", "continued elsewhere"),
    EventKind.SUBMIT: lazy_pgettext("record", "handed in"),
    EventKind.CLOSE: lazy_pgettext("record", "closed by the clock"),
}


def _asked(column: Any) -> Any:
    """Return what ``column`` says of the question that an event is about."""
    return (
        sa.select(column)
        .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(
            AttemptItem.attempt_id == AttemptEvent.attempt_id,
            AttemptItem.position == AttemptEvent.position,
        )
        .scalar_subquery()
    )


def in_words(row: dict[str, Any]) -> dict[str, Any]:
    """Return an event with its answer in words; of the question's content nothing else stays."""
    kind, content = row["answer"], row.pop("content")
    response = row["response"].get("response") if row["kind"] is EventKind.ANSWER else None
    row["answer"] = None
    if response is not None and content is not None:
        row["answer"] = answer_in_words(ItemKind(kind), content, response, row["language"])
    return row


def while_an_exam_is_under_way(person: Person) -> Any:
    """Say that nothing of earlier exams is shown while one is sat."""
    sitting = sa.select(Attempt.id).where(
        Attempt.candidate_id == person.id, Attempt.closed_at.is_(None)
    )
    if db.session.scalar(sitting.limit(1)) is None:
        return None
    return _l("An exam is under way. The record can be made when it is over.")


hinder(while_an_exam_is_under_way)
tell(
    Part(
        "attempts",
        _l("Exam attempts"),
        Attempt,
        of_person(Attempt.candidate_id),
        {
            "id": Attempt.public_id,
            "title": the(Assessment.title, Attempt.assessment_id),
            "number": Attempt.number,
            "language": Attempt.language,
            "started_at": Attempt.started_at,
            "deadline_at": Attempt.deadline_at,
            "submitted_at": Attempt.submitted_at,
            "closed_at": Attempt.closed_at,
            "seen_at": Attempt.seen_at,
        },
    ),
    Part(
        "scores",
        _l("Results of exams"),
        Score,
        of_person(Score.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(Score.attempt_id),
            "number": Score.number,
            "scored_at": Score.scored_at,
            "points": Score.points,
            "points_possible": Score.points_possible,
            "percent": Score.percent,
            "passed": Score.passed,
            "awaiting": Score.awaiting,
        },
    ),
    Part(
        "answers",
        _l("Answers in exams, as they arrived"),
        AttemptEvent,
        of_person(AttemptEvent.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(AttemptEvent.attempt_id),
            "number": AttemptEvent.number,
            "kind": AttemptEvent.kind,
            "position": AttemptEvent.position,
            "response": AttemptEvent.body,
            "answer": _asked(ItemVersion.kind),
            "content": _asked(ItemVersion.content),
            "language": the(Attempt.language, AttemptEvent.attempt_id),
            "authored_at": AttemptEvent.authored_at,
            "received_at": AttemptEvent.received_at,
            "late": AttemptEvent.late,
        },
        refine=in_words,
        words={"kind": EVENTS},
        unprinted=frozenset({"response", "language"}),
    ),
    Part(
        "exam_files",
        _l("Files handed in"),
        AttemptFile,
        of_person(AttemptFile.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(AttemptFile.attempt_id),
            "position": AttemptFile.position,
            "file_name": AttemptFile.name,
            "size": AttemptFile.size,
            "received_at": AttemptFile.received_at,
        },
    ),
    Part(
        "receipts",
        _l("Receipts of exams"),
        AttemptReceipt,
        of_person(AttemptReceipt.attempt_id, Attempt.candidate_id),
        {
            "id": AttemptReceipt.public_id,
            "attempt": _attempt(AttemptReceipt.attempt_id),
            "issued_at": AttemptReceipt.issued_at,
        },
    ),
    Part(
        "gradings",
        _l("What examiners said of answers"),
        Grading,
        of_person(Grading.task_id, GradingTask.attempt_id, Attempt.candidate_id),
        {
            "position": the(GradingTask.position, Grading.task_id),
            "points": Grading.points,
            "comment": Grading.comment,
            "at": Grading.graded_at,
        },
    ),
    Part(
        "waiting_answers",
        _l("Answers that examiners read"),
        GradingTask,
        of_person(GradingTask.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(GradingTask.attempt_id),
            "position": GradingTask.position,
            "since": GradingTask.waiting_since,
            "at": GradingTask.done_at,
            "points": GradingTask.points,
        },
    ),
    Part(
        "appeals",
        _l("Appeals"),
        Appeal,
        of_person(Appeal.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(Appeal.attempt_id),
            "position": Appeal.position,
            "reason": Appeal.reason,
            "at": Appeal.made_at,
            "state": Appeal.state,
            "answer": Appeal.answer,
            "answered_at": Appeal.answered_at,
        },
    ),
    Part(
        "corrections",
        _l("Results corrected after an exam"),
        RegradeResult,
        of_person(RegradeResult.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(RegradeResult.attempt_id),
            "percent_before": RegradeResult.before_percent,
            "percent_after": RegradeResult.after_percent,
            "passed": RegradeResult.after_passed,
            "at": RegradeResult.applied_at,
        },
    ),
    Part(
        "allowances",
        _l("Allowances in exams"),
        ExamAllowance,
        of_person(ExamAllowance.enrolment_id, Enrolment.learner_id),
        {
            "kind": ExamAllowance.kind,
            "amount": ExamAllowance.amount,
            "reason": ExamAllowance.reason,
            "at": ExamAllowance.granted_at,
        },
    ),
    Part(
        "extensions",
        _l("More time after an incident"),
        ExtendedAttempt,
        of_person(ExtendedAttempt.attempt_id, Attempt.candidate_id),
        {
            "attempt": _attempt(ExtendedAttempt.attempt_id),
            "minutes": the(ExamExtension.minutes, ExtendedAttempt.extension_id),
            "at": the(ExamExtension.granted_at, ExtendedAttempt.extension_id),
        },
    ),
    Part(
        "practice",
        _l("Practice"),
        PracticeSession,
        of_person(PracticeSession.person_id),
        {
            "started_at": PracticeSession.started_at,
            "ended_at": PracticeSession.ended_at,
            "language": PracticeSession.language,
        },
    ),
    Part(
        "practice_answers",
        _l("Answers in practice"),
        PracticeReview,
        of_person(
            PracticeReview.question_id, PracticeQuestion.session_id, PracticeSession.person_id
        ),
        {
            "answer": PracticeReview.response,
            "credit": PracticeReview.credit,
            "certainty": PracticeReview.certainty,
            "answered_at": PracticeReview.answered_at,
        },
    ),
    Part(
        "practice_cards",
        _l("How well practice thinks things are remembered"),
        PracticeCard,
        of_person(PracticeCard.person_id),
        {
            "course": the(Course.slug, PracticeCard.course_id),
            "reviews": PracticeCard.reviews,
            "forgotten": PracticeCard.forgotten,
            "stability": PracticeCard.stability,
            "difficulty": PracticeCard.difficulty,
            "first_at": PracticeCard.first_review_at,
            "last_at": PracticeCard.last_review_at,
            "due_on": PracticeCard.due_on,
        },
    ),
    Part(
        "course_practice",
        _l("Practice within courses"),
        PracticeRun,
        of_person(PracticeRun.enrolment_id, Enrolment.learner_id),
        {
            "number": PracticeRun.number,
            "started_at": PracticeRun.started_at,
            "ended_at": PracticeRun.ended_at,
        },
    ),
    Part(
        "course_practice_answers",
        _l("Answers in practice within courses"),
        RunAnswer,
        of_person(
            RunAnswer.question_id,
            RunQuestion.run_id,
            PracticeRun.enrolment_id,
            Enrolment.learner_id,
        ),
        {
            "answer": RunAnswer.response,
            "credit": RunAnswer.credit,
            "answered_at": RunAnswer.answered_at,
        },
    ),
)
tell_acts(
    Act(ExamAllowance.granted_by_id, ExamAllowance.granted_at, ExamAllowance.reason),
    Act(ExamExtension.granted_by_id, ExamExtension.granted_at, ExamExtension.reason),
    Act(ReleaseCode.made_by_id, ReleaseCode.made_at),
    Act(ItemVersion.created_by_id, ItemVersion.created_at),
    Act(Regrade.created_by_id, Regrade.created_at, Regrade.reason),
    Act(Regrade.applied_by_id, Regrade.applied_at),
    Act(GradingTask.claimed_by_id, GradingTask.claimed_at),
    Act(Grading.examiner_id, Grading.graded_at, Grading.comment),
    Act(Appeal.answered_by_id, Appeal.answered_at, Appeal.answer),
)
leave_untold(
    {
        "attempt_item": "which questions a paper had: the questions stay secret; answers are told",
        "practice_question": "which question was asked when: told with its answer",
        "practice_run_question": "which question was asked when: told with its answer",
    }
)
