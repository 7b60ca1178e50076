"""Moving people to a newer version: what is kept, who stays; a second run changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment.models import Assessment
from lms.assessment.services import submit
from lms.catalog import services as catalog
from lms.catalog.models import CourseVersion, VersionStatus
from lms.catalog.queries import whole_version
from lms.catalog.services.versions import seal
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.moving.jobs import finish_moves, move_enrolments
from lms.learning.moving.models import EnrolmentMove, MoveOrder
from lms.learning.moving.parts import compare_parts
from lms.learning.moving.queries import effect_of, people_on
from lms.learning.moving.services import move_enrolment, order_move
from lms.learning.services import complete_activity, record_place
from tests.builders import assessment as exams
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of, exam_of, lessons_of, make_enrolment, progress_of
from tests.builders.people import make_person
from tests.pages import PageClient

LATER = NOW + timedelta(days=1)


def publish_next(version: CourseVersion, *, body: str = "New text.") -> CourseVersion:
    """The next version, whose second lesson has another English text."""
    draft = catalog.open_draft(course_of(version), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[1]
    catalog.edit_lesson(lesson, "en", title="T", body=body, row_version=1, now=NOW, actor=None)
    return catalog.publish(draft, now=NOW, actor=None)


def read(enrolment: Enrolment, place: int) -> None:
    complete_activity(enrolment=enrolment, activity=lessons_of(enrolment)[place], now=NOW)


def order(version: CourseVersion) -> MoveOrder:
    return order_move(version, actor=make_person(), now=LATER)


def read_keys(enrolment: Enrolment) -> set[str]:
    """The keys of the lessons of the enrolment's version that are read."""
    done = set(
        db.session.scalars(
            sa.select(ActivityProgress.activity_id).where(
                ActivityProgress.enrolment_id == enrolment.id,
                ActivityProgress.completed_at.is_not(None),
            )
        )
    )
    return {lesson.key for lesson in lessons_of(enrolment) if lesson.id in done}


def test_lessons_are_the_same_by_key_and_content(app: Flask) -> None:
    first = make_course()
    changes = compare_parts(first.id, publish_next(first).id)
    assert [titles["en"] for titles in changes.unchanged] == ["Greeting"]
    assert [(one.titles["en"], one.languages) for one in changes.partly] == [("T", ["en"])]
    assert (changes.changed, changes.added, changes.removed) == ([], [], [])
    assert list(changes.same) == [lessons_of(first)[0].id]
    draft = catalog.open_draft(course_of(first), now=NOW, actor=None)
    for language in ("ru", "en"):
        lesson = whole_version(draft.id).activities[1]
        rewritten: dict[str, Any] = {
            "title": "T",
            "body": f"Wholly {language}.",
            "row_version": lesson.row_version,
        }
        catalog.edit_lesson(lesson, language, **rewritten, now=NOW, actor=None)
    changes = compare_parts(first.id, draft.id)
    assert ([titles["en"] for titles in changes.changed], changes.partly) == (["T"], [])


def test_what_was_read_stays_read_where_the_lesson_is_the_same(app: Flask) -> None:
    enrolment = make_enrolment(version=make_course())
    read(enrolment, 0)
    read(enrolment, 1)
    second = publish_next(enrolment.version)
    assert move_enrolment(enrolment.id, order(second), now=LATER)
    assert enrolment.version_id == second.id
    assert read_keys(enrolment) == {"greeting"}


@pytest.mark.parametrize(
    ("noted", "own", "keeps"),
    [("ru", "en", True), ("en", "ru", False), (None, "ru", True), (None, "en", False)],
)
def test_a_change_of_one_language_leaves_those_alone_who_read_the_other(
    app: Flask, noted: str | None, own: str, keeps: bool
) -> None:
    """Half read is kept as well. Where the language was never noted, the reader's own counts."""
    enrolment = make_enrolment(make_person(language=own), version=make_course())
    greeting, queue = lessons_of(enrolment)
    places: dict[str, Any] = {"place": 300, "placed_at": NOW, "checks": (), "now": NOW}
    for lesson, furthest in ((greeting, 400), (queue, 1000)):
        record_place(
            enrolment=enrolment, activity=lesson, furthest=furthest, language=noted, **places
        )
    draft = catalog.open_draft(course_of(enrolment.version), now=NOW, actor=None)
    for lesson in whole_version(draft.id).activities[:2]:
        catalog.edit_lesson(
            lesson, "en", title="T", body="New.", row_version=1, now=NOW, actor=None
        )
    version = seal(whole_version(draft.id), "0" * 64, now=NOW, actor=None)
    assert move_enrolment(enrolment.id, order(version), now=LATER)
    assert read_keys(enrolment) == ({"queue"} if keeps else set())
    later = [progress_of(enrolment, lesson) for lesson in lessons_of(enrolment)]
    assert [row.furthest if row else 0 for row in later] == ([400, 1000] if keeps else [0, 0])


