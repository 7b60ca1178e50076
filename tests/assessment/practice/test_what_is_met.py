"""What may be practised: never the pool of an exam that is ahead or under way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import services as exams
from lms.assessment.models import AttemptItem, ExplanationPolicy, ItemKind, ItemVersion
from lms.assessment.practice import services
from lms.assessment.practice.met import PRACTISED
from lms.assessment.practice.planning import Subject
from lms.assessment.scoring import GRADED_BY_HAND
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.models import Enrolment
from tests.builders.assessment import (
    START,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    settings,
)
from tests.builders.learning import make_enrolment
from tests.builders.people import make_person
from tests.builders.practice import (
    hand_in,
    items_of,
    make_checked_course,
    make_reader,
    met,
    met_items,
)

DAY = timedelta(days=1)


def four_questions() -> list:
    return [make_item(ItemKind.SINGLE_CHOICE) for _ in range(4)]


def pass_exam(enrolment: Enrolment, **options: object) -> None:
    hand_in(make_attempt(enrolment=enrolment), **options)  # type: ignore[arg-type]


def test_practice_is_of_kinds_that_are_marked_at_once() -> None:
    assert not set(PRACTISED) & GRADED_BY_HAND


def test_self_checks_of_read_lessons_are_met_and_no_others(app: Flask) -> None:
    enrolment = make_reader(lessons=1)
    expected = {Subject(None, enrolment.course_id, "greeting", f"point-{n}") for n in (1, 2, 3)}
    assert {one.subject for one in met(enrolment.learner)} == expected
    assert met(make_reader(lessons=0).learner) == []


def test_others_lessons_and_withdrawn_courses_are_not_met(app: Flask) -> None:
    enrolment = make_reader()
    assert met(make_person()) == []
    enrolment.withdrawn_at = START
    db.session.flush()
    assert met(enrolment.learner) == []


def test_a_renewal_keeps_the_cards_of_the_lessons_read_before(app: Flask) -> None:
    enrolment = make_reader()
    enrolment.completed_at = START
    db.session.flush()
    again = make_enrolment(
        enrolment.learner,
        db.session.get_one(type(enrolment.version), enrolment.version_id),
    )
    assert len(met(enrolment.learner)) == 3
    assert {one.enrolment_id for one in met(enrolment.learner)} == {enrolment.id}
    assert again.id != enrolment.id


def test_no_item_of_the_pool_is_met_before_the_exam_is_passed(app: Flask) -> None:
    person = make_person()
    enrolment = make_place(make_exam(four_questions()), person)
    assert met_items(person) == set()
    attempt = make_attempt(enrolment=enrolment)
    assert met_items(person) == set()
    hand_in(attempt, wrong=[1, 2, 3])
    assert met_items(person) == set()  # failed: the next attempt may ask the same


def test_after_the_pass_the_items_that_were_asked_are_met(app: Flask) -> None:
    person, version = (
        make_person(),
        make_exam(
            [make_item(ItemKind.SINGLE_CHOICE) for _ in range(6)],
            sections=(make_exam_section(4),),
        ),
    )
    attempt = make_attempt(enrolment=make_place(version, person))
    hand_in(attempt)
    asked = db.session.scalars(
        sa.select(ItemVersion.item_id)
        .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(AttemptItem.attempt_id == attempt.id)
    ).all()
    assert len(asked) == 4
    assert met_items(person) == set(asked)


def make_exam_section(count: int):
    from lms.assessment.exam_rules import SectionRule

    return SectionRule("rules", count)


def test_a_failed_attempt_before_the_pass_counts_as_seen(app: Flask) -> None:
    person = make_person()
    enrolment = make_place(make_exam(four_questions()), person)
    hand_in(make_attempt(enrolment=enrolment), wrong=[1, 2, 3])
    pass_exam(enrolment, at=START)
    assert len(met_items(person)) == 4


def test_an_exam_that_explains_nothing_gives_nothing_to_practice(app: Flask) -> None:
    person = make_person()
    version = make_exam(four_questions(), explanations=ExplanationPolicy.NEVER)
    pass_exam(make_place(version, person))
    assert met_items(person) == set()


def test_a_renewal_ahead_keeps_the_pool_for_its_exam(app: Flask) -> None:
    person, version = make_person(), make_exam(four_questions())
    pass_exam(make_place(version, person))
    assert len(met_items(person)) == 4
    renewal = make_place(version, person)
    assert met_items(person) == set()
    hand_in(make_attempt(enrolment=renewal, at=START + DAY), at=START + DAY)
    assert len(met_items(person)) == 4


def test_someone_elses_pass_opens_nothing(app: Flask) -> None:
    version, person = make_exam(four_questions()), make_person()
    make_place(version, person)
    pass_exam(make_place(version))
    assert met_items(person) == set()


def test_an_item_opened_for_practice_is_met_once_its_lessons_are_read(app: Flask) -> None:
    version = make_checked_course()
    items = items_of(version)
    for item in items:
        services.open_for_practice(item.id, is_open=True)
    person = make_person()
    enrolment = make_reader(version, person, lessons=1)
    greeting = {item.id for item in items if item.key.startswith("greeting")}
    assert met_items(person) == greeting
    other = make_reader(version, lessons=2)
    assert met_items(other.learner) == {item.id for item in items}
    services.open_for_practice(items[0].id, is_open=False)
    assert items[0].id not in met_items(enrolment.learner)
    by_hand = sa.update(ItemVersion.__table__).values(kind=ItemKind.ESSAY)  # type: ignore[arg-type]
    db.session.execute(by_hand)
    assert met_items(other.learner) == set()


def test_a_retired_item_is_not_met(app: Flask) -> None:
    person, version = make_person(), make_exam(four_questions())
    pass_exam(make_place(version, person))
    items_of(version)[0].retired_at = START
    db.session.flush()
    assert len(met_items(person)) == 3


def test_while_an_exam_is_under_way_the_whole_course_rests(app: Flask) -> None:
    version = make_checked_course()
    for item in items_of(version):
        services.open_for_practice(item.id, is_open=True)
    person = make_person()
    enrolment = make_reader(version, person)
    elsewhere = make_reader(learner=person)
    assert len(met(person)) == 3 + 8 + 3
    attempt = make_attempt(enrolment=enrolment)
    assert {one.course_id for one in met(person)} == {elsewhere.course_id}
    exams.close_if_overdue(attempt=attempt, now=START + timedelta(minutes=21), settings=settings())
    assert attempt.closed_at is not None
    assert attempt.settled_at is None  # late answers may still come
    assert {one.course_id for one in met(person)} == {elsewhere.course_id}
    exams.submit(attempt=attempt, now=START + timedelta(minutes=22), settings=settings())
    assert len(met(person)) == 3 + 8 + 3


def test_the_wording_practised_is_the_last_one_published(app: Flask) -> None:
    from lms.assessment.authoring.services import put_item

    person, version = make_person(), make_exam(four_questions())
    pass_exam(make_place(version, person))
    item = items_of(version)[0]
    db.session.refresh(item, ["bank"])
    edited = make_item(ItemKind.SINGLE_CHOICE, key=item.key)
    put_item(item.bank, edited, now=START, actor_id=None, item=item)
    [practised] = [one for one in met(person) if one.subject.item_id == item.id]
    version_number = db.session.get_one(ItemVersion, practised.item_version_id).number
    assert (version_number, item.current_number) == (1, 2)


@pytest.mark.parametrize(
    "policy", [ExplanationPolicy.AFTER_SUBMISSION, ExplanationPolicy.AFTER_PASS]
)
def test_both_policies_that_explain_allow_practice_after_the_pass(
    app: Flask, policy: ExplanationPolicy
) -> None:
    person = make_person()
    pass_exam(make_place(make_exam(four_questions(), explanations=policy), person))
    assert len(met_items(person)) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Course)) == 1
