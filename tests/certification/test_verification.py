"""Public verification: what it says, what it never says, and to whom it stops answering."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from lms.certification import queries, services
from lms.certification.models import Certificate
from lms.certification.numbers import encode, group
from lms.certification.snapshots import comparable, is_name_of
from lms.core.database import db
from tests.builders.certification import make_certificate
from tests.builders.people import make_person
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
FAMILY, GIVEN, PATRONYMIC = "Знаменская-Вольская", "Евдокия", "Всеволодовна"
FULL = f"{FAMILY} {GIVEN} {PATRONYMIC}"
UNKNOWN = encode(12345678901234567890)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate(make_person(FAMILY, GIVEN, patronymic=PATRONYMIC))


def address(certificate: Certificate) -> str:
    return f"/verify/{certificate.number}"


def revoke(certificate: Certificate) -> None:
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A secret reason",
        now=NOON,
    )


def test_anyone_asks_by_number_and_reads_that_it_is_valid(
    client: PageClient, certificate: Certificate
) -> None:
    typed = group(certificate.number).lower().replace("-", " ")
    page = client.follow(client.get("/verify", query_string={"number": typed}, status=302))
    assert page.heading == "The certificate is valid"
    assert "Sincere service" in page.text
    assert "10 March 2026" in page.text
    assert group(certificate.number) in page.text
    page.one("time[datetime^='2026-06-01T']")  # whoever prints it has when it was so


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,ru;q=0.9", "en"), ("fr, en;q=0.5", "en"), ("ru-RU,en;q=0.9", "ru"), ("fr", "ru"), ("", "ru")],
)  # fmt: skip
def test_who_scans_a_certificate_reads_in_the_browsers_language_until_they_choose(
    app: Flask, certificate: Certificate, asked: str, language: str
) -> None:
    client, headers = PageClient(app), {"Accept-Language": asked}
    client.browser.delete_cookie("language")
    pages = (
        client.get("/verify", headers=headers),
        client.get(f"/verify/{UNKNOWN}", headers=headers, status=404),
        client.get(address(certificate), headers=headers),
        client.post(address(certificate), {"full_name": FULL}, status=200, headers=headers),
    )
    assert {page.tree.get("lang") for page in pages} == {language}
    client.browser.set_cookie("language", "ru")
    assert client.get(address(certificate), headers=headers).tree.get("lang") == "ru"


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        (date(2026, 6, 1), "The certificate is valid"),
        (date(2026, 5, 31), "The certificate has expired"),
        (None, "The certificate is valid"),
    ],
)
def test_the_page_follows_the_last_valid_day(
    client: PageClient, day: date | None, heading: str
) -> None:
    certificate = make_certificate(valid_until_on=day)
    assert client.get(address(certificate)).heading == heading


def test_the_last_valid_day_ends_at_the_networks_midnight(client: PageClient) -> None:
    certificate = make_certificate(valid_until_on=date(2026, 6, 1))
    with time_machine.travel(datetime(2026, 6, 1, 20, 59, tzinfo=UTC)):
        assert client.get(address(certificate)).heading == "The certificate is valid"
    with time_machine.travel(datetime(2026, 6, 1, 21, 1, tzinfo=UTC)):
        assert client.get(address(certificate)).heading == "The certificate has expired"


def test_a_revoked_one_is_told_without_the_reason(
    client: PageClient, certificate: Certificate
) -> None:
    revoke(certificate)
    page = client.get(address(certificate))
    assert page.heading == "The certificate has been revoked"
    assert "secret reason" not in page.html


def test_a_replaced_one_does_not_give_the_new_number_away(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    new = services.reissue(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A change of name",
        now=NOON,
        settings=app.config["SETTINGS"],
    )
    page = client.get(address(certificate))
    assert page.heading == "The certificate has been replaced"
    assert new.number not in page.html.replace("-", "")
    assert client.get(address(new)).heading == "The certificate is valid"


def test_the_name_is_masked_on_every_public_page(
    client: PageClient, certificate: Certificate
) -> None:
    pages = [
        client.get(address(certificate)),
        client.post(address(certificate), {"full_name": "Кто-то Другой"}, status=200),
        client.post(address(certificate), {"full_name": ""}, status=422),
    ]
    revoke(certificate)
    pages.append(client.get(address(certificate)))
    for page in pages:
        assert "З… Е… В…" in page.text
        for secret in (FAMILY, GIVEN, PATRONYMIC, "наменская", "Вольская"):
            assert secret.casefold() not in page.html.casefold()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (FULL, "Yes:"),
        (f"{GIVEN} {PATRONYMIC} {FAMILY}", "Yes:"),
        (f"  {FULL.lower()}  ".replace("-", " – "), "Yes:"),
        (f"{FAMILY} {GIVEN}", "No:"),
        ("Знаменская Евдокия Всеволодовна", "No:"),
        ("Ивановa Мария", "No:"),
        ("%", "No:"),
    ],
)
def test_a_full_name_is_confirmed_by_yes_or_no(
    client: PageClient, certificate: Certificate, typed: str, answer: str
) -> None:
    # Without the session's token: it is asked with cookies off, too.
    page = client.post(address(certificate), {"full_name": typed}, status=200, csrf=False)
    assert answer in page.one("#name .alert").text_content()


def test_a_wrong_number_is_told_before_any_look_up(client: PageClient) -> None:
    client.get("/verify")
    for path in ("/verify?number=7K2M-9QXB", f"/verify/{UNKNOWN[:-1]}*", "/verify/" + "Z" * 400):
        with counted_statements() as statements:
            page = client.get(path, status=422)
        assert statements == []
        assert "check the typing" in page.one(".field-error").text_content()


def test_what_was_typed_is_kept(client: PageClient) -> None:
    page = client.get("/verify", query_string={"number": "7K2M 9QXB"}, status=422)
    assert page.one("#number").get("value") == "7K2M 9QXB"


def test_an_empty_number_is_asked_for(client: PageClient) -> None:
    page = client.get("/verify?number=", status=422)
    assert "Type the number" in page.one(".field-error").text_content()


def test_unknown_numbers_look_all_the_same(client: PageClient) -> None:
    pages = [
        client.get(f"/verify/{UNKNOWN}", status=404),
        client.get(f"/verify/{encode(1)}", status=404),
        client.post(f"/verify/{encode(2)}", {"full_name": FULL}, status=404),
    ]
    assert {page.heading for page in pages} == {"There is no such certificate"}
    assert {page.one("main").text_content() for page in pages} == {
        pages[0].one("main").text_content()
    }


def test_search_engines_are_told_to_stay_away(client: PageClient, certificate: Certificate) -> None:
    for page in (client.get("/verify"), client.get(address(certificate))):
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "noindex" in page.one("meta[name=robots]").get("content")
        assert page.headers["Cache-Control"] == "no-store"


def test_it_works_without_script_and_without_signing_in(
    client: PageClient, certificate: Certificate
) -> None:
    page = client.get("/verify")
    form = page.one("main form[method=get]")
    assert form.get("action") == "/verify"
    assert page.one("main form[method=post]").get("enctype") == "multipart/form-data"
    page = client.get(address(certificate))
    assert page.one("main form").get("method") == "post"
    for shown in (page, client.get("/verify/offline")):
        assert "here are invented" in shown.one(".verification > .alert").text_content()


def test_russian_pages_speak_russian(app: Flask, certificate: Certificate) -> None:
    page = PageClient(app, "ru").get(address(certificate))
    assert page.heading == "Сертификат действителен"
    assert "Искренний сервис" in page.text


def test_too_many_look_ups_are_stopped(make_app: Callable[..., Flask]) -> None:
    app = make_app(verify_limit="3 per minute")
    with app.app_context():
        client = PageClient(app)
        for path in (f"/verify/{UNKNOWN}", f"/verify?number={UNKNOWN}", f"/verify/{encode(7)}"):
            client._open("GET", path, status=302 if "?" in path else 404)
        page = client.get(f"/verify/{encode(8)}", status=429)
        assert int(page.headers["Retry-After"]) > 0
        client.get("/verify", status=200)
        client.post(f"/verify/{encode(9)}", {"full_name": "x"}, status=429)


def test_names_can_not_be_tried_without_end(make_app: Callable[..., Flask]) -> None:
    app = make_app(confirm_limit="2 per hour", verify_limit="100 per minute")
    with app.app_context():
        one, other = make_certificate(), make_certificate()
        client = PageClient(app)
        for _ in range(2):
            client.post(address(one), {"full_name": "Кто Угодно"}, status=200)
        stranger = PageClient(app)
        spaced = "-".join(one.number).lower()
        page = stranger.post(f"/verify/{spaced}", {"full_name": "Кто Угодно"}, status=429)
        assert "Wait 60 minutes and try again" in page.text
        stranger.post(address(other), {"full_name": "Кто Угодно"}, status=200)


def test_a_look_up_costs_a_fixed_number_of_statements(
    client: PageClient, certificate: Certificate
) -> None:
    db.session.commit()
    with counted_statements() as statements:
        client.get(address(certificate))
    assert len(statements) == 1


def test_comparing_folds_what_does_not_count() -> None:
    assert comparable("Ёлкина  Анна") == comparable("анна елкина")
    assert comparable("Анна-Мария Ли") == comparable("Ли анна — мария")
    assert comparable("Андрей Ёлкин") == comparable("Андреи\u0306 Е\u0308лкин")  # as macOS copies
    assert comparable("О’Нил, Анна (Ли).") == comparable("анна ли о'нил")
    assert comparable("Али Вели Мамед-кызы") == comparable("Али Вели Мамед\u00a0кызы")
    assert comparable("Анна－Ма\u00adрия О＇Нил") == comparable("Анна⁃Мария ОНил")
    assert comparable("Ли Анна") != comparable("ЛиАнна")


def test_no_name_fits_no_certificate() -> None:
    assert not is_name_of(None, "")
