"""Somebody who sits an exam in a browser, and what the database knows of it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, expect

from lms.assessment import queries
from lms.assessment.log import fold
from lms.assessment.models import Attempt, AttemptEvent, ItemKind
from lms.catalog.models import CourseVersion
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import form_fields, make_exam, make_item, make_place
from tests.builders.people import PASSWORD, make_account
from tests.journeys.cast import DESK, Visitor
from tests.support.server import LiveServer

AWAY = """
const arrives = window.fetch;
window.fetch = (...request) => (
  localStorage.getItem("away") ? Promise.reject(new TypeError("away")) : arrives(...request)
);
"""


def three_questions() -> CourseVersion:
    """An exam of three single-choice questions; b is right, two of three are a pass."""
    return make_exam([make_item(ItemKind.SINGLE_CHOICE) for _ in range(3)], pass_percent=60)


class Sitting:
    """A place in an exam whose candidate may use several browsers."""

    def __init__(self, version: CourseVersion | None = None) -> None:
        with unit_of_work():
            account = make_account()
            place = make_place(version or three_questions(), account.person)
            self.username, self.place_id = account.username, place.id
            self.exam_path = f"/courses/{place.public_id}/exam"

    # Each look ends its transaction: the server needs the lock.

    @property
    def attempt(self) -> Attempt:
        """The attempt as it stands now."""
        statement = sa.select(Attempt).where(Attempt.enrolment_id == self.place_id)
        with unit_of_work():
            return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    def log(self) -> list[AttemptEvent]:
        attempt_id = self.attempt.id
        with unit_of_work():
            return queries.events(attempt_id)

    def fields(self) -> dict[str, Any]:
        """The right answers as the plain form's fields."""
        attempt = self.attempt
        with unit_of_work():
            return form_fields(attempt)

    def answers(self) -> dict[int, Any]:
        """The choices that stand, by position."""
        state = fold(self.log()).answers
        return {p: r["choice"] if r and "choice" in r else r for p, r in state.items()}

    def ends_in(self, seconds: float) -> datetime:
        """Let the time of the attempt be over in so many seconds from now."""
        deadline = clock.now() + timedelta(seconds=seconds)
        with unit_of_work():
            db.session.execute(
                sa.update(Attempt)
                .where(Attempt.enrolment_id == self.place_id)
                .values(deadline_at=deadline)
            )
        return deadline


class Taker(Visitor):
    """A candidate at a browser of their own."""

    def __init__(
        self, browser: Browser, server: LiveServer, sitting: Sitting, *, scripts: bool = True
    ) -> None:
        super().__init__(browser, server.url, {**DESK, "java_script_enabled": scripts})
        self.context.add_init_script(AWAY)
        self.sitting = sitting
        self.goes_to("/sign-in")
        self.signs_in_here()

    def signs_in_here(self) -> None:
        main = self.page.locator("main")
        self.page.get_by_label("Sign-in name").fill(self.sitting.username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        main.get_by_role("button", name="Sign in", exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text("Sign in")

    def starts(self) -> None:
        self.starts_anything()
        expect(self.option(1, "a")).to_be_enabled()

    def starts_anything(self) -> None:
        """Start an exam of any kind of questions, and wait until it takes answers."""
        self.goes_to(self.sitting.exam_path)
        self.presses("Start the exam")
        expect(self.page.locator("#exam.is-live")).to_be_visible()
        expect(self.page.locator(".question-fields").first).to_be_enabled()

    def opens_paper(self) -> None:
        self.goes_to(f"/attempts/{self.sitting.attempt.public_id}")
        expect(self.page.locator("#exam.is-live")).to_be_visible()

    def option(self, position: int, key: str) -> Locator:
        return self.page.locator(f"#question-{position} input[value='{key}']")

    def chooses(self, position: int, key: str) -> None:
        self.page.locator(f"[data-go='{position}']:visible").first.click()
        self.option(position, key).check()

    def sees_state(self, position: int, state: str) -> None:
        found = self.page.locator(f"#question-{position} [data-question-state]")
        expect(found).to_have_attribute("data-state", state, timeout=20_000)

    def fills(self, name: str, value: str) -> None:
        """Fill one field of the plain form, whatever control it is."""
        field = self.page.locator(f"#paper [name='{name}']")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            self.page.locator(f"#paper [name='{name}'][value='{value}']").check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def loses_the_server(self) -> None:
        """From now on no request of a script arrives, also none of a page that is left."""
        self.page.evaluate("localStorage.setItem('away', 'yes')")

    def finds_the_server(self) -> None:
        self.page.evaluate("localStorage.removeItem('away')")

    def sees_notice(self, name: str) -> None:
        expect(self.page.locator(f"[data-notice='{name}']")).to_be_visible()


def expire_sign_ins() -> None:
    """Let every sign-in be over, as after a night or an administrator's decision."""
    with unit_of_work():
        db.session.execute(sa.text("UPDATE account_session SET ended_at = started_at"))
