"""Saving by itself, two people at once, and the history that keeps everything."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.catalog.editing.models import LessonRevision, RevisionKind
from lms.catalog.editing.queries import history
from lms.catalog.models import Activity, LessonText
from lms.catalog.services import edit_lesson
from lms.core.database import db
from tests.builders.catalog import NOW
from tests.builders.people import make_person
from tests.catalog.editing.conftest import BODY
from tests.pages import Page, PageClient

PAGE, OTHER = "aaaaaaaa-1111", "bbbbbbbb-2222"


def path(lesson: Activity, what: str) -> str:
    return f"/authoring/lessons/{lesson.public_id}/{what}"


def opened(client: PageClient, lesson: Activity) -> dict[str, str]:
    page = client.get(f"{path(lesson, 'edit')}?language=en")
    return page.form_values()


def autosave(
    client: PageClient, lesson: Activity, values: dict[str, str], body: str, **more: Any
) -> Page:
    status = more.pop("status", 200)
    return client.post(path(lesson, "autosave"), {**values, "body": body, **more}, status=status)


def stored(lesson: Activity) -> LessonText:
    statement = sa.select(LessonText).where(
        LessonText.activity_id == lesson.id, LessonText.language == "en"
    )
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def revisions(lesson: Activity) -> list[LessonRevision]:
    return list(db.session.scalars(sa.select(LessonRevision).order_by(LessonRevision.id)))


def save(lesson: Activity, body: str, at: Any, **more: Any) -> None:
    values = {"title": "Title", "row_version": stored(lesson).row_version, "actor": None, **more}
    edit_lesson(lesson, "en", body=body, now=at, **values)


def test_a_page_that_saves_by_itself_learns_the_row_version_and_the_time(
    author: PageClient, lesson: Activity
) -> None:
    values = opened(author, lesson)
    answer = autosave(author, lesson, values, "New.", page=PAGE).json
    assert answer["row_version"] == stored(lesson).row_version
    assert len(answer["saved_at"]) == 5
    assert stored(lesson).body == "New."


def test_a_lost_reply_makes_no_conflict_of_a_page_with_itself(
    author: PageClient, lesson: Activity
) -> None:
    values = {**opened(author, lesson), "page": PAGE}
    autosave(author, lesson, values, "First.")
    autosave(author, lesson, values, "First and second.")
    assert stored(lesson).body == "First and second."


def test_another_page_of_the_same_person_is_met_with_a_conflict(
    author: PageClient, lesson: Activity
) -> None:
    values = opened(author, lesson)
    autosave(author, lesson, values, "First.", page=PAGE)
    autosave(author, lesson, values, "Second.", page=OTHER, status=409)
    assert stored(lesson).body == "First."
    assert revisions(lesson)[-1].kind is RevisionKind.ASIDE
    assert revisions(lesson)[-1].body == "Second."


def test_autosaves_of_one_person_within_minutes_share_a_number_and_lose_no_step(
    lesson: Activity,
) -> None:
    writer, auto = make_person(), {"kind": RevisionKind.AUTOSAVED}
    for minute in (1, 4, 9, 13):
        at = NOW + timedelta(minutes=minute)
        save(lesson, f"At {minute}.", at, actor=writer, **auto)
    entries, _more = history(lesson, "en")
    listed = [(e.number, e.steps, e.title) for e in entries if e.kind is RevisionKind.AUTOSAVED]
    assert [(steps) for _number, steps, _title in listed] == [1, 3]
    assert [r.body for r in revisions(lesson)][-4:] == ["At 1.", "At 4.", "At 9.", "At 13."]


def test_another_persons_save_in_between_begins_a_new_number(lesson: Activity) -> None:
    one, two = make_person(), make_person()
    for place, writer in enumerate((one, two, one), start=1):
        at = NOW + timedelta(minutes=place)
        save(lesson, f"{place}.", at, actor=writer, kind=RevisionKind.AUTOSAVED)
    numbers = [r.number for r in revisions(lesson) if r.kind is RevisionKind.AUTOSAVED]
    assert len(set(numbers)) == 3


def test_changes_in_different_paragraphs_merge_by_themselves(
    author: PageClient, other: PageClient, lesson: Activity
) -> None:
    mine, theirs = opened(author, lesson), opened(other, lesson)
    other.post(path(lesson, "edit"), {**theirs, "body": BODY.replace("One.", "One!")})
    page = author.post(path(lesson, "edit"), {**mine, "body": BODY.replace("Two.", "Two!")})
    assert "are merged" in author.follow(page).text
    assert stored(lesson).body == "One!\n\nTwo!\n\nThree."
    assert revisions(lesson)[-1].kind is RevisionKind.MERGED


def met(author: PageClient, other: PageClient, lesson: Activity) -> Page:
    mine, theirs = opened(author, lesson), opened(other, lesson)
    other.post(path(lesson, "edit"), {**theirs, "body": BODY.replace("Two.", "Theirs.")})
    return author.post(
        path(lesson, "edit"),
        {**mine, "title": "My title", "body": BODY.replace("Two.", "Mine.") + "\n\nFour."},
        status=409,
    )


def test_a_conflict_is_shown_with_both_sides_and_what_was_typed_is_kept(
    author: PageClient, other: PageClient, lesson: Activity
) -> None:
    page = met(author, other, lesson)
    sides = [side.text_content() for side in page.select(".merge-side")]
    assert ["Mine." in side for side in sides] == [True, False]
    assert ["Theirs." in side for side in sides] == [False, True]
    kept = revisions(lesson)[-1]
    assert (kept.kind, kept.title) == (RevisionKind.ASIDE, "My title")
    assert "Theirs." in stored(lesson).body


@pytest.mark.parametrize(
    ("choice", "middle"),
    [("mine", "Mine."), ("theirs", "Theirs."), ("both", "Theirs.\n\nMine."), ("own", "Ours.")],
)
def test_a_decided_conflict_is_saved_without_any_script(
    author: PageClient, other: PageClient, lesson: Activity, choice: str, middle: str
) -> None:
    values = met(author, other, lesson).form_values()
    author.post(path(lesson, "merge"), {**values, "choice-0": choice, "own-0": "Ours."})
    assert stored(lesson).body == f"One.\n\n{middle}\n\nThree.\n\nFour."
    assert stored(lesson).title == "My title"


def test_an_undecided_conflict_saves_nothing_and_keeps_the_choices(
    author: PageClient, other: PageClient, lesson: Activity
) -> None:
    values = met(author, other, lesson).form_values()
    values.pop("choice-0", None)
    page = author.post(path(lesson, "merge"), {**values, "own-0": "Half done"}, status=422)
    assert page.one("#own-0").text.strip() == "Half done"
    assert "Mine." not in stored(lesson).body


def test_a_third_text_that_comes_during_the_merge_is_merged_too(
    author: PageClient, other: PageClient, lesson: Activity
) -> None:
    values = met(author, other, lesson).form_values()
    third = opened(other, lesson)
    other.post(path(lesson, "edit"), {**third, "body": third["body"].replace("One.", "1.")})
    author.post(path(lesson, "merge"), {**values, "choice-0": "mine"})
    assert stored(lesson).body == "1.\n\nMine.\n\nThree.\n\nFour."


@pytest.mark.in_turn
@pytest.mark.parametrize("wrong", ["", "x", "9" * 30, "٣", "-1", "999"])
def test_a_damaged_merge_form_saves_nothing(
    author: PageClient, other: PageClient, lesson: Activity, wrong: str
) -> None:
    values = met(author, other, lesson).form_values()
    author.post(path(lesson, "merge"), {**values, "choice-0": "mine", "theirs": wrong}, status=404)
    assert "Mine." not in stored(lesson).body


def test_the_history_lists_saves_and_published_versions_and_compares_any_two(
    author: PageClient, lesson: Activity
) -> None:
    save(lesson, BODY.replace("Two.", "Zwei."), NOW + timedelta(hours=1))
    db.session.commit()
    page = author.get(f"{path(lesson, 'history')}?language=en")
    assert "Published version 1" in page.text
    key = revisions(lesson)[0].public_id
    pages = author.get(f"{path(lesson, 'history/compare')}?language=en&old={key}&new=now")
    assert [e.text_content() for e in pages.select("main .compared ins")]
    assert any("Zwei" in e.text_content() for e in pages.select("main .compared ins"))
    author.get(f"{path(lesson, 'history/compare')}?language=en&old=v1&new={key}")


def test_a_restored_text_is_a_new_revision(author: PageClient, lesson: Activity) -> None:
    count = len(revisions(lesson))
    page = author.get(f"{path(lesson, 'history/v1')}?language=en")
    author.post(path(lesson, "history/v1/restore"), page.form_values())
    assert stored(lesson).body.startswith("Say how long")
    assert [r.kind for r in revisions(lesson)[count:]] == [RevisionKind.RESTORED]


def test_a_text_changed_since_the_history_was_opened_is_not_replaced(
    author: PageClient, lesson: Activity
) -> None:
    page = author.get(f"{path(lesson, 'history/v1')}?language=en")
    save(lesson, "Newer.", NOW)
    db.session.commit()
    author.post(path(lesson, "history/v1/restore"), page.form_values(), status=409)
    assert stored(lesson).body == "Newer."


@pytest.mark.parametrize("key", ["v0", "v999999", "v99999999999", "0" * 16, "v"])
def test_a_state_that_never_was_is_missing(author: PageClient, lesson: Activity, key: str) -> None:
    author.get(f"{path(lesson, 'history')}/{key}", status=404)
    author.get(f"{path(lesson, 'history/compare')}?old={key}", status=404)


def test_a_text_in_a_language_that_the_course_has_no_more_replaces_no_other(
    author: PageClient, lesson: Activity
) -> None:
    before = stored(lesson).body
    values = {**opened(author, lesson), "language": "de"}
    autosave(author, lesson, values, "Neu.", status=404)
    assert stored(lesson).body == before
