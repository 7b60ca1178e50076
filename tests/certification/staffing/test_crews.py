"""What the database says of a centre's people together is what is known of each of them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.schemes.definitions import scheme_of
from lms.certification.schemes.records.alike import shared_histories
from lms.certification.schemes.records.decisions import begin_leave
from lms.certification.schemes.records.histories import histories
from lms.certification.staffing import services
from lms.certification.staffing.attendance import load_crew, load_order, workers_of
from lms.certification.staffing.seating.shifts import EVERY, OFFICE, Part, Shift, monday_of
from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit, Person
from tests.builders.people import NOW, make_person, make_unit
from tests.builders.planned import plan_end, plan_post
from tests.builders.schemes import certify, make_scheme

pytestmark = pytest.mark.in_turn

MONDAY = monday_of(date(2026, 3, 2))


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def post_of(person: Person) -> Employment:
    return db.session.scalars(sa.select(Employment).filter_by(person_id=person.id)).one()


def people_of_every_kind(unit: OrganisationUnit) -> dict[str, Person]:
    """Some who are alike, and each kind of those who aren't."""
    by = {"now": NOW, "actor": None}
    kinds = ("Альфина", "Бетина", "Дни", "Конец", "Начало", "Отпуск", "План", "Уход", "Часы")
    people = {kind: make_person(kind, unit=unit) for kind in kinds}
    services.save_pattern(person=people["Часы"], pattern=0b100, **by)
    services.say_days(person=people["Дни"], first_on=day(1), last_on=day(1), shifts=0, **by)
    post_of(people["Конец"]).ended_on = day(2)
    post_of(people["Начало"]).started_on = day(3)
    begin_leave(person=people["Отпуск"], on=day(4), actor=None, now=NOW, reason="for a test")
    plan_post(people["План"], make_unit(), on=day(5))
    plan_end(people["Уход"], on=day(5))
    db.session.flush()
    return people


def test_who_is_there_is_as_said_of_each_of_them(app: Flask) -> None:
    unit = make_unit()
    people = people_of_every_kind(unit)
    crew = load_crew(unit, MONDAY, EVERY)
    names = {person.id: name for name, person in people.items()}
    there = [
        "".join(sorted(names[one][0] for one in crew.there(Part(day(number), Shift.FIRST))))
        for number in range(7)
    ]
    #  К ends on Wednesday, Н begins on Thursday, О is away from Friday, П moves on Saturday.
    assert there == ["АБДКОПУ", "АБКОПУЧ", "АБДКОПУ", "АБДНОПУ", "АБДНПУ", "АБДНУ", "АБДН"]
    assert [names[one] for one in load_order(unit, MONDAY)] == sorted(people)
    assert len(crew.others) == 6  # and three go together: А, Б, and Ч by a pattern of their own
    assert len(load_crew(unit, MONDAY, OFFICE).there(Part(day(6), Shift.FIRST))) == 0


def test_who_may_serve_on_which_day_is_as_said_of_each_of_them(app: Flask) -> None:
    unit, (one, two) = make_unit(), (make_scheme(), make_scheme())
    people = people_of_every_kind(unit)
    for number, person in enumerate(people.values()):
        certify(person, one, day(number % 4))
        certify(person, two, day(number * 30))
    crew = load_crew(unit, MONDAY, EVERY)
    order = [person.id for person in people.values()]
    for number in range(7):
        employed = crew.employed(day(number))
        lasting = {order[place] for place in range(9) if place % 4 >= number}
        assert employed & crew.holding(one.id, day(number)) == employed & lasting
        later = set(order[1 if number else 0 :])
        assert employed & crew.holding(two.id, day(number)) == employed & later


def test_of_each_the_history_is_read_that_is_theirs(app: Flask) -> None:
    unit, schemes = make_unit(), [make_scheme(), make_scheme()]
    away = make_person("Первая", unit=unit)  # whose leave isn't that of others with the same facts
    begin_leave(person=away, on=day(1), actor=None, now=NOW, reason="for a test")
    people = [away, *people_of_every_kind(unit).values()]
    for person in people[:-1]:
        certify(person, schemes[0], day(7))
    certify(people[1], schemes[1], day(9))
    certify(people[2], schemes[1], day(8))
    plain = {row.id: scheme_of(row.versions) for row in schemes}
    shared = shared_histories(workers_of(unit, MONDAY), plain)
    found = [
        ((person, scheme), alike.history.facts)
        for scheme, crowds in shared.items()
        for alike in crowds
        for person in alike.people
    ]
    known = histories([person.id for person in people], plain)
    assert len(found) == len(dict(found))
    assert dict(found) == {pair: history.facts for pair, history in known.items()}
    crowds = [len(alike.people) for alike in shared[schemes[0].id]]
    assert max(crowds) > 1
