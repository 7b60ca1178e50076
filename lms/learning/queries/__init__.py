"""Named reads of enrolments and progress."""

from lms.learning.queries.enrolments import (
    OWN_ORDER,
    Standing,
    courses_to_enrol_in,
    enrolment_for,
    managed_enrolment,
    overseen_enrolment,
    own_standings,
    standings_of,
)
from lms.learning.queries.home import completed_count, open_courses
from lms.learning.queries.people import (
    Learner,
    employed,
    learners_keyed,
    learners_numbered,
    open_enrolments_in,
    people_list,
)
from lms.learning.queries.responses import (
    LessonSource,
    Response,
    latest_responses,
    texts_with_terms,
)
from lms.learning.queries.results import (
    CourseFigures,
    ResultsFilter,
    course_figures,
    course_with_results,
    learners_on,
)
from lms.learning.queries.study import (
    CheckAnswer,
    LessonBody,
    Outline,
    OutlineActivity,
    Progress,
    latest_answers,
    lesson_body,
    outline_keyed,
    outline_of,
    progress_of,
)

__all__ = [
    "OWN_ORDER",
    "CheckAnswer",
    "CourseFigures",
    "Learner",
    "LessonBody",
    "LessonSource",
    "Outline",
    "OutlineActivity",
    "Progress",
    "Response",
    "ResultsFilter",
    "Standing",
    "completed_count",
    "course_figures",
    "course_with_results",
    "courses_to_enrol_in",
    "employed",
    "enrolment_for",
    "latest_answers",
    "latest_responses",
    "learners_keyed",
    "learners_numbered",
    "learners_on",
    "lesson_body",
    "managed_enrolment",
    "open_courses",
    "open_enrolments_in",
    "outline_keyed",
    "outline_of",
    "overseen_enrolment",
    "own_standings",
    "people_list",
    "progress_of",
    "standings_of",
    "texts_with_terms",
]
