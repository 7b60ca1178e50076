"""The holder's own pages and documents; nobody else's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.certification import queries, services
from lms.certification.models import Certificate, CertificateDocument
from lms.certification.numbers import encode, group
from lms.core.database import db
from lms.core.pdf import RenderTimeout
from lms.core.storage import blobs
from lms.learning.home_sections import sections
from lms.notifications.composing import bodies
from lms.notifications.kinds import kind_of
from lms.notifications.models import Message
from lms.people.identity import Viewer
from lms.people.models import AccessRole
from tests.builders.certification import make_certificate, make_completed_enrolment
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the renderer, which has tests of its own; collect what is asked of it."""
    asked: list[str] = []

    def make(wanted: Any, **_: Any) -> str:
        asked.append(wanted.language)
        number = wanted.document.data["number"]
        return blobs().put(f"%PDF-1.7 {wanted.language} {number}".encode())

    monkeypatch.setattr("lms.certification.documents.make", make)
    return asked


def signed_in(app: Flask, role: AccessRole = AccessRole.TRAINEE, **options: Any) -> PageClient:
    account = make_account(role, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def document(certificate: Certificate) -> str:
    return f"/certificates/{certificate.number}.pdf"


def test_my_certificates_shows_mine_and_no_one_elses(app: Flask) -> None:
    me = make_person()
    mine = make_certificate(me)
    other = make_certificate(make_person("Чужая"))
    page = signed_in(app, person=me).get("/certificates")
    assert page.heading == "My certificates"
    assert group(mine.number) in page.text
    assert other.number not in page.html
    assert page.select(f"a[href^='{document(mine)}']")
    assert page.select(f"a[href='/verify/{mine.number}']")


def test_the_holder_is_told_of_a_new_one_and_of_a_revocation(app: Flask) -> None:
    me, actor = make_person(), make_person("Кадрова")
    said: dict[str, Any] = {"actor": actor, "reason": "Planted reason", "now": NOON}
    old = queries.certificate(make_certificate(me).number)
    new = services.reissue(certificate=old, settings=app.config["SETTINGS"], **said)
    services.revoke(certificate=queries.certificate(new.number), **said)
    client = signed_in(app, person=me)
    home = client.get("/").text
    assert "Revoked" in home
    assert "valid until" not in home
    page = client.get("/inbox")
    revoked, issued = (one.text_content() for one in page.select("article.message"))
    assert "“Sincere service” has been revoked" in revoked
    assert "You have a new certificate “Sincere service”" in issued
    for text in (revoked, issued):
        assert group(new.number) in text
        assert "Planted" not in text
    for message in db.session.scalars(sa.select(Message)):
        kind = kind_of(message.kind)
        (shown,) = kind.present([message.details])
        mail = bodies(kind, {**shown, "subject": "Told"}, app.config["SETTINGS"], "ru")
        assert all(group(new.number) in body for body in mail)


def test_an_empty_list_says_how_to_earn_one(app: Flask) -> None:
    page = signed_in(app).get("/certificates")
    assert "No certificates yet" in page.text


def test_the_list_costs_the_same_at_any_length(app: Flask) -> None:
    me = make_person()
    client = signed_in(app, person=me)
    counts = []
    for more in (1, 12):
        for _ in range(more):
            make_certificate(me)
        db.session.commit()
        with counted_statements() as statements:
            client.get("/certificates")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_the_document_is_made_when_absent_and_kept(app: Flask, made: list[str]) -> None:
    me = make_person(language="ru")
    certificate = make_certificate(me)
    client = signed_in(app, person=me)
    for _ in range(2):
        page = client.get(document(certificate))
        assert page.response.mimetype == "application/pdf"
        assert page.response.data.startswith(b"%PDF-1.7 ru")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Content-Disposition"].startswith("inline")
        assert "noindex" in page.headers["X-Robots-Tag"]
    assert made == ["ru"]
    kept = db.session.scalars(sa.select(CertificateDocument)).one()
    assert blobs().has(kept.blob)


def test_the_language_is_chosen_by_the_download(app: Flask, made: list[str]) -> None:
    me = make_person(language="ru")
    client = signed_in(app, person=me)
    path = document(make_certificate(me))
    page = client.get(f"{path}?language=en&download=1")
    assert page.response.data.startswith(b"%PDF-1.7 en")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{path}?language=xx").response.data.startswith(b"%PDF-1.7 ru")


def test_a_lost_file_is_made_again(app: Flask, made: list[str]) -> None:
    me = make_person(language="ru")
    certificate = make_certificate(me)
    client = signed_in(app, person=me)
    client.get(document(certificate))
    blobs().path(db.session.scalars(sa.select(CertificateDocument.blob)).one()).unlink()
    assert client.get(document(certificate)).response.data.startswith(b"%PDF-1.7 ru")
    assert made == ["ru", "ru"]


def test_the_document_of_someone_else_is_as_missing_as_none(app: Flask, made: list[str]) -> None:
    foreign = make_certificate(make_person("Чужая"))
    client = signed_in(app)
    answers = [
        client.get(path, status=404)
        for path in (document(foreign), f"/certificates/{encode(5)}.pdf", "/certificates/x.pdf")
    ]
    assert len({page.one("main").text_content() for page in answers}) == 1
    assert made == []


@pytest.mark.parametrize("role", [AccessRole.INSTRUCTOR, AccessRole.TRAINEE])
def test_no_other_role_reads_documents(app: Flask, role: AccessRole) -> None:
    foreign = make_certificate(make_person("Чужая"))
    signed_in(app, role).get(document(foreign), status=404)


def test_hr_reads_the_documents_of_its_centres_only(app: Flask, made: list[str]) -> None:
    here, there = make_unit("here"), make_unit("there")
    ours = make_certificate(make_person(unit=here))
    theirs = make_certificate(make_person(unit=there))
    hr = signed_in(app, AccessRole.HR, over=here)
    assert hr.get(document(ours)).status == 200
    hr.get(document(theirs), status=404)


def test_a_stranger_is_asked_to_sign_in(client: PageClient) -> None:
    certificate = make_certificate()
    for path in (document(certificate), "/certificates"):
        assert "/sign-in" in client.get(path, status=302).location


def test_a_passed_course_leads_to_its_certificate(app: Flask) -> None:
    me = make_person()
    certificate = make_certificate(me)
    key = db.session.get_one(type(make_completed_enrolment()), certificate.enrolment_id).public_id
    client = signed_in(app, person=me)
    assert client.get(f"/courses/{key}/certificate", status=302).location == document(certificate)
    signed_in(app).get(f"/courses/{key}/certificate", status=404)


def test_a_busy_renderer_is_a_polite_503(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_slow(_wanted: Any, **_: Any) -> str:
        raise RenderTimeout("busy")

    monkeypatch.setattr("lms.certification.documents.make", too_slow)
    me = make_person()
    page = signed_in(app, person=me).get(document(make_certificate(me)), status=503)
    assert "still being made" in page.text


def test_the_real_renderer_makes_the_real_document(app: Flask) -> None:
    me = make_person("Соколова", language="ru")
    page = signed_in(app, person=me).get(document(make_certificate(me)))
    assert page.response.data.startswith(b"%PDF-1.7")
    assert len(page.response.data) > 20_000


def home_values(viewer: Viewer) -> dict[str, Any] | None:
    for section in sections(viewer, NOON):
        if section.template == "certification/home_section.html":
            return dict(section.values)
    return None


def test_the_home_page_shows_what_was_earned_and_what_ends_soon(app: Flask) -> None:
    account = make_account()
    viewer = make_viewer(account=account)
    assert home_values(viewer) is None
    soon = make_certificate(viewer.person, valid_until_on=date(2026, 7, 1))
    for _ in range(4):
        make_certificate(viewer.person)
    values = home_values(viewer)
    assert values is not None
    assert values["total"] == 5
    assert values["ending"] == 1
    assert len(values["certificates"]) == 3
    assert values["certificates"][0].number == soon.number
