"""Everything that is held about one person: as JSON, as PDF, by themselves and by HR."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt, ItemKind
from lms.assessment.services import submit
from lms.audit.models import AuditEntry
from lms.certification.schemes.records.decisions import Desk
from lms.core import clock
from lms.core.database import db
from lms.people.disclosure.papers import PRINTED, document_of
from lms.people.disclosure.telling import loaded_parts, record_of
from lms.people.models import AccessRole, Account
from tests.builders.assessment import (
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.certification import make_certificate
from tests.builders.imports import AT
from tests.builders.notifications import mail_of, make_message
from tests.builders.people import NOW, PASSWORD, make_account, make_job_role, make_person
from tests.builders.programmes import apply, make_programme
from tests.builders.schemes import certify, make_scheme
from tests.pages import PageClient
from tests.support.pdfs import text_of
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn


@pytest.fixture
def account(app: Flask) -> Account:
    """Somebody who sat an exam and holds a certificate."""
    account = make_account()
    attempt = sat(account)
    submit(attempt=attempt, now=clock.now(), settings=settings())
    make_certificate(account.person)
    return account


def sat(account: Account) -> Attempt:
    place = make_place(make_exam([make_item(ItemKind.SINGLE_CHOICE)]), account.person)
    attempt = make_attempt(enrolment=place, at=clock.now())
    save(attempt, answer_event(1, {"choice": "a"}), at=clock.now())
    return attempt


def made(account: Account) -> dict[str, Any]:
    return record_of(account.person, now=NOW)


def test_it_holds_what_each_domain_knows(account: Account) -> None:
    parts = made(account)["parts"]
    assert parts["person"][0]["personnel_number"] == account.person.personnel_number
    assert parts["account"][0]["username"] == account.username
    [answer] = [one for one in parts["answers"] if one["position"]]
    assert answer["response"]["response"] == {"choice": "a"}
    assert answer["answer"]
    assert "content" not in answer
    assert [len(parts[key]) for key in ("attempts", "scores", "certificates")] == [1, 1, 1]
    assert "people.account_created" in {one["action"] for one in parts["audit_about"]}


def test_it_tells_of_ones_own_programme(app: Flask) -> None:
    _other, clerk = make_person(), make_person(job_role=make_job_role("clerk"))
    apply(make_programme(title={"en": "Another's"}))
    apply(make_programme(key="theirs", title={"en": "Theirs"}, post="clerk"))
    told = record_of(clerk, now=NOW)["parts"]["programmes"]
    assert {one["title"]["en"] for one in told} == {"Theirs"}


def test_it_holds_nothing_secret_and_nobody_else(account: Account) -> None:
    other = make_person("Посторонний")
    attempt = db.session.scalars(sa.select(Attempt)).one()
    text = json.dumps(made(account), ensure_ascii=False)
    for secret in (account.password_hash, attempt.token_nonce, attempt.seed):
        assert str(secret) not in text
    assert other.family_name not in text
    assert other.public_id not in text


def test_what_one_did_for_others_is_told_without_them(app: Flask) -> None:
    hr, learner = make_account(AccessRole.HR), make_person()
    place = make_place(make_exam([make_item(ItemKind.SINGLE_CHOICE)]), learner)
    place.enrolled_by_id = hr.person.id
    db.session.flush()
    told = made(hr)
    assert [(act["table"], act["role"]) for act in told["acts"]] == [
        ("enrolment", "enrolled_by_id")
    ]
    assert learner.public_id not in json.dumps(told)


def test_a_longer_life_costs_no_more_statements(account: Account) -> None:
    with counted_statements() as few:
        made(account)
    for _ in range(3):
        submit(attempt=sat(account), now=clock.now(), settings=settings())
    with counted_statements() as many:
        made(account)
    assert len(many) == len(few)


def test_the_document_says_how_things_stand_in_words_and_figures_of_its_language(
    account: Account,
) -> None:
    certify(account.person, scheme := make_scheme(), NOW.date() + timedelta(100))
    Desk(
        person=account.person, scheme_id=scheme.id, actor=account.person, now=NOW,
        today=NOW.date(),
    ).revoke(reason="for a test")  # fmt: skip
    loaded = [
        (part, [{**row, "percent": 66.67} if part.key == "scores" else row for row in rows])
        for part, rows in loaded_parts(account.person)
    ]
    document = document_of(account.person, loaded, language="ru", now=AT, settings=settings())
    printed = {
        section["title"]: [{one["name"]: one["value"] for one in row} for row in section["rows"]]
        for section in document.data["sections"]
    }
    last = printed["Сертификация: состояние по периодам"][-1]
    assert last["Состояние"] == "Лишён"
    assert "Последний день" not in last  # there is none
    assert printed["Результаты экзаменов"][0]["Процент"] == "66,67"


def test_the_document_prints_the_newest_and_says_what_is_left_out(account: Account) -> None:
    loaded = loaded_parts(account.person)
    many = [(part, rows * (PRINTED + 1) if part.key == "person" else rows) for part, rows in loaded]
    document = document_of(account.person, many, language="ru", now=AT, settings=settings())
    person = next(one for one in document.data["sections"] if one["title"] == "О вас")
    assert (len(person["rows"]), person["omitted"]) == (PRINTED, 1)


def test_the_document_says_what_messages_were_about_and_shows_no_machine_words(
    account: Account,
) -> None:
    message = make_message(account.person)
    loaded = loaded_parts(account.person)
    document = document_of(account.person, loaded, language="ru", now=AT, settings=settings())
    texts = {
        one["title"]: {cell["value"] for row in one["rows"] for cell in row}
        for one in document.data["sections"]
    }
    mail = mail_of(message)
    assert mail.subject in texts["Сообщения"]
    assert message.kind not in texts["Сообщения"]
    assert not {mail.state.value, mail.language} & texts["Отправленные письма"]


def test_one_takes_ones_own_record_as_json(app: Flask, account: Account) -> None:
    key = account.person.public_id
    client = PageClient(app).sign_in(account.username, PASSWORD)
    client.get("/account")
    page = client.post("/account/record", {"kind": "json"}, status=200)
    assert page.json["format"] == "lms-person-record/1"
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "people.record_taken")
    ).one()
    assert entry.person_key == entry.actor_key == key


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Сведения о человеке"), ("en", "Exam attempts")]
)
def test_one_takes_ones_own_record_as_pdf(
    app: Flask, account: Account, tmp_path: Path, language: str, words: str
) -> None:
    client = PageClient(app, language).sign_in(account.username, PASSWORD)
    page = client.post("/account/record", {"kind": "pdf"}, status=200)
    file = tmp_path / "record.pdf"
    file.write_bytes(page.response.data)
    assert words in text_of(file)


def test_hr_takes_it_for_a_person_within_their_scope(app: Flask, account: Account) -> None:
    address = f"/hr/people/{account.person.public_id}/record"
    client = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    assert client.post(address, {"kind": "json"}, status=200).json["person"]


def test_while_an_exam_is_sat_no_record_is_made(app: Flask, account: Account) -> None:
    sat(account)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    assert "exam is under way" in client.post("/account/record", status=409).text
