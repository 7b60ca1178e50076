"""Where a candidate stands with the exam that an attempt was at."""

from datetime import datetime

from lms.assessment.models import Attempt
from lms.assessment.queries import ExamOverview, exam_of_attempt, exam_overview, sittings_of
from lms.learning.queries import outline_keyed


def overview_for(attempt: Attempt, now: datetime) -> ExamOverview:
    """Return where the attempt's enrolment stands with the exam that was sat.

    Also when its present version, to which it was moved since, has no such exam.
    """
    overview = exam_overview(attempt.enrolment, now, attempt.exam_key)
    if overview is not None:
        return overview
    attempts, scores = sittings_of(attempt.enrolment_id, attempt.assessment_id)
    outline = outline_keyed(attempt.assessment.activity.version.public_id)
    return ExamOverview(exam_of_attempt(attempt), attempts, scores, None, outline, "gone", None)
