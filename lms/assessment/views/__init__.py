"""Pages of exams for candidates, and of items and exams for authors."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.assessment.coursework import views as coursework
from lms.assessment.delivery import arrival
from lms.assessment.delivery.marks import shown_percent
from lms.assessment.examining import commands as examining_commands
from lms.assessment.examining import views as examining
from lms.assessment.examining.switching import only_in_words
from lms.assessment.examining.views import sittings_table
from lms.assessment.grading import views as grading
from lms.assessment.practice import views as practice
from lms.assessment.uploads import views as uploads
from lms.assessment.views import (
    answers,
    attempt,
    exam,
    exam_desk,
    exam_desk_table,
    exam_rules,
    items,
    practising,
    preview,
    result,
)
from lms.assessment.views.base import blueprint
from lms.people.permissions import Permission
from lms.web import navigation
from lms.web.lists import tables as lists
from lms.web.navigation import Entry

__all__ = [
    "answers",
    "attempt",
    "blueprint",
    "coursework",
    "exam",
    "exam_desk",
    "exam_rules",
    "examining",
    "grading",
    "init_app",
    "items",
    "practice",
    "practising",
    "preview",
    "result",
    "uploads",
]


def init_app(app: Any) -> None:
    """Note when requests arrive, add what templates of this domain use, and its navigation."""
    arrival.init_app(app)
    lists.register(app, exam_desk_table.KIND, sittings_table.KIND)
    app.jinja_env.filters["shown_percent"] = shown_percent
    app.jinja_env.filters["only_in_words"] = only_in_words
    navigation.register(app, grading.ENTRY)
    navigation.register(
        app,
        Entry(
            _l("Practice"),
            "assessment.practice",
            "refresh",
            order=20,
            permission=Permission.LEARN,
            active_on=("assessment.practice_session", "assessment.practice_question"),
            yields=True,
        ),
    )
    examining.init_app(app)
    examining_commands.init_app(app)
