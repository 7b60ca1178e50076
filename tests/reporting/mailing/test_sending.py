"""A list is sent when it is due, once, to each with what they may see: over a real connection."""

import io
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.audit.models import AuditEntry
from lms.certification import numbers
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import Job
from lms.core.unit_of_work import unit_of_work
from lms.notifications.attachments import files
from lms.notifications.delivery import deliver
from lms.notifications.models import Message, MessageFile
from lms.people.models import AccessRole, Account, Person, RoleGrant
from lms.reporting.mailing import sending
from lms.reporting.mailing.models import (
    Condition,
    FileKind,
    ListDelivery,
    ListRun,
    ListSchedule,
    Outcome,
)
from lms.reporting.mailing.presenting import PROBLEM_KIND
from lms.reporting.mailing.services import begin_due
from lms.reporting.saved.models import SavedList
from tests.builders.certification import make_certificate
from tests.builders.lists import make_saved_list, make_schedule, name_colleague
from tests.builders.notifications import with_server
from tests.builders.people import NOW, make_account, make_person, make_unit
from tests.support.mail import Postbox, postbox

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture(scope="module")
def served() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def time(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def box(time: time_machine.Traveller, served: Postbox) -> Postbox:
    served.envelopes.clear()
    return served


def hr(name: str, over: Any = None, **overrides: Any) -> Account:
    person = make_person(email=f"{name}@people.example", unit=over, **overrides)
    return make_account(AccessRole.HR, person=person, over=over)


def scheduled(owner: Account, **overrides: Any) -> SavedList:
    row = make_saved_list(owner.person_id, values={})
    make_schedule(row, **overrides)
    return row


def certified(unit: Any = None) -> str:
    return numbers.group(make_certificate(make_person(unit=unit)).number)


def send(box: Postbox) -> list[str]:
    """Begin what is due, send it and deliver the mail; whom it went to."""
    db.session.commit()
    box.envelopes.clear()
    settings = with_server(box.url)
    begin_due(now=clock.now(), zone=ZONE)
    with unit_of_work():
        waiting = sa.select(ListRun.public_id).where(ListRun.finished_at.is_(None))
        runs = list(db.session.scalars(waiting))
    for run in runs:
        sending.send(run, settings=settings)
    deliver(settings=settings)
    return sorted(box.addresses)


def send_again(box: Postbox, time: time_machine.Traveller) -> list[str]:
    """The same at the following working day's hour."""
    time.shift(timedelta(days=1))
    return send(box)


def mail_to(box: Postbox, name: str) -> EmailMessage:
    return box.message(box.addresses.index(f"{name}@people.example"))


def attached(message: EmailMessage) -> set[str]:
    """The numbers of the certificates in the workbook that came with a mail."""
    (part,) = message.iter_attachments()
    assert isinstance(part, EmailMessage)
    rows = openpyxl.load_workbook(io.BytesIO(part.get_content())).active.values
    return {str(row[0]) for row in list(rows)[1:]}


def outcomes() -> list[Outcome | None]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(ListDelivery.outcome).order_by(ListDelivery.id)))


def problems() -> list[Message]:
    return list(db.session.scalars(sa.select(Message).where(Message.kind == PROBLEM_KIND)))


def end_roles(account: Account) -> None:
    db.session.execute(
        sa.update(RoleGrant).where(RoleGrant.account_id == account.id).values(ended_at=NOW)
    )


def test_a_due_list_arrives_as_a_workbook_whose_rows_are_the_list(box: Postbox) -> None:
    listed = {certified(), certified()}
    scheduled(hr("owner"))
    assert send(box) == ["owner@people.example"]
    message = mail_to(box, "owner")
    assert (message["Subject"], attached(message)) == ("List: Expiring", listed)
    assert "2 rows" in str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert message["List-Unsubscribe"] == "<https://learn.example/hr/lists>"
    taken = sa.select(AuditEntry).where(AuditEntry.action == "reporting.list_mailed")
    assert db.session.scalars(taken).one().details == {"kind": "xlsx", "rows": 2}


@pytest.mark.parametrize("kind", ["board", "standings"])
def test_a_list_of_a_day_ahead_says_that_plans_count(box: Postbox, kind: str) -> None:
    owner = hr("owner")
    row = make_saved_list(owner.person_id, kind=kind, values={"on": "2096-03-02"})
    make_schedule(row)
    send(box)
    message = mail_to(box, "owner")
    assert "planned by then" in str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    (part,) = message.iter_attachments()
    assert "-foreseen-2096-03-02.xlsx" in str(part.get_filename())
    assert isinstance(part, EmailMessage)
    about = openpyxl.load_workbook(io.BytesIO(part.get_content()))["About the list"]
    assert "planned by then" in str(about["B1"].value)
    assert about["B2"].value  # what it is narrowed to


def test_each_gets_what_they_may_see_in_their_language(box: Postbox) -> None:
    centre = make_unit()
    inside, outside = certified(centre), certified()
    row = scheduled(hr("owner"))
    name_colleague(row, hr("district", centre, language="ru").person)
    send(box)
    assert attached(mail_to(box, "owner")) == {inside, outside}
    assert attached(mail_to(box, "district")) == {inside}
    assert mail_to(box, "district")["Subject"] == "Список: Expiring"


def test_who_lost_the_right_gets_nothing_and_the_owner_is_told_once(
    box: Postbox, time: time_machine.Traveller
) -> None:
    colleague = hr("colleague")
    name_colleague(scheduled(hr("owner"), to_owner=False), colleague.person)
    end_roles(colleague)
    assert send(box) == ["owner@people.example"]
    assert "may not see this list" in mail_to(box, "owner").as_string()
    assert send_again(box, time) == []
    assert (outcomes(), len(problems())) == ([Outcome.NO_RIGHT] * 2, 1)


