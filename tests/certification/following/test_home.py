"""The home page says by when what one's work requires is to be earned or renewed."""

from datetime import date

import pytest
import time_machine
from flask import Flask

from lms.core.database import db
from tests.builders.people import PASSWORD, make_account, make_person
from tests.builders.schemes import at, award, make_rule, make_scheme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2027, 2, 1), "To be renewed by 2 March 2027"),  # its last day, not that of grace
        (date(2027, 3, 9), "To be renewed by 16 March 2027"),
    ],
)
def test_what_is_held_is_to_be_renewed_by_its_last_day(app: Flask, day: date, says: str) -> None:
    person, scheme = make_person(), make_scheme(window_days=60, grace_days=14)
    account = make_account(person=person)
    make_rule(scheme), award(person, scheme)
    db.session.commit()
    with time_machine.travel(at(day), tick=False):
        page = PageClient(app).sign_in(account.username, PASSWORD).get("/")
    assert says in page.text
