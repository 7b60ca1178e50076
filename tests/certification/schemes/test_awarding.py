"""Evidence leads to an award by itself; renewals are new periods; HR's decisions are facts."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.certification.errors import NotHeld, NothingToEnd
from lms.certification.lifecycle.facts import FACTS, Awarded, Fact, FactKind, Route
from lms.certification.lifecycle.state import Holding, Label, state_on
from lms.certification.lifecycle.terms import Anchor, Terms
from lms.certification.lifecycle.work import Work
from lms.certification.schemes import defining, jobs, queries
from lms.certification.schemes.codec import details_of, fact_of, terms_data, terms_of
from lms.certification.schemes.defining import change_scheme
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    CertificationStanding,
)
from lms.certification.schemes.records.decisions import Desk, begin_leave, end_leave
from lms.certification.schemes.records.evidence import accept
from lms.certification.schemes.records.histories import histories, schemes_by_id
from lms.certification.schemes.records.recording import Entry, append
from lms.certification.schemes.records.renewing import open_renewal, open_renewals
from lms.core.calendar import add_days
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning import events
from lms.learning.models import Enrolment
from lms.people.models import Person
from lms.people.services import end_employment
from tests.builders.certification import make_completed_enrolment, make_taught_course
from tests.builders.people import make_person
from tests.builders.schemes import EXAM, TODAY, VISIT, at, make_rule, make_scheme, stands
from tests.certification.lifecycle.facts import histories as any_facts

pytestmark = pytest.mark.usefixtures("app")


def evidence(person: Person, scheme: CertificationScheme, part: str, on: date) -> bool:
    return accept(
        person=person,
        scheme_id=scheme.id,
        part=part,
        source=f"paper-{part}-{on}",
        on=on,
        now=at(on),
        today=on,
        actor=None,
    )


def desk(person: Person, scheme: CertificationScheme, on: date = TODAY) -> Desk:
    return Desk(person=person, scheme_id=scheme.id, actor=person, now=at(on), today=on)


def completes(person: Person, on: date = TODAY) -> Enrolment:
    enrolment = make_completed_enrolment(person, make_taught_course("taught"), at(on))
    events.enrolment_completed.send(enrolment, now=at(on), basis={"percent": 90.0})
    return enrolment


def test_a_completed_course_certifies_who_lacked_nothing_else() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    completes(person)
    state = stands(person, scheme)
    assert (state.label, state.may_serve) == (Label.CERTIFIED, True)
    assert state.period is not None
    assert state.period.until_on == date(2027, 3, 2)


def test_the_same_completion_counts_once() -> None:
    person, scheme = make_person(), make_scheme()
    enrolment = completes(person)
    events.enrolment_completed.send(enrolment, now=at(TODAY), basis={})
    kinds = db.session.scalars(sa.select(CertificationFact.kind)).all()
    assert sorted(kind.value for kind in kinds) == ["awarded", "evidence_accepted"]
    assert stands(person, scheme).label is Label.CERTIFIED


def test_a_part_that_is_lacking_keeps_it_in_progress() -> None:
    person, scheme = make_person(), make_scheme(parts=(EXAM, VISIT))
    make_rule(scheme)
    completes(person)
    state = stands(person, scheme)
    assert (state.work, state.lacking) == (Work.IN_PROGRESS, ("visit",))
    assert evidence(person, scheme, "visit", TODAY)
    assert stands(person, scheme).label is Label.CERTIFIED


def test_where_a_person_decides_complete_evidence_waits_for_them() -> None:
    person, scheme = make_person(), make_scheme(needs_decision=True)
    make_rule(scheme)
    evidence(person, scheme, "exam", TODAY)
    assert stands(person, scheme).label is Label.AWAITING_DECISION
    desk(person, scheme).award(reason="the board agreed")
    assert stands(person, scheme).label is Label.CERTIFIED


def test_nothing_is_awarded_by_itself_to_a_suspended_holder() -> None:
    person, scheme = make_person(), make_scheme(window_days=400)
    desk(person, scheme).award(reason="first")
    desk(person, scheme).suspend(on=add_days(TODAY, 1), reason="inquiry")
    later = add_days(TODAY, 30)
    evidence(person, scheme, "exam", later)
    known = stands(person, scheme, later)
    assert known.holding is Holding.SUSPENDED
    desk(person, scheme, later).reinstate(reason="cleared")
    assert stands(person, scheme, later).may_serve


def test_the_window_enrols_in_the_short_route_once_and_it_renews() -> None:
    version = make_taught_course("taught")
    person, scheme = make_person(), make_scheme(parts=(EXAM, VISIT), window_days=60)
    make_rule(scheme)
    desk(person, scheme).award(reason="first")
    before, opened = date(2026, 12, 31), date(2027, 1, 1)
    assert open_renewals(now=at(before), today=before) == 0
    assert open_renewals(now=at(opened), today=opened) == 1
    assert open_renewals(now=at(opened), today=opened) == 0
    enrolment = db.session.scalars(sa.select(Enrolment)).one()
    assert (enrolment.version_id, enrolment.due_on) == (version.id, date(2027, 3, 2))
    assert stands(person, scheme, opened).work is Work.IN_PROGRESS
    evidence(person, scheme, "exam", date(2027, 1, 20))
    renewed = stands(person, scheme, date(2027, 1, 20))
    assert renewed.label is Label.CERTIFIED
    assert renewed.period is not None
    assert renewed.period.route is Route.SHORT
    again = date(2027, 12, 1)
    assert open_renewals(now=at(again), today=again) == 1


def test_nobody_is_enrolled_in_a_renewal_that_is_not_required() -> None:
    person, scheme = make_person(), make_scheme()
    desk(person, scheme).award(reason="of one's own accord")
    opened = date(2027, 2, 1)
    assert open_renewals(now=at(opened), today=opened) == 0
    assert not open_renewal(person.id, scheme.id, now=at(TODAY), today=TODAY)


def test_counted_from_the_previous_expiry_an_early_renewal_loses_no_day() -> None:
    person = make_person()
    scheme = make_scheme(anchor=Anchor.PREVIOUS_EXPIRY, window_days=60)
    desk(person, scheme).award(reason="first")
    evidence(person, scheme, "exam", date(2027, 1, 20))
    state = stands(person, scheme, date(2027, 1, 21))
    assert state.period is not None
    assert state.period.until_on == date(2028, 3, 2)
    awards = [one for one in facts(person, scheme) if isinstance(one, Awarded)]
    assert [(one.from_on, one.cycle) for one in awards] == [(TODAY, 1), (date(2027, 3, 3), 2)]


def facts(person: Person, scheme: CertificationScheme) -> list[Fact]:
    known = schemes_by_id([scheme.id])
    return histories([person.id], known)[person.id, scheme.id].facts


def test_a_changed_scheme_leaves_dates_that_were_given() -> None:
    person, scheme = make_person(), make_scheme()
    desk(person, scheme).award(reason="first")
    change_scheme(
        scheme=queries.scheme_for(scheme.public_id),
        title=scheme.title,
        terms=Terms(parts=("exam",), valid_months=6),
        parts=[EXAM],
        in_force_on=add_days(TODAY, 5),
        now=at(TODAY),
        actor=person,
        reason="shorter from now on",
    )
    state = stands(person, scheme, add_days(TODAY, 10))
    assert state.period is not None
    assert state.period.until_on == date(2027, 3, 2)
    newcomer = make_person()
    evidence(newcomer, scheme, "exam", add_days(TODAY, 10))
    held = stands(newcomer, scheme, add_days(TODAY, 10)).period
    assert held is not None
    assert held.until_on == date(2026, 9, 12)


def test_a_job_makes_the_timelines_of_many_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defining, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "BATCH", 1)
    people, scheme = [make_person(), make_person()], make_scheme()
    for person in people:
        desk(person, scheme).award(reason="first")
    change_scheme(
        scheme=queries.scheme_for(scheme.public_id),
        title=scheme.title,
        terms=Terms(parts=("exam",), valid_months=6),
        parts=[EXAM],
        in_force_on=TODAY,
        now=at(TODAY),
        actor=people[0],
        reason="shorter from now on",
    )
    db.session.execute(sa.delete(CertificationStanding))
    db.session.commit()
    run_due()
    made = db.session.scalars(sa.select(CertificationStanding.person_id).distinct())
    assert set(made) == {person.id for person in people}


def test_decisions_of_hr_are_facts_with_a_reason_and_an_actor() -> None:
    person, scheme, hr = make_person(), make_scheme(), make_person()
    at_desk = Desk(person=person, scheme_id=scheme.id, actor=hr, now=at(TODAY), today=TODAY)
    at_desk.award(reason="shown on paper")
    row = db.session.scalars(sa.select(CertificationFact)).one()
    assert (row.actor_id, row.reason, row.kind) == (hr.id, "shown on paper", FactKind.AWARDED)


@pytest.mark.parametrize("verb", ["suspend", "revoke", "extend"])
def test_what_is_not_held_cannot_be_taken_away(verb: str) -> None:
    person, scheme = make_person(), make_scheme()
    arguments: dict[str, Any] = {"suspend": {"on": TODAY}, "extend": {"until_on": TODAY}}
    with pytest.raises(NotHeld):
        getattr(desk(person, scheme), verb)(reason="no", **arguments.get(verb, {}))


@pytest.mark.parametrize("verb", ["lift", "reinstate", "end_waiver"])
def test_what_is_not_in_force_cannot_be_ended(verb: str) -> None:
    with pytest.raises(NothingToEnd):
        getattr(desk(make_person(), make_scheme()), verb)(reason="no")


def test_each_decision_changes_what_it_says() -> None:
    person, scheme = make_person(), make_scheme()
    desk(person, scheme).require(due_on=date(2026, 3, 20), reason="new window")
    assert stands(person, scheme).due_on == date(2026, 3, 20)
    desk(person, scheme).lift(reason="window closed")
    assert stands(person, scheme).label is Label.NONE
    desk(person, scheme).waive(until_on=date(2026, 6, 1), grants_authority=True, reason="mentor")
    assert stands(person, scheme).may_serve
    desk(person, scheme).end_waiver(reason="over")
    assert not stands(person, scheme).may_serve
    desk(person, scheme).award(reason="board")
    desk(person, scheme).extend(until_on=date(2027, 6, 1), reason="centre was closed")
    held = stands(person, scheme).period
    assert held is not None
    assert held.until_on == date(2027, 6, 1)
    desk(person, scheme).revoke(reason="forged paper")
    assert stands(person, scheme).label is Label.REVOKED


def test_hr_withdraw_what_doesnt_count_and_an_award_stands() -> None:
    person, scheme = make_person(), make_scheme(parts=(EXAM, VISIT))
    make_rule(scheme)
    evidence(person, scheme, "exam", TODAY)
    with pytest.raises(NothingToEnd):
        desk(person, scheme).withdraw(part="visit", reason="never seen")
    desk(person, scheme).withdraw(part="exam", reason="sat by another")
    assert stands(person, scheme).lacking == ("exam", "visit")
    later = add_days(TODAY, 1)
    evidence(person, scheme, "exam", later)
    evidence(person, scheme, "visit", later)
    desk(person, scheme, later).withdraw(part="visit", reason="found out later")
    assert stands(person, scheme, later).may_serve


def test_leave_concerns_all_schemes_at_once() -> None:
    person, first, second = make_person(), make_scheme(), make_scheme()
    make_rule(first)
    make_rule(second)
    leave = date(2026, 3, 10)
    begin_leave(person=person, on=leave, actor=person, now=at(leave), reason="parental")
    assert stands(person, first, date(2026, 9, 1)).due_on is None
    back = date(2026, 3, 20)
    end_leave(
        person=person, leave=f"leave:{leave}", on=back, actor=person, now=at(back), reason="back"
    )
    assert stands(person, second, back).due_on == date(2026, 4, 10)


def test_who_has_left_serves_nowhere() -> None:
    person, scheme = make_person(), make_scheme()
    desk(person, scheme).award(reason="board")
    end_employment(now=at(TODAY), actor_key=None, person=person, on=TODAY, today=TODAY)
    assert stands(person, scheme, TODAY).may_serve
    assert not stands(person, scheme, add_days(TODAY, 1)).may_serve


def standing_on(person: Person, scheme: CertificationScheme, day: date) -> CertificationStanding:
    statement = sa.select(CertificationStanding).where(
        CertificationStanding.person_id == person.id,
        CertificationStanding.scheme_id == scheme.id,
        CertificationStanding.first_on <= day,
        CertificationStanding.last_on >= day,
    )
    return db.session.scalars(statement).one()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(any_facts, st.integers(0, 900))
def test_the_stored_timeline_equals_the_derivation(found: list[Fact], offset: int) -> None:
    kept = [one for one in found if one.kind not in (FactKind.LEFT, FactKind.RETURNED)]
    person, scheme = make_person(), make_scheme(parts=(EXAM, VISIT), window_days=30)
    append([Entry(person.id, scheme.id, one) for one in kept])
    if not kept:
        return
    known = histories([person.id], schemes_by_id([scheme.id]))[person.id, scheme.id]
    day = max(min(one.effective_on for one in kept), date(2026, 3, 1) + timedelta(days=offset))
    row, state = standing_on(person, scheme, day), state_on(known, day)
    assert (row.label, row.obligation, row.holding, row.work) == (
        state.label,
        state.obligation,
        state.holding,
        state.work,
    )
    assert (row.may_serve, row.is_compliant, row.due_on) == (
        state.may_serve,
        state.is_compliant,
        state.due_on,
    )


@given(any_facts)
def test_facts_survive_being_stored(found: list[Fact]) -> None:
    for one in found:
        row = CertificationFact(
            kind=one.kind,
            key=one.key,
            effective_on=one.effective_on,
            recorded_at=one.recorded_at,
            details=details_of(one),
        )
        assert fact_of(row) == one


def test_terms_survive_being_stored() -> None:
    terms = Terms(parts=("a", "b"), short_parts=("a",), anchor=Anchor.CALENDAR, look_back_days=30)
    assert terms_of(terms_data(terms)) == terms
    assert terms_of({"parts": ["a"]}) == Terms(parts=("a",))


def test_every_kind_of_fact_can_be_stored() -> None:
    assert {one.value for one in FACTS} == {kind.value for kind in FactKind}


def test_a_part_without_a_course_is_accepted_by_a_person() -> None:
    session = Part("session", EvidenceKind.SESSION, {"ru": "Тренинг", "en": "Training"})
    person, scheme = make_person(), make_scheme(parts=(session,))
    assert evidence(person, scheme, "session", TODAY)
    assert not evidence(person, scheme, "session", TODAY)
    assert stands(person, scheme).label is Label.CERTIFIED
