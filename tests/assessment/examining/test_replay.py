"""An examiner plays a sitting back, and learns whether its log can be trusted."""

import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import AttemptEvent, ItemKind
from lms.catalog.models import Course
from lms.core.database import db
from lms.people.models import AccessRole
from tests.assessment.delivery.candidate import OVER, Candidate, Moment, run_job
from tests.assessment.examining.examiner import examiner
from tests.builders.assessment import answer_event, flag_event
from tests.builders.erasure import erase, leave
from tests.builders.people import PASSWORD, make_account, make_unit
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


def sat(candidate: Candidate, moment: Moment) -> str:
    """A sitting with a change, a mark, a takeover and an answer that waited; the replay's address."""
    candidate.start()
    position = candidate.position()
    candidate.send(
        candidate.choose("a", sequence=1), flag_event(position, flagged=True, sequence=2)
    )
    moment.after_start(timedelta(minutes=7))
    candidate.send(candidate.choose("b", sequence=3, authored_ms_ago=90_000))
    candidate.take_over()
    typed = {"text": "<script>alert(1)</script>"}
    candidate.send(answer_event(candidate.position(ItemKind.SHORT_TEXT), typed, writer=2))
    candidate.hand_in()
    return f"/examining{candidate.path}"


def test_each_step_shows_the_sitting_as_it_stood_then(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    first = desk.get(path)
    assert "Step 1 of 6" in first.text
    assert chosen(first) == ["a"]
    third = desk.get(f"{path}?step=3")
    assert chosen(third) == ["b"]
    assert "waited 90 s on the device" in third.text
    assert "after 7 min of silence" in third.text
    assert "Gone on with in another tab" in desk.get(f"{path}?step=4").text
    typed = desk.get(f"{path}?step=5")
    assert "<script>alert(1)</script>" in typed.text
    assert not typed.select("main script")
    assert "Handed in" in desk.get(f"{path}?step=6").text
    desk.get(f"{path}?step=7", status=404)
    desk.get(f"{path}?step=0", status=404)


def slug_of(candidate: Candidate) -> str:
    return db.session.get_one(Course, candidate.place.course_id).slug


def chosen(page: Page) -> list[str]:
    return [str(box.get("value")) for box in page.select("fieldset[disabled] input[checked]")]


def test_the_steps_are_links_that_follow_one_another(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    page, seen = desk.get(path), 1
    while page.select("a[rel=next]"):
        page = desk.get(page.one("a[rel=next]").get("href").split("#")[0])
        seen += 1
    assert seen == 6
    assert page.one("a[rel=prev]").get("href").endswith("step=5#step")


def test_the_desk_lists_sittings_with_their_results(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    course = slug_of(candidate)
    page = desk.get(f"/examining/courses/{course}")
    assert candidate.person.full_name in page.text
    assert page.select(f"a[href='{path}']")
    desk.get("/examining/courses/none", status=404)


def test_a_sitting_out_of_scope_is_like_a_missing_one(candidate: Candidate, moment: Moment) -> None:
    path = sat(candidate, moment)
    elsewhere = examiner(candidate.app, over=make_unit())
    missing = elsewhere.get("/examining/attempts/0000000000000000", status=404)
    assert elsewhere.get(path, status=404).text == missing.text
    course = slug_of(candidate)
    assert (
        candidate.person.personnel_number not in elsewhere.get(f"/examining/courses/{course}").text
    )


def test_nobody_examines_a_sitting_of_their_own(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app)
    path = sat(candidate, moment)
    account = make_account(AccessRole.INSTRUCTOR, person=make_person_again(candidate))
    own = PageClient(app).sign_in(account.username, PASSWORD)
    own.get(path, status=404)


def make_person_again(candidate: Candidate):  # type: ignore[no-untyped-def]
    """The candidate's person, without the trainee's account: one person has one account."""
    from lms.people.models import Account, AccountSession, RoleGrant

    account = db.session.get_one(Account, candidate.account.id)
    for table in (AccountSession, RoleGrant):
        db.session.execute(sa.delete(table).where(table.account_id == account.id))
    db.session.delete(account)
    db.session.flush()
    return candidate.person


def test_an_intact_log_is_called_intact(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    candidate.client.post(f"{candidate.path}/receipt", status=303)
    page = desk.get(path)
    assert "The chain of all 6 entries is unbroken" in page.text
    assert "ends as the audit log recorded it" in page.text
    assert "agrees with the log" in page.text
    assert page.select(".badge-good")


def rewrite(candidate: Candidate, **values: object) -> None:
    entry = sa.update(AttemptEvent).where(
        AttemptEvent.attempt_id == candidate.attempt.id, AttemptEvent.number == 3
    )
    db.session.execute(entry.values(**values))
    db.session.commit()


def test_an_altered_entry_is_found(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    rewrite(candidate, body={"response": {"choice": "c"}})
    page = desk.get(path)
    assert "The chain breaks at entry 3" in page.text
    assert "not intact" in page.text


def test_a_log_written_anew_with_a_new_chain_does_not_agree_with_what_was_sealed(
    candidate: Candidate, moment: Moment
) -> None:
    from lms.assessment.log import digest

    path, desk = sat(candidate, moment), examiner(candidate.app)
    candidate.client.post(f"{candidate.path}/receipt", status=303)
    file = candidate.client.get(f"{candidate.path}/receipt.json").response.get_data()
    assert "agrees with this log" in compared(desk, path, file).text
    previous = ""
    entries = sa.select(AttemptEvent).where(AttemptEvent.attempt_id == candidate.attempt.id)
    for event in db.session.scalars(entries.order_by(AttemptEvent.number)):
        if event.number == 3:
            event.body = {"response": {"choice": "c"}}
        event.previous_hash = previous or event.previous_hash
        event.hash = previous = digest(event)
    db.session.commit()
    page = desk.get(path)
    assert "The chain of all 6 entries is unbroken" in page.text
    assert "does not end as the audit log recorded it" in page.text
    assert "does not agree with the log" in page.text
    assert "genuine but does not agree" in compared(desk, path, file).text


def compared(desk: PageClient, path: str, file: bytes) -> Page:
    data = {"file": (io.BytesIO(file), "receipt.json")}
    return desk.post(path, data, status=200, content_type="multipart/form-data")


def test_a_receipt_of_another_sitting_or_a_forged_one_does_not_agree(
    candidate: Candidate, moment: Moment
) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    other = Candidate(candidate.app)
    sat(other, moment)
    other.client.post(f"{other.path}/receipt", status=303)
    file = other.client.get(f"{other.path}/receipt.json").response.get_data()
    assert "belongs to another sitting" in compared(desk, path, file).text
    forged = json.loads(file)
    forged["receipt"]["attempt"]["id"] = candidate.attempt.public_id
    assert "no genuine receipt" in compared(desk, path, json.dumps(forged).encode()).text
    desk.post(path, {}, status=422)


def test_an_open_and_an_overdue_sitting_can_be_looked_at(
    candidate: Candidate, moment: Moment
) -> None:
    desk = examiner(candidate.app)
    candidate.start()
    path = f"/examining{candidate.path}"
    assert "Nothing has been answered yet" in desk.get(path).text
    moment.after_start(OVER)
    run_job()
    assert "Closed by the clock" in desk.get(path).text


def test_of_an_erased_sitting_nothing_is_counted(candidate: Candidate, moment: Moment) -> None:
    path, desk = sat(candidate, moment), examiner(candidate.app)
    assert desk.get(path).select(".stat")
    person = db.session.merge(candidate.person)
    leave(person)
    erase(person)
    page = desk.get(path)
    assert "The answers of this sitting were erased." in page.text
    assert not page.select(".stat")
