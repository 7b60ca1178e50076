"""Pages of learning: the trainee's home, courses and lessons; HR's people; course results."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.learning.deltas import jobs as delta_jobs
from lms.learning.deltas import views as deltas
from lms.learning.exports import people as people_list
from lms.learning.exports import results as results_list
from lms.learning.finding import views as finding
from lms.learning.programmes import views as programmes
from lms.learning.views import (
    attendance,
    enrolling,
    enrolments,
    home,
    mentoring,
    moving,
    parts,
    people,
    results,
    study,
    workbench,
)
from lms.learning.views.base import blueprint
from lms.people.permissions import Permission
from lms.web import navigation
from lms.web.lists import tables as lists
from lms.web.navigation import Entry

__all__ = [
    "attendance",
    "blueprint",
    "delta_jobs",
    "deltas",
    "enrolling",
    "enrolments",
    "finding",
    "home",
    "mentoring",
    "moving",
    "parts",
    "people",
    "programmes",
    "results",
    "study",
    "workbench",
]


# One comes to it from the results, and who doesn't see those from the people.
EXAM_DESK = ("assessment.exam_desks", "assessment.exam_desk", "assessment.allowances_of")
# What stands under the list of people, of one person or of several.
PEOPLES_PAGES = (
    "certification.leaves",
    "certification.leave",
    "people.corrected_email",
    "people.last_day",
    "people.planned_posts",
    "people.planned_post",
    "people.import_people",
    "people.import_columns",
    "people.import_plan",
    "people.duplicates",
    "people.different_people",
    "people.different_pair",
    "people.compare",
    "people.merge_with",
    "people.merges",
    "people.merge",
    "people.erasures",
    "people.erasure",
    "people.erasure_plan",
    "people.due_erasures",
    "people.plan_several",
    "people.retention",
    "people.retention_class",
    "people.new_retention",
)
ENTRIES = (
    Entry(
        _l("My learning"),
        "learning.home",
        "home",
        order=10,
        active_on=(
            "learning.courses",
            "learning.course",
            "learning.glossary",
            "learning.windows",
            "learning.lesson",
            "learning.part",
            "learning.mentoring",
            "learning.checklist",
            "learning.delta",
            "learning.my_programme",
            "learning.catalogue",
            "learning.catalogue_course",
            "learning.search",
            "learning.read_lesson",
            "assessment.exam",
            "assessment.attempt",
            "assessment.review",
            "assessment.result",
            "assessment.receipt",
            "assessment.appeals",
            "assessment.course_practice",
            "assessment.run_question",
        ),
    ),
    Entry(
        _l("People"),
        "learning.people",
        "users",
        order=40,
        permission=Permission.SEE_PEOPLE,
        active_on=("learning.enrolment", "reporting.person_record", *PEOPLES_PAGES, *EXAM_DESK),
    ),
    Entry(
        _l("Enrol"),
        "learning.enrol",
        "user-plus",
        order=42,
        permission=Permission.ENROL_PEOPLE,
        active_on=("learning.confirm_enrolment",),
    ),
    Entry(
        _l("Programmes"),
        "learning.programmes",
        "list-numbers",
        order=44,
        permission=Permission.SEE_PROGRAMMES,
        active_on=(
            "learning.programme",
            "learning.programme_people",
            "learning.new_programme",
            "learning.edit_programme",
        ),
    ),
    Entry(
        _l("Results"),
        "learning.results",
        "chart-bar",
        order=30,
        permission=Permission.SEE_COURSE_RESULTS,
        active_on=(
            "learning.course_results",
            "learning.course_part",
            "learning.delta_trainings",
            "learning.delta_training",
            "reporting.questions",
            "reporting.question",
            "reporting.question_scale",
            "assessment.sittings",
            "assessment.replay",
            "assessment.journal",
            "assessment.live",
            "assessment.remark",
            "assessment.appeal",
            "assessment.course_appeals",
            "assessment.regrades",
            "assessment.regrade",
            "catalog.read_courses",
            "catalog.read_version",
            "catalog.read_lesson",
            *EXAM_DESK,
        ),
    ),
)


def init_app(app: Any) -> None:
    """Add the domain's entries to the navigation."""
    navigation.register(app, *ENTRIES)
    lists.register(app, people_list.KIND, results_list.KIND)
