"""Which entry of the navigation a page marks as the current one."""

import pytest
from flask import Flask

from lms.people.models import AccessRole
from lms.people.permissions import ROLE_PERMISSIONS
from lms.web.access import need_of
from lms.web.i18n import in_language
from lms.web.navigation import Menu, Place

pytestmark = pytest.mark.in_turn

HOME, RESULTS, COURSES, PEOPLE = (
    "learning.home", "learning.results", "catalog.courses", "learning.people",
)  # fmt: skip


def current(app: Flask, role: AccessRole, endpoint: str) -> list[str]:
    """Where the entries lead that the page marks for someone of this role."""
    menu = Menu()  # apart from what others looked up, in a context with another language
    menu.entries = app.extensions["navigation"].entries
    place = Place("en", "", endpoint, False, frozenset(ROLE_PERMISSIONS[role]))
    with app.test_request_context(), in_language("en"):
        leads = {str(entry.label): entry.endpoint for entry in menu.entries}
        return [leads[link.label] for link in menu.links(place) if link.active]


@pytest.mark.parametrize(
    ("role", "endpoint", "entry"),
    [
        ("trainee", "assessment.attempt", HOME),
        ("trainee", "assessment.result", HOME),
        ("trainee", "learning.catalogue_course", HOME),
        ("trainee", "learning.search", HOME),
        ("trainee", "learning.checklist", HOME),
        ("instructor", "assessment.replay", RESULTS),
        ("instructor", "assessment.regrade", RESULTS),
        ("instructor", "assessment.exam_desk", RESULTS),
        ("instructor", "assessment.correction", COURSES),
        ("instructor", "standards.import_items", COURSES),
        ("instructor", "learning.moving", COURSES),
        ("auditor", "catalog.read_version", RESULTS),
        ("hr", "assessment.exam_desk", PEOPLE),
        ("hr", "people.compare", PEOPLE),
        ("hr", "people.import_plan", PEOPLE),
        ("hr", "people.erasure", PEOPLE),
        ("hr", "certification.leave", PEOPLE),
        ("hr", "certification.earlier_results", "certification.board"),
        ("administrator", "assessment.exam_desk", RESULTS),
        ("administrator", "certification.move_unit", "people.network"),
        ("administrator", "people.take_second_factor_away", "people.accounts"),
    ],
)
def test_a_page_marks_the_entry_under_which_it_stands(
    app: Flask, role: str, endpoint: str, entry: str
) -> None:
    assert current(app, AccessRole(role), endpoint) == [entry]


def test_no_page_marks_two_entries(app: Flask) -> None:
    for role in AccessRole:
        for endpoint in app.view_functions:
            assert len(current(app, role, endpoint)) <= 1, (role, endpoint)


def test_entries_are_current_on_pages_that_there_are(app: Flask) -> None:
    menu: Menu = app.extensions["navigation"]
    pages = {page for entry in menu.entries for page in entry.active_on if not page.endswith(".")}
    assert pages <= app.view_functions.keys()
    assert all(need_of(app, page) for page in pages)
