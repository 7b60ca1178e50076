"""Pages across domains: one person's record, the statistics of a course's questions."""

from lms.reporting.views import person, questions
from lms.reporting.views.base import blueprint

__all__ = ["blueprint", "person", "questions"]
