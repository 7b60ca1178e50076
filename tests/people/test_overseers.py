"""Who reads much and changes nothing: auditors by role, heads of centres by post."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.people import services
from lms.people.models import AccessRole, UnitKind
from lms.people.permissions import BRINGS, HEAD_PERMISSIONS, ROLE_PERMISSIONS, Permission
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_head,
    make_job_role,
    make_unit,
    make_viewer,
    reloaded,
)
from tests.pages import PageClient
from tests.people.test_commands import run

SEEING = {one for one in Permission if one.value.startswith("see_")}


@pytest.mark.parametrize("role", AccessRole)
def test_who_may_change_something_may_see_it(role: AccessRole) -> None:
    held = ROLE_PERMISSIONS[role]
    assert {BRINGS[one] for one in held if one in BRINGS} <= held


def test_an_auditor_sees_all_that_can_be_seen_and_has_no_other_right() -> None:
    assert ROLE_PERMISSIONS[AccessRole.AUDITOR] - {Permission.KEEP_LISTS} == SEEING


def test_a_head_sees_the_centre_plans_who_works_when_enrols_and_observes() -> None:
    changing = {
        Permission.LEAD_CENTRE,
        Permission.PLAN_STAFFING,
        Permission.ENROL_PEOPLE,
        Permission.OBSERVE_WORK,
        Permission.KEEP_LISTS,
        Permission.KEEP_TOKENS,
    }
    assert changing == HEAD_PERMISSIONS - SEEING


def test_an_administrator_has_every_right_that_a_role_can_give() -> None:
    assert set(Permission) - ROLE_PERMISSIONS[AccessRole.ADMINISTRATOR] == {Permission.LEAD_CENTRE}


def test_a_head_is_one_by_the_post_and_over_that_centre_alone(app: Flask) -> None:
    centre = make_unit()
    viewer = make_viewer(person=make_head(centre))
    assert viewer.scope(Permission.SEE_PEOPLE) == {centre.path}
    assert viewer.scope(Permission.ENROL_PEOPLE) == {centre.path}
    assert not viewer.may(Permission.KEEP_PEOPLE)


def test_the_heads_rights_end_with_the_post(app: Flask) -> None:
    account = make_account(person=make_head(make_unit()))
    services.transfer(
        now=NOW,
        actor_key=None,
        person=account.person,
        unit=make_unit(),
        job_role=make_job_role(),
        on=NOW.date(),
        today=NOW.date(),
    )
    assert not make_viewer(account=account).may(Permission.LEAD_CENTRE)


def test_a_post_that_begins_later_gives_nothing_yet(app: Flask) -> None:
    later = (NOW + timedelta(days=40000)).date()
    viewer = make_viewer(person=make_head(make_unit(), started_on=later))
    assert not viewer.may(Permission.SEE_PEOPLE)


def test_the_same_post_above_the_centres_gives_nothing(app: Flask) -> None:
    district = make_unit(kind=UnitKind.DISTRICT)
    assert not make_viewer(person=make_head(district)).may(Permission.SEE_PEOPLE)


def test_the_role_is_given_on_the_accounts_page(app: Flask) -> None:
    admin, account = make_account(AccessRole.ADMINISTRATOR), make_account()
    client = PageClient(app).sign_in(admin.username, PASSWORD)
    page = client.get(f"/admin/accounts/{account.public_id}")
    unit = page.select("select[name=unit] option")[0].get("value")
    client.post(
        f"/admin/accounts/{account.public_id}/roles", {"role": "auditor", "unit": unit}, status=302
    )
    assert AccessRole.AUDITOR in {grant.role for grant in reloaded(account).grants}


def test_the_role_is_given_on_the_command_line(app: Flask) -> None:
    make_account(username="inspector")
    given = run(app, "grant", "inspector", "--role", "auditor")
    assert given.output == "inspector is auditor over network.\n"
    again = run(app, "grant", "inspector", "--role", "auditor")
    assert again.exit_code == 1
    assert "nobody signs in as nobody" in run(app, "grant", "nobody", "--role", "hr").output


def test_an_auditor_reads_an_account_without_the_forms_to_change_it(app: Flask) -> None:
    auditor, account = make_account(AccessRole.AUDITOR), make_account()
    client = PageClient(app).sign_in(auditor.username, PASSWORD)
    page = client.get(f"/admin/accounts/{account.public_id}")
    assert page.select("main form") == []
    assert page.select("main .alert") == []
