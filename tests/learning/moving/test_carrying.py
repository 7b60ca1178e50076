"""Moving keeps what was done, kind by kind, where the part is the same; a changed part is open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.assessment.coursework.queries import run_for, runs_of
from lms.assessment.coursework.services import answer_question
from lms.catalog import services as catalog
from lms.catalog.models import Activity, ActivityKind, CourseFile, CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.services.versions import seal
from lms.core.database import db
from lms.learning.activities import services as facts
from lms.learning.activities.models import Presence, ReadingBeat
from lms.learning.activities.queries import own_mark, steps_ticked
from lms.learning.models import BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.moving.parts import compare_parts
from lms.learning.moving.queries import effect_of
from lms.learning.moving.services import move_enrolment, order_move
from lms.learning.queries.home import open_courses
from lms.learning.queries.responses import latest_responses
from lms.learning.queries.study import latest_answers
from lms.learning.services import complete_activity
from lms.learning.services.reading_time import minutes_missing, seconds_in
from tests.builders.catalog import NOW
from tests.builders.learning import course_of, lessons_of, progress_of
from tests.builders.outline import PARTS, begin_drill, on_mixed, part
from tests.builders.people import make_person

LATER = NOW + timedelta(days=1)
TIMED = PARTS.replace("key: queue, minutes: 7", "key: queue, minutes: 7, complete: {{minutes: 1}}")
Change = Callable[[Activity], object]


def publish(version: CourseVersion, key: str = "", change: Change | None = None) -> CourseVersion:
    """The next version, in which the part ``key`` is changed."""
    draft = catalog.open_draft(course_of(version), now=NOW, actor=None)
    if change is not None:
        [changed] = [one for one in whole_version(draft.id).activities if one.key == key]
        change(changed)
        db.session.flush()
    return seal(whole_version(draft.id), "0" * 64, now=NOW, actor=None)


def move(enrolment: Enrolment, key: str = "", change: Change | None = None) -> None:
    """Move to a next version."""
    later = publish(enrolment.version, key, change)
    order = order_move(later, actor=make_person(), now=LATER)
    assert move_enrolment(enrolment.id, order, now=LATER)
    db.session.refresh(enrolment)
    db.session.refresh(enrolment, ["version"])
    assert enrolment.version_id == later.id


def details(**changed: Any) -> Change:
    """A change of what a part states."""

    def change(activity: Activity) -> None:
        activity.details = {**activity.details, **changed}

    return change


def rewrite(activity: Activity) -> None:
    for text in activity.texts:
        text.body += "\nOne more thing.\n"


def attend(enrolment: Enrolment) -> None:
    facts.mark_attendance(
        enrolment=enrolment,
        activity=part(enrolment, ActivityKind.CLASSROOM),
        presence=Presence.LATE,
        held_on=NOW.date(),
        actor=make_person(),
        now=NOW,
    )


def tick(enrolment: Enrolment, *steps: str) -> None:
    checklist = part(enrolment, ActivityKind.CHECKLIST)
    facts.tick_steps(
        enrolment=enrolment,
        activity=checklist,
        steps=dict.fromkeys(steps, NOW.date()),
        all_steps={one["key"]: None for one in checklist.details["steps"]},
        actor=make_person(),
        now=NOW,
    )


def answer(enrolment: Enrolment, most: int = 9) -> None:
    """Answer at most so many of the questions of the run that is under way, or of a new one."""
    run = run_for(enrolment.learner_id, begin_drill(enrolment).public_id)
    assert run is not None
    for question in [one for one in run.questions if one.answer is None][:most]:
        answer_question(run=run, question=question, response={}, credit=1.0, now=NOW)


def open_memo(enrolment: Enrolment) -> None:
    facts.open_document(
        enrolment=enrolment, activity=part(enrolment, ActivityKind.DOCUMENT), now=NOW
    )


def read(enrolment: Enrolment) -> None:
    complete_activity(enrolment=enrolment, activity=lessons_of(enrolment)[0], now=NOW)


def another_file(activity: Activity) -> None:
    path = "figures/other.svg"
    file = db.session.query(CourseFile).filter_by(version_id=activity.version_id).first()
    assert file is not None
    other = {"path": path, "blob": "0" * 64, "media_type": file.media_type, "size": file.size}
    db.session.add(CourseFile(version_id=activity.version_id, **other))
    activity.details = {**activity.details, "file": {"ru": path, "en": path}}


def step(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "text": {"ru": text, "en": text}}


TICKET = {"key": "ticket", "text": {"ru": "Выдал талон", "en": "Gave a ticket"}}
THANKS = {"key": "thanks", "text": {"ru": "Поблагодарил", "en": "Said thanks"}}


@dataclass(frozen=True)
class Kind:
    """How a part of one kind is done, and what makes it another part."""

    key: str
    do: Callable[[Enrolment], object]
    change: Change


KINDS = {
    ActivityKind.LESSON: Kind("greeting", read, rewrite),
    ActivityKind.PRACTICE: Kind("drill", answer, details(questions=1)),
    ActivityKind.CLASSROOM: Kind("hall-day", attend, details(description={"ru": "Н", "en": "N"})),
    ActivityKind.DOCUMENT: Kind("memo", open_memo, another_file),
    ActivityKind.CHECKLIST: Kind(
        "first-shift",
        lambda enrolment: tick(enrolment, "ticket", "thanks"),
        details(steps=[TICKET, step("thanks", "Another thing")]),
    ),
}


def is_done(enrolment: Enrolment, kind: ActivityKind) -> bool:
    progress = progress_of(enrolment, part(enrolment, kind))
    return progress is not None and progress.completed_at is not None


def test_each_kind_that_is_done_in_a_course_is_looked_at() -> None:
    assert set(KINDS) == set(ActivityKind) - {ActivityKind.EXAM}


@pytest.mark.in_turn
def test_what_was_done_before_a_move_counts_once(app: Flask) -> None:
    enrolment = on_mixed()
    read(enrolment)

    def shown() -> tuple[int, str | None]:
        [one] = open_courses(enrolment.learner_id, today=NOW.date(), language="en").shown
        return one.lessons_read, one.lesson_id

    assert shown()[0] == 1
    move(enrolment)
    assert shown()[0] == 1
    assert shown()[1] in {one.public_id for one in whole_version(enrolment.version_id).activities}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_done_stays_done_where_the_part_is_the_same(
    app: Flask, kind: ActivityKind
) -> None:
    enrolment = on_mixed()
    KINDS[kind].do(enrolment)
    assert is_done(enrolment, kind)
    move(enrolment)
    assert is_done(enrolment, kind)
    assert not any(is_done(enrolment, other) for other in KINDS if other is not kind)


@pytest.mark.in_turn
@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_changed_is_to_be_done_again_and_can_be(app: Flask, kind: ActivityKind) -> None:
    enrolment = on_mixed()
    KINDS[kind].do(enrolment)
    move(enrolment, KINDS[kind].key, KINDS[kind].change)
    assert not is_done(enrolment, kind)
    KINDS[kind].do(enrolment)
    assert is_done(enrolment, kind)


@pytest.mark.in_turn
@pytest.mark.parametrize("kind", KINDS)
def test_the_author_is_told_of_a_changed_part_of_each_kind(app: Flask, kind: ActivityKind) -> None:
    enrolment = on_mixed()
    later = publish(enrolment.version, KINDS[kind].key, KINDS[kind].change)
    effect = effect_of(enrolment.version, later)
    assert effect is not None
    assert effect.parts.changed == [part(later, kind).titles]
    assert len(effect.parts.unchanged) == 5


def test_an_exam_that_was_passed_stays_passed_and_opens_what_waits_for_it(app: Flask) -> None:
    enrolment = on_mixed()

    def come_early(exam: Activity) -> None:
        exam.after = ["greeting"]  # so it doesn't stand for all that comes before it

    move(enrolment, part(enrolment, ActivityKind.EXAM).key, come_early)
    exam = part(enrolment, ActivityKind.EXAM)
    complete_activity(enrolment=enrolment, activity=exam, now=NOW)
    move(enrolment)
    assert is_done(enrolment, ActivityKind.EXAM)


def test_a_class_in_another_hall_is_the_same_class(app: Flask) -> None:
    enrolment = on_mixed()
    attend(enrolment)
    move(enrolment, "hall-day", details(place={"ru": "Зал 3", "en": "Hall 3"}))
    hall = part(enrolment, ActivityKind.CLASSROOM)
    assert own_mark(enrolment.id, hall.id) == (Presence.LATE, NOW.date())
    assert is_done(enrolment, ActivityKind.CLASSROOM)


def test_of_a_changed_checklist_the_same_steps_keep_their_ticks(app: Flask) -> None:
    enrolment = on_mixed()
    tick(enrolment, "ticket", "thanks")
    move(enrolment, "first-shift", details(steps=[TICKET, step("thanks", "New"), step("x", "X")]))
    checklist = part(enrolment, ActivityKind.CHECKLIST)
    assert set(steps_ticked(enrolment.id, checklist.id)) == {"ticket"}
    assert not is_done(enrolment, ActivityKind.CHECKLIST)


def test_a_checklist_is_done_once_the_step_that_was_missing_is_gone(app: Flask) -> None:
    enrolment = on_mixed()
    tick(enrolment, "ticket")
    move(enrolment, "first-shift", details(steps=[TICKET]))
    assert is_done(enrolment, ActivityKind.CHECKLIST)


def test_a_tick_that_was_taken_back_stays_taken_back(app: Flask) -> None:
    enrolment = on_mixed()
    tick(enrolment, "ticket", "thanks")
    facts.tick_steps(
        enrolment=enrolment,
        activity=part(enrolment, ActivityKind.CHECKLIST),
        steps={"thanks": None},
        all_steps={"ticket": None, "thanks": None},
        actor=make_person(),
        now=NOW,
    )
    move(enrolment)
    checklist = part(enrolment, ActivityKind.CHECKLIST)
    assert set(steps_ticked(enrolment.id, checklist.id)) == {"ticket"}
    assert not is_done(enrolment, ActivityKind.CHECKLIST)


def place(enrolment: Enrolment, number: int) -> dict[str, int]:
    return {"enrolment_id": enrolment.id, "activity_id": lessons_of(enrolment)[number].id}


def answer_checks(enrolment: Enrolment) -> None:
    """A self-check answered wrongly, then rightly."""
    for right in (False, True):
        answer = {"check_key": "first-words", "chosen": ["1"], "right": right, "answered_at": NOW}
        db.session.add(SelfCheckAnswer(**place(enrolment, 0), **answer))
        db.session.flush()


def respond(enrolment: Enrolment) -> None:
    """An exercise done well and then worse, and a list ticked."""
    for key, score in (("windows", 900), ("windows", 400), ("before-shift", None)):
        given = {"block_key": key, "given": {"a": "yes"}, "score": score, "answered_at": NOW}
        db.session.add(BlockResponse(**place(enrolment, 0), **given))
        db.session.flush()


@pytest.mark.parametrize(("change", "kept"), [(None, True), (rewrite, False)])
def test_answers_to_self_checks_stay_where_the_lesson_is_the_same(
    app: Flask, change: Change | None, kept: bool
) -> None:
    enrolment = on_mixed()
    answer_checks(enrolment)
    move(enrolment, "greeting", change)
    answers = latest_answers(enrolment, lessons_of(enrolment)[0].id)
    assert [answer.right for answer in answers.values()] == ([True] if kept else [])


@pytest.mark.parametrize(("change", "kept"), [(None, True), (rewrite, False)])
def test_exercises_and_lists_in_a_lesson_stay_where_it_is_the_same(
    app: Flask, change: Change | None, kept: bool
) -> None:
    enrolment = on_mixed()
    respond(enrolment)
    move(enrolment, "greeting", change)
    found = latest_responses(enrolment, lessons_of(enrolment)[0].id)
    standing = {key: (one.score, one.best) for key, one in found.items()}
    assert standing == ({"windows": (400, 900), "before-shift": (None, None)} if kept else {})


@pytest.mark.parametrize(("change", "seconds"), [(None, 60), (rewrite, 0)])
def test_time_spent_in_a_lesson_counts_where_it_is_the_same(
    app: Flask, change: Change | None, seconds: int
) -> None:
    enrolment = on_mixed(parts=TIMED)
    for second in (0, 30, 60):
        beat = ReadingBeat(**place(enrolment, 1), beat_at=NOW + timedelta(seconds=second))
        db.session.add(beat)
    db.session.flush()
    move(enrolment, "queue", change)
    lesson = lessons_of(enrolment)[1]
    assert seconds_in(enrolment, lesson) == seconds
    assert minutes_missing(enrolment, lesson) == (0 if seconds else 1)


def test_a_practice_that_is_under_way_goes_on_in_the_later_version(app: Flask) -> None:
    enrolment = on_mixed()
    answer(enrolment, 1)
    move(enrolment)
    assert len(runs_of(enrolment.id, part(enrolment, ActivityKind.PRACTICE).id)) == 1
    answer(enrolment, 1)
    assert is_done(enrolment, ActivityKind.PRACTICE)
    assert len(runs_of(enrolment.id, part(enrolment, ActivityKind.PRACTICE).id)) == 1


def test_a_second_move_keeps_what_the_first_one_kept(app: Flask) -> None:
    enrolment = on_mixed()
    for kind in KINDS.values():
        kind.do(enrolment)
    respond(enrolment)
    for _ in range(2):
        move(enrolment)
    assert all(is_done(enrolment, kind) for kind in KINDS)
    assert set(latest_responses(enrolment, lessons_of(enrolment)[0].id)) == {
        "windows",
        "before-shift",
    }


def test_a_part_of_another_kind_under_the_same_key_is_another_part(app: Flask) -> None:
    enrolment = on_mixed()
    open_memo(enrolment)

    def become_a_class(activity: Activity) -> None:
        activity.kind = ActivityKind.CLASSROOM
        activity.details = {"description": {"ru": "Н", "en": "N"}}

    later = publish(enrolment.version, "memo", become_a_class)
    memo = part(enrolment, ActivityKind.DOCUMENT)
    assert memo.id not in compare_parts(enrolment.version_id, later.id).same
