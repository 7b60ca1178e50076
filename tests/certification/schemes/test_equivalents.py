"""What counts in place of a certification: recognised at once, reminded of, ended with the old one."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.catalog.models import Course
from lms.certification import queries
from lms.certification import services as certificates
from lms.certification.errors import EquivalentCircle, EquivalentExists, EquivalentOver
from lms.certification.lifecycle.facts import FactKind, Route
from lms.certification.lifecycle.state import Holding, Label, Obligation
from lms.certification.schemes import jobs
from lms.certification.schemes.equivalents import services
from lms.certification.schemes.equivalents.applying import apply_equivalent
from lms.certification.schemes.equivalents.queries import (
    meaning,
    people_counted,
    people_waiting,
    proposed,
)
from lms.certification.schemes.equivalents.services import end
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    SchemeEquivalent,
)
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.evidence import accept
from lms.core.database import db
from lms.core.jobs import run_due
from lms.people.models import Person
from tests.builders.catalog import make_course
from tests.builders.certification import make_certificate
from tests.builders.people import make_person
from tests.builders.schemes import (
    EXAM,
    TODAY,
    VISIT,
    at,
    award,
    certify,
    make_equivalent,
    make_rule,
    make_scheme,
    stands,
)

DAY = timedelta(days=1)
LAST = date(2026, 12, 31)


def required_of(person: Person, scheme: CertificationScheme) -> None:
    desk = Desk(person=person, scheme_id=scheme.id, actor=person, now=at(TODAY), today=TODAY)
    desk.require(due_on=TODAY + 30 * DAY, reason="for a test")


def show(person: Person, scheme: CertificationScheme, part: str, on: date) -> None:
    accept(
        person=person, scheme_id=scheme.id, part=part, source="test", on=on, now=at(on), today=on,
        actor=person,
    )  # fmt: skip


def apply(equivalent: SchemeEquivalent, on: date) -> int:
    return apply_equivalent(equivalent, now=at(on), today=on)


@pytest.fixture
def holder(app: Flask) -> Person:
    return make_person()


@pytest.fixture
def old(holder: Person) -> CertificationScheme:
    """A certification that the holder has, for a year from today."""
    scheme = make_scheme()
    award(holder, scheme)
    return scheme


def test_the_old_one_counts_until_the_day_and_not_longer(
    holder: Person, old: CertificationScheme
) -> None:
    new, stranger = make_scheme(grace_days=14, grace_serves=True), make_person()
    required_of(holder, new)
    required_of(stranger, new)
    make_equivalent(new, old, LAST)
    first, last, after = (stands(holder, new, day) for day in (TODAY, LAST, LAST + DAY))
    assert (first.holding, first.is_compliant, first.may_serve) == (Holding.VALID, True, True)
    assert first.due_on == LAST
    assert (last.label, last.may_serve) == (Label.EXPIRING, True)
    assert (after.obligation, after.may_serve) == (Obligation.OVERDUE, False)
    assert not stands(stranger, new).may_serve


def test_it_ends_with_the_old_one_where_that_is_sooner(
    holder: Person, old: CertificationScheme
) -> None:
    make_equivalent(new := make_scheme(), old, date(2030, 1, 1))
    period = stands(holder, new).period
    assert period
    assert period.until_on == stands(holder, old).period.until_on  # type: ignore[union-attr]


def test_the_way_to_an_award_of_ones_own_is_open_and_whole(
    holder: Person, old: CertificationScheme
) -> None:
    new = make_scheme(parts=(EXAM, VISIT), look_back_days=0)
    required_of(holder, new)
    show(holder, new, "exam", TODAY)
    make_equivalent(new, old, LAST)
    state = stands(holder, new, TODAY + DAY)
    assert (state.route, state.lacking) == (Route.FULL, ("visit",))
    show(holder, new, "visit", TODAY + 40 * DAY)
    own = stands(holder, new, TODAY + 40 * DAY)
    assert own.period
    assert not own.period.is_equivalent
    assert own.period.until_on == date(2027, 4, 11)


def test_who_loses_the_old_one_loses_what_it_stood_for(
    holder: Person, old: CertificationScheme
) -> None:
    made = make_equivalent(new := make_scheme(), old, LAST)
    required_of(holder, new)
    day = TODAY + 5 * DAY
    desk = Desk(person=holder, scheme_id=old.id, actor=holder, now=at(day), today=day)
    desk.suspend(on=day, reason="a complaint")
    assert apply(made, day) == 1
    assert apply(made, day) == 0
    assert stands(holder, new, day).label is Label.REQUIRED
    later = day + DAY
    Desk(person=holder, scheme_id=old.id, actor=holder, now=at(later), today=later).reinstate(
        reason="settled"
    )
    assert apply(made, later) == 1
    assert stands(holder, new, later).may_serve


def desk(person: Person, scheme: CertificationScheme, on: date) -> Desk:
    return Desk(person=person, scheme_id=scheme.id, actor=person, now=at(on), today=on)


def test_what_hr_took_away_is_not_given_back_before_the_old_one_is_newly_awarded(
    holder: Person, old: CertificationScheme
) -> None:
    made = make_equivalent(new := make_scheme(), old, date(2030, 1, 1))
    day, later, last = TODAY + DAY, TODAY + 3 * DAY, TODAY + 9 * DAY
    desk(holder, new, day).revoke(reason="f")
    assert apply(made, day + DAY) == 0
    desk(holder, old, later).extend(until_on=date(2028, 1, 1), reason="f")
    desk(holder, old, later).suspend(on=later, reason="f")
    assert apply(made, later) == 0
    desk(holder, old, later).reinstate(reason="f")
    assert (apply(made, later), people_counted(made, later)) == (0, 0)
    assert stands(holder, new, later).label is Label.REVOKED
    desk(holder, old, last).award(reason="f")
    assert (apply(made, last), apply(made, last), people_counted(made, last)) == (1, 0, 1)
    assert stands(holder, new, last).may_serve


def test_the_preview_counts_nobody_from_whom_it_was_taken_away(
    holder: Person, old: CertificationScheme
) -> None:
    award(other := make_person(), old)
    award(other, new := make_scheme())
    desk(other, new, TODAY).revoke(reason="f")
    shown = meaning(proposed(new, old, LAST), TODAY)
    made = make_equivalent(new, old, LAST)
    assert shown.people == people_counted(made, TODAY) == 1


def test_a_certificate_counts_after_a_revocation_only_when_it_was_issued_since(app: Flask) -> None:
    holder, version = make_person(), make_course()
    first = make_certificate(holder, version=version, issued_at=at(TODAY), valid_until_on=LAST)
    made = make_equivalent(
        new := make_scheme(), db.session.get_one(Course, version.course_id), LAST
    )
    desk(holder, new, TODAY).revoke(reason="f")
    later = {"version": version, "issued_at": at(TODAY + DAY), "valid_until_on": LAST}
    make_certificate(holder, **later).replaces_id = first.id
    assert apply(made, TODAY + DAY) == 0
    make_certificate(holder, **later)
    assert apply(made, TODAY + DAY) == 1


def test_what_is_lost_and_regained_on_one_day_counts_again_on_that_day(
    holder: Person, old: CertificationScheme
) -> None:
    made, counted = make_equivalent(new := make_scheme(), old, LAST), []
    for _round in range(2):
        desk(holder, old, TODAY).suspend(on=TODAY, reason="f")
        counted += [apply(made, TODAY), stands(holder, new).may_serve]
        desk(holder, old, TODAY).reinstate(reason="f")
        counted += [apply(made, TODAY), apply(made, TODAY), stands(holder, new).may_serve]
    assert counted == [1, False, 1, 0, True] * 2


def test_who_gets_the_old_one_later_or_for_longer_is_counted_too(
    holder: Person, old: CertificationScheme
) -> None:
    made, later = make_equivalent(new := make_scheme(), old, date(2030, 1, 1)), TODAY + DAY
    certify(late := make_person(), old, until_on=TODAY + 90 * DAY)
    desk = Desk(person=holder, scheme_id=old.id, actor=holder, now=at(later), today=later)
    desk.extend(until_on=date(2028, 1, 1), reason="for a test")
    assert apply(made, later) == 2
    assert [stands(one, new, later).period.until_on for one in (late, holder)] == [  # type: ignore[union-attr]
        TODAY + 90 * DAY,
        date(2028, 1, 1),
    ]
    end(made, reason="too early", actor=late, now=at(later), today=later)
    assert [stands(one, new, later).may_serve for one in (late, holder)] == [False, False]


def test_a_certificate_of_a_course_counts_while_it_is_valid(app: Flask) -> None:
    holder, late = make_person(), make_person()
    taught = make_course()
    certificate = make_certificate(
        holder, version=taught, issued_at=at(TODAY - 10 * DAY), valid_until_on=LAST + DAY
    )
    make_certificate(
        late, version=taught, issued_at=at(TODAY - 400 * DAY), valid_until_on=TODAY - DAY
    )
    made = make_equivalent(
        new := make_scheme(), db.session.get_one(Course, certificate.course_id), LAST
    )
    assert stands(holder, new).may_serve
    assert not stands(late, new).may_serve
    certificates.revoke(
        certificate=queries.certificate(certificate.number),
        reason="a mix-up",
        now=at(TODAY),
        actor=make_person(),
    )
    apply(made, TODAY)
    assert not stands(holder, new).may_serve


def test_an_equivalent_is_ended_for_all_with_a_reason(
    holder: Person, old: CertificationScheme
) -> None:
    made = make_equivalent(new := make_scheme(), old, LAST)
    end(made, reason="too early", actor=holder, now=at(TODAY), today=TODAY)
    assert not stands(holder, new).may_serve
    with pytest.raises(EquivalentOver):
        end(made, reason="again", actor=holder, now=at(TODAY), today=TODAY)
    make_equivalent(new, old, LAST)  # may be said anew


def test_a_job_recognises_it_for_many_and_ends_it(
    holder: Person, old: CertificationScheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "BATCH", 1)
    award(make_person(), old)
    with time_machine.travel(at(TODAY)):
        made = make_equivalent(new := make_scheme(), old, LAST)
        db.session.commit()
        assert (people_waiting(made, TODAY), people_counted(made, TODAY)) == (2, 0)
        run_due()
        assert (people_waiting(made, TODAY), people_counted(made, TODAY)) == (0, 2)
        assert stands(holder, new).may_serve
        end(made, reason="too early", actor=holder, now=at(TODAY), today=TODAY)
        db.session.commit()
        run_due()
    assert people_counted(made, TODAY) == 0
    ended = sa.select(CertificationFact).filter_by(kind=FactKind.EQUIVALENT_ENDED)
    for fact in db.session.scalars(ended):
        assert (fact.actor_id, fact.reason) == (holder.id, "too early")


def test_nothing_counts_twice_or_in_a_circle(app: Flask) -> None:
    first, second, third = (make_scheme() for _ in range(3))
    make_equivalent(second, first)
    make_equivalent(third, second)
    with pytest.raises(EquivalentExists):
        make_equivalent(second, first)
    with pytest.raises(EquivalentCircle):
        make_equivalent(first, third)


def test_a_rule_asks_nothing_at_once_of_whom_it_counts_for(
    holder: Person, old: CertificationScheme
) -> None:
    make_equivalent(new := make_scheme(), old, LAST)
    make_rule(new, job_role=None, days=0)
    db.session.flush()
    assert stands(holder, new).is_compliant
