"""Pages: the holder's certificates, public verification, HR's registry."""

from datetime import date

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.certification import numbers, snapshots
from lms.certification.batches import reports
from lms.certification.batches import views as batches
from lms.certification.credentials import publishing
from lms.certification.credentials import views as credentials
from lms.certification.designs.views import choices as designs_choices
from lms.certification.designs.views import editing as designs_editing
from lms.certification.designs.views import lists as designs_lists
from lms.certification.designs.views import previews as designs_previews
from lms.certification.lists import board as board_list
from lms.certification.lists import earlier as earlier_list
from lms.certification.lists import registry as registry_list
from lms.certification.lists import standings as standings_list
from lms.certification.moving import views as moving
from lms.certification.register import views as register
from lms.certification.schemes.equivalents import views as equivalents
from lms.certification.staffing import export as staffing_list
from lms.certification.staffing import views as staffing
from lms.certification.views import (
    board,
    calendar,
    holder,
    leaves,
    papers,
    registry,
    reminders,
    reviews,
    rules,
    schemes,
    standings,
    verification,
)
from lms.certification.views.blueprint import blueprint, standing_of
from lms.people.permissions import Permission
from lms.web import navigation
from lms.web.i18n import show_date
from lms.web.lists import tables as lists
from lms.web.navigation import Entry

__all__ = [
    "batches",
    "blueprint",
    "board",
    "calendar",
    "credentials",
    "designs_choices",
    "designs_editing",
    "designs_lists",
    "designs_previews",
    "equivalents",
    "holder",
    "init_app",
    "leaves",
    "moving",
    "papers",
    "publishing",
    "register",
    "registry",
    "reminders",
    "reviews",
    "rules",
    "schemes",
    "staffing",
    "standings",
    "verification",
]


ENTRIES = (
    Entry(
        _l("My certificates"),
        "certification.certificates",
        "certificate",
        order=30,
        permission=Permission.LEARN,
    ),
    Entry(
        _l("Board"),
        "certification.board",
        "chart-bar",
        order=65,
        permission=Permission.SEE_CERTIFICATES,
        active_on=(
            "certification.board_people",
            "certification.schemes",
            "certification.scheme",
            "certification.new_scheme",
            "certification.edit_scheme",
            "certification.edit_reminders",
            "certification.new_rule",
            "certification.end_rule",
            "certification.rule_enrolling",
            "certification.earlier_results",
            "certification.certify_many",
            "certification.new_equivalent",
            "certification.end_equivalent",
            "certification.person_certifications",
            *staffing.PAGES,
        ),
    ),
    Entry(
        _l("Registry"),
        "certification.registry",
        "file-certificate",
        order=70,
        permission=Permission.SEE_CERTIFICATES,
        active_on=(
            "certification.entry",
            "certification.reviews",
            "certification.designs",
            "certification.new_design",
            "certification.edit_design",
            "certification.design_history",
            "certification.batches",
            "certification.batch",
            "certification.work_with_all",
            "certification.issue_many",
            "certification.plan_issue",
        ),
    ),
)


def init_app(app: Flask) -> None:
    """Add the navigation's entries and what templates of this domain use."""
    navigation.register(app, *ENTRIES)
    lists.offer_long(app, reports.offered)
    lists.register(
        app,
        registry_list.KIND,
        standings_list.KIND,
        board_list.KIND,
        staffing_list.KIND,
        earlier_list.KIND,
    )
    app.jinja_env.filters["grouped"] = numbers.group
    app.jinja_env.filters["standing"] = standing_of
    app.jinja_env.filters["holder_name"] = snapshots.shown_name
    app.jinja_env.filters["iso_date"] = lambda text: show_date(date.fromisoformat(text))
    app.jinja_env.tests["erased_certificate"] = snapshots.is_erased
    app.jinja_env.filters["masked_name"] = snapshots.masked_name
