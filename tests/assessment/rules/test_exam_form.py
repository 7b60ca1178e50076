"""The author's side: the rules in the exam's form, what the blueprint amounts to, publication."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.assessment import jobs, queries
from lms.assessment.authoring.outlook import outlook, papers_possible, weakest_section
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Assessment, Attempt, Behaviour, Counting, ItemKind
from lms.catalog.models import CourseVersion
from lms.catalog.services import open_draft
from lms.core.database import db
from tests.assessment.delivery.candidate import OVER, Candidate, Moment
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

EXAM = "/authoring/courses/taught/exam"
HELD = {
    "behaviour": "practice",
    "counting": "last",
    "certainty": "y",
    "needs_code": "y",
    "opens_at": "2026-12-01T09:00",
    "closes_at": "2026-12-24T18:30",
    "fair_band": "5",
    "exposure_percent": "40",
    "sections-0-kind": "single_choice",
    "sections-0-draw": "1",
    "sections-0-pass_percent": "50",
}


@pytest.fixture
def draft(app: Flask) -> CourseVersion:
    return open_draft(course_of(make_course("taught")), now=NOW, actor=None)


def opened(author: PageClient) -> dict[str, Any]:
    values = author.get(EXAM).form_values("form.item-form")
    return {name: value for name, value in values.items() if value is not None}


def exam_of(version: CourseVersion) -> Assessment:
    exam = queries.assessment_of(version.id)
    assert exam is not None
    return exam


def test_all_rules_are_set_and_shown_again(author: PageClient, draft: CourseVersion) -> None:
    author.post(EXAM, {**opened(author), **HELD, "action": "save"})
    exam = exam_of(draft)
    assert (exam.behaviour, exam.counting) == (Behaviour.PRACTICE, Counting.LAST)
    assert exam.opens_at == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)  # Moscow's nine o'clock
    assert exam.closes_at == datetime(2026, 12, 24, 15, 30, tzinfo=UTC)
    assert (exam.certainty, exam.needs_code, exam.fair_band, exam.exposure_percent) == (
        True,
        True,
        5,
        40,
    )
    assert (exam.sections[0].kind, exam.sections[0].pass_percent) == ("single_choice", 50)
    again = opened(author)
    assert {name: again[name] for name in HELD} == HELD
    author.post(EXAM, {**again, "action": "save"})
    assert {name: opened(author)[name] for name in HELD} == HELD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("behaviour", "examine"),
        ("counting", "worst"),
        ("opens_at", "yesterday"),
        ("opens_at", "0001-01-01T00:00"),
        ("closes_at", "2026-11-01T09:00"),
        ("fair_band", "51"),
        ("exposure_percent", "0"),
        ("sections-0-kind", "riddle"),
        ("sections-0-pass_percent", "101"),
    ],
)
def test_mistakes_are_told_beside_their_fields(
    author: PageClient, draft: CourseVersion, field: str, value: str
) -> None:
    page = author.post(EXAM, {**opened(author), **HELD, field: value, "action": "save"}, status=422)
    links = [link.get("href")[1:] for link in page.select(".error-summary a")]
    assert links
    assert set(links) <= set(page.tree.xpath("//@id"))
    assert exam_of(draft).behaviour is Behaviour.EXAM


def test_a_draft_whose_rules_make_no_sense_is_saved_and_not_published(
    author: PageClient, draft: CourseVersion
) -> None:
    author.post(EXAM, {**opened(author), "behaviour": "mastery", "action": "save"})
    page = author.post(f"/authoring/drafts/{draft.public_id}/publish", status=422)
    missing = page.one(".missing-list").text_content()
    assert "the pass mark must be 100 %" in missing


def test_two_people_see_each_others_rules(author: PageClient, draft: CourseVersion) -> None:
    values = opened(author)
    author.post(EXAM, {**values, **HELD, "action": "save"})
    page = author.post(EXAM, {**values, "action": "save"}, status=409)
    table = page.one("table.differences").text_content()
    for text in ("Practice", "The last attempt", "1 Dec 2026, 09:00", "Single choice"):
        assert text in table, text


def test_the_author_is_told_what_the_blueprint_amounts_to(
    author: PageClient, draft: CourseVersion
) -> None:
    author.post(EXAM, {**opened(author), "fair_band": "5", "action": "save"})
    text = author.get(EXAM).text
    assert "Papers possible:" in text
    assert "Weakest section: Greeting" in text
    page = author.get(f"{EXAM}/preview?seed=1")
    assert "Expected score of a paper:" in page.text
    assert "What candidates are told" in page.text
    assert "within the band of 5 points" in page.text


def test_a_published_exam_shows_how_it_is_held(author: PageClient, draft: CourseVersion) -> None:
    author.post(EXAM, {**opened(author), **HELD, "certainty": "", "action": "save"})
    author.post(f"/authoring/drafts/{draft.public_id}/publish")
    text = author.get(EXAM).text
    for told in (
        "Practice: one question at a time",
        "The last attempt",
        "1 Dec 2026, 09:00",
        "40%",
    ):
        assert told in text, told


def test_papers_are_counted_exactly_where_sections_do_not_overlap() -> None:
    stock = {
        ("a", 1, ItemKind.NUMERIC): 5,
        ("a", 2, ItemKind.NUMERIC): 4,
        ("b", 1, ItemKind.NUMERIC): 3,
    }
    sections = [SectionRule("a", 2, 1), SectionRule("a", 1, 2), SectionRule("b", 3)]
    assert papers_possible(sections, stock) == 10 * 4 * 1
    weakest = weakest_section(sections, stock)
    assert weakest is not None
    assert (weakest.section.topic, weakest.available, weakest.share) == ("b", 3, 100.0)
    assert papers_possible([SectionRule("a", 2, 1), SectionRule("a", 2)], stock) == 10 * 21
    assert outlook([SectionRule("b", 4)], stock).papers == 0


def test_papers_are_counted_without_those_in_which_two_of_a_group_would_meet() -> None:
    first, second = ("a", 1, ItemKind.NUMERIC), ("a", 2, ItemKind.NUMERIC)
    stock = {first: 4, second: 3}
    grouped = [("g", first), ("g", first), ("h", second), ("h", second)]
    by_level = [SectionRule("a", 2, 1), SectionRule("a", 2, 2)]
    assert papers_possible(by_level, stock) == 6 * 3
    assert papers_possible(by_level, stock, grouped) == (6 - 1) * (3 - 1)
    everywhere = [SectionRule("a", 2)]
    assert papers_possible(everywhere, stock, grouped) == 21 - 2
    assert papers_possible(everywhere, stock, [("g", first), ("g", second)]) <= 21 - 1
    assert papers_possible([*by_level, SectionRule("a", 1)], stock, grouped) <= 5 * 2 * 2
    assert outlook([SectionRule("a", 4, 1)], stock, grouped=grouped).papers == 1  # as if none were


def test_an_attempt_that_can_not_be_closed_keeps_no_other_open(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when there are more of those than the job reads at once."""
    moment = Moment(monkeypatch)
    monkeypatch.setattr(queries, "OVERDUE_PAGE", 2)
    candidates = [Candidate(app) for _ in range(5)]
    for candidate in candidates:
        candidate.start()
        moment.after_start(
            moment.now - datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(seconds=1)
        )
    broken = {candidate.attempt.id for candidate in candidates[:4]}
    close = jobs.close_if_overdue

    def close_unless_broken(*, attempt: Attempt, **options: Any) -> Any:
        if attempt.id in broken:
            raise RuntimeError("a consumer fails")
        return close(attempt=attempt, **options)

    monkeypatch.setattr(jobs, "close_if_overdue", close_unless_broken)
    moment.after_start(OVER + timedelta(minutes=1))
    db.session.commit()
    with pytest.raises(RuntimeError, match="4 attempts"):
        jobs.close_overdue()
    db.session.expire_all()
    assert candidates[4].attempt.closed_at == moment.now
    assert all(candidate.attempt.closed_at is None for candidate in candidates[:4])
