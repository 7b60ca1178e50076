"""The authors' pages of facts, and the lesson's page that lists them."""

from datetime import date, timedelta

import pytest
from flask import Flask

from lms.catalog.facts.queries import fact_for
from lms.catalog.facts.services import change_fact
from lms.catalog.services import open_draft
from lms.core.database import db
from tests.builders.catalog import NOW, make_course
from tests.builders.facts import changed_state, make_fact
from tests.builders.learning import course_of, lessons_of
from tests.catalog.test_facts import citing
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

FACT = {
    "statement_ru": "Очередь ждёт не дольше предела",
    "statement_en": "The queue limit",
    "value_ru": "15 минут",
    "value_en": "15 minutes",
    "source_ru": "Правила",
    "source_en": "The rules",
    "url": "",
    "as_of": "2026-01-15",
    "review_by": "2099-01-15",
    "key": "",
}
CHANGE = {"change_ru": "Снизили", "change_en": "It was lowered", "value_en": "10 minutes"}
PAGE = "/authoring/facts/queue-limit"


def test_a_fact_is_added_and_changed_with_its_reason(author: PageClient) -> None:
    page = author.follow(author.post("/authoring/facts/new", FACT))
    assert "The fact is in the register." in page.text
    values = author.get("/authoring/facts/the-queue-limit/change").form_values()
    page = author.follow(
        author.post("/authoring/facts/the-queue-limit/change", {**values, **CHANGE})
    )
    assert "It was lowered" in page.text
    assert "15 minutes" in page.text


def test_a_fact_without_source_or_with_a_review_before_its_check_is_refused(
    author: PageClient,
) -> None:
    wrong = {**FACT, "source_en": "", "review_by": "2025-01-15", "value_en": ""}
    page = author.post("/authoring/facts/new", wrong, status=422)
    assert "Name the source." in page.text
    assert "The review comes after the day of the check." in page.text
    assert "Give the value in both languages or in neither." in page.text
    assert fact_for("the-queue-limit") is None


def test_a_change_without_a_reason_is_refused_and_a_late_one_shows_both(
    app: Flask, author: PageClient
) -> None:
    fact = make_fact()
    db.session.commit()
    values = author.get(f"{PAGE}/change").form_values()
    assert "Say what changed and why." in author.post(f"{PAGE}/change", values, status=422).text
    change_fact(fact, state=changed_state(), number=1, now=NOW, actor=None)
    db.session.commit()
    page = author.post(f"{PAGE}/change", {**values, **CHANGE, "value_en": "5 minutes"}, status=409)
    assert "10 minutes" in page.text
    assert "5 minutes" in page.text


def test_facts_to_review_come_first_and_warn_on_the_draft(app: Flask, author: PageClient) -> None:
    make_fact("fresh-one")
    make_fact(review_by=date(2026, 2, 1), statement={"ru": "Старый", "en": "An old one"})
    draft = open_draft(
        course_of(make_course("taught", **citing("queue-limit"))), now=NOW, actor=None
    )
    db.session.commit()
    page = author.get("/authoring/facts").text
    assert page.index("[#queue-limit]") < page.index("[#fresh-one]")
    assert "Review is overdue" in page
    warned = author.get(f"/authoring/drafts/{draft.public_id}").text
    assert "1 fact of this draft needs a review" in warned
    assert "An old one" in warned
    assert "1 fact is past its review date" in author.get("/authoring").text
    assert "Published" in author.get(PAGE).text


def test_the_register_is_downloaded_as_its_file(app: Flask, author: PageClient) -> None:
    make_fact()
    db.session.commit()
    sent = author.browser.get("/authoring/facts.yaml")
    assert sent.text.startswith("schema: lms-facts/1")
    assert "attachment" in sent.headers["Content-Disposition"]


def test_a_published_lesson_shows_what_was_taught_and_what_changed(
    app: Flask, author: PageClient
) -> None:
    fact = make_fact()
    version = make_course("taught", **citing("queue-limit"))
    change_fact(fact, state=changed_state(), number=1, now=NOW + timedelta(days=1), actor=None)
    lesson = lessons_of(version)[0]
    db.session.commit()
    path = f"/authoring/lessons/{lesson.public_id}?language=ru"
    page = author.get(path).text
    assert "15 minutes" in page
    assert "This has changed since the course was published" in page
