"""The exam's rules: edited in a draft, shown as published, kept from contradicting the bank."""

from typing import Any

import pytest
from flask import Flask

from lms.assessment.models import Assessment
from lms.assessment.queries import assessment_of
from lms.catalog.models import CourseVersion
from lms.catalog.services import create_course, open_draft
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

EXAM = "/authoring/courses/taught/exam"


@pytest.fixture
def draft(app: Flask) -> CourseVersion:
    return open_draft(course_of(make_course("taught")), now=NOW, actor=None)


def opened(author: PageClient) -> dict[str, Any]:
    return author.get(EXAM).form_values("form.item-form")


def save(author: PageClient, values: dict[str, Any], status: int | None = None) -> Page:
    sent = {name: value for name, value in values.items() if value is not None}
    return author.post(EXAM, {**sent, "action": "save"}, status=status)


def exam_of(version: CourseVersion) -> Assessment:
    exam = assessment_of(version.id)
    assert exam is not None
    return exam


def test_the_blueprint_and_the_pass_mark_are_changed(
    author: PageClient, draft: CourseVersion
) -> None:
    values = opened(author)
    changed = {
        "title-en": "The last exam",
        "minutes": "45",
        "pass_percent": "90",
        "attempts": "2",
        "wait_hours": "24",
        "explanations": "after_pass",
        "sections-0-draw": "3",
    }
    page = author.follow(save(author, {**values, **changed}))
    assert "The exam is saved." in page.text
    exam = exam_of(draft)
    assert (exam.minutes, exam.pass_percent, exam.attempts_allowed, exam.wait_hours) == (
        45,
        90,
        2,
        24,
    )
    assert [(s.topic, s.draw) for s in exam.sections] == [("greeting", 3), ("waiting", 2)]
    assert exam.title["en"] == "The last exam"


def test_rules_that_dont_go_together_are_named_where_they_are_set(
    author: PageClient, draft: CourseVersion
) -> None:
    values = opened(author)
    page = author.follow(save(author, {**values, "behaviour": "mastery", "pass_percent": "80"}))
    assert "the pass mark must be 100 %" in page.text
    sound = {"behaviour": "mastery", "pass_percent": "100", "explanations": "after_submission"}
    page = author.follow(save(author, {**opened(author), **sound}))
    assert "don’t go together" not in page.text


def test_a_course_without_exam_offers_one_with_a_section_for_each_topic(
    author: PageClient,
) -> None:
    course = create_course(slug="taught", title={"en": "T"}, languages=["en"], now=NOW, actor=None)
    author.post(f"/authoring/drafts/{course.public_id}/topics", {"title_en": "One", "key": "one"})
    values = opened(author)
    assert (values["sections-0-topic"], values["title-en"]) == ("one", "Final exam")
    assert "The bank has too few questions" in author.get(EXAM).text
    author.follow(save(author, values))
    page = author.get(f"{EXAM}/preview")
    assert "One: 3 are asked, 0 are there" in page.text


def test_sections_are_added_moved_and_removed_without_saving(
    author: PageClient, draft: CourseVersion
) -> None:
    def topics(command: str) -> list[str]:
        page = author.post(EXAM, {**opened(author), "rows": command}, status=200)
        return [
            select.cssselect("option[selected]")[0].get("value")
            for select in page.select("select[name$='-topic']")
            if select.cssselect("option[selected]")
        ]

    assert topics("down:sections:0") == ["waiting", "greeting"]
    assert topics("remove:sections:0") == ["waiting"]
    assert (
        len(
            author.post(EXAM, {**opened(author), "rows": "add:sections"}, status=200).select(
                ".section-row"
            )
        )
        == 3
    )
    assert [s.topic for s in exam_of(draft).sections] == ["greeting", "waiting"]


