"""Whom a viewer sees: the list's condition and the rule for one person are twins."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people import policies, queries, services
from lms.people.identity import Viewer, viewers_of
from lms.people.models import AccessRole, Employment, OrganisationUnit, Person
from lms.people.permissions import ROLE_PERMISSIONS, Permission
from tests.builders.people import (
    NOW,
    make_account,
    make_head,
    make_person,
    make_unit,
    make_viewer,
    network,
)

SEE = Permission.SEE_PEOPLE
# Codes made to be confused: prefixes of each other, other case, characters special to LIKE.
CODES = ("a", "ab", "a_", "a%", "A", "b", "ba", "b-1", "b-10")


def viewer_over(paths: frozenset[str]) -> Viewer:
    nobody: Any = SimpleNamespace(id=0)
    return Viewer("token", 0, nobody, nobody, {SEE: paths} if paths else {})


def people() -> list[Person]:
    statement = sa.select(Person).options(joinedload(Person.employment).joinedload(Employment.unit))
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


@st.composite
def trees(draw: Any) -> tuple[list[tuple[str, int]], list[int | None], list[int]]:
    """Units as (code, index of the parent), where people work, units the viewer has a role over."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=7, unique=True))
    units = [(code, draw(st.integers(0, index))) for index, code in enumerate(codes)]
    size = len(units)
    posts = draw(st.lists(st.none() | st.integers(0, size), min_size=1, max_size=6))
    return units, posts, draw(st.lists(st.integers(0, size), max_size=3, unique=True))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=trees())
def test_the_list_and_the_rule_for_one_person_agree_on_any_tree(app: Flask, tree: Any) -> None:
    units, posts, roles = tree
    try:
        made: list[OrganisationUnit] = [network()]
        for code, parent in units:
            made.append(make_unit(code, parent=made[parent]))
        for post in posts:
            make_person(unit=made[post] if post is not None else None, employed=post is not None)
        viewer = viewer_over(frozenset(made[index].path for index in roles))
        everyone = people()
        listed = set(
            db.session.scalars(sa.select(Person.id).where(queries.visible_to(viewer, SEE)))
        )
        allowed = {p.id for p in everyone if policies.may_see_person(viewer, SEE, p)}
        assert listed == allowed
        for person in everyone:
            found = queries.person_for(viewer, SEE, person.public_id)
            assert (found is not None) == (person.id in allowed)
        reached = {u.id for u in queries.units_within(viewer, SEE)}
        assert reached == {u.id for u in made if viewer.may_over(SEE, u.path)}
    finally:
        db.session.rollback()
        db.session.expunge_all()


def test_without_the_permission_nobody_is_seen(app: Flask) -> None:
    person = make_person()
    trainee = make_viewer(AccessRole.TRAINEE)
    assert queries.person_for(trainee, SEE, person.public_id) is None
    assert not policies.may_see_person(viewer_over(frozenset()), SEE, people()[0])


def test_one_centres_hr_sees_its_people_and_no_others(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    colleague, stranger = make_person(unit=mine), make_person(unit=other)
    left = make_person(employed=False)
    viewer = make_viewer(AccessRole.HR, over=mine)
    assert queries.person_for(viewer, SEE, colleague.public_id) is not None
    assert queries.person_for(viewer, SEE, stranger.public_id) is None
    assert queries.person_for(viewer, SEE, left.public_id) is None


def test_people_who_left_are_seen_with_a_scope_over_the_whole_network_only(app: Flask) -> None:
    left = make_person(employed=False)
    assert queries.person_for(make_viewer(AccessRole.HR), SEE, left.public_id) is not None
    district = make_viewer(AccessRole.HR, over=make_unit())
    assert queries.person_for(district, SEE, left.public_id) is None


def test_an_ended_role_gives_nothing(app: Flask) -> None:
    account = make_account(AccessRole.HR)
    db.session.execute(sa.text("UPDATE role_grant SET ended_at = granted_at"))
    viewer = make_viewer(account=account)
    assert viewer.scopes == {}


def test_a_head_heads_the_centre_from_midnight_where_the_network_works(app: Flask) -> None:
    first = date(2026, 3, 2)  # it begins in Moscow at nine in the evening of the day before, in UTC
    head = make_head(make_unit(), started_on=first)
    make_account(None, person=head)
    midnight = datetime(2026, 3, 1, 21, tzinfo=UTC)
    before, after = (
        viewers_of([head.id], midnight + timedelta(minutes=minutes))[head.id] for minutes in (-1, 0)
    )
    assert not before.may(SEE)
    assert after.may(SEE)


def test_two_roles_over_two_centres_add_up(app: Flask) -> None:
    first, second = make_unit(), make_unit()
    account = make_account(AccessRole.HR, over=first)
    services.grant_role(now=NOW, actor_key=None, account=account, role=AccessRole.HR, unit=second)
    viewer = make_viewer(account=account)
    assert viewer.scope(SEE) == {first.path, second.path}


@pytest.mark.in_turn
@pytest.mark.parametrize("role", list(AccessRole))
def test_a_role_gives_its_permissions_and_no_others(app: Flask, role: AccessRole) -> None:
    viewer = make_viewer(role)
    assert {p for p in Permission if viewer.may(p)} == ROLE_PERMISSIONS[role]


@pytest.mark.parametrize(
    ("permission", "others"),
    [
        (Permission.MANAGE_ACCOUNTS, set()),
        (Permission.SEE_ACCOUNTS, {AccessRole.AUDITOR}),
        (Permission.SEE_AUDIT, {AccessRole.AUDITOR}),
    ],
)
def test_the_administrator_alone_manages_accounts_and_an_auditor_reads_them(
    permission: Permission, others: set[AccessRole]
) -> None:
    holders = {role for role, held in ROLE_PERMISSIONS.items() if permission in held}
    assert holders == {AccessRole.ADMINISTRATOR} | others
