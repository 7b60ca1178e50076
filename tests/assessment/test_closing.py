"""Handing in, the clock, late answers and scoring: once, and never against the candidate."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import jobs, queries, services
from lms.assessment.errors import AttemptClosed
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Attempt, EventKind, ItemKey, ItemKind, Score
from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning import events as learning_events
from lms.learning.models import Enrolment
from tests.builders.assessment import (
    START,
    answer_all_right,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    save,
    settings,
)
from tests.support.threads import at_once

DEADLINE = START + timedelta(minutes=30)
CLOSED = DEADLINE + timedelta(seconds=31)
SETTLED = DEADLINE + timedelta(minutes=15, seconds=1)
TEN = [ItemKind.SINGLE_CHOICE] * 10


def ten_questions(**overrides: Any) -> Attempt:
    return make_attempt(make_exam([make_item(kind) for kind in TEN], **overrides))


def answer(
    attempt: Attempt, right: int, *, at: datetime = START, wrong: int = 0, **more: Any
) -> None:
    """Answer the first ``right`` questions rightly, and the ``wrong`` ones after them wrongly."""
    choices = ["b"] * right + ["a"] * wrong
    sent = [
        answer_event(position, {"choice": key}, sequence=more.get("first", 0) + position, **{
            k: v for k, v in more.items() if k != "first"})
        for position, key in enumerate(choices, start=1)
    ]  # fmt: skip
    save(attempt, *sent, at=at)


def hand_in(attempt: Attempt, at: datetime = START) -> Score:
    return services.submit(attempt=attempt, now=at, settings=settings())


def by_the_clock(attempt: Attempt, at: datetime = CLOSED) -> Score | None:
    return services.close_if_overdue(attempt=attempt, now=at, settings=settings())


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def kinds(attempt: Attempt) -> list[EventKind]:
    return [event.kind for event in queries.events(attempt.id)]


def test_all_right_passes_and_completes_the_course(app: Flask) -> None:
    told: list[Any] = []

    def listen(enrolment: Enrolment, **facts: Any) -> None:
        told.append((enrolment.id, facts["basis"]))

    with learning_events.enrolment_completed.connected_to(listen), unit_of_work():
        attempt = make_attempt()
        answer_all_right(attempt)
        score = hand_in(attempt)
    assert (score.percent, score.passed, score.points, score.points_possible) == (100, True, 9, 9)
    assert told == [(attempt.enrolment_id, {"attempt": attempt.public_id, "percent": 100.0})]
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id, populate_existing=True)
    assert enrolment.completed_at == START


@pytest.mark.parametrize(("right", "passed"), [(8, True), (7, False), (0, False)])
def test_the_pass_mark_decides(app: Flask, right: int, passed: bool) -> None:
    with unit_of_work():
        attempt = ten_questions(pass_percent=80)
        answer(attempt, right)
        score = hand_in(attempt)
    assert (score.percent, score.passed) == (right * 10, passed)
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id, populate_existing=True)
    assert (enrolment.completed_at is not None) == passed


def test_a_rounded_percentage_never_decides(app: Flask) -> None:
    """2 of 3 points are 66.67 % as shown, and less than the 67 % that are asked for."""
    with unit_of_work():
        attempt = make_attempt(make_exam([make_item(k) for k in TEN[:3]], pass_percent=67))
        answer(attempt, 2)
        score = hand_in(attempt)
    assert (score.percent, score.passed) == (66.67, False)


def test_points_and_topics_are_counted_apart(app: Flask) -> None:
    items = [
        make_item(ItemKind.SINGLE_CHOICE, topic="rules", points=3),
        make_item(ItemKind.TRUE_FALSE, topic="dialogue", points=1),
    ]
    sections = (SectionRule("rules", 1), SectionRule("dialogue", 1))
    with unit_of_work():
        attempt = make_attempt(make_exam(items, sections=sections))
        paper = {i.item_version.topic: i.position for i in queries.paper(attempt)}
        save(attempt, answer_event(paper["rules"], {"choice": "b"}))
        score = hand_in(attempt)
    assert score.topics == {"rules": [3, 3], "dialogue": [0, 1]}
    assert score.items == {str(paper["rules"]): 3, str(paper["dialogue"]): 0}
    assert score.percent == 75


def test_handing_in_twice_gives_the_same_result(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 5)
        first = hand_in(attempt)
    with unit_of_work():
        assert hand_in(attempt, DEADLINE + timedelta(days=1)).id == first.id
    assert kinds(attempt).count(EventKind.SUBMIT) == 1
    assert count(Score) == 1


def test_handing_in_at_once_from_four_tabs_scores_once(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt()
        answer_all_right(attempt)
    identifier = attempt.id

    def submit() -> int:
        return hand_in(db.session.get_one(Attempt, identifier)).id

    outcomes = at_once(app, *[submit] * 4)
    assert len(set(outcomes)) == 1, outcomes
    assert count(Score) == 1
    assert kinds(attempt).count(EventKind.SUBMIT) == 1
    completed = sa.select(AuditEntry).where(AuditEntry.action == "learning.completed")
    assert len(db.session.scalars(completed).all()) == 1


def test_a_save_and_a_submission_at_once_lose_nothing_acknowledged(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
    identifier = attempt.id

    def answer_one(position: int) -> Any:
        row = db.session.get_one(Attempt, identifier)
        return save(row, answer_event(position, {"choice": "b"})).receipts[0].event_id

    def submit() -> None:
        hand_in(db.session.get_one(Attempt, identifier))

    writers = [lambda position=position: answer_one(position) for position in range(1, 6)]
    outcomes = at_once(app, *writers, submit)
    acknowledged = [outcome for outcome in outcomes if isinstance(outcome, str)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(outcome, AttemptClosed) for outcome in refused), outcomes
    score = queries.latest_score(identifier)
    assert score is not None
    assert score.points == len(acknowledged)


@pytest.mark.parametrize("seconds", [0, 29.9])
def test_the_clock_waits_for_the_grace(app: Flask, seconds: float) -> None:
    with unit_of_work():
        attempt = ten_questions()
        assert by_the_clock(attempt, DEADLINE + timedelta(seconds=seconds)) is None
        score = hand_in(attempt, DEADLINE + timedelta(seconds=seconds))
    assert attempt.submitted_at is not None
    assert score.percent == 0


def test_the_clock_scores_what_the_log_holds(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 9)
        score = by_the_clock(attempt)
    assert score is not None
    assert (score.percent, score.passed) == (90, True)
    assert (attempt.submitted_at, attempt.settled_at) == (None, None)
    assert kinds(attempt)[-1] is EventKind.CLOSE


def test_handing_in_after_the_grace_is_the_clocks_doing(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        hand_in(attempt, CLOSED)
    assert EventKind.SUBMIT not in kinds(attempt)
    assert (attempt.submitted_at, attempt.settled_at) == (None, CLOSED)


def test_late_answers_are_scored_once_when_no_more_can_come(app: Flask) -> None:
    """Kept by a browser without network: given before the deadline, arrived ten minutes after."""
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 5)
        by_the_clock(attempt)
    late = DEADLINE + timedelta(minutes=10)
    with unit_of_work():
        answer(attempt, 9, at=late, first=100, authored_ms_ago=11 * 60 * 1000)
    assert count(Score) == 1  # trying answers out tells nothing
    with unit_of_work():
        by_the_clock(attempt, SETTLED)
    score = queries.latest_score(attempt.id)
    assert score is not None
    assert (score.number, score.percent, score.passed) == (2, 90, True)
    assert attempt.settled_at == SETTLED


def test_late_answers_never_take_a_pass_away(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 9)
        before = by_the_clock(attempt)
    assert before is not None
    with unit_of_work():
        answer(
            attempt, 0, wrong=9, at=DEADLINE + timedelta(minutes=1), first=100,
            authored_ms_ago=120_000,
        )  # fmt: skip
        after = by_the_clock(attempt, SETTLED)
    assert after is not None
    assert (after.id, after.passed) == (before.id, True)


def test_a_candidate_may_ask_for_the_final_result_at_once(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        by_the_clock(attempt)
        hand_in(attempt, CLOSED + timedelta(seconds=5))
    assert attempt.settled_at == CLOSED + timedelta(seconds=5)
    with pytest.raises(AttemptClosed), unit_of_work():
        answer(attempt, 1, at=CLOSED + timedelta(seconds=9), authored_ms_ago=60_000)


def test_an_attempt_found_after_the_window_is_closed_and_settled_together(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        by_the_clock(attempt, SETTLED)
    assert attempt.closed_at == attempt.settled_at == SETTLED
    assert count(Score) == 1


def test_each_score_is_sealed_in_the_audit_log_with_its_log(app: Flask) -> None:
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 3)
        hand_in(attempt)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "assessment.scored")
    ).one()
    last = queries.events(attempt.id)[-1]
    assert entry.details["log_head"] == last.hash
    assert entry.details["log_entries"] == last.number


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_to


def test_the_job_closes_what_is_overdue_and_nothing_else(app: Flask, now: Any) -> None:
    with unit_of_work():
        version = make_exam()
        overdue = make_attempt(version)
        handed_in = make_attempt(version)
        hand_in(handed_in)
        open_one = make_attempt(version, at=START + timedelta(minutes=20))
    now(CLOSED)
    jobs.close_overdue()
    db.session.expire_all()
    assert overdue.closed_at == CLOSED
    assert open_one.closed_at is None
    assert handed_in.closed_at == START


def test_the_job_does_nothing_twice(app: Flask, now: Any) -> None:
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 9)
    for instant in (CLOSED, CLOSED + timedelta(seconds=5), SETTLED, SETTLED + timedelta(hours=1)):
        now(instant)
        jobs.close_overdue()
    assert count(Score) == 1
    assert kinds(attempt).count(EventKind.CLOSE) == 1
    with unit_of_work():
        assert queries.overdue(SETTLED + timedelta(days=1), settings()) == []


def test_jobs_of_two_processes_at_once_score_once(app: Flask) -> None:
    with unit_of_work():
        version = make_exam()
        identifiers = [make_attempt(version).id for _ in range(3)]

    def close() -> list[int]:
        scores = [by_the_clock(db.session.get_one(Attempt, i)) for i in identifiers]
        return [score.id for score in scores if score is not None]

    outcomes = at_once(app, *[close] * 3)
    assert all(outcome == outcomes[0] for outcome in outcomes), outcomes
    assert count(Score) == 3


def test_after_a_restart_the_job_takes_up_what_was_missed(app: Flask, now: Any) -> None:
    """The server was down over the whole window: the attempts are closed, scored and settled."""
    with unit_of_work():
        attempt = ten_questions()
        answer(attempt, 9)
    now(START + timedelta(days=2))
    jobs.close_overdue()
    db.session.expire_all()
    assert attempt.settled_at == START + timedelta(days=2)
    score = queries.latest_score(attempt.id)
    assert score is not None
    assert score.passed


def test_one_attempt_that_cannot_be_closed_holds_up_no_other(
    app: Flask, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        broken, well = make_attempt(), make_attempt()
        asked = [item.item_version_id for item in queries.paper(broken)]
        db.session.execute(sa.delete(ItemKey).where(ItemKey.item_version_id.in_(asked)))
    now(CLOSED)
    with pytest.raises(RuntimeError, match="1 attempts"):
        jobs.close_overdue()
    db.session.expire_all()
    assert (broken.closed_at, well.closed_at) == (None, CLOSED)
    assert f"attempt {broken.id} could not be closed" in caplog.text
