"""Starting an attempt: who may, when, and that two starts at once are one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.errors import AlreadyPassed, LessonsUnread, MustWait, NoAttemptsLeft, NoExam
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Attempt, AttemptItem, ItemKind, PoolEntry
from lms.assessment.scoring import GRADED_BY_HAND
from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from tests.builders.assessment import (
    START,
    answer_all_right,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    position_of,
    read_lessons,
    save,
    settings,
)
from tests.support.threads import at_once

HOUR = timedelta(hours=1)


def start(enrolment: Enrolment, hours: float = 0) -> Attempt:
    with unit_of_work():
        return make_attempt(enrolment=enrolment, at=START + hours * HOUR)


def hand_in(attempt: Attempt, hours: float = 0) -> None:
    with unit_of_work():
        services.submit(attempt=attempt, now=START + hours * HOUR, settings=settings())


def test_an_attempt_pins_its_paper_and_its_deadline(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt(make_exam(minutes=45))
    assert attempt.number == 1
    assert attempt.deadline_at == START + timedelta(minutes=45)
    paper = queries.paper(attempt)
    assert [item.position for item in paper] == list(range(1, 10))
    assert {item.item_version.kind for item in paper} == set(ItemKind) - GRADED_BY_HAND - {
        ItemKind.HOTSPOT
    }
    assert len(attempt.seed) == len(attempt.token_nonce) == 32


def test_starting_leaves_a_trace(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt()
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "assessment.started")
    ).one()
    assert entry.subject_key == attempt.public_id


def test_a_second_start_returns_the_open_attempt(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
    assert start(place).id == start(place, 0.1).id


def test_two_starts_at_once_give_one_attempt(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
    identifier = place.id

    def begin() -> int:
        enrolment = db.session.get_one(Enrolment, identifier)
        return make_attempt(enrolment=enrolment).id

    outcomes = at_once(app, *[begin] * 4)
    assert len(set(outcomes)) == 1, outcomes
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    papers = sa.select(sa.func.count()).select_from(AttemptItem)
    assert db.session.scalar(papers) == 9


def test_the_exam_waits_for_the_lessons(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam(lessons=2))
    with pytest.raises(LessonsUnread):
        start(place)
    with unit_of_work():
        read_lessons(place)
    assert start(place).number == 1


def test_attempts_are_used_up(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam(attempts=2))
    hand_in(start(place))
    second = start(place, 1)
    assert second.number == 2
    hand_in(second, 1)
    with pytest.raises(NoAttemptsLeft):
        start(place, 2)


def test_a_new_attempt_waits_from_the_end_of_the_last_one(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam(wait_hours=24))
    hand_in(start(place), 0.25)
    with pytest.raises(MustWait) as refusal:
        start(place, 24)
    assert refusal.value.details["until"] == (START + 24.25 * HOUR).isoformat()
    assert start(place, 24.25).number == 2


def test_waiting_counts_from_the_deadline_when_the_clock_closed_the_attempt(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam(wait_hours=24, minutes=60))
    attempt = start(place)
    with unit_of_work():  # the server was down over night
        services.close_if_overdue(attempt=attempt, now=START + 10 * HOUR, settings=settings())
    assert start(place, 25).number == 2


def test_whoever_has_passed_does_not_sit_again(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
        attempt = make_attempt(enrolment=place)
        answer_all_right(attempt)
    hand_in(attempt)
    with pytest.raises(AlreadyPassed):
        start(place, 1)


def test_a_pass_in_another_tab_is_seen_although_this_one_was_opened_before(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
    with unit_of_work():
        assert place.completed_at is None
        passed = sa.update(Enrolment).values(completed_at=START)
        db.session.execute(passed.execution_options(synchronize_session=False))
        assert place.completed_at is None  # as this tab's request still has it
        with pytest.raises(AlreadyPassed):
            make_attempt(enrolment=place)


def test_a_withdrawn_enrolment_has_no_exam(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
        place.withdrawn_at = START
    with pytest.raises(AlreadyPassed):
        start(place)


def test_an_exam_without_enough_items_cannot_be_sat(app: Flask) -> None:
    with unit_of_work():
        version = make_exam()
        place = make_place(version)
        db.session.execute(sa.delete(PoolEntry))
    with pytest.raises(NoExam):
        start(place)
    assert db.session.scalars(sa.select(Attempt)).all() == []


def test_an_overdue_attempt_is_closed_before_the_next_begins(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam())
    first = start(place)
    second = start(place, 2)
    assert (first.closed_at, first.settled_at) == (START + 2 * HOUR, START + 2 * HOUR)
    assert (second.number, second.closed_at) == (2, None)


def test_starting_anew_settles_the_attempt_before_and_counts_its_late_answers(app: Flask) -> None:
    """The kept answers arrived meanwhile and make a pass: there is nothing to sit any more."""
    with unit_of_work():
        items = [make_item(ItemKind.SINGLE_CHOICE)]
        place = make_place(make_exam(items))
        attempt = make_attempt(enrolment=place)
    over = attempt.deadline_at + timedelta(minutes=1)
    with unit_of_work():
        services.close_if_overdue(attempt=attempt, now=over, settings=settings())
    late = answer_event(
        position_of(attempt, ItemKind.SINGLE_CHOICE), {"choice": "b"}, authored_ms_ago=120_000
    )
    with unit_of_work():
        save(attempt, late, at=over)
    with pytest.raises(AlreadyPassed), unit_of_work():
        services.start_attempt(enrolment=place, language="en", now=over, settings=settings())


def test_a_later_edit_of_an_item_leaves_the_published_pool_alone(app: Flask) -> None:
    with unit_of_work():
        version = make_exam()
    pool = sa.select(PoolEntry.item_version_id).order_by(PoolEntry.item_version_id)
    before = db.session.scalars(pool).all()
    with unit_of_work():
        make_exam()  # another course
    exam = queries.assessment_of(version.id)
    assert exam is not None
    own = pool.where(PoolEntry.assessment_id == exam.id)
    assert db.session.scalars(own).all() == before


@pytest.mark.parametrize("levels", [(1, 1, 2), (3, 3, 3)])
def test_a_paper_follows_the_blueprint(app: Flask, levels: tuple[int, ...]) -> None:
    items = [
        make_item(ItemKind.TRUE_FALSE, topic=topic, level=level)
        for topic in ("rules", "dialogue")
        for level in (1, 1, 2, 3, 3, 3)
    ]
    sections = tuple(SectionRule("dialogue", 1, level) for level in levels)
    with unit_of_work():
        attempt = make_attempt(make_exam(items, sections=(*sections, SectionRule("rules", 2))))
    paper = [item.item_version for item in queries.paper(attempt)]
    drawn = sorted(version.level for version in paper if version.topic == "dialogue")
    assert drawn == sorted(levels)
    assert sum(version.topic == "rules" for version in paper) == 2


def test_two_candidates_get_papers_of_their_own(app: Flask) -> None:
    items = [make_item(ItemKind.SINGLE_CHOICE) for _ in range(12)]
    with unit_of_work():
        version = make_exam(items, sections=(SectionRule("rules", 6),))
        attempts = [make_attempt(version) for _ in range(4)]
    papers = {tuple(i.item_version_id for i in queries.paper(attempt)) for attempt in attempts}
    assert len(papers) > 1
