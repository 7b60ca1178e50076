"""Who acts in the journeys, in the words of their work: each method is a step of the story."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import joinedload

from lms.assessment.kinds.registry import KINDS
from lms.assessment.models import Attempt, AttemptItem, ItemKey, ItemKind, ItemVersion
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


class Visitor:
    """Somebody with a browser of their own, reading English."""

    def __init__(self, browser: Browser, url: str, device: dict[str, object]) -> None:
        self.url = url
        self.context = browser.new_context(**device, reduced_motion="reduce")  # type: ignore[arg-type]
        self.context.add_cookies([{"name": "language", "value": "en", "url": url}])
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()

    def goes_to(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.url + path)

    def signs_in(self, username: str) -> None:
        self.goes_to("/sign-in")
        self.page.get_by_label("Sign-in name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(DEMONSTRATION_PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in", exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text("Sign in")

    def reads(self, language: str) -> None:
        """Read the open page in this language from now on."""
        self.context.add_cookies([{"name": "language", "value": language, "url": self.url}])
        self.page.reload()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


class Author(Visitor):
    """An instructor who writes courses and their exams."""

    def fills(self, label: str, text: str) -> None:
        self.page.locator("main").get_by_label(label, exact=True).first.fill(text)

    def fills_both(self, name: str, text: str) -> None:
        """Write a text of a question in both languages."""
        self.page.locator(f"[name='{name}-ru']").fill(f"{text} (рус)")
        self.page.locator(f"[name='{name}-en']").fill(text)

    def adds_module(self, title: str) -> None:
        self.follows("Add a module")
        self.fills("Title in Russian", f"{title} (рус)")
        self.fills("Title in English", title)
        self.page.get_by_role("button", name="Add").click()
        self.sees(title)

    def adds_lesson(self, title: str) -> None:
        """Add a lesson to the only module; its editor opens."""
        self.follows("Add a lesson to")
        self.fills("Title in Russian", f"{title} (рус)")
        self.fills("Title in English", title)
        self.page.get_by_role("button", name="Add").click()
        expect(self.page.locator("textarea#body")).to_be_visible()

    def writes(self, language: str, text: str) -> None:
        """Write the open lesson in one language, watch the preview follow, and save."""
        self.page.get_by_role("link", name=language, exact=True).click()
        self.page.locator("textarea#body").fill(text)
        self.saves()

    def saves(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).first.click()
        expect(self.page.get_by_text("is saved")).to_be_visible()

    def publishes_at_first(self, russian: str, english: str) -> None:
        """Sum up the course whose draft is open, and publish its first version."""
        self.follows("Settings")
        self.fills("Summary in Russian", russian)
        self.fills("Summary in English", english)
        self.page.get_by_label("Facts were checked on").fill("2026-01-10")
        self.page.get_by_label("Review by").fill("2027-01-10")
        self.presses("Save")
        self.sees("Nothing is missing")
        self.follows("Publish")
        self.presses("Publish version 1")
        self.sees("Version 1 is published.")

    def begins_question(self, course: str, kind: str) -> None:
        self.goes_to(f"{course}/items/new")
        self.follows(kind)
        self.fills_both("prompt", f"{kind}?")
        self.fills_both("explanation", f"Why: {kind}.")

    @property
    def sample(self) -> Locator:
        """What candidates see of the question in the form, in English."""
        return self.page.locator("#preview-body .preview-side[data-language=en]")

    def saves_question(self) -> None:
        self.page.locator(".form-bar").get_by_role("button", name="Save").click()
        self.sees("The question is saved.")


class Specialist(Visitor):
    """A specialist who learns on a phone between two visitors."""

    def reads_all_lessons(self) -> int:
        """Read each lesson of the open course page to its end; return how many there were."""
        expect(self.page.locator(".course-outline")).to_be_visible()
        course = self.page.url
        addresses = self.page.locator(".course-outline .outline a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        for address in addresses:
            self.goes_to(address)
            self.answers_self_checks()
            self.page.locator("#lesson-end").scroll_into_view_if_needed()
            expect(self.page.locator("div[data-when-complete]")).to_be_visible(timeout=15_000)
        self.goes_to(course)
        return len(addresses)

    def answers_self_checks(self) -> None:
        """Try an answer in each self-check and see an explanation."""
        for check in self.page.locator("[data-check]").all():
            check.locator("label.option").first.click()
            check.get_by_role("button", name="Check").click()
            expect(check.locator("[data-feedback]")).to_be_focused()

    def answers(self, positions: range, paper: "Paper") -> None:
        """Answer questions of the open exam rightly, going from one to the next."""
        for position in positions:
            question = self.page.locator(f"#question-{position}")
            expect(question).to_be_visible()
            paper.answer(position, lambda selector, q=question: q.locator(selector))
            if position < len(paper.items):
                self.page.locator("[data-next]").click()

    def sees_saved(self, positions: range) -> None:
        for position in positions:
            state = self.page.locator(f"#question-{position} [data-question-state]")
            expect(state).to_have_attribute("data-state", "saved", timeout=20_000)


class Paper:
    """The paper of the open attempt with its right answers, which only the test knows."""

    def __init__(self, app: Flask, public_id: str) -> None:
        with app.app_context(), unit_of_work():
            attempt = db.session.scalars(sa.select(Attempt).filter_by(public_id=public_id)).one()
            rows = db.session.execute(
                sa.select(AttemptItem, ItemKey)
                .join(ItemKey, ItemKey.item_version_id == AttemptItem.item_version_id)
                .where(AttemptItem.attempt_id == attempt.id)
                .options(joinedload(AttemptItem.item_version))
            )
            self.items: dict[int, tuple[ItemVersion, dict[str, object]]] = {
                item.position: (item.item_version, key.answer) for item, key in rows
            }

    def answer(self, position: int, find: Callable[..., object]) -> None:
        """Give the right answer to one question through its controls."""
        version, key = self.items[position]
        match version.kind:
            case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
                for option in key["correct"]:  # type: ignore[attr-defined]
                    find(f"input[value='{option}']").check()  # type: ignore[attr-defined]
            case ItemKind.TRUE_FALSE:
                place = 0 if key["value"] else 1
                find("input[type=radio]").nth(place).check()  # type: ignore[attr-defined]
            case ItemKind.MATCHING:
                for left, right in key["pairs"].items():  # type: ignore[attr-defined]
                    find(f"select[data-left='{left}']").select_option(right)  # type: ignore[attr-defined]
            case ItemKind.ORDERING:
                self._order(key["order"], find)  # type: ignore[arg-type]
            case ItemKind.NUMERIC:
                find("input.input").fill(str(key["value"]).replace(".", ","))  # type: ignore[attr-defined]
            case ItemKind.SHORT_TEXT:
                texts = next(iter(key["accepted"].values()))  # type: ignore[attr-defined]
                find("input.input").fill(texts[0])  # type: ignore[attr-defined]
            case _:
                self._answer_at_length(version.kind, key, find)

    def _answer_at_length(self, kind: ItemKind, key: Any, find: Any) -> None:
        best = KINDS[kind].best(key)
        for gap, text in best.get("gaps", {}).items():
            field = find(f"[data-gap='{gap}']")
            if field.evaluate("field => field.matches('select')"):
                field.select_option(text)
            else:
                field.fill(text)
        for reply in best.get("path", []):
            find(f"[data-replies] [data-reply='{reply}']").click()

    def _order(self, order: list[str], find: Callable[..., object]) -> None:
        for place, key in enumerate(order):
            steps = find("[data-order] > li").evaluate_all(  # type: ignore[attr-defined]
                "steps => steps.map(step => step.dataset.key)"
            )
            for _ in range(steps.index(key) - place):
                find(f"li[data-key='{key}'] [data-move='-1']").click()  # type: ignore[attr-defined]
        keep = find("[data-keep-order]")
        if keep.is_visible():  # type: ignore[attr-defined]
            keep.click()  # type: ignore[attr-defined]
