"""A rule enrols whom it requires, by the obligation's date, once; nothing that was begun is lost."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from lms.certification.following.foreseeing import enrolments_of
from lms.certification.following.switching import switch_enrolling
from lms.certification.following.walking import follow, walk
from lms.certification.schemes.defining import end_rule
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import Desk, begin_leave, end_leave
from lms.certification.schemes.records.evidence import accept
from lms.certification.schemes.records.renewing import open_renewals
from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rules, rule_with_unit
from lms.certification.schemes.rules.consequences import consequence
from lms.certification.schemes.rules.spells import coverage_of
from lms.core.database import db
from lms.core.jobs import Job, JobState
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.learning.services import enrol, set_due, withdraw
from lms.notifications.models import Message
from lms.people.models import Person
from lms.people.services import end_employment
from tests.builders.certification import make_taught_course
from tests.builders.learning import course_of
from tests.builders.people import make_person
from tests.builders.schemes import EXAM, TODAY, VISIT, at, make_rule, make_scheme
from tests.support.statements import counted_statements

DUE = date(2026, 3, 31)


@pytest.fixture
def scheme(app: Any) -> CertificationScheme:
    make_taught_course("taught")
    return make_scheme(parts=(EXAM, VISIT))


def day_passes(*people: Person, on: date = TODAY) -> None:
    ids = [person.id for person in people]
    follow(ids, now=at(on), today=on, settings=current_app.config["SETTINGS"])


def places(person: Person) -> list[Enrolment]:
    statement = sa.select(Enrolment).where(Enrolment.learner_id == person.id)
    loaded = statement.options(
        sa.orm.joinedload(Enrolment.learner), sa.orm.joinedload(Enrolment.course)
    ).execution_options(populate_existing=True)
    return list(db.session.scalars(loaded.order_by(Enrolment.id)))


def required(scheme: CertificationScheme, **more: Any) -> Person:
    """Someone whom a rule requires it of, enrolled by it."""
    person = make_person()
    make_rule(scheme, enrols=True, **more)
    day_passes(person)
    return person


def shown(person: Person, on: date) -> None:
    """Accept an outside document for the course."""
    accept(
        person=person,
        scheme_id=one_scheme().id,
        part="exam",
        source="paper",
        on=on,
        now=at(on),
        today=on,
        actor=person,
    )


def one_scheme() -> CertificationScheme:
    return db.session.scalars(sa.select(CertificationScheme)).one()


def desk(person: Person, on: date = TODAY) -> Desk:
    return Desk(person=person, scheme_id=one_scheme().id, actor=person, now=at(on), today=on)


def test_whom_a_rule_requires_is_enrolled_by_its_date_and_told_once(scheme: Any) -> None:
    person = required(scheme)
    day_passes(person)
    assert [(one.due_on, one.enrolled_by_id) for one in places(person)] == [(DUE, None)]
    messages = db.session.scalars(sa.select(Message).where(Message.recipient_id == person.id)).all()
    assert [message.kind for message in messages] == ["certification.required"]


def test_two_requirements_that_ask_for_one_course_make_one_place_and_one_message(app: Any) -> None:
    make_taught_course("taught")
    make_taught_course("second")
    another = type(EXAM)("other", EXAM.kind, EXAM.title, "second")
    make_rule(make_scheme(), enrols=True, days=60)
    person = make_person()
    make_rule(make_scheme(parts=(EXAM, another)), enrols=True)
    day_passes(person)
    assert [one.due_on for one in places(person)] == [DUE, DUE]
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1


def test_a_rule_that_does_not_enrol_makes_no_place(scheme: Any) -> None:
    person = make_person()
    make_rule(scheme)
    day_passes(person)
    assert places(person) == []


@pytest.mark.parametrize("enrols", [True, False])
def test_what_is_required_of_one_person_enrols_by_choice(scheme: Any, enrols: bool) -> None:
    person = make_person()
    desk(person).require(due_on=DUE, enrols=enrols, reason="new window")
    for _ in range(2):
        day_passes(person)
    assert [one.due_on for one in places(person)] == ([DUE] if enrols else [])
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == enrols
    desk(person).lift(reason="no longer")
    day_passes(person)
    assert [one.due_on for one in places(person)] == ([None] if enrols else [])


def test_nobody_is_enrolled_who_has_the_evidence_a_waiver_or_a_leave(scheme: Any) -> None:
    proven, waived, away, gone = (make_person() for _ in range(4))
    shown(proven, date(2026, 2, 1))
    make_rule(scheme, enrols=True)
    desk(waived).waive(until_on=DUE, grants_authority=False, reason="moves on")
    begin_leave(person=away, on=TODAY, actor=None, now=at(TODAY), reason="child")
    last = date(2026, 3, 1)
    end_employment(now=at(TODAY), actor_key=None, person=gone, on=last, today=TODAY)
    day_passes(proven, waived, away, gone)
    assert [places(one) for one in (proven, waived, away, gone)] == [[], [], [], []]


def test_evidence_older_than_the_look_back_does_not_count(app: Any) -> None:
    make_taught_course("taught")
    scheme, person = make_scheme(parts=(EXAM, VISIT), look_back_days=30), make_person()
    shown(person, date(2025, 6, 1))
    make_rule(scheme, enrols=True)
    day_passes(person)
    assert len(places(person)) == 1


def test_a_leave_moves_the_date(scheme: Any) -> None:
    person = required(scheme)
    away, back = date(2026, 3, 10), date(2026, 3, 20)
    begin_leave(person=person, on=away, actor=None, now=at(away), reason="illness")
    day_passes(person, on=away)
    assert places(person)[0].due_on is None
    key = f"leave:{away.isoformat()}"
    end_leave(person=person, leave=key, on=back, actor=None, now=at(back), reason="well")
    day_passes(person, on=back)
    assert places(person)[0].due_on == date(2026, 4, 10)


def test_a_date_that_a_person_set_stays(scheme: Any) -> None:
    person, chosen = required(scheme), date(2026, 5, 1)
    place = places(person)[0]
    set_due(
        enrolment=place, due_on=chosen, row_version=place.row_version, actor=person, now=at(TODAY)
    )
    begin_leave(person=person, on=DUE, actor=None, now=at(DUE), reason="illness")
    day_passes(person, on=DUE)
    assert places(person)[0].due_on == chosen


def test_a_place_that_is_no_longer_needed_is_taken_back_unless_it_was_begun(scheme: Any) -> None:
    fresh, begun = make_person(), make_person()
    make_rule(scheme, enrols=True)
    day_passes(fresh, begun)
    places(begun)[0].started_at = at(TODAY)
    for person in (fresh, begun):
        shown(person, TODAY)
    day_passes(fresh, begun)
    assert [places(one)[0].withdrawn_at is None for one in (fresh, begun)] == [False, True]
    assert places(begun)[0].due_on is None


def test_a_lifted_requirement_takes_the_date_off_and_nothing_else(scheme: Any) -> None:
    person = make_person()
    rule = make_rule(scheme, enrols=True)
    day_passes(person)
    end_rule(rule=rule, on=TODAY, now=at(TODAY), today=TODAY, actor=person, reason="replaced")
    day_passes(person)
    assert [(one.due_on, one.withdrawn_at) for one in places(person)] == [(None, None)]


def test_a_place_that_was_there_is_joined_and_gets_its_own_date_back(scheme: Any) -> None:
    person, own = make_person(), date(2026, 6, 1)
    version = make_taught_course("more")
    scheme = make_scheme(parts=(type(EXAM)("exam", EXAM.kind, EXAM.title, "more"), VISIT))
    enrol(learner=person, course=course_of(version), due_on=own, actor=person, now=at(TODAY))
    rule = make_rule(scheme, enrols=True)
    day_passes(person)
    assert [one.due_on for one in places(person)] == [DUE]
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 0
    end_rule(rule=rule, on=TODAY, now=at(TODAY), today=TODAY, actor=person, reason="replaced")
    day_passes(person)
    assert places(person)[0].due_on == own


def test_whom_a_person_withdrew_is_not_enrolled_again_for_the_same_requirement(scheme: Any) -> None:
    person = required(scheme)
    place = places(person)[0]
    withdraw(
        enrolment=place,
        reason="mistake",
        row_version=place.row_version,
        actor=person,
        now=at(TODAY),
    )
    day_passes(person)
    assert len(places(person)) == 1


def test_whoever_comes_back_is_enrolled_anew(scheme: Any) -> None:
    person, until = required(scheme), date(2026, 3, 20)
    desk(person).waive(until_on=until, grants_authority=False, reason="another task")
    day_passes(person)
    after = date(2026, 3, 21)
    db.session.commit()
    settings = current_app.config["SETTINGS"]
    for day in (date(2026, 3, 19), after, after):
        walk(now=at(day), today=day, settings=settings)
    assert [one.withdrawn_at is None for one in places(person)] == [False, True]


def test_what_expired_is_asked_for_anew_with_places_of_its_own(app: Any) -> None:
    make_taught_course("taught")
    scheme, person = make_scheme(short_months=0), make_person()
    make_rule(scheme, enrols=True)
    shown(person, TODAY)
    opened, after = date(2027, 2, 1), date(2027, 3, 3)
    db.session.commit()
    assert open_renewals(now=at(opened), today=opened) == 1
    assert [one.due_on for one in places(person)] == [date(2027, 3, 2)]
    desk(person, opened).award(reason="examined elsewhere")
    day_passes(person, on=opened)
    assert [one.withdrawn_at is None for one in places(person)] == [False]
    later = date(2028, 2, 2)
    day_passes(person, on=later)
    assert [one.due_on for one in places(person)][1:] == [date(2028, 2, 1)]
    assert after < later


def test_a_renewal_waits_for_whoever_is_on_leave(app: Any) -> None:
    make_taught_course("taught")
    scheme, person, opened = make_scheme(), make_person(), date(2027, 2, 1)
    make_rule(scheme)
    desk(person).award(reason="examined")
    begin_leave(person=person, on=opened, actor=None, now=at(opened), reason="child")
    db.session.commit()
    open_renewals(now=at(opened), today=opened)
    assert places(person) == []


def test_the_consequence_tells_the_places_and_switching_a_rule_on_makes_them(scheme: Any) -> None:
    people = [make_person() for _ in range(3)]
    shown(people[0], TODAY)
    rule = make_rule(scheme)
    loaded = rule_with_unit(rule.id)
    assert enrolments_of(loaded, TODAY) == 2
    db.session.refresh(loaded, ["scheme"])
    assert switch_enrolling(rule=loaded, enrols=True, actor=people[0], now=at(TODAY))
    assert not switch_enrolling(rule=loaded, enrols=True, actor=people[0], now=at(TODAY))
    meant = consequence(coverage_of(loaded), now=at(TODAY), today=TODAY)
    assert (meant.people, meant.enrolments) == (3, 2)
    day_passes(*people)
    assert [len(places(one)) for one in people] == [0, 1, 1]


def test_however_often_people_change_in_one_transaction_they_are_followed_by_one_job(
    scheme: Any,
) -> None:
    people = [make_person() for _ in range(2)]
    with unit_of_work():
        make_rule(scheme, enrols=True)
        refresh([one.id for one in people])
        refresh([people[0].id])
    job = db.session.scalars(sa.select(Job).where(Job.name == "certification.follow")).one()
    ids = [one.id for one in people]
    assert (job.state, job.arguments) == (JobState.WAITING, {"person_ids": ids})


def test_following_costs_the_same_statements_for_any_number_of_people(scheme: Any) -> None:
    make_rule(scheme, enrols=True)
    few, many = [make_person()], [make_person() for _ in range(9)]
    apply_rules(now=at(TODAY), today=TODAY)
    day_passes(*few, *many)
    with counted_statements() as first:
        day_passes(*few)
    with counted_statements() as second:
        day_passes(*few, *many)
    assert len(first) == len(second)
