"""The live view: who sits the exam, how far they are, and who isn't heard from."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt, AttemptEvent
from lms.core.database import db
from tests.assessment.delivery.candidate import OVER, Candidate, Moment, run_job
from tests.assessment.examining.examiner import examiner
from tests.assessment.examining.test_journals import all_right, file_of, taken
from tests.assessment.examining.test_replay import slug_of
from tests.builders.assessment import START, answer_event
from tests.builders.crowds import _insert, _row
from tests.builders.people import make_person, make_unit
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements


def board(desk: PageClient, candidate: Candidate) -> Page:
    return desk.get(f"/examining/courses/{slug_of(candidate)}/live")


def test_the_board_says_who_is_in_and_how_far(candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    desk = examiner(candidate.app)
    page = board(desk, candidate)
    assert candidate.person.personnel_number in page.text
    assert "0/9" in page.text
    candidate.send(candidate.choose("a"))
    candidate.send(answer_event(candidate.position() % 9 + 1, None, sequence=2))
    assert "1/9" in board(desk, candidate).text
    candidate.send(candidate.choose(None, sequence=3))  # type: ignore[arg-type]
    assert "0/9" in board(desk, candidate).text
    candidate.take_over()
    assert "1 change of device" in board(desk, candidate).text
    assert "30 min" in board(desk, candidate).text
    candidate.hand_in()
    assert "Nobody sits this exam right now" in board(desk, candidate).text


def test_heartbeats_keep_a_silent_candidate_connected(candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    token = candidate.token
    desk = examiner(candidate.app)
    for seconds in range(15, 301, 15):
        moment.after_start(timedelta(seconds=seconds))
        candidate.send(token=token)
    assert "1 connected" in board(desk, candidate).text
    moment.after_start(timedelta(seconds=300 + 91))
    assert "not heard from for" in board(desk, candidate).text
    candidate.send(token=token)
    assert "1 connected" in board(desk, candidate).text


def test_answers_brought_in_a_file_dont_tell_that_the_device_is_there(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    file, desk = file_of(candidate, candidate.token, *all_right(candidate)), examiner(candidate.app)
    moment.after_start(timedelta(minutes=21))
    taken(desk, candidate, file)
    page = board(desk, candidate)
    assert "9/9" in page.text
    assert "not heard from for" in page.text


def test_a_heartbeat_is_noted_each_45_seconds_and_an_answer_never(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, writes = candidate.token, []
    for seconds in range(15, 181, 15):
        moment.after_start(timedelta(seconds=seconds))
        with counted_statements() as statements:
            candidate.send(token=token)
        writes.append(any(one.startswith("UPDATE") for one in statements))
    assert sum(writes) == 4
    moment.after_start(timedelta(minutes=9))
    event = candidate.choose("a")
    with counted_statements() as statements:
        candidate.send(event, token=token)
    assert not any(one.startswith("UPDATE") for one in statements)


def test_a_sitting_whose_time_is_over_waits_for_late_answers(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, event = candidate.token, candidate.choose("a")
    moment.after_start(OVER)
    run_job()
    candidate.send({**event, "authored_ms_ago": 60_000}, token=token)
    page = board(examiner(candidate.app), candidate)
    assert "late answers until" in page.text
    assert "1 late answer" in page.text


def test_nobody_out_of_scope_is_on_the_board(candidate: Candidate) -> None:
    candidate.start()
    elsewhere = examiner(candidate.app, over=make_unit())
    assert candidate.person.personnel_number not in board(elsewhere, candidate).text


@pytest.mark.slow
def test_the_board_takes_as_many_statements_with_500_sittings_as_with_one(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    candidate.send(candidate.choose("a"))
    desk = examiner(candidate.app)
    board(desk, candidate)
    few = cost(desk, candidate)
    crowd(candidate.attempt, 500)
    assert cost(desk, candidate) == few
    assert few <= 9
    assert "501 connected" in board(desk, candidate).text


def cost(desk: PageClient, candidate: Candidate) -> int:
    slug = slug_of(candidate)
    with counted_statements() as statements:
        desk.get(f"/examining/courses/{slug}/live")
    return len(statements)


def crowd(like: Attempt, count: int) -> None:
    """Colleagues who sit the same exam, each with the same answers."""
    from lms.assessment.models import AttemptItem
    from lms.core.identifiers import public_id
    from lms.learning.models import Enrolment
    from lms.people.models import Person

    person = _row(Person, id=like.candidate_id)
    numbers = range(count)
    people = _insert(
        Person,
        [{**person, "public_id": public_id(), "personnel_number": f"L{n:05d}"} for n in numbers],
    )
    place, attempt = _row(Enrolment, id=like.enrolment_id), _row(Attempt, id=like.id)
    places = _insert(
        Enrolment, [{**place, "public_id": public_id(), "learner_id": one} for one in people]
    )
    attempts = _insert(
        Attempt,
        [
            {**attempt, "public_id": public_id(), "candidate_id": one, "enrolment_id": enrolment}
            for one, enrolment in zip(people, places, strict=True)
        ],
    )
    event = _row(AttemptEvent, attempt_id=like.id)
    _insert(AttemptEvent, [{**event, "attempt_id": one} for one in attempts])
    items = db.session.execute(
        sa.select(AttemptItem.__table__).where(AttemptItem.attempt_id == like.id)
    ).mappings()
    papers = [dict(item) for item in items]
    rows = [{**item, "attempt_id": one} for one in attempts for item in papers]
    db.session.execute(sa.insert(AttemptItem.__table__), rows)
    db.session.commit()


def test_the_desk_of_an_unknown_course_is_missing(app: Flask) -> None:
    make_person()
    desk = examiner(app)
    for page in ("", "/live", "/appeals", "/regrades"):
        desk.get(f"/examining/courses/nothing{page}", status=404)
    assert START
