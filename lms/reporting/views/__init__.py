"""Pages across domains: one person's record, a head's centre, the statistics of questions."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.people.permissions import Permission
from lms.reporting import resources  # noqa: F401 - declares its operations
from lms.reporting.mailing import views as mailing
from lms.reporting.saved import views as saved
from lms.reporting.views import centre, lists, person, question_list, questions
from lms.reporting.views.base import blueprint
from lms.web.lists import tables
from lms.web.navigation import Entry, register

__all__ = ["blueprint", "centre", "init_app", "lists", "mailing", "person", "questions", "saved"]


def init_app(app: Flask) -> None:
    """Add the navigation's entry, and what pages of lists show of those that are kept."""
    tables.keep(app, saved.kept)
    tables.register(app, question_list.KIND)
    register(
        app,
        Entry(
            _l("My centre"),
            "reporting.my_centre",
            "building-community",
            order=15,
            permission=Permission.LEAD_CENTRE,
        ),
    )
