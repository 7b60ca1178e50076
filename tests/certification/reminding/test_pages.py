"""When reminders go out, and how digests read in the inbox and in mail."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from lms.certification.reminding.digests import remind
from lms.certification.reminding.forms import days_of
from lms.certification.reminding.plans import plan_of
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.notifications.delivery import deliver
from lms.people.models import AccessRole
from tests.builders.notifications import with_server
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.builders.schemes import at, award, make_rule, make_scheme
from tests.pages import PageClient
from tests.support.mail import postbox

pytestmark = pytest.mark.in_turn

DAY = date(2027, 3, 2) - timedelta(
    days=7
)  # when person and HR are told of what is awarded on TODAY
SENT = {
    "number": "0",
    "person_before": "90, 30",
    "person_after": "1",
    "head_before": "",
    "head_after": "",
    "hr_before": "",
    "hr_after": "5;10 15",
}


@pytest.fixture
def scheme(app: Flask) -> CertificationScheme:
    return make_scheme()


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def address(scheme: CertificationScheme) -> str:
    return f"/hr/certifications/{scheme.public_id}/reminders"


def test_hr_chooses_when_reminders_go_out(hr: PageClient, scheme: CertificationScheme) -> None:
    assert "60, 30, 14, 7, 1" in hr.get(address(scheme).removesuffix("/reminders")).text
    page = hr.follow(hr.post(address(scheme), SENT))
    assert "90, 30" in page.text
    assert plan_of(scheme).after == {1, 5, 10, 15}
    assert (
        "Reminders of a certification changed"
        in PageClient(hr.app)
        .sign_in(make_account(AccessRole.ADMINISTRATOR).username, PASSWORD)
        .get("/admin/audit")
        .text
    )


def test_two_who_change_it_at_once_see_both(hr: PageClient, scheme: CertificationScheme) -> None:
    hr.post(address(scheme), SENT)
    page = hr.post(address(scheme), {**SENT, "person_before": "44"}, status=409)
    assert "90, 30" in page.text
    assert page.select("#person_before")[0].get("value") == "44"
    hr.post(address(scheme), page.form_values("main form") | {"person_before": "44"})
    assert plan_of(scheme).number == 2


@pytest.mark.parametrize("text", ["soon", "-1", "731", "1.5", "٣", "1," * 13, "9" * 400])
def test_what_is_no_list_of_days_stays_in_its_field(
    hr: PageClient, scheme: CertificationScheme, text: str
) -> None:
    page = hr.post(address(scheme), {**SENT, "hr_after": text}, status=422)
    assert page.select("#hr_after")[0].get("value") == text
    assert plan_of(scheme).number == 0


def test_days_are_read_however_they_are_parted() -> None:
    assert days_of(" 30,14; 7\t7 ") == {30, 14, 7}
    assert days_of("") == days_of(None) == frozenset()


def test_hr_of_a_centre_can_t_change_what_holds_everywhere(
    app: Flask, scheme: CertificationScheme
) -> None:
    centre = make_unit()
    account = make_account(AccessRole.HR, over=centre, unit=centre)
    PageClient(app).sign_in(account.username, PASSWORD).get(address(scheme), status=404)


def test_a_digest_is_read_on_the_site_and_in_the_mail(
    app: Flask, scheme: CertificationScheme
) -> None:
    maria = make_person("<b>Белова</b>", email="maria@people.example", language="ru")
    account, hr = make_account(person=maria), make_account(AccessRole.HR)
    award(maria, scheme)
    db.session.commit()
    with postbox() as box, time_machine.travel(at(DAY), tick=False):
        settings = with_server(box.url)
        remind(now=at(DAY), today=DAY, settings=settings)
        assert deliver(settings=settings) == 1
        mail = box.message()
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == "Ваша сертификация: 1 напоминание"
    assert "- Универсальный специалист: действует до 2 марта 2027" in text
    own = PageClient(app).sign_in(account.username, PASSWORD).get("/inbox")
    assert "valid until 2 March 2027" in own.text
    looked_after = PageClient(app).sign_in(hr.username, PASSWORD).get("/inbox")
    assert "&lt;b&gt;Белова" in looked_after.html
    assert "Certifications of your people: 1 reminder" in looked_after.text


def test_a_reminder_in_grace_tells_when_grace_ends_and_not_that_renewal_does(app: Flask) -> None:
    maria = make_person(email="maria@people.example")
    account = make_account(person=maria)
    scheme = make_scheme(grace_days=14, short_months=3)
    make_rule(scheme), award(maria, scheme)
    db.session.commit()
    in_grace = date(2027, 3, 9)  # a week before its end
    remind(now=at(in_grace), today=in_grace, settings=with_server())
    with time_machine.travel(at(in_grace), tick=False):
        told = PageClient(app).sign_in(account.username, PASSWORD).get("/inbox").text
    assert "the term is over, days of grace until 16 March 2027" in told
    assert "renewed" not in told
