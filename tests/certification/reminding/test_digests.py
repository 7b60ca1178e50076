"""Reminders go to the right people, once, in one digest a day, also of the days that were missed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.lifecycle.reminders import Distances
from lms.certification.reminding.digests import LONGEST_ABSENCE, remind
from lms.certification.reminding.models import Reminder, ReminderWalk
from lms.certification.reminding.plans import Audience, change_plan
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import begin_leave
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.notifications.models import Message
from lms.people.models import AccessRole, OrganisationUnit, Person
from lms.people.planned.models import PlannedPost
from lms.people.planned.queries import open_ends
from lms.people.planned.services import Leaving, call_off, plan_ends
from tests.builders.notifications import with_server
from tests.builders.people import make_account, make_job_role, make_person, make_unit, network
from tests.builders.planned import plan_end
from tests.builders.schemes import TODAY, at, award, make_rule, make_scheme

EXPIRES = date(2027, 3, 2)  # of what is awarded on TODAY for a year, its last day


@pytest.fixture
def centre(app: Flask) -> OrganisationUnit:
    return make_unit()


@pytest.fixture
def maria(centre: OrganisationUnit) -> Person:
    return make_person(unit=centre, email="maria@people.example")


def head_of(unit: OrganisationUnit) -> Person:
    return make_person("Главная", unit=unit, job_role=make_job_role("head-of-centre"))


def walk(day: date) -> int:
    db.session.commit()
    return remind(now=at(day), today=day, settings=with_server())


def before(days: int, date_: date = EXPIRES) -> date:
    return date_ - timedelta(days=days)


def only_for_the_person(scheme: CertificationScheme, actor: Person, days: int) -> None:
    """Remind of it so many days before, and nobody but the person."""
    nothing = Distances(frozenset(), frozenset())
    chosen = {
        **dict.fromkeys(Audience, nothing),
        Audience.PERSON: Distances(frozenset({days}), frozenset()),
    }
    change_plan(scheme=scheme, distances=chosen, seen=0, actor=actor, now=at(TODAY))


def told(person: Person) -> list[Message]:
    statement = sa.select(Message).where(Message.recipient_id == person.id).order_by(Message.id)
    return list(db.session.scalars(statement))


def lines(message: Message, audience: str) -> list[tuple[int, str, str]]:
    return [(line[0], line[2], line[3]) for line in message.details[audience]]


def test_the_person_is_told_once_of_what_expires(maria: Person) -> None:
    award(maria, make_scheme())
    assert [walk(before(days)) for days in (31, 30, 29)] == [0, 1, 0]
    (message,) = told(maria)
    assert lines(message, "person") == [(maria.id, "expiring", EXPIRES.isoformat())]
    assert walk(before(29)) == 0


def test_a_day_is_walked_once_and_a_second_run_writes_nothing(maria: Person) -> None:
    award(maria, make_scheme())
    assert (walk(before(30)), walk(before(30))) == (1, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1


def test_days_that_were_missed_are_walked_and_told_in_one_message(maria: Person) -> None:
    award(maria, make_scheme())
    walk(before(61))
    assert walk(before(40)) == 1  # it was called for 20 days ago
    walk(before(31))
    assert walk(before(5)) == 1  # 30, 14 and 7 days before
    assert len(told(maria)) == 2
    assert len(lines(told(maria)[1], "person")) == 1


def test_what_was_renewed_meanwhile_is_not_told(maria: Person) -> None:
    scheme = make_scheme()
    award(maria, scheme)
    walk(before(61))
    award(maria, scheme, on=before(59))
    assert walk(before(50)) == 0


def test_after_a_long_absence_what_is_too_old_is_let_go(maria: Person) -> None:
    scheme = make_scheme()
    award(maria, scheme)
    only_for_the_person(scheme, maria, 60)
    walk(before(61))
    assert walk(before(59 - LONGEST_ABSENCE)) == 0


def test_what_fell_due_while_the_job_was_away_is_told_as_overdue(maria: Person) -> None:
    make_rule(make_scheme())  # due on 31 March
    due = date(2026, 3, 31)
    walk(before(8, due))
    assert walk(due + timedelta(days=3)) == 1
    assert lines(told(maria)[0], "person") == [(maria.id, "overdue", due.isoformat())]


def test_many_occasions_of_a_day_come_in_one_message(maria: Person) -> None:
    for _ in range(2):
        award(maria, make_scheme())
    assert walk(before(14)) == 1
    assert len(lines(told(maria)[0], "person")) == 2


def test_the_head_of_the_centre_is_told_of_their_own_people_alone(
    maria: Person, centre: OrganisationUnit
) -> None:
    scheme, head, other = make_scheme(), head_of(centre), head_of(make_unit())
    award(maria, scheme)
    award(make_person("Чужая"), scheme)
    walk(before(14))
    assert lines(told(head)[0], "head") == [(maria.id, "expiring", EXPIRES.isoformat())]
    assert told(other) == []


def test_a_head_is_told_of_themselves_as_everyone_is(centre: OrganisationUnit) -> None:
    head = head_of(centre)
    award(head, make_scheme())
    walk(before(14))
    (message,) = told(head)
    assert (len(lines(message, "person")), lines(message, "head")) == (1, [])


def test_hr_is_told_of_the_people_in_their_scope(maria: Person, centre: OrganisationUnit) -> None:
    scheme = make_scheme()
    award(maria, scheme)
    stranger = make_person("Чужая")
    award(stranger, scheme)
    near = make_account(AccessRole.HR, over=centre).person
    far = make_account(AccessRole.HR, over=network()).person
    gone = make_account(AccessRole.HR, over=network())
    gone.suspended_at = at(TODAY)
    db.session.flush()
    walk(before(7))
    assert {line[0] for line in lines(told(near)[0], "hr")} == {maria.id}
    assert {line[0] for line in lines(told(far)[0], "hr")} == {maria.id, stranger.id}
    assert told(gone.person) == []


def test_nobody_is_reminded_on_leave_or_after_leaving(maria: Person) -> None:
    award(maria, make_scheme())
    begin_leave(person=maria, on=before(20), now=at(before(20)), actor=maria, reason="leave")
    assert walk(before(14)) == 0


def test_nobody_is_reminded_of_what_expires_after_their_last_day(maria: Person) -> None:
    award(maria, make_scheme())
    plan_end(maria, on=EXPIRES - timedelta(days=1))
    assert walk(before(14)) == 0
    plan_end(maria, on=EXPIRES)
    assert walk(before(7)) == 1


def to_leave(person: Person, *, on: date, told: date) -> PlannedPost:
    plan_ends(wanted=[Leaving(person, on)], actor=None, now=at(told))
    return open_ends([person.id])[person.id]


def test_who_stays_after_all_is_told_what_was_left_out_and_that_once(maria: Person) -> None:
    award(maria, make_scheme())
    assert walk(before(31)) == 0
    to_leave(maria, on=before(20), told=before(31))
    to_leave(maria, on=before(2), told=before(25))
    assert [walk(before(days)) for days in (30, 14, 10)] == [0, 0, 0]
    plan = open_ends([maria.id])[maria.id]
    call_off(plan=plan, actor=maria, reason="stays", now=at(before(9)))
    assert [walk(before(days)) for days in (9, 8, 7)] == [1, 0, 1]
    assert lines(told(maria)[0], "person") == [(maria.id, "expiring", EXPIRES.isoformat())]


def test_who_was_told_before_the_plan_isn_t_told_again(maria: Person) -> None:
    award(maria, make_scheme())
    assert walk(before(30)) == 1
    plan = to_leave(maria, on=before(2), told=before(29))
    assert walk(before(28)) == 0
    call_off(plan=plan, actor=maria, reason="stays", now=at(before(27)))
    assert walk(before(27)) == 0


def test_hr_s_distances_count_from_then_on(maria: Person) -> None:
    scheme = make_scheme()
    award(maria, scheme)
    nothing = Distances(frozenset(), frozenset())
    chosen = dict.fromkeys(Audience, nothing)
    chosen[Audience.PERSON] = Distances(frozenset({33}), frozenset())
    change_plan(scheme=scheme, distances=chosen, seen=0, actor=maria, now=at(TODAY))
    assert [walk(before(days)) for days in (33, 30)] == [1, 0]


def test_whoever_is_interrupted_is_resumed_without_telling_anyone_twice(
    app: Flask, maria: Person, centre: OrganisationUnit
) -> None:
    scheme, other = make_scheme(), make_person(unit=centre)
    for person in (maria, other):
        award(person, scheme)
    walk(before(15))
    walk(before(14))
    with unit_of_work():  # as if the run had ended after the first digest
        db.session.execute(sa.delete(Message).where(Message.recipient_id == other.id))
        db.session.execute(sa.delete(Reminder).where(Reminder.recipient_id == other.id))
        db.session.execute(sa.delete(ReminderWalk).where(ReminderWalk.day == before(14)))
    assert walk(before(14)) == 1
    assert (len(told(maria)), len(told(other))) == (1, 1)
