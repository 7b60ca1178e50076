"""A last day at work that lies ahead: planned, begun after it, changed, called off, failed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.notifications.models import Message, OutgoingMail
from lms.people import services
from lms.people.importing.rules.plans import Outcome
from lms.people.importing.rules.refusals import Reason
from lms.people.importing.words import changes_words
from lms.people.jobs import begin_planned_posts
from lms.people.models import AccessRole, Account, Employment, Person
from lms.people.planned.models import PlannedPost, PlanOutcome
from lms.people.planned.queries import open_ends, open_plans, unmended
from lms.people.planned.services import begin
from tests.builders.imports import changes, do, plan, planned
from tests.builders.merging import merge
from tests.builders.people import PASSWORD, make_account, make_job_role, make_person, make_unit
from tests.builders.planned import plan_end, plan_post
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

LAST = date(2026, 4, 15)
LEAVES = "M1;;;;;;;;15.04.2026"


@pytest.fixture
def account(app: Flask) -> Account:
    make_unit("b")
    make_job_role("head")
    person = make_person(unit=make_unit("a"), personnel_number="M1")
    return make_account(AccessRole.TRAINEE, person=person)


@pytest.fixture
def maria(account: Account) -> Person:
    return account.person


def begin_on(day: date) -> None:
    now = datetime.combine(day, datetime.min.time(), UTC)
    for plan_id in db.session.scalars(sa.select(PlannedPost.id)).all():
        begin(plan_id, now=now, today=day)


def left_on(person: Person) -> date | None:
    last = sa.select(Employment.ended_on).where(Employment.person_id == person.id)
    return db.session.scalars(last.order_by(Employment.started_on.desc())).first()


def outcomes() -> list[PlanOutcome | None]:
    return list(db.session.scalars(sa.select(PlannedPost.outcome).order_by(PlannedPost.id)))


def test_the_dry_run_names_the_transfer_that_lapses(maria: Person) -> None:
    plan_post(maria, make_unit("c"), on=LAST + timedelta(days=1))
    (row,) = plan(LEAVES).rows
    assert row.lapses is not None
    assert "Отменится назначение" in changes_words(row)
    kept = open_plans([maria.id])[maria.id]
    kept.starts_on = LAST
    db.session.flush()
    (row,) = plan(LEAVES).rows
    assert row.lapses is None


def test_access_ends_after_the_last_day_however_late_the_job_runs(account: Account) -> None:
    do(LEAVES)
    begin_on(LAST)
    assert (left_on(account.person), account.suspended_at) == (None, None)
    begin_on(LAST + timedelta(days=3))
    assert left_on(account.person) == LAST
    db.session.refresh(account)
    assert account.suspended_at is not None
    assert outcomes() == [PlanOutcome.DONE]


def test_the_day_is_the_networks_where_it_began_earlier(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_end(account.person, on=LAST)
    db.session.commit()
    for hour, ended in ((20, None), (21, LAST)):  # in Moscow the next day begins at 21:00 UTC
        at = datetime(2026, 4, 15, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        begin_planned_posts()
        assert left_on(account.person) == ended


def test_the_same_file_twice_plans_once_and_another_day_replaces_it(maria: Person) -> None:
    do(LEAVES)
    assert not plan(LEAVES).changes_something
    later = "M1;;;;;;;;30.04.2026"
    assert changes(planned(later)) == {"left_on": (LAST, date(2026, 4, 30))}
    do(later)
    assert outcomes() == [PlanOutcome.REPLACED, None]


def test_a_day_more_than_a_year_ahead_is_refused(maria: Person) -> None:
    assert [one.reason for one in planned("M1;;;;;;;;04.03.2027").faults] == [Reason.FAR]


def test_a_transfer_before_the_last_day_stands_and_one_after_it_is_refused(maria: Person) -> None:
    do("M1;;;;b;specialist;01.04.2026")
    do(LEAVES)
    assert outcomes() == [None, None]
    refused = planned("M1;;;;b;head;20.04.2026")
    assert [one.reason for one in refused.faults] == [Reason.ENDS_FIRST]
    do("M1;;;;;;;;31.03.2026")
    assert outcomes() == [PlanOutcome.REPLACED, PlanOutcome.REPLACED, None]


def test_who_left_earlier_has_no_plan_any_more(maria: Person) -> None:
    do(LEAVES)
    do("M1;;;;;;;;01.03.2026")
    assert outcomes() == [PlanOutcome.OVERTAKEN]
    assert plan("M1;;;;;;;;01.03.2026").counts[Outcome.UNCHANGED] == 1


def test_of_two_records_with_a_last_day_that_of_the_one_that_stays_holds(maria: Person) -> None:
    mine, other = plan_end(maria, on=LAST), make_person()
    plan_end(other, on=LAST + timedelta(days=1))
    merge(maria, other)
    assert open_ends([maria.id])[maria.id].id == mine.id
    assert sorted(one is None for one in outcomes()) == [False, True]


def signed_in(client: PageClient, **options: object) -> Account:
    account = make_account(AccessRole.HR, **options)  # type: ignore[arg-type]
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    return account


def test_hr_enters_a_last_day_and_calls_it_off(client: PageClient, maria: Person) -> None:
    signed_in(client)
    record = f"/hr/people/{maria.public_id}"
    form = client.get(record).one("a[href$='/last-day']").get("href")
    client.post(form, {"on": "2099-01-01"}, status=422)
    client.post(form, {"on": "nonsense"}, status=422)
    ahead = clock.now().date() + timedelta(days=20)
    client.post(form, {"on": ahead.isoformat()}, status=303)
    assert "Works until" in client.get(record).text
    assert "last day at work" in client.get("/hr/planned-posts").text
    page = f"/hr/planned-posts/{open_ends([maria.id])[maria.id].public_id}"
    client.get(page)
    client.post(f"{page}/call-off", {"reason": "Stays after all"}, status=303)
    assert "Works until" not in client.get(record).text
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"people.leaving_planned", "people.leaving_called_off"} <= actions


def test_with_today_access_ends_at_once(
    client: PageClient, account: Account, maria: Person
) -> None:
    signed_in(client)
    path = f"/hr/people/{maria.public_id}/last-day"
    client.post(path, {"on": clock.now().date().isoformat()}, status=303)
    assert db.session.get_one(Account, account.id).suspended_at is not None
    client.get(path, status=409)


def test_nobody_enters_their_own_last_day(client: PageClient, app: Flask) -> None:
    own = make_person()
    signed_in(client, person=own)
    client.post(f"/hr/people/{own.public_id}/last-day", {"on": "2026-04-01"}, status=409)
    assert left_on(own) is None


def test_hr_of_another_centre_finds_no_such_page(client: PageClient, maria: Person) -> None:
    elsewhere = make_unit()
    signed_in(client, unit=elsewhere, over=elsewhere)
    client.get(f"/hr/people/{maria.public_id}/last-day", status=404)
    client.post(f"/hr/people/{maria.public_id}/last-day", {"on": "2026-04-01"}, status=404)


def failed(person: Person, actor: Person) -> PlannedPost:
    """A transfer to a centre that was closed meanwhile."""
    unit = make_unit()
    plan_post(person, unit, on=LAST, actor=actor)
    unit.closed_on = LAST
    begin_on(LAST)
    return unmended(person.id)[0]


def test_who_planned_it_is_told_that_it_failed(client: PageClient, maria: Person) -> None:
    hr = make_account(AccessRole.HR, person=make_person(email="hr@mfc.example"))
    failed(maria, hr.person)
    failed(make_person(), hr.person)
    db.session.commit()
    (message,) = db.session.scalars(sa.select(Message))
    assert message.recipient_id == hr.person_id
    assert len(message.details["plans"]) == 2
    assert db.session.scalars(sa.select(OutgoingMail)).one().address == "hr@mfc.example"
    client.sign_in(hr.username, PASSWORD)
    client.get("/inbox").one(f"main a[href='/hr/people/{maria.public_id}']")
    assert "the centre is closed" in client.get(f"/hr/people/{maria.public_id}").text


def test_who_keeps_the_person_is_told_where_the_planner_does_no_more(maria: Person) -> None:
    keeper = make_account(AccessRole.HR)
    gone = make_account(AccessRole.HR)
    services.suspend(now=clock.now(), actor_key=None, account=gone)
    failed(maria, gone.person)
    assert list(db.session.scalars(sa.select(Message.recipient_id))) == [keeper.person_id]


def test_the_mark_goes_with_the_next_plan(maria: Person) -> None:
    failed(maria, make_account(AccessRole.HR).person)
    plan_post(maria, make_unit(), on=LAST + timedelta(days=9))
    assert unmended(maria.id) == []


def test_an_end_that_cannot_take_effect_leaves_a_mark(maria: Person) -> None:
    plan_end(maria, on=LAST)
    db.session.execute(sa.update(Employment).values(started_on=LAST + timedelta(days=1)))
    begin_on(LAST + timedelta(days=1))
    assert [one.is_end for one in unmended(maria.id)] == [True]


def test_hr_where_a_newcomer_will_work_sees_their_page(client: PageClient, app: Flask) -> None:
    unit, newcomer = make_unit(), make_person(employed=False)
    plan_post(newcomer, unit)
    signed_in(client, unit=unit, over=unit)
    page = client.get(f"/hr/people/{newcomer.public_id}")
    page.one(f"a[href='/hr/planned-posts/{open_plans([newcomer.id])[newcomer.id].public_id}']")
    for link in page.select("main a[href^='/hr/']"):
        client.get(link.get("href"))


def test_hr_of_another_centre_finds_no_newcomer(client: PageClient, app: Flask) -> None:
    newcomer, elsewhere = make_person(employed=False), make_unit()
    plan_post(newcomer, make_unit())
    signed_in(client, unit=elsewhere, over=elsewhere)
    client.get(f"/hr/people/{newcomer.public_id}", status=404)


def test_a_transfer_ahead_shows_nobody_to_the_next_centre(client: PageClient, app: Flask) -> None:
    unit, mover = make_unit(), make_person()
    plan_post(mover, unit)
    signed_in(client, unit=unit, over=unit)
    client.get(f"/hr/people/{mover.public_id}", status=404)
