"""The exam's part of a course's results page, for the exam that the page's address names."""

from datetime import datetime
from typing import Any

from lms.assessment.authoring.statistics import (
    FEWEST_ANSWERS,
    exam_figures,
    question_results,
)
from lms.assessment.authoring.words import plain_text
from lms.assessment.examining.queries import exams_of
from lms.assessment.examining.switching import asked_exam, exam_switch
from lms.catalog.models import FINAL_EXAM, Course
from lms.learning.course_results import ResultSection
from lms.people.identity import Viewer
from lms.people.permissions import Permission


def results_section(viewer: Viewer, course: Course, _now: datetime) -> ResultSection | None:
    """Return the exam's part of the course's results page: four statements, whatever the size.

    One more where the course has several exams.
    """
    if not viewer.may(Permission.SEE_SITTINGS):
        return None
    key = asked_exam() or FINAL_EXAM
    figures = exam_figures(viewer, course, key)
    missed, topics = question_results(viewer, course, key) if figures else ([], [])
    exams = exams_of(course) if figures is None or figures.has_further else []
    values: dict[str, Any] = {
        "exams": exam_switch(
            exams, "learning.course_results", slug=course.slug, _anchor="exam-results"
        ),
        "exam": asked_exam(),
        "figures": figures,
        "missed": missed,
        "topics": topics,
        "fewest": FEWEST_ANSWERS,
        "may_author": viewer.may(Permission.AUTHOR_COURSES),
        "slug": course.slug,
        "plain": plain_text,
    }
    return ResultSection("assessment/authoring/_results.html", 20, values)
