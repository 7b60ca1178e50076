"""Doing what was shown: posts with their history, access, leave; all of it or nothing; once."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification.schemes.models import CertificationFact
from lms.core.database import db
from lms.core.jobs import run_due
from lms.people.events import posts_changed
from lms.people.importing import services
from lms.people.importing.applying import AT_ONCE
from lms.people.importing.errors import AlreadyApplied, PlanOutdated
from lms.people.importing.models import PeopleImport
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Outcome
from lms.people.models import Account, Employment, Person
from lms.people.services import rename_person
from tests.builders.imports import AT, EVERYTHING, TODAY, do, make_upload, plan, rows_of
from tests.builders.people import (
    make_account,
    make_job_role,
    make_person,
    make_unit,
    unit_coded,
)
from tests.support.statements import counted_statements


@pytest.fixture
def maria(app: Flask) -> Person:
    make_unit("b")
    make_job_role("head")
    return make_person(unit=make_unit("a"), personnel_number="M1")


def posts(number: str) -> list[tuple[str, date, date | None]]:
    statement = (
        sa.select(Employment)
        .join(Employment.person)
        .where(Person.personnel_number == number)
        .options(sa.orm.joinedload(Employment.unit))
        .order_by(Employment.started_on)
    )
    return [(p.unit.code, p.started_on, p.ended_on) for p in db.session.scalars(statement)]


FILE = (
    "N1;Петров;Пётр;;b;specialist;01.02.2026;p@example.org",
    "M1;Сидорова;;;b;head;10.02.2026;m@example.org",
    "M2;;;;;;;;28.02.2026",
    "M3;;;;;;;;;01.02.2026;14.02.2026",
)


def test_a_file_is_done_and_the_second_time_changes_nothing(maria: Person) -> None:
    for number in ("M2", "M3"):
        make_person(unit=unit_coded("a"), personnel_number=number)
    shown = do(*FILE)
    assert (shown.counts[Outcome.NEW], shown.counts[Outcome.CHANGED]) == (1, 3)
    again = plan(*FILE)
    assert not again.changes_something
    assert again.counts[Outcome.UNCHANGED] == 4


def test_a_transfer_closes_one_post_and_opens_another(maria: Person) -> None:
    do("M1;;;;b;head;10.02.2026")
    assert posts("M1") == [
        ("a", date(2025, 1, 15), date(2026, 2, 9)),
        ("b", date(2026, 2, 10), None),
    ]


def test_a_dismissal_ends_access_and_keeps_the_record(maria: Person) -> None:
    account = make_account(person=maria)
    do("M1;;;;;;;;28.02.2026")
    assert posts("M1") == [("a", date(2025, 1, 15), date(2026, 2, 28))]
    assert db.session.get_one(Account, account.id, populate_existing=True).suspended_at == AT


def test_who_comes_back_has_a_post_again_and_no_access_yet(maria: Person) -> None:
    account = make_account(person=maria)
    do("M1;;;;;;;;28.01.2026")
    do("M1;;;;b;head;01.02.2026")
    assert posts("M1")[-1] == ("b", date(2026, 2, 1), None)
    assert db.session.get_one(Account, account.id, populate_existing=True).suspended_at == AT


def test_leave_stands_among_the_facts_of_certification(maria: Person) -> None:
    do("M1;;;;;;;;;01.02.2026")
    do("M1;;;;;;;;;;14.02.2026")
    facts = db.session.execute(
        sa.select(CertificationFact.kind, CertificationFact.effective_on).where(
            CertificationFact.person_id == maria.id
        )
    )
    assert [(kind.value, on) for kind, on in facts] == [
        ("leave_began", date(2026, 2, 1)),
        ("leave_ended", date(2026, 2, 15)),
    ]


def test_refused_rows_are_left_out_and_the_log_counts_them(maria: Person) -> None:
    do("M1;Сидорова", "M7")
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "people.imported")
    ).one()
    assert entry.details == {"new": 0, "changed": 1, "unchanged": 0, "refused": 1}


def upload_of(account: Account, *lines: str) -> tuple[PeopleImport, str]:
    upload = make_upload(account, *lines)
    columns = services.guessed_columns(account, services.unpacked(upload.content)[0].cells)
    services.match_columns(upload=upload, account=account, columns=columns, effective_on=TODAY)
    return upload, services.plan_of(upload, EVERYTHING, today=TODAY).digest


def apply(upload: PeopleImport, digest: str) -> None:
    services.apply_upload(
        upload=upload, importer=EVERYTHING, digest=digest, now=AT, today=TODAY, language="ru"
    )


def test_nothing_is_done_when_somebody_changed_since_it_was_shown(maria: Person) -> None:
    upload, digest = upload_of(make_account(), "M1;Сидорова", "N1;Петров;Пётр;;b;head")
    rename_person(
        now=AT, actor_key=None, person=maria,
        family_name="Иная", given_name="Мария", patronymic="",
    )  # fmt: skip
    with pytest.raises(PlanOutdated):
        apply(upload, digest)
    assert db.session.scalar(sa.select(Person).where(Person.personnel_number == "N1")) is None


def test_an_upload_is_applied_once_and_its_content_goes(maria: Person) -> None:
    upload, digest = upload_of(make_account(), "M1;Сидорова")
    apply(upload, digest)
    assert upload.content == b""
    with pytest.raises(AlreadyApplied):
        apply(upload, digest)


def test_headings_are_remembered_for_their_uploader_alone(maria: Person) -> None:
    account = make_account()
    upload = make_upload(account)
    services.match_columns(
        upload=upload,
        account=account,
        columns=[Field.NUMBER, None],
        effective_on=TODAY,
    )
    headings = ["Табельный номер", "Фамилия"]
    assert services.guessed_columns(account, headings) == [Field.NUMBER, None]
    assert services.guessed_columns(make_account(), headings)[1] is Field.FAMILY_NAME


def test_of_two_columns_with_one_heading_the_used_one_is_remembered(app: Flask) -> None:
    account, headings = make_account(), "Номер;Место;Место"
    upload = services.take_upload(
        account=account, file_name="", rows=rows_of(headings=headings), now=AT, today=TODAY
    )
    columns = [Field.NUMBER, Field.UNIT, None]
    services.match_columns(upload=upload, account=account, columns=columns, effective_on=TODAY)
    assert services.guessed_columns(account, headings.split(";")) == columns


def test_uploads_are_forgotten_after_a_day(maria: Person) -> None:
    make_upload(make_account())
    assert services.forget_old_uploads(now=AT + services.KEPT) == 0
    assert services.forget_old_uploads(now=AT + services.KEPT * 2) == 1


def test_many_new_people_cost_a_bounded_number_of_statements(maria: Person) -> None:
    with counted_statements() as statements:
        do(*(f"N{n};Петров;Пётр;;b;specialist" for n in range(300)))
    assert len(statements) < 60


def test_what_follows_for_many_is_left_to_jobs(maria: Person) -> None:
    told: list[int] = []

    def hear(people: tuple[Person, ...], **_: Any) -> None:
        told.append(len(people))

    with posts_changed.connected_to(hear):
        do(*(f"N{n};Петров;Пётр;;b;specialist" for n in range(AT_ONCE + 1)))
        assert told == []
        db.session.commit()
        run_due()
    assert told == [AT_ONCE, 1]