def test_the_language_of_a_complete_lesson_is_the_one_in_which_it_was_read(app: Flask) -> None:
    enrolment = make_enrolment(version=make_course())
    lesson = lessons_of(enrolment)[1]
    for language in ("en", "ru", "en"):
        record_place(
            enrolment=enrolment,
            activity=lesson,
            place=0,
            furthest=1000 if language == "ru" else 10,
            placed_at=NOW,
            checks=(),
            now=NOW,
            language=language,
        )
    row = progress_of(enrolment, lesson)
    assert row is not None
    assert (row.language, row.completed_at) == ("ru", NOW)


def test_moving_twice_changes_nothing_and_the_version_is_the_last_move(app: Flask) -> None:
    enrolment = make_enrolment(version=make_course())
    asked = order(publish_next(enrolment.version))
    assert move_enrolment(enrolment.id, asked, now=LATER)
    assert not move_enrolment(enrolment.id, asked, now=LATER)
    moves = db.session.query(EnrolmentMove).filter_by(enrolment_id=enrolment.id).all()
    assert [move.to_version_id for move in moves] == [enrolment.version_id]


def test_nobody_is_moved_back_to_another_course_or_after_the_end(app: Flask) -> None:
    first = make_course()
    done, away = make_enrolment(version=first), make_enrolment(version=first)
    done.completed_at, away.withdrawn_at = NOW, NOW
    db.session.flush()
    second = publish_next(first)
    new, stranger = make_enrolment(version=second), make_enrolment()
    asked = order(second)
    old = order_move(first, actor=make_person(), now=LATER)
    tried = [move_enrolment(e.id, asked, now=LATER) for e in (done, away, new, stranger)]
    assert [*tried, move_enrolment(new.id, old, now=LATER)] == [False] * 5


def next_as_it_is(version: CourseVersion) -> CourseVersion:
    draft = catalog.open_draft(course_of(version), now=NOW, actor=None)
    return seal(whole_version(draft.id), "0" * 64, now=NOW, actor=None)


def test_whoever_sits_an_exam_stays_and_follows_once_it_is_settled(app: Flask) -> None:
    first = exams.make_exam()
    attempt = exams.make_attempt(first, at=clock.now())
    second = next_as_it_is(first)
    asked = order(second)
    assert people_on(first.course_id).examined == 1
    db.session.commit()
    run_due()
    assert db.session.get_one(Enrolment, attempt.enrolment_id).version_id == first.id
    submit(attempt=attempt, now=clock.now(), settings=exams.settings())
    db.session.commit()
    finish_moves()
    db.session.expire_all()
    assert db.session.get_one(Enrolment, attempt.enrolment_id).version_id == second.id
    pinned = db.session.get_one(Assessment, attempt.assessment_id)
    assert pinned.activity_id == exam_of(first).id
    assert asked.to_version_id == second.id


def test_an_exam_passed_in_the_earlier_version_counts_after_the_move(app: Flask) -> None:
    enrolment = make_enrolment(version=make_course())
    exam = exam_of(enrolment)
    move_enrolment(enrolment.id, order(publish_next(enrolment.version)), now=LATER)
    complete_activity(enrolment=enrolment, activity=exam, now=LATER)
    assert enrolment.completed_at == LATER


