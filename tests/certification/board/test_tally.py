"""The board's numbers equal what facts and posts say of each person, on every date."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.certification.board import people, tally
from lms.certification.board.conditions import Measure
from lms.certification.board.counts import sums
from lms.certification.board.models import BoardChange, BoardTally, StandingAtPost
from lms.certification.board.people import Filters
from lms.certification.board.remaking import remake
from lms.certification.lifecycle.state import Obligation, State
from lms.certification.schemes.models import CertificationScheme, CertificationStanding
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rules
from lms.core.database import db
from lms.core.errors import Refusal
from lms.people.identity import Viewer
from lms.people.models import AccessRole, Employment, OrganisationUnit, Person
from lms.people.planned.models import PlannedPost
from lms.people.planned.queries import due_plans, open_ends, open_plans
from lms.people.planned.services import Ahead, begin, call_off, dismiss, move
from lms.people.services import end_employment, take_up_post, transfer
from tests.builders.people import make_job_role, make_person, make_unit, make_viewer
from tests.builders.planned import plan_end, plan_post
from tests.builders.schemes import TODAY, at, award, make_rule, make_scheme, stands

pytestmark = pytest.mark.usefixtures("app")
Told = Counter[tuple[str, str]]  # (path, measure)


def counted(state: State, on: date) -> dict[Measure, bool]:
    required = state.obligation in (Obligation.REQUIRED, Obligation.OVERDUE)
    until = state.period.until_on if state.period else None
    soon = until is not None and on <= until <= on + timedelta(days=90)
    return {
        Measure.REQUIRED: required,
        Measure.COMPLIANT: required and state.is_compliant,
        Measure.OVERDUE: state.obligation is Obligation.OVERDUE,
        Measure.LACKING: required and not state.may_serve,
        Measure.EXPIRING: state.may_serve and soon,
        Measure.SERVING: state.may_serve,
    }


def derived(people_of: list[Person], scheme: CertificationScheme, on: date) -> Told:
    """The numbers as the facts say, one person after another."""
    found: Told = Counter()
    statement = (
        sa.select(Employment.person_id, OrganisationUnit.path)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Employment.person_id.in_([one.id for one in people_of]))
        .where(Employment.started_on <= on)
        .where(sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= on))
    )
    paths = {row[0]: row[1] for row in db.session.execute(statement)}
    begun = sa.select(PlannedPost.person_id, OrganisationUnit.path).outerjoin(PlannedPost.unit)
    begun = begun.where(PlannedPost.ended_at.is_(None), PlannedPost.starts_on <= on)
    for person_id, path in db.session.execute(begun.order_by(PlannedPost.starts_on)):
        if path is None:
            paths.pop(person_id, None)
        else:
            paths[person_id] = path
    for person in people_of:
        if person.id in paths:
            holds = counted(stands(person, scheme, on), on)
            found.update((paths[person.id], one.value) for one in Measure if holds[one])
    return found


def kept(viewer: Viewer, scheme: CertificationScheme, on: date) -> Told:
    """The numbers as the board reads them."""
    found: Told = Counter()
    for path, scheme_id, numbers in sums(viewer, None, on):
        if scheme_id == scheme.id:
            found.update({(path, name): number for name, number in numbers.items()})
    return +found


def something(person: Person, scheme: CertificationScheme, day: date, random: Random) -> None:
    """Let something happen to somebody's certification or post; what doesn't fit doesn't."""
    stamp = {"now": at(day), "actor_key": None, "person": person, "today": day, "on": day}
    post = {"unit": make_unit(), "job_role": make_job_role()}
    desk = Desk(person=person, scheme_id=scheme.id, actor=person, now=at(day), today=day)
    until = day + timedelta(days=random.randint(1, 500))
    ahead = {"actor": person, "now": at(day), "today": day}
    later = day + timedelta(days=random.randint(1, 300))
    happenings: list[Callable[[], object]] = [
        lambda: desk.award(reason="shown"),
        lambda: desk.suspend(on=day, reason="complaint"),
        lambda: desk.reinstate(reason="settled"),
        lambda: desk.revoke(reason="forged"),
        lambda: desk.extend(until_on=until, reason="illness"),
        lambda: desk.waive(until_on=until, grants_authority=True, reason="teaches it"),
        lambda: transfer(**stamp, **post),
        lambda: end_employment(**stamp),
        lambda: take_up_post(**stamp, **post),
        lambda: move(wanted=Ahead(person, **post, on=later), **ahead),
        lambda: dismiss(person=person, on=later, **{**ahead, "actor": make_person()}),
        lambda: call_off(
            plan=open_ends([person.id])[person.id], actor=person, reason="stays", now=at(day)
        ),
    ]
    with suppress(Refusal, KeyError):
        random.choice(happenings)()


def content() -> tuple[set[object], set[object]]:
    while tally.settle():
        pass
    gone = sa.or_(*(getattr(BoardTally, name) != 0 for name in tally.MEASURES))
    numbers = db.session.execute(sa.select(BoardTally.__table__).where(gone))
    rows = db.session.execute(sa.select(StandingAtPost.__table__))
    return {tuple(one) for one in numbers}, {tuple(one) for one in rows}


