"""Hires and transfers of a day ahead: planned, begun on their day, changed, called off."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification.schemes.models import CertificationFact
from lms.core.database import db
from lms.people import services
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Fate
from lms.people.importing.planning import Importer
from lms.people.importing.rules.plans import Outcome
from lms.people.jobs import begin_planned_posts
from lms.people.models import AccessRole, Employment, OrganisationUnit, Person, RoleGrant
from lms.people.planned.models import PlannedPost, PlanOutcome
from lms.people.planned.queries import open_plans
from lms.people.planned.services import begin
from tests.builders.imports import AT, changes, do, plan, planned
from tests.builders.merging import merge
from tests.builders.people import (
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
    unit_coded,
)
from tests.builders.planned import plan_post
from tests.builders.schemes import make_rule, make_scheme
from tests.pages import PageClient

AHEAD = date(2026, 4, 1)
HIRE = "N1;Петров;Пётр;;b;specialist;01.04.2026"
MOVE = "M1;;;;b;specialist;01.04.2026"


@pytest.fixture
def maria(app: Flask) -> Person:
    make_unit("b")
    make_job_role("head")
    return make_person(unit=make_unit("a"), personnel_number="M1")


def begin_on(day: date) -> None:
    now = datetime.combine(day, datetime.min.time(), UTC)
    for plan_id in db.session.scalars(sa.select(PlannedPost.id)).all():
        begin(plan_id, now=now, today=day)


def posts(number: str) -> list[tuple[str, date, date | None]]:
    statement = (
        sa.select(OrganisationUnit.code, Employment.started_on, Employment.ended_on)
        .join(Employment.unit)
        .join(Employment.person)
        .where(Person.personnel_number == number)
        .order_by(Employment.started_on)
    )
    return [tuple(row) for row in db.session.execute(statement)]  # type: ignore[misc]


def outcomes() -> list[PlanOutcome | None]:
    return list(db.session.scalars(sa.select(PlannedPost.outcome).order_by(PlannedPost.id)))


def test_a_transfer_ahead_happens_on_its_day_however_late_the_job_runs(maria: Person) -> None:
    do(MOVE)
    begin_on(AHEAD - timedelta(days=1))
    assert posts("M1") == [("a", date(2025, 1, 15), None)]
    begin_on(AHEAD + timedelta(days=3))
    begin_on(AHEAD + timedelta(days=4))
    assert posts("M1") == [("a", date(2025, 1, 15), date(2026, 3, 31)), ("b", AHEAD, None)]
    assert outcomes() == [PlanOutcome.DONE]


def test_a_hire_ahead_is_on_record_now_and_at_work_from_its_day(maria: Person) -> None:
    do(HIRE)
    assert posts("N1") == []
    begin_on(AHEAD)
    assert posts("N1") == [("b", AHEAD, None)]


def test_the_second_import_of_the_same_rows_changes_nothing(maria: Person) -> None:
    assert do(HIRE, MOVE).counts[Outcome.NEW] == 1
    assert not plan(HIRE, MOVE, "N1;Петров;Пётр;;b;specialist").changes_something
    begin_on(AHEAD)
    assert outcomes() == [PlanOutcome.DONE] * 2
    assert not plan(HIRE, MOVE).changes_something


def test_hr_of_the_centre_imports_its_newcomer_again(maria: Person) -> None:
    do(HIRE)
    importer = Importer(frozenset({"/network/b/"}))
    assert plan(HIRE, importer=importer).counts[Outcome.UNCHANGED] == 1


def test_another_day_or_place_replaces_the_plan(maria: Person) -> None:
    do(MOVE)
    later = "M1;;;;b;head;01.05.2026"
    shown = changes(planned(later))
    assert shown["since"] == (AHEAD, date(2026, 5, 1))
    assert shown["post"] == ("specialist", "head")
    do(later)
    assert outcomes() == [PlanOutcome.REPLACED, None]


def test_the_present_place_with_a_day_ahead_plans_nothing(maria: Person) -> None:
    assert planned("M1;;;;a;specialist;01.04.2026").outcome is Outcome.UNCHANGED
    do(MOVE)
    assert planned("M1;;;;a;specialist;01.05.2026").outcome is Outcome.UNCHANGED


def test_who_was_hired_earlier_or_left_has_no_plan_any_more(maria: Person) -> None:
    do(HIRE, MOVE)
    do("N1;;;;b;specialist;01.03.2026", "M1;;;;;;;;01.03.2026")
    assert set(outcomes()) == {PlanOutcome.OVERTAKEN}
    begin_on(AHEAD)
    assert posts("M1") == [("a", date(2025, 1, 15), date(2026, 3, 1))]


def test_what_cannot_be_done_on_its_day_is_noted(maria: Person) -> None:
    do(MOVE)
    post = maria.employment
    assert post is not None
    post.started_on = AHEAD + timedelta(days=1)
    begin_on(AHEAD + timedelta(days=1))
    assert outcomes() == [PlanOutcome.FAILED]
    failed = sa.select(AuditEntry).where(AuditEntry.action == "people.planned_post_failed")
    assert db.session.scalars(failed).one().person_key == maria.public_id


def test_required_since_is_the_first_day_in_the_post(maria: Person) -> None:
    scheme = make_scheme()
    make_rule(scheme, job_role=make_job_role("head"))
    do("M1;;;;b;head;01.04.2026")
    begin_on(AHEAD + timedelta(days=2))
    required = sa.select(CertificationFact.effective_on).where(
        CertificationFact.person_id == maria.id, CertificationFact.scheme_id == scheme.id
    )
    assert list(db.session.scalars(required)) == [AHEAD]


def test_roles_go_along_and_a_shut_account_stays_shut(maria: Person) -> None:
    account = make_account(AccessRole.TRAINEE, person=maria, over=unit_coded("a"))
    newcomer = make_account(None, person=make_person(employed=False))
    services.suspend(now=AT, actor_key=None, account=newcomer)
    plan_post(newcomer.person, make_unit(), on=AHEAD)
    do(MOVE)
    begin_on(AHEAD)
    held = sa.select(OrganisationUnit.code).join(
        RoleGrant, RoleGrant.unit_id == OrganisationUnit.id
    )
    open_ones = held.where(RoleGrant.account_id == account.id, RoleGrant.ended_at.is_(None))
    assert list(db.session.scalars(open_ones)) == ["b"]
    assert newcomer.suspended_at is not None


def test_the_regular_job_begins_what_is_due(maria: Person) -> None:
    unit = unit_coded("b")
    assert unit is not None
    plan_post(maria, unit, on=date(2026, 2, 1))
    db.session.commit()
    begin_planned_posts()
    assert posts("M1")[-1] == ("b", date(2026, 2, 1), None)


def test_a_merge_keeps_one_plan_and_an_erasure_takes_the_reason(maria: Person) -> None:
    other, unit = make_person(), make_unit()
    mine, theirs = plan_post(maria, unit), plan_post(other, unit)
    merge(maria, other)
    assert open_plans([maria.id])[maria.id].id == mine.id
    db.session.refresh(theirs)
    assert theirs.outcome is PlanOutcome.REPLACED
    mine.reason = "Ill"
    holdings()["planned_posts"].deeds[Fate.ANONYMISE](maria, AT)
    assert mine.reason == ""


def test_hr_sees_what_is_planned_and_calls_it_off(client: PageClient, maria: Person) -> None:
    do(MOVE)
    account = make_account(AccessRole.HR)
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    key = open_plans([maria.id])[maria.id].public_id
    page = f"/hr/planned-posts/{key}"
    record = client.get(f"/hr/people/{maria.public_id}")
    assert "Moves on 1 April 2026" in record.text
    record.one(f"a[href='{page}']")
    client.get("/hr/planned-posts").one(f"a[href='{page}']")
    client.post(f"{page}/call-off", {"reason": ""}, status=422)
    client.post(f"{page}/call-off", {"reason": "Stays after all"}, status=303)
    client.get(page, status=404)
    assert "Moves on" not in client.get(f"/hr/people/{maria.public_id}").text
    begin_on(AHEAD)
    assert len(posts("M1")) == 1


def test_others_neither_see_nor_call_off(client: PageClient, maria: Person) -> None:
    do(MOVE)
    other = make_unit()
    account = make_account(AccessRole.HR, unit=other, over=other)
    key = open_plans([maria.id])[maria.id].public_id
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    client.post(f"/hr/planned-posts/{key}/call-off", {"reason": "Not mine"}, status=404)


def test_an_auditor_reads_what_is_planned_and_calls_nothing_off(
    client: PageClient, maria: Person
) -> None:
    do(MOVE)
    account = make_account(AccessRole.AUDITOR)
    db.session.commit()
    page = client.sign_in(account.username, PASSWORD).get("/hr/planned-posts")
    assert maria.full_name in page.text
    assert not page.select("main a[href*='/hr/planned-posts/']")
