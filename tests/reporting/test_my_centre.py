"""The page of one's own centre: its numbers, the people behind them, and attendance."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from lms.catalog.models import ActivityKind
from lms.learning.activities.models import Presence
from lms.learning.activities.services import mark_attendance
from lms.people.models import OrganisationUnit
from tests.builders.outline import on_mixed, part
from tests.builders.people import PASSWORD, make_account, make_head, make_person, make_unit
from tests.builders.schemes import TODAY, at, award, make_rule, make_scheme
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(at(TODAY), tick=True):
        yield


def page_of(app: Flask, centre: OrganisationUnit) -> Page:
    account = make_account(person=make_head(centre, "Head"))
    return PageClient(app).sign_in(account.username, PASSWORD).get("/my-centre")


def listed(page: Page, measure: str) -> list[str]:
    rows = page.select(f"section[aria-labelledby=list-{measure}] tbody th a")
    return [row.text_content().split()[0] for row in rows]


def test_it_lists_who_is_late_and_who_may_not_serve_yet(app: Flask) -> None:
    here = make_unit()
    make_person("Certified", unit=here)
    holder, scheme = make_person("Holder", unit=here), make_scheme()
    award(holder, scheme)
    make_person("Elsewhere", unit=make_unit())
    make_rule(scheme, days=0)
    page = page_of(app, here)
    assert listed(page, "overdue") == ["Certified"]
    assert listed(page, "lacking") == ["Certified"]
    assert "Elsewhere" not in page.text


def test_what_ends_soon_is_listed(app: Flask) -> None:
    here, scheme = make_unit(), make_scheme(valid_months=2)
    award(make_person("Ending", unit=here), scheme)
    make_rule(scheme)
    assert listed(page_of(app, here), "expiring") == ["Ending"]


def marked(centre: OrganisationUnit, *presences: Presence) -> None:
    enrolment = on_mixed(make_person(unit=centre))
    for presence in presences:
        mark_attendance(
            enrolment=enrolment,
            activity=part(enrolment, ActivityKind.CLASSROOM),
            presence=presence,
            held_on=TODAY,
            actor=make_person(),
            now=at(TODAY),
        )


def test_of_each_person_the_latest_mark_of_a_class_counts(app: Flask) -> None:
    here = make_unit()
    marked(here, Presence.PRESENT, Presence.ABSENT)
    marked(make_unit(), Presence.PRESENT)
    cells = page_of(app, here).select("section[aria-labelledby=classes] tbody td.numeric")
    assert [cell.text_content() for cell in cells] == ["0 of 1"]


def test_an_empty_centre_says_so_calmly(app: Flask) -> None:
    page = page_of(app, make_unit())
    assert "Nobody is late." in page.text
    assert "Nobody of this centre has been marked at a class yet." in page.text