def test_too_few_questions_are_told_and_keep_the_draft_from_publication(
    author: PageClient, draft: CourseVersion
) -> None:
    page = author.follow(save(author, {**opened(author), "sections-0-draw": "9"}))
    assert "Greeting: 9 are asked, 4 are there" in page.text
    page = author.post(f"/authoring/drafts/{draft.public_id}/publish", status=422)
    assert "greeting" in page.one(".missing-list").text_content().lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", "0"),
        ("minutes", "x"),
        ("minutes", "481"),
        ("pass_percent", "101"),
        ("pass_percent", "0"),
        ("pass_percent", ""),
        ("attempts", "-1"),
        ("attempts", "9" * 5000),
        ("wait_hours", "9999"),
        ("explanations", None),
        ("explanations", "sometimes"),
        ("sections-0-draw", "0"),
        ("sections-0-draw", "9" * 4000),
        ("sections-0-draw", "1.5"),
        ("sections-0-topic", "no-such"),
        ("sections-0-topic", None),
        ("sections-0-level", "7"),
        ("sections-0-key", None),
        ("sections-0-key", "c2"),
        ("title-ru", ""),
        ("title-en", "x" * 1000),
    ],
)
def test_rules_that_make_no_sense_are_told_and_what_was_typed_is_kept(
    author: PageClient, draft: CourseVersion, field: str, value: str | None
) -> None:
    page = save(author, {**opened(author), "title-ru": "Своё", field: value}, status=422)
    links = [link.get("href")[1:] for link in page.select(".error-summary a")]
    assert links
    assert set(links) <= set(page.tree.xpath("//@id"))
    if field != "title-ru":
        assert page.form_values("form.item-form")["title-ru"] == "Своё"
    assert exam_of(draft).title["ru"] == "Итог"


def test_an_exam_without_sections_is_refused(author: PageClient, draft: CourseVersion) -> None:
    values = {n: v for n, v in opened(author).items() if not n.startswith("sections")}
    assert "There must be from" in save(author, values, status=422).text


def test_two_people_who_change_the_exam_at_once_see_both(
    author: PageClient, draft: CourseVersion
) -> None:
    values = opened(author)
    save(author, {**values, "pass_percent": "60"})
    page = save(author, {**values, "pass_percent": "95", "sections-1-draw": "4"}, status=409)
    differences = page.one("table.differences").text_content()
    assert "60" in differences
    assert "95" in differences
    assert "Waiting" in differences  # by its name, not its key
    assert exam_of(draft).pass_percent == 60
    again = page.form_values()
    going_on = author.post(EXAM, {**again, "action": "continue"}, status=200)
    assert going_on.form_values("form.item-form")["pass_percent"] == "95"
    save(author, again)
    assert exam_of(draft).pass_percent == 95


def test_two_people_see_the_times_of_an_exam_as_the_networks_clocks_show_them(
    author: PageClient, draft: CourseVersion
) -> None:
    times = {"opens_at": "2026-12-01T09:00", "closes_at": "2026-12-24T18:30"}
    save(author, {**opened(author), **times})
    values = opened(author)
    save(author, {**values, "closes_at": "2026-12-23T18:30"})
    page = save(author, values, status=409)
    differences = page.one("table.differences").text_content()
    assert "23 Dec 2026, 18:30" in differences
    assert "24 Dec 2026, 18:30" in differences
    assert "Opens" not in differences  # both say the same
    going_on = author.post(EXAM, {**page.form_values(), "action": "continue"}, status=200)
    assert going_on.form_values("form.item-form")["opens_at"] == "2026-12-01T09:00"


def test_a_change_of_sections_alone_is_a_change_for_the_other(
    author: PageClient, draft: CourseVersion
) -> None:
    values = opened(author)
    save(author, {**values, "sections-0-draw": "1"})
    save(author, {**values, "minutes": "33"}, status=409)


def test_a_published_exam_is_shown_and_never_changed(author: PageClient) -> None:
    version = make_course("taught")
    page = author.get(EXAM)
    assert "A published exam does not change" in page.text
    assert not page.select("form.item-form")
    forged = {"title-ru": "Х", "title-en": "X", "minutes": "9", "pass_percent": "1"}
    forged |= {"attempts": "9", "wait_hours": "0", "explanations": "never", "row_version": "1"}
    forged |= {"sections-0-key": "c1", "sections-0-topic": "greeting", "sections-0-draw": "1"}
    forged |= {"sections-0-level": ""}
    save(author, forged, status=409)
    assert exam_of(version).pass_percent == 75


def test_the_first_draft_of_the_exam_follows_the_published_one(
    author: PageClient, draft: CourseVersion
) -> None:
    assert opened(author)["pass_percent"] == "75"
    save(author, {**opened(author), "pass_percent": "60"})
    author.post(f"/authoring/drafts/{draft.public_id}/publish")
    assert exam_of(draft).pass_percent == 60
    assert "60%" in author.get(EXAM).text
