"""Languages side by side, and what isn't translated yet."""

from datetime import timedelta

import pytest

from lms.catalog.editing.translation import Freshness, variants_of
from lms.catalog.models import Activity, LessonText
from lms.catalog.services import edit_lesson
from lms.core.database import db
from tests.builders.catalog import NOW
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def lesson_with(**days: int | None) -> Activity:
    """A lesson whose variants were changed so many days ago; None: not written."""
    texts = [
        LessonText(
            language=language,
            title="T",
            body="" if ago is None else "B",
            changed_at=NOW - timedelta(days=ago or 0),
        )
        for language, ago in days.items()
    ]
    return Activity(key="x", texts=texts)


@pytest.mark.parametrize(
    ("lesson", "expected"),
    [
        (lesson_with(ru=1, en=1), [Freshness.FRESH, Freshness.FRESH]),
        (lesson_with(ru=1, en=2), [Freshness.FRESH, Freshness.OLDER]),
        (lesson_with(ru=2, en=1), [Freshness.OLDER, Freshness.FRESH]),
        (lesson_with(ru=1, en=None), [Freshness.FRESH, Freshness.MISSING]),
        (lesson_with(ru=1), [Freshness.FRESH, Freshness.MISSING]),
        (lesson_with(), [Freshness.MISSING, Freshness.MISSING]),
    ],
)
def test_a_variant_is_missing_older_or_fresh(lesson: Activity, expected: list[Freshness]) -> None:
    assert [variant.freshness for variant in variants_of(lesson, ["ru", "en"])] == expected


def test_a_change_of_one_language_makes_the_other_older(
    author: PageClient, lesson: Activity
) -> None:
    later = NOW + timedelta(days=1)
    edit_lesson(lesson, "ru", title="Т", body="Новое.", row_version=1, now=later, actor=None)
    db.session.commit()
    page = author.get(f"/authoring/lessons/{lesson.public_id}/languages")
    badges = page.select(".language-side h2 .badge")
    assert [badge.text_content().strip() for badge in badges] == [
        "up to date",
        "older than the other language",
    ]
    listed = author.get(f"/authoring/drafts/{draft_id(lesson)}/translation")
    assert "older than the other language" in listed.text


def draft_id(lesson: Activity) -> str:
    return lesson.version.public_id


def test_each_side_saves_its_own_language(author: PageClient, lesson: Activity) -> None:
    page = author.get(f"/authoring/lessons/{lesson.public_id}/languages?language=en")
    [form] = page.select("form[data-side=ru]")
    values = {field.get("name"): field.get("value") or "" for field in form.cssselect("input")}
    author.post(f"/authoring/lessons/{lesson.public_id}/edit", {**values, "body": "По-русски."})
    texts = db.session.query(LessonText).populate_existing().filter_by(activity_id=lesson.id)
    assert {text.language: text.body for text in texts}["ru"] == "По-русски."