def test_the_job_moves_everyone_and_can_be_taken_up_again(app: Flask) -> None:
    first = make_course()
    people = [make_enrolment(version=first) for _ in range(3)]
    second = publish_next(first)
    asked = order(second)
    move_enrolment(people[1].id, asked, now=LATER)  # as if the job had been cut short
    db.session.commit()
    run_due()
    move_enrolments(asked.public_id)
    db.session.expire_all()
    moves = db.session.scalars(sa.select(EnrolmentMove.enrolment_id)).all()
    assert sorted(moves) == sorted(enrolment.id for enrolment in people)
    assert people_on(first.course_id, other_than=second.id).on_course == 0


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(read_lessons=st.sets(st.integers(0, 1)), runs=st.lists(st.integers(0, 2), max_size=5))
def test_any_order_of_moves_keeps_what_was_read_in_same_lessons(
    app: Flask, read_lessons: set[int], runs: list[int]
) -> None:
    enrolment = make_enrolment(version=make_course())
    for place in read_lessons:
        read(enrolment, place)
    second = publish_next(enrolment.version)
    third = publish_next(second, body="Another text.")
    orders = [order(enrolment.version), order(second), order(third)]
    numbers = [enrolment.version.number]
    for run in runs:
        move_enrolment(enrolment.id, orders[run], now=LATER)
        numbers.append(db.session.get_one(CourseVersion, enrolment.version_id).number)
    kept = {"greeting"} if 0 in read_lessons else set()
    unmoved = {"queue"} if 1 in read_lessons and numbers[-1] == 1 else set()
    assert numbers == sorted(numbers)
    assert read_keys(enrolment) == kept | unmoved


def test_the_publication_asks_and_moves_when_told_to(app: Flask, author: PageClient) -> None:
    first = make_course()
    begun, assigned = make_enrolment(version=first), make_enrolment(version=first)
    read(begun, 0)
    draft = catalog.open_draft(course_of(first), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[1]
    catalog.edit_lesson(lesson, "en", title="T", body="New.", row_version=1, now=NOW, actor=None)
    db.session.commit()
    path = f"/authoring/drafts/{draft.public_id}/publish"
    page = author.get(path)
    assert "2 people" in page.one(".moving-question").text_content()
    author.post(path, {"people": "move"})
    run_due()
    db.session.expire_all()
    versions = {db.session.get_one(Enrolment, e.id).version_id for e in (begun, assigned)}
    assert versions == {draft.id}


@pytest.mark.parametrize("sent", [{}, {"people": ""}, {"people": "everyone"}])
def test_what_was_asked_about_people_is_answered_before_anything_is_published(
    app: Flask, author: PageClient, sent: dict[str, str]
) -> None:
    first = make_course()
    make_enrolment(version=first)
    draft = catalog.open_draft(course_of(first), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[1]
    catalog.edit_lesson(lesson, "en", title="T", body="New.", row_version=1, now=NOW, actor=None)
    db.session.commit()
    path = f"/authoring/drafts/{draft.public_id}/publish"
    assert author.get(path).form_values()["people"] == "finish"
    page = author.post(path, sent, status=422)
    question = page.one(f"#{page.one('#people-error').getparent().get('id')}")
    assert "Choose whether people finish" in question.text_content()
    assert not page.select("[name=people][checked]")
    db.session.expire_all()
    assert draft.status is VersionStatus.DRAFT


@pytest.mark.parametrize("choice", ["", "everyone"])
def test_a_choice_that_is_not_offered_publishes_nothing(
    app: Flask, author: PageClient, choice: str
) -> None:
    draft = catalog.open_draft(course_of(make_course()), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[1]
    catalog.edit_lesson(lesson, "en", title="T", body="New.", row_version=1, now=NOW, actor=None)
    db.session.commit()
    path = f"/authoring/drafts/{draft.public_id}/publish"
    author.get(path)
    author.post(path, {"people": choice}, status=422)
    db.session.expire_all()
    assert draft.status is VersionStatus.DRAFT


def test_who_finishes_what_they_began_may_be_moved_later(app: Flask, author: PageClient) -> None:
    first = make_course()
    enrolment = make_enrolment(version=first)
    draft = catalog.open_draft(course_of(first), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[1]
    catalog.edit_lesson(lesson, "en", title="T", body="New.", row_version=1, now=NOW, actor=None)
    db.session.commit()
    slug = course_of(first).slug
    author.post(f"/authoring/drafts/{draft.public_id}/publish", {"people": "finish"})
    run_due()
    assert db.session.get_one(Enrolment, enrolment.id).version_id == first.id
    assert "finishing an earlier version" in author.get(f"/authoring/courses/{slug}").text
    author.get(f"/authoring/courses/{slug}/people")
    author.post(f"/authoring/courses/{slug}/people")
    run_due()
    db.session.expire_all()
    assert db.session.get_one(Enrolment, enrolment.id).version_id == draft.id
    assert "Nobody is on" in author.get(f"/authoring/courses/{slug}/people").text


def test_nobody_on_the_course_means_nothing_to_ask(app: Flask) -> None:
    first = make_course()
    assert effect_of(first, publish_next(first)) is None
