"""Rules require of whom they cover, once; moving within a rule begins no new term."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.certification.errors import RuleEnded
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Label, Obligation
from lms.certification.schemes import defining, jobs
from lms.certification.schemes.defining import end_rule
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    RequirementRule,
)
from lms.certification.schemes.records import histories
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.rules.applying import apply_rule, apply_rules
from lms.certification.schemes.rules.changed import changed_people
from lms.certification.schemes.rules.consequences import consequence
from lms.certification.schemes.rules.spells import Coverage, coverage_of
from lms.core.database import db
from lms.core.jobs import run_due
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.services import end_employment, take_up_post, transfer
from tests.builders.people import make_job_role, make_person, make_unit, network
from tests.builders.schemes import TODAY, at, make_rule, make_scheme, stands
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")
MARCH_31 = date(2026, 3, 31)


def facts_of(person_id: int) -> list[FactKind]:
    statement = sa.select(CertificationFact.kind).where(CertificationFact.person_id == person_id)
    return list(db.session.scalars(statement.order_by(CertificationFact.id)))


def moved(person, unit, on: date, role: str = "specialist") -> None:
    transfer(
        now=at(on),
        actor_key=None,
        person=person,
        unit=unit,
        job_role=make_job_role(role),
        on=on,
        today=on,
    )


def test_a_rule_requires_of_everyone_in_the_post_from_its_first_day() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    state = stands(person, scheme)
    assert (state.obligation, state.due_on) == (Obligation.REQUIRED, MARCH_31)


def test_whoever_comes_later_has_the_whole_term_from_their_first_day() -> None:
    scheme = make_scheme()
    make_rule(scheme)
    newcomer = make_person(started_on=date(2026, 6, 1))
    assert stands(newcomer, scheme, date(2026, 6, 1)).due_on == date(2026, 7, 1)


def test_a_rule_covers_its_part_of_the_network_and_its_post_only() -> None:
    district = make_unit("north")
    inside, outside = make_person(unit=make_unit(parent=district)), make_person()
    other_post = make_person(unit=district, job_role=make_job_role("head"))
    scheme = make_scheme()
    make_rule(scheme, unit=district)
    assert stands(inside, scheme).obligation is Obligation.REQUIRED
    assert stands(outside, scheme).obligation is Obligation.NONE
    assert stands(other_post, scheme).obligation is Obligation.NONE


def test_a_rule_without_a_post_covers_every_post() -> None:
    head, scheme = make_person(job_role=make_job_role("head")), make_scheme()
    make_rule(scheme, job_role=None)
    assert stands(head, scheme).obligation is Obligation.REQUIRED


def test_applying_rules_again_writes_nothing() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    assert apply_rules(now=at(TODAY), today=TODAY) == 0
    assert facts_of(person.id) == [FactKind.REQUIRED]


def test_a_move_within_the_rule_begins_no_new_term() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    moved(person, make_unit(), date(2026, 3, 20))
    assert facts_of(person.id) == [FactKind.REQUIRED]
    assert stands(person, scheme, date(2026, 3, 20)).due_on == MARCH_31


def test_a_move_out_of_the_rule_lifts_the_requirement_from_that_day() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    moved(person, make_unit(), date(2026, 3, 20), role="head")
    assert stands(person, scheme, date(2026, 3, 19)).obligation is Obligation.REQUIRED
    assert stands(person, scheme, date(2026, 3, 20)).obligation is Obligation.NONE


def test_leaving_lifts_it_and_coming_back_requires_it_anew() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    gone = date(2026, 3, 10)
    end_employment(now=at(gone), actor_key=None, person=person, on=gone, today=gone)
    after = date(2026, 3, 11)
    apply_rules(now=at(after), today=after)
    assert stands(person, scheme, after).obligation is Obligation.NONE
    assert facts_of(person.id) == [FactKind.REQUIRED, FactKind.REQUIREMENT_LIFTED]


def test_an_ended_rule_lifts_what_it_required() -> None:
    person, scheme = make_person(), make_scheme()
    rule, actor = make_rule(scheme), make_person()
    ending = {"now": at(TODAY), "today": TODAY, "actor": actor, "reason": "replaced"}
    end_rule(rule=rule, on=TODAY, **ending)
    assert stands(person, scheme).obligation is Obligation.NONE
    with pytest.raises(RuleEnded):
        end_rule(rule=rule, on=TODAY, **ending)


def test_a_rule_that_ends_later_lifts_when_its_day_comes() -> None:
    person, scheme = make_person(), make_scheme()
    rule, later = make_rule(scheme), date(2026, 5, 1)
    end_rule(rule=rule, on=later, now=at(TODAY), today=TODAY, actor=person, reason="season")
    assert stands(person, scheme, date(2026, 4, 30)).obligation is Obligation.OVERDUE
    apply_rules(now=at(later), today=later)
    assert stands(person, scheme, later).obligation is Obligation.NONE


def test_the_nightly_run_costs_the_same_statements_for_any_number_of_people() -> None:
    unit, scheme = make_unit(), make_scheme()
    make_person(unit=unit)
    make_rule(scheme)
    with counted_statements() as few:
        apply_rules(now=at(TODAY), today=TODAY)
    for _ in range(12):
        make_person(unit=unit)
    with counted_statements() as many:
        apply_rules(now=at(TODAY), today=TODAY)
    assert len(many) == len(few)


def proposal(scheme_id: int, **overrides) -> Coverage:
    values = {
        "unit_path": network().path,
        "job_role_id": make_job_role().id,
        "days": 30,
        "in_force_on": TODAY,
        **overrides,
    }
    return Coverage(scheme_id=scheme_id, **values)


def test_the_consequence_counts_who_is_touched_who_holds_and_who_lacks() -> None:
    centre = make_unit("centre-a")
    holder, first, _second = (make_person(unit=centre) for _ in range(3))
    scheme = make_scheme()
    desk = {"scheme_id": scheme.id, "actor": first, "now": at(TODAY), "today": TODAY}
    Desk(person=holder, **desk).award(reason="shown")
    found = consequence(proposal(scheme.id), now=at(TODAY), today=TODAY)
    assert (found.people, found.holding, found.lacking, found.late) == (3, 1, 2, 0)
    assert found.first_due_on == date(2026, 4, 1)
    assert [(one.unit.code, one.people, one.lacking) for one in found.centres] == [
        ("centre-a", 3, 2)
    ]


def test_a_rule_whose_term_is_over_on_day_one_tells_who_is_late() -> None:
    make_person()
    scheme = make_scheme()
    found = consequence(
        proposal(scheme.id, in_force_on=date(2025, 12, 1)), now=at(TODAY), today=TODAY
    )
    assert (found.lacking, found.late, found.first_due_on) == (1, 1, None)


def test_looking_at_the_consequence_writes_nothing() -> None:
    person, scheme = make_person(), make_scheme()
    consequence(proposal(scheme.id), now=at(TODAY), today=TODAY)
    assert facts_of(person.id) == []


def test_the_consequence_is_what_saving_then_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BATCH", 2)
    for _ in range(3):
        make_person()
    scheme = make_scheme()
    before = consequence(proposal(scheme.id), now=at(TODAY), today=TODAY)
    rule = make_rule(scheme, in_force_on=TODAY)
    after = consequence(coverage_of(rule), now=at(TODAY), today=TODAY)
    assert before == after
    required = sa.select(sa.func.count()).where(CertificationFact.kind == FactKind.REQUIRED)
    assert db.session.scalar(required) == before.people


def test_someone_who_waived_it_needs_no_seat() -> None:
    person, scheme = make_person(), make_scheme()
    desk = Desk(person=person, scheme_id=scheme.id, actor=person, now=at(TODAY), today=TODAY)
    desk.waive(until_on=date(2026, 12, 1), grants_authority=False, reason="retires soon")
    make_rule(scheme)
    assert stands(person, scheme).label is Label.WAIVED
    found = consequence(proposal(scheme.id), now=at(TODAY), today=TODAY)
    assert (found.people, found.lacking) == (1, 0)


# Posts of one person, as days of 2026 counted from 1 January: (first, last, whether the rule covers it).
PASTS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 40), st.booleans()), min_size=1, max_size=3
)


def employed(past: list[tuple[int, int, bool]], unit: OrganisationUnit) -> Person:
    """Someone with these posts, written without telling anybody, as a correction by hand would."""
    person, first = make_person(employed=False), date(2026, 1, 1)
    for number, (gap, length, covered) in enumerate(past):
        first += timedelta(days=gap)
        last = first + timedelta(days=length)
        role = make_job_role("specialist" if covered else "courier")
        is_open = number == len(past) - 1 and length > 20
        post = Employment(
            person_id=person.id, unit_id=unit.id, job_role_id=role.id, started_on=first,
            ended_on=None if is_open else last,
        )  # fmt: skip
        db.session.add(post)
        first = last + timedelta(days=1)
    db.session.flush()
    return person


def walked(rule: RequirementRule, people: list[Person]) -> int:
    """Let nights pass, then look at everybody; how many facts the nights had missed."""
    missed = 0
    for day in (date(2026, 2, 1), date(2026, 3, 15), date(2026, 5, 1), date(2026, 12, 1)):
        apply_rule(rule, now=at(day), today=day)
        everybody = [one.id for one in people]
        missed += apply_rule(rule, now=at(day), today=day, person_ids=everybody)
        post = db.session.scalars(sa.select(Employment).order_by(Employment.id.desc())).first()
        assert post is not None
        post.started_on -= timedelta(days=1)  # a correction
    return missed


@given(st.lists(PASTS, min_size=1, max_size=6), st.booleans())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nights_that_look_at_changed_people_alone_miss_nothing(
    pasts: list[list[tuple[int, int, bool]]], ends: bool
) -> None:
    unit = make_unit()
    rule = make_rule(make_scheme(), unit=unit, in_force_on=date(2026, 1, 20))
    rule.ended_on = date(2026, 4, 1) if ends else None
    people = [employed(past, unit) for past in pasts]
    assert walked(rule, people) == 0


def test_at_night_nobody_is_read_for_whom_nothing_can_have_changed() -> None:
    make_person()
    rule = make_rule(make_scheme())
    assert changed_people(rule, TODAY) == []
    newcomer = make_person(employed=False)
    role = db.session.scalars(sa.select(JobRole.id)).first()
    values = {"unit_id": make_unit().id, "job_role_id": role, "started_on": TODAY}
    db.session.add(Employment(person_id=newcomer.id, **values))
    db.session.flush()
    assert changed_people(rule, TODAY) == [newcomer.id]


def test_who_comes_back_the_day_after_is_required_anew_though_the_night_had_lifted_it() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    gone, back = date(2026, 3, 10), date(2026, 3, 11)
    role, unit = make_job_role("specialist"), make_unit()
    end_employment(now=at(gone), actor_key=None, person=person, on=gone, today=gone)
    apply_rules(now=at(back), today=back)
    assert stands(person, scheme, back).obligation is Obligation.NONE
    stamp = {"now": at(back), "actor_key": None, "today": back}
    take_up_post(person=person, unit=unit, job_role=role, on=back, **stamp)
    assert stands(person, scheme, back).obligation is Obligation.REQUIRED
    assert stands(person, scheme, back).due_on == MARCH_31
    assert apply_rules(now=at(back), today=back) == 0
    moved(person, unit, date(2026, 3, 20), role="head")
    assert stands(person, scheme, date(2026, 3, 20)).obligation is Obligation.NONE


def test_a_post_of_today_is_put_right_and_back_without_losing_a_requirement() -> None:
    person, scheme = make_person(), make_scheme()
    make_rule(scheme)
    day, home = date(2026, 3, 20), make_unit()
    moved(person, home, day, role="head")
    assert stands(person, scheme, day).obligation is Obligation.NONE
    moved(person, home, day)
    assert stands(person, scheme, day).obligation is Obligation.REQUIRED
    moved(person, home, day, role="head")
    moved(person, home, day)
    assert stands(person, scheme, day).obligation is Obligation.REQUIRED
    assert stands(person, scheme, day).due_on == MARCH_31
    assert apply_rules(now=at(day), today=day) == 0


def test_a_job_applies_it_to_many_and_lifts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defining, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "BATCH", 1)
    people, scheme = [make_person(), make_person()], make_scheme()
    with time_machine.travel(at(TODAY)):
        rule = make_rule(scheme, job_role=None)
        db.session.commit()
        assert obligations(people, scheme) == {Obligation.NONE}
        run_due()
        assert obligations(people, scheme) == {Obligation.REQUIRED}
        end_rule(rule=rule, on=TODAY, now=at(TODAY), today=TODAY, actor=people[0], reason="r")
        db.session.commit()
        run_due()
        assert obligations(people, scheme) == {Obligation.NONE}


def obligations(people: list[Person], scheme: CertificationScheme) -> set[Obligation]:
    return {stands(person, scheme).obligation for person in people}
