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
            "learning.delta",
            "learning.my_programme",
        ),
    ),
    Entry(
        _l("People"),
        "learning.people",
        "users",
        order=40,
        permission=Permission.SEE_PEOPLE,
        active_on=("learning.enrolment", "reporting.person_record"),
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
        ),
    ),
)


def init_app(app: Any) -> None:
    """Add the domain's entries to the navigation."""
    navigation.register(app, *ENTRIES)
    lists.register(app, people_list.KIND, results_list.KIND)
