"""A centre is moved to another district: rules, board and people follow from that day on."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment.rules.models import ReleaseCode
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.certification.board import people as lists
from lms.certification.board.counts import board
from lms.certification.board.people import Filters
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Obligation, state_on
from lms.certification.moving.meaning import meaning
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.rules import moved
from lms.certification.schemes.rules.applying import apply_rule, apply_rules
from lms.certification.schemes.rules.spells import coverage_of, spells
from lms.core.database import db
from lms.core.jobs import run_due
from lms.people.models import AccessRole, Employment, OrganisationUnit, Person, UnitKind, UnitPlace
from lms.people.network.moving import AlreadyThere, MovedMeanwhile, NoPlaceThere, NotMovable, move
from lms.people.second_person.models import SecondPersonRequest
from tests.builders.catalog import make_course
from tests.builders.people import (
    make_job_role,
    make_person,
    make_unit,
    make_viewer,
    move_unit,
    network,
)
from tests.builders.planned import plan_post
from tests.builders.schemes import TODAY, at, make_rule, make_scheme, stands

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
FIRST, MOVED, TERM = date(2026, 1, 1), date(2026, 4, 1), timedelta(days=30)


def district(code: str) -> OrganisationUnit:
    return make_unit(code, kind=UnitKind.DISTRICT)


def asks(unit: OrganisationUnit) -> RequirementRule:
    """A rule over a unit with a certification of its own, from 1 March on."""
    scheme = make_scheme()
    rule = make_rule(scheme, unit=unit)
    rule.scheme = scheme
    return rule


def asked_on(person: Person, rule: RequirementRule, on: date) -> bool:
    return stands(person, rule.scheme, on).obligation is not Obligation.NONE


def test_rules_of_the_former_district_hold_until_the_move_and_those_of_the_new_one_from_it() -> (
    None
):
    north, south = district("north"), district("south")
    centre = make_unit(parent=north)
    person = make_person(unit=centre)
    former, new, own = (asks(unit) for unit in (north, south, centre))
    move_unit(centre, south, MOVED)
    assert centre.path == f"/network/south/{centre.code}/"
    for on, asked in ((MOVED - DAY, (True, False, True)), (MOVED, (False, True, True))):
        assert tuple(asked_on(person, rule, on) for rule in (former, new, own)) == asked
    assert stands(person, new.scheme, MOVED).due_on == MOVED + TERM
    assert stands(person, own.scheme, MOVED).due_on == TODAY - DAY + TERM
    assert apply_rules(now=at(MOVED), today=MOVED) == 0


def test_whoever_is_late_by_a_rule_that_ends_with_a_move_is_told_to_be_as_late_as_then() -> None:
    north, south, scheme = district("north"), district("south"), make_scheme()
    centre = make_unit(parent=north)
    person = make_person(unit=centre)
    make_rule(scheme, unit=north, days=1)
    make_rule(scheme, unit=south, days=10)
    assert stands(person, scheme, MOVED).obligation is Obligation.OVERDUE
    (new,) = meaning(centre, south, now=at(MOVED), today=MOVED).begin
    move_unit(centre, south, MOVED)
    is_late = stands(person, scheme, MOVED).obligation is Obligation.OVERDUE
    assert (new.people, new.lacking, new.late) == (1, 1, int(is_late))


def test_a_rule_for_all_begins_no_new_term_with_a_move_and_has_nobody_looked_at() -> None:
    centre = make_unit(parent=district("north"))
    person, rule = make_person(unit=centre), asks(network())
    move_unit(centre, district("south"), MOVED)
    kinds = sa.select(CertificationFact.kind).where(CertificationFact.person_id == person.id)
    assert list(db.session.scalars(kinds)) == [FactKind.REQUIRED]
    assert moved.people_at(centre.id, MOVED) == [person.id]
    assert apply_rule(rule, now=at(MOVED), today=MOVED) == 0


def test_a_centre_moved_back_on_the_same_day_was_never_away() -> None:
    north, south = district("north"), district("south")
    centre = make_unit(parent=north)
    person = make_person(unit=centre)
    former, new = (asks(unit) for unit in (north, south))
    due = stands(person, former.scheme, MOVED).due_on
    move_unit(centre, south, MOVED)
    move_unit(centre, north, MOVED)
    assert stands(person, former.scheme, MOVED).due_on == due
    assert not asked_on(person, new, MOVED)
    assert not asked_on(person, new, MOVED + DAY)


def test_what_is_planned_at_a_centre_follows_its_move() -> None:
    north, south = district("north"), district("south")
    centre, person, later = make_unit(parent=north), make_person(), MOVED + 10 * DAY
    former, rule = asks(north), asks(south)
    with time_machine.travel(at(TODAY)):
        plan_post(person, centre, on=later)
    move_unit(centre, south, MOVED)
    assert not asked_on(person, rule, later - DAY)
    assert not asked_on(person, former, later)
    assert stands(person, rule.scheme, later).due_on == later + TERM
    for known_at, one in ((at(MOVED) - DAY, former), (at(MOVED), rule)):
        terms = schemes_by_id([one.scheme_id])[one.scheme_id]
        known = history(person.id, one.scheme_id, terms, known_at=known_at)
        assert state_on(known, later).due_on == later + TERM


def test_of_more_people_a_job_takes_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved, "AT_ONCE", 0)
    south, centre = district("south"), make_unit(parent=district("north"))
    person, rule = make_person(unit=centre), asks(south)
    move_unit(centre, south, MOVED)
    db.session.commit()
    assert not asked_on(person, rule, MOVED)
    run_due()
    assert asked_on(person, rule, MOVED)


def test_a_past_day_of_the_board_shows_the_centre_in_its_former_district() -> None:
    north, south = district("north"), district("south")
    centre = make_unit(parent=north)
    make_person(unit=centre)
    make_rule(make_scheme(), in_force_on=date(2026, 3, 1))
    move_unit(centre, south, MOVED)
    hr = make_viewer(AccessRole.HR)
    for on, there, elsewhere in ((MOVED - DAY, north, south), (MOVED, south, north)):
        assert [row.total.required for row in board(hr, [there], on)] == [1, 1]
        assert [row.total.required for row in board(hr, [elsewhere], on)] == [0]
        assert [row.total.required for row in board(hr, [centre], on)] == [1]
        assert {
            row.unit.code: row.total.required for row in board(hr, [network()], on) if row.unit
        }[there.code] == 1
        assert lists.count(hr, Filters(on, unit=there)) == 1
        assert [row[2] for row in lists.every(hr, Filters(on, unit=there))] == [centre]
        assert not list(lists.every(hr, Filters(on, unit=elsewhere)))
    former = make_viewer(AccessRole.HR, over=north)
    assert [row.total.required for row in board(former, [north], MOVED - DAY)] == [0]


def test_what_keeps_a_centre_by_its_path_follows_its_move() -> None:
    north, south = district("north"), district("south")
    centre, asker = make_unit(parent=north), make_person()
    scope = [centre.path, "/network/north/north-9/"]
    request = SecondPersonRequest(
        subject_kind="test", subject_key="1", permission="-", scope=scope, reason="r",
        asked_by_id=asker.id, asked_at=at(TODAY),
    )  # fmt: skip
    batch = CertificateBatch(
        kind=BatchKind.PRINT, asked_by_id=asker.id, asked_at=at(TODAY), scope=scope,
        language="ru", total=0,
    )  # fmt: skip
    code = ReleaseCode(
        course_id=make_course().course_id, code_hash="", scope=scope, made_at=at(TODAY),
        made_by_id=asker.id,
    )  # fmt: skip
    db.session.add_all([request, batch, code])
    db.session.flush()
    move_unit(centre, south, MOVED)
    for row in (request, batch, code):
        assert row.scope == ["/network/north/north-9/", centre.path]


@pytest.mark.parametrize("case", ["seen", "same", "closed", "centre", "district", "with parts"])
def test_what_makes_no_sense_is_refused_and_moves_nothing(case: str) -> None:
    north, south = district("north"), district("south")
    centre = make_unit(parent=north)
    unit, above, seen, refusal = {
        "seen": (centre, south, south.id, MovedMeanwhile),
        "same": (centre, north, north.id, AlreadyThere),
        "closed": (centre, south, north.id, NoPlaceThere),
        "centre": (centre, make_unit(), north.id, NoPlaceThere),
        "district": (north, south, north.parent_id, NotMovable),
        "with parts": (centre, south, north.id, NotMovable),
    }[case]
    if case == "closed":
        south.closed_on = TODAY
    if case == "with parts":
        make_unit(parent=centre)
    path = unit.path
    with pytest.raises(refusal):
        move(unit, above, seen_id=seen, on=MOVED, now=at(MOVED), actor_key="", reason="r")
    assert unit.path == path
    places = sa.select(sa.func.count()).where(UnitPlace.unit_id == unit.id)
    assert db.session.scalar(places) == 1


# Posts of one person at the centre that is moved (or another), as days from the first one on, and
# its moves: after so many days, to which of the units.
POSTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.booleans()), max_size=3)
MOVES = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 2)), max_size=4)


@given(POSTS, MOVES, st.integers(0, 3), st.booleans())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rule_covers_the_days_on_which_a_post_was_where_the_rule_holds(
    posts: list[tuple[int, int, bool]], moves: list[tuple[int, int]], over: int, ends: bool
) -> None:
    parts = [make_unit(kind=UnitKind.DISTRICT), make_unit(kind=UnitKind.DISTRICT), network()]
    centre, other = make_unit(parent=parts[0]), make_unit(parent=parts[1])
    person, first = make_person(employed=False), FIRST
    worked: dict[date, OrganisationUnit] = {}
    for number, (gap, length, moves_along) in enumerate(posts):
        first, unit = first + gap * DAY, centre if moves_along else other
        last = first + length * DAY
        goes_on = number == len(posts) - 1 and length > 15
        post = {"unit_id": unit.id, "job_role_id": make_job_role().id, "started_on": first}
        db.session.add(Employment(person_id=person.id, ended_on=None if goes_on else last, **post))
        until = FIRST + 120 * DAY if goes_on else last + DAY
        worked |= {first + n * DAY: unit for n in range((until - first).days)}
        first = last + DAY
    rule = asks([*parts, centre][over])
    rule.in_force_on, rule.ended_on = FIRST + 5 * DAY, FIRST + 60 * DAY if ends else None
    part_on, day = {FIRST: parts[0]}, FIRST
    for wait, to in moves:
        day += wait * DAY
        if centre.parent_id != parts[to].id:
            move_unit(centre, parts[to], day)
            part_on[day] = parts[to]
    in_force = range(5, 60 if ends else 90)
    expected = {
        on
        for on in (FIRST + n * DAY for n in in_force)
        if on in worked and _is_asked(rule.unit, worked[on], part_on, centre, other, on)
    }
    found = spells(coverage_of(rule), [person.id])
    covered = [
        one.begins_on + n * DAY
        for one in found
        for n in range(((one.ends_on or FIRST + 90 * DAY) - one.begins_on).days)
    ]
    assert sorted(on for on in covered if on < FIRST + 90 * DAY) == sorted(expected)
    assert len(found) == sum(on - DAY not in expected for on in expected)
    later = FIRST + 90 * DAY
    apply_rule(rule, now=at(later), today=later)
    assert apply_rule(rule, now=at(later), today=later, person_ids=[person.id]) == 0
    known = history(person.id, rule.scheme_id, schemes_by_id([rule.scheme_id])[rule.scheme_id])
    states = {on: state_on(known, on) for on in worked if on < later}
    asked = {on for on, state in states.items() if state.obligation is not Obligation.NONE}
    assert asked == expected


def _is_asked(
    part: OrganisationUnit,
    unit: OrganisationUnit,
    part_on: dict[date, OrganisationUnit],
    centre: OrganisationUnit,
    other: OrganisationUnit,
    on: date,
) -> bool:
    """Whether a unit lay in a part of the network on a day, told without paths."""
    if part.kind is UnitKind.NETWORK or part is unit:
        return True
    if unit is centre:
        return part_on[max(day for day in part_on if day <= on)] is part
    return unit is other and other.parent_id == part.id
