"""Pages of exams for candidates, and of items and exams for authors."""

from typing import Any

from lms.assessment.delivery import arrival
from lms.assessment.delivery.marks import shown_percent
from lms.assessment.views import (
    answers,
    attempt,
    exam,
    exam_desk,
    exam_rules,
    items,
    practice,
    preview,
    result,
)
from lms.assessment.views.base import blueprint

__all__ = [
    "answers",
    "attempt",
    "blueprint",
    "exam",
    "exam_desk",
    "exam_rules",
    "init_app",
    "items",
    "practice",
    "preview",
    "result",
]


def init_app(app: Any) -> None:
    """Note when requests arrive, and add what templates of this domain use."""
    arrival.init_app(app)
    app.jinja_env.filters["shown_percent"] = shown_percent
