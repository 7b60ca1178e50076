"""The act of destruction: what was done, by whom, with the log's extract, and nobody's name."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.erasure.models import Erasure
from lms.people.models import AccessRole, Person
from lms.people.second_person.models import SecondPersonRequest
from tests.builders import erasure as build
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient
from tests.support import pdfs

pytestmark = pytest.mark.in_turn


@pytest.fixture
def erased(app: Flask) -> Erasure:
    """Somebody whom every domain knows, who left and was erased."""
    return build.erase(build.leave(build.make_known()))


@pytest.mark.parametrize(
    ("language", "title", "deleted"),
    [
        ("en", "Act of destruction of personal data", "deleted"),
        ("ru", "Акт об уничтожении персональных данных", "удалены"),
    ],
)
def test_the_act_says_what_was_done_and_names_nobody_whose_data_it_was(
    app: Flask, erased: Erasure, tmp_path: Path, language: str, title: str, deleted: str
) -> None:
    account = make_account(AccessRole.HR)
    client = PageClient(app, language).sign_in(account.username, PASSWORD)
    page = client.get(f"/hr/erasures/{erased.public_id}")
    act = client.get(page.one("a[href$='/act.pdf']").get("href")).response
    assert act.mimetype == "application/pdf"
    file = tmp_path / "act.pdf"
    file.write_bytes(act.data)
    text = pdfs.text_of(file)
    second = db.session.scalars(
        sa.select(SecondPersonRequest)
        .where(SecondPersonRequest.subject_key == erased.public_id)
        .options(
            joinedload(SecondPersonRequest.asked_by), joinedload(SecondPersonRequest.answered_by)
        )
    ).one()
    log = db.session.scalars(
        sa.select(AuditEntry.hash).where(AuditEntry.subject_key == erased.public_id)
    ).all()
    assert len(log) == 3  # asked for, agreed to, done
    unbroken = "".join(text.split())
    for wanted in (
        title,
        deleted,
        erased.public_id,
        db.session.get_one(Person, erased.person_id).public_id,
        second.asked_by.full_name,
        second.answered_by.full_name,
        second.reason,
        *log,
    ):
        assert "".join(str(wanted).split()) in unbroken
    assert not [secret for secret in build.SECRETS if secret in text]
    assert pdfs.faults(file, "ua1") == []


def test_before_it_is_done_there_is_no_act(app: Flask) -> None:
    asked = build.ask(build.leave(make_account(person=make_person(build.FAMILY)).person))
    client = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    assert (
        "once the erasure is done"
        in client.get(f"/hr/erasures/{asked.public_id}/act.pdf", status=409).text
    )
    assert not client.get(f"/hr/erasures/{asked.public_id}").select("a[href$='/act.pdf']")