def lived(random: Random, steps: int) -> tuple[list[Person], CertificationScheme]:
    """Two people of a district to whom things happen over three years."""
    district, day = make_unit(), TODAY
    scheme = make_scheme(grace_days=20)
    own = [make_person(unit=make_unit(parent=district)) for _ in range(2)]
    make_rule(scheme, unit=district)
    for _ in range(steps):
        day += timedelta(days=random.randint(1, 150))
        carry_out(day)
        something(random.choice(own), scheme, day, random)
        if random.random() < 0.2:
            tally.settle()
    return own, scheme


def carry_out(day: date) -> None:
    for plan_id in due_plans(day):
        begin(plan_id, now=at(day), today=day)
    apply_rules(now=at(day), today=day)


@given(st.integers(0, 2**32), st.integers(2, 9))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_numbers_of_every_date_equal_what_follows_from_the_facts(seed: int, steps: int) -> None:
    random, hr = Random(seed), make_viewer(AccessRole.HR)
    own, scheme = lived(random, steps)
    for _ in range(8):
        on = TODAY + timedelta(days=random.randint(-40, 1500))
        assert kept(hr, scheme, on) == derived(own, scheme, on)


def planned() -> tuple[list[Person], CertificationScheme, list[date]]:
    """Somebody moves to where a rule asks more, one leaves, one is hired; and the days of it."""
    scheme, other = make_scheme(grace_days=20), make_scheme()
    here, there = make_unit(), make_unit()
    own = [make_person(unit=here), make_person(unit=here), make_person(employed=False)]
    make_rule(scheme)
    make_rule(other, unit=there, job_role=None, days=10)
    for person in own:
        award(person, scheme)
    days = [TODAY + timedelta(days=number) for number in (20, 30, 40)]
    plan_post(own[0], there, job_role=make_job_role("head"), on=days[0])
    plan_end(own[1], on=days[1] - timedelta(days=1))
    plan_post(own[2], here, on=days[2])
    return own, other, days


def test_what_the_board_foretells_of_planned_posts_is_what_comes() -> None:
    own, other, days = planned()
    hr = make_viewer(AccessRole.HR)
    looked_at = [day + timedelta(days=more) for day in days for more in (-1, 0, 11, 400)]
    schemes = list(db.session.scalars(sa.select(CertificationScheme)))
    foretold = {(on, one.id): kept(hr, one, on) for on in looked_at for one in schemes}
    assert foretold[days[0], other.id], "the rule of the next centre asks from the first day"
    standings = sa.select(CertificationStanding.__table__)
    stood = set(db.session.execute(standings))
    assert remake()
    for day in days:
        carry_out(day)
    assert not open_plans([one.id for one in own])
    assert {(on, one.id): kept(hr, one, on) for on in looked_at for one in schemes} == foretold
    assert set(db.session.execute(standings)) == stood


def test_what_is_called_off_is_foretold_no_more() -> None:
    own, other, days = planned()
    hr = make_viewer(AccessRole.HR)
    plan = open_plans([own[0].id])[own[0].id]
    filters = Filters(on=days[0], unit=plan.unit)
    assert [(row[1], row[3]) for row in people.every(hr, filters)] == [(own[0], plan.job_role)]
    call_off(plan=plan, actor=own[1], reason="stays", now=at(TODAY))
    assert list(people.every(hr, filters)) == []
    assert not kept(hr, other, days[0])


def test_made_anew_the_rows_and_the_numbers_are_the_same() -> None:
    lived(Random(3), 14)
    before = content()
    assert before[0]
    assert remake() == len(before[1])
    assert content() == before


def test_few_and_many_are_listed_in_the_same_order() -> None:
    _own, scheme = lived(Random(5), 10)
    filters = Filters(on=TODAY + timedelta(days=300), scheme=scheme)
    statement = people.people(make_viewer(AccessRole.HR), filters)
    assert list(people.columns(people.FEW + 1)) == list(people.COLUMNS)
    ways = (statement.order_by(*people.columns(number)) for number in (1, people.FEW + 1))
    few, many = ([people.key(row) for row in db.session.execute(way)] for way in ways)
    assert few == many
    assert few


def test_a_number_of_the_board_is_as_many_people_as_its_list_has() -> None:
    _own, scheme = lived(Random(5), 10)
    hr = make_viewer(AccessRole.HR)
    for measure in Measure:
        filters = Filters(on=TODAY + timedelta(days=300), measure=measure, scheme=scheme)
        assert people.count(hr, filters) == len(list(people.every(hr, filters)))


def test_refreshing_somebody_of_whom_nothing_changed_writes_nothing() -> None:
    own, _scheme = lived(Random(7), 6)
    last = sa.select(sa.func.max(BoardChange.id))
    before = db.session.scalar(last)
    refresh([one.id for one in own])
    assert db.session.scalar(last) == before


def test_the_last_day_of_the_calendar_is_a_date_as_any_other() -> None:
    own, scheme = lived(Random(1), 0)
    hr = make_viewer(AccessRole.HR)
    assert kept(hr, scheme, date.max) == derived(own, scheme, date.max - timedelta(days=400))