def test_a_list_whose_owner_lost_the_right_goes_to_nobody_and_is_paused(box: Postbox) -> None:
    owner = hr("owner")
    name_colleague(scheduled(owner), hr("colleague").person)
    end_roles(owner)
    assert send(box) == ["colleague@people.example", "owner@people.example"]  # that it wasn't sent
    assert "/hr/lists\n" in mail_to(box, "colleague").as_string()
    assert outcomes() == [Outcome.OWNER_NO_RIGHT] * 2
    assert db.session.scalars(sa.select(ListSchedule)).one().paused_at == NOW


def test_a_list_of_what_its_owner_may_not_see_any_more_goes_to_nobody(box: Postbox) -> None:
    owner, centre = hr("owner", make_unit()), make_unit()
    row = make_saved_list(owner.person_id, kind="standings", values={"unit": centre.public_id})
    name_colleague(row, hr("colleague").person)
    make_schedule(row)
    assert send(box) == ["colleague@people.example", "owner@people.example"]  # that it wasn't sent
    assert outcomes() == [Outcome.OWNER_NO_RIGHT] * 2


def test_a_moment_is_one_run_and_days_slept_through_are_one_too(
    box: Postbox, time: time_machine.Traveller
) -> None:
    scheduled(hr("owner"))
    assert [len(send(box)), len(send(box))] == [1, 0]
    time.shift(timedelta(days=9))
    assert [len(send(box)), len(send(box))] == [1, 0]
    assert len(outcomes()) == 2


def test_a_worker_killed_half_way_serves_nobody_twice(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_colleague(scheduled(hr("owner")), hr("colleague").person)
    db.session.commit()
    note, calls = sending._note, []

    def die_at_the_second(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        note(*args)

    monkeypatch.setattr(sending, "_note", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        send(box)
    monkeypatch.undo()
    assert len(send(box)) == 2
    assert outcomes() == [Outcome.SENT] * 2


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [(Condition.ALWAYS, Outcome.SENT), (Condition.ROWS, Outcome.EMPTY)],
)
def test_an_empty_list_is_sent_only_if_asked_for(
    box: Postbox, condition: Condition, outcome: Outcome
) -> None:
    scheduled(hr("owner"), condition=condition)
    send(box)
    assert outcomes() == [outcome]


def test_an_unchanged_list_waits_for_a_change(box: Postbox, time: time_machine.Traveller) -> None:
    scheduled(hr("owner"), condition=Condition.CHANGES)
    certified()
    assert [len(send(box)), len(send_again(box, time))] == [1, 0]
    certified()
    assert len(send_again(box, time)) == 1
    assert outcomes() == [Outcome.SENT, Outcome.UNCHANGED, Outcome.SENT]


def test_a_large_file_is_linked_to_and_goes_when_its_time_is_over(box: Postbox) -> None:
    scheduled(hr("owner"), file_kind=FileKind.CSV)
    large = with_server(box.url).model_copy(update={"mail_attachment_megabytes": 0})
    db.session.commit()
    begin_due(now=NOW, zone=ZONE)
    sending.send(db.session.scalars(sa.select(ListRun.public_id)).one(), settings=large)
    deliver(settings=large)
    assert list(mail_to(box, "owner").iter_attachments()) == []
    file = db.session.scalars(sa.select(MessageFile)).one()
    link = f"/files/{file.public_id}"
    assert link in str(mail_to(box, "owner").get_body(("plain",)))
    assert (files.remove_old(now=NOW), files.remove_old(now=NOW + files.KEPT_FOR)) == (0, 1)
    with pytest.raises(FileNotFoundError):
        files.pieces(file)


def test_a_report_for_printing_is_attached(box: Postbox) -> None:
    scheduled(hr("owner"), file_kind=FileKind.PDF)
    certified()
    send(box)
    (part,) = mail_to(box, "owner").iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_content().startswith(b"%PDF")  # type: ignore[attr-defined]


def test_the_job_is_asked_for_with_the_run(box: Postbox) -> None:
    scheduled(hr("owner"))
    db.session.commit()
    begin_due(now=NOW, zone=ZONE)
    run = db.session.scalars(sa.select(ListRun)).one()
    assert db.session.scalars(sa.select(Job.arguments)).all() == [{"run_id": run.public_id}]


def test_a_fault_is_tried_again_and_told_at_last(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise OSError

    scheduled(hr("owner"))
    monkeypatch.setattr(files, "keep", broken)
    for _ in range(sending.MOST_TRIES - 1):
        with pytest.raises(sending.Unfinished):
            send(box)
    send(box)
    assert outcomes() == [Outcome.FAILED]
    assert len(problems()) == 1


def test_a_list_that_no_sheet_holds_is_not_written_and_the_owner_is_told(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified()
    scheduled(hr("owner"))
    monkeypatch.setattr("lms.web.lists.files.MAX_ROWS", 0)
    send(box)
    assert outcomes() == [Outcome.TOO_LONG]
    assert "As CSV there is no limit" in mail_to(box, "owner").as_string()


def test_numbers_of_one_who_sees_more_are_not_the_owner_s(box: Postbox) -> None:
    owner = hr("owner", make_unit())
    name_colleague(scheduled(owner), hr("network").person, is_shared=False)
    send(box)
    rows = sa.select(Person.email, ListDelivery.is_within).join(ListDelivery.recipient)
    assert dict(db.session.execute(rows).all()) == {
        "owner@people.example": True,
        "network@people.example": False,
    }
