"""What an examiner reads before judging an answer."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lms.assessment import queries
from lms.assessment.delivery.pictures import CourseFigures, shown_text
from lms.assessment.delivery.questions import Question, question_of
from lms.assessment.grading.models import GradingTask
from lms.assessment.kinds.written import word_count
from lms.web.i18n import localised


@dataclass(frozen=True)
class AnswerToJudge:
    """An answer without its author's name, with its question."""

    task: GradingTask
    question: Question
    text: str
    files: list[dict[str, Any]]
    explanation: Markup

    @property
    def words(self) -> int:
        """How many words were written."""
        return word_count(self.text)


def answer_to_judge(task: GradingTask) -> AnswerToJudge:
    """Return the answer of a task with its question, in the language of the exam."""
    attempt, version = task.attempt, task.item_version
    language, figures = attempt.language, CourseFigures(attempt.assessment.activity.version_id)
    response = queries.state(attempt.id).answers.get(task.position) or {}
    explanations = queries.keys([version.id])[version.id].explanations
    return AnswerToJudge(
        task=task,
        question=question_of(version, position=1, order=[], language=language, figures=figures),
        text=response.get("text", ""),
        files=response.get("files", []),
        explanation=shown_text(localised(explanations["item"], language), language, figures),
    )
