"""Commands on people and accounts, and what they leave in the audit log."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload

from lms.audit.chain import check_chain
from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people import services
from lms.people.errors import (
    HasAccount,
    HasLeft,
    NotEmployed,
    NumberTaken,
    RoleHeld,
    UsernameTaken,
    WrongDay,
)
from lms.people.models import AccessRole, Account, AccountSession, Employment, Person, RoleGrant
from tests.builders.people import (
    NOW,
    make_account,
    make_job_role,
    make_person,
    make_unit,
    network,
)
from tests.support.statements import counted_statements

TODAY = date(2026, 3, 2)


def actions() -> list[str]:
    statement = sa.select(AuditEntry.action).order_by(AuditEntry.id)
    return [action.removeprefix("people.") for action in db.session.scalars(statement)]


def employments(person: Person) -> list[tuple[int, date, date | None]]:
    rows = db.session.execute(
        sa.select(Employment.unit_id, Employment.started_on, Employment.ended_on)
        .where(Employment.person_id == person.id)
        .order_by(Employment.started_on)
    )
    return [tuple(row) for row in rows]


def open_roles(account: Account) -> set[tuple[AccessRole, int]]:
    rows = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.unit_id).where(
            RoleGrant.account_id == account.id, RoleGrant.ended_at.is_(None)
        )
    )
    return {(role, unit) for role, unit in rows}


def moved(person: Person, **values: Any) -> Employment:
    given = {"unit": make_unit(), "job_role": make_job_role("lead"), "on": TODAY, "today": TODAY}
    return services.transfer(now=NOW, actor_key="actor", person=person, **{**given, **values})


def test_a_person_and_an_account_are_added_with_few_statements(app: Flask) -> None:
    unit, whole = make_unit(), network()
    make_account(unit=unit)
    with counted_statements() as statements:
        person = make_person(unit=unit)
    assert len(statements) <= 4  # the person, the post, the log's entry, the post's programme
    with counted_statements() as statements:
        make_account(person=person, over=whole)
    assert len(statements) <= 6  # may it be, the account, its role, two entries, when it changed


def test_a_person_is_sorted_without_regard_to_case_and_yo(app: Flask) -> None:
    person = make_person("Ёлкин", "ПЁТР")
    assert person.sort_name == "елкин петр петровна"


def test_a_personnel_number_belongs_to_one_person(app: Flask) -> None:
    make_person(personnel_number="7")
    with pytest.raises(NumberTaken):
        make_person(personnel_number="7")


def test_the_database_itself_refuses_a_double_and_the_transaction_goes_on(app: Flask) -> None:
    person = make_person(personnel_number="7")
    double = Person(
        personnel_number="7", family_name="a", given_name="b", patronymic="", sort_name="a b",
        language="ru", created_at=NOW,
    )  # fmt: skip
    with pytest.raises(NumberTaken):
        insert(double, NumberTaken())
    assert db.session.get(Person, person.id) is person


def test_a_new_name_changes_the_order_too(app: Flask) -> None:
    person = make_person()
    services.rename_person(
        now=NOW,
        actor_key="hr",
        person=person,
        family_name="Яшина",
        given_name="Мария",
        patronymic="",
    )
    assert person.full_name == "Яшина Мария"
    assert person.sort_name == "яшина мария"
    assert actions()[-1] == "person_renamed"


def test_a_transfer_closes_the_post_the_day_before_and_opens_another(app: Flask) -> None:
    old, new = make_unit(), make_unit()
    person = make_person(unit=old)
    moved(person, unit=new)
    assert employments(person) == [
        (old.id, date(2025, 1, 15), TODAY - timedelta(days=1)),
        (new.id, TODAY, None),
    ]
    present = db.session.scalars(
        sa.select(Person).options(joinedload(Person.employment)).where(Person.id == person.id),
        execution_options={"populate_existing": True},
    ).one()
    assert present.employment is not None
    assert present.employment.unit_id == new.id
    assert actions()[-1] == "transferred"


@pytest.mark.parametrize("on", [date(2025, 1, 15), date(2025, 1, 14), TODAY + timedelta(days=1)])
def test_a_transfer_on_a_senseless_day_is_refused(app: Flask, on: date) -> None:
    person = make_person()
    with pytest.raises(WrongDay) as refused:
        moved(person, on=on)
    assert ("2025-01-15" in str(refused.value.message)) is (on <= date(2025, 1, 15))
    assert len(employments(person)) == 1


def test_a_post_that_began_today_is_put_right(app: Flask) -> None:
    wrong, right = make_unit(), make_unit()
    person = make_person(unit=wrong)
    account = make_account(AccessRole.TRAINEE, over=wrong, person=person)
    moved(person, unit=wrong)
    moved(person, unit=right)
    assert [post[2] for post in employments(person)] == [TODAY - timedelta(days=1), None]
    assert open_roles(account) == {(AccessRole.TRAINEE, right.id)}
    assert actions()[-1] == "transferred"


def test_a_transfer_takes_the_trainees_role_along_and_ends_the_others_there(app: Flask) -> None:
    old, new = make_unit(), make_unit()
    person = make_person(unit=old)
    account = make_account(AccessRole.HR, over=old, person=person)
    for role, unit in ((AccessRole.TRAINEE, old), (AccessRole.INSTRUCTOR, network())):
        services.grant_role(now=NOW, actor_key=None, account=account, role=role, unit=unit)
    moved(person, unit=new)
    assert open_roles(account) == {
        (AccessRole.TRAINEE, new.id),
        (AccessRole.INSTRUCTOR, network().id),
    }


def test_another_post_in_the_same_centre_leaves_the_roles(app: Flask) -> None:
    unit = make_unit()
    person = make_person(unit=unit)
    account = make_account(AccessRole.HR, over=unit, person=person)
    moved(person, unit=unit)
    assert open_roles(account) == {(AccessRole.HR, unit.id)}


def test_who_has_left_can_neither_be_transferred_nor_leave_again(app: Flask) -> None:
    person = make_person()
    services.end_employment(now=NOW, actor_key=None, person=person, on=TODAY, today=TODAY)
    assert employments(person)[0][2] == TODAY
    with pytest.raises(NotEmployed):
        moved(person)
    with pytest.raises(NotEmployed):
        services.end_employment(now=NOW, actor_key=None, person=person, on=TODAY, today=TODAY)


@pytest.mark.parametrize("on", [date(2025, 1, 14), TODAY + timedelta(days=1)])
def test_a_post_ends_neither_before_it_began_nor_in_the_future(app: Flask, on: date) -> None:
    person = make_person()
    with pytest.raises(WrongDay):
        services.end_employment(now=NOW, actor_key=None, person=person, on=on, today=TODAY)


def test_leaving_suspends_the_account_and_ends_its_sessions(app: Flask) -> None:
    account = make_account()
    services.open_session(now=clock.now(), account=account, device="")
    services.end_employment(now=NOW, actor_key="hr", person=account.person, on=TODAY, today=TODAY)
    assert account.suspended_at == NOW
    assert db.session.scalars(sa.select(AccountSession.ended_at)).one() == NOW
    assert actions()[-2:] == ["employment_ended", "account_suspended"]


def test_a_person_has_one_account_and_a_name_is_given_once(app: Flask) -> None:
    account = make_account(username="Ivanova")
    assert account.username == "ivanova"
    with pytest.raises(HasAccount):
        make_account(person=account.person)
    with pytest.raises(UsernameTaken):
        make_account(username="IVANOVA")


def test_a_role_is_held_once_and_can_be_given_again_after_it_ended(app: Flask) -> None:
    account = make_account(AccessRole.HR)
    again = {
        "now": NOW,
        "actor_key": None,
        "account": account,
        "role": AccessRole.HR,
        "unit": network(),
    }
    with pytest.raises(RoleHeld):
        services.grant_role(**again)
    grant = db.session.scalars(
        sa.select(RoleGrant).options(
            joinedload(RoleGrant.account).joinedload(Account.person), joinedload(RoleGrant.unit)
        )
    ).one()
    services.end_role(now=NOW, actor_key=None, grant=grant)
    services.end_role(now=NOW, actor_key=None, grant=grant)
    services.grant_role(**again)
    assert open_roles(account) == {(AccessRole.HR, network().id)}
    assert actions().count("role_ended") == 1


def test_suspending_and_reinstating_twice_is_recorded_once(app: Flask) -> None:
    account = make_account()
    for _ in range(2):
        services.suspend(now=NOW, actor_key=None, account=account)
    for _ in range(2):
        services.reinstate(now=NOW, actor_key=None, account=account)
    assert account.suspended_at is None
    assert actions()[-2:] == ["account_suspended", "account_reinstated"]


def test_who_has_left_gets_no_access_until_they_have_a_post_again(app: Flask) -> None:
    account, person = make_account(), make_person()
    for one in (account.person, person):
        services.end_employment(now=NOW, actor_key=None, person=one, on=TODAY, today=TODAY)
    with pytest.raises(HasLeft):
        services.reinstate(now=NOW, actor_key=None, account=account)
    with pytest.raises(HasLeft):
        services.create_account(now=NOW, person=person, username="gone")
    services.take_up_post(
        now=NOW, actor_key=None, person=account.person, unit=make_unit(),
        job_role=make_job_role(), on=TODAY + timedelta(days=1), today=TODAY + timedelta(days=1),
    )  # fmt: skip
    services.reinstate(now=NOW, actor_key=None, account=account)
    assert account.suspended_at is None


def test_entries_name_records_by_key_and_hold_no_names_or_secrets(app: Flask) -> None:
    account = make_account(username="secretname")
    services.change_password(
        now=NOW, account=account, password_hash="$argon2id$planted", keep_session_id=None
    )
    services.reset_password(
        now=NOW, actor_key="x", account=account, password_hash="$argon2id$planted"
    )
    for entry in db.session.scalars(sa.select(AuditEntry)):
        text = f"{entry.reason} {entry.details} {entry.subject_key}"
        for secret in ("Иванова", "Мария", "argon2", "secretname"):
            assert secret not in text
    assert check_chain().holds
