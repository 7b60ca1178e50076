"""HR sends one failed mail again; what may have arrived stays where it is."""

import pytest
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.notifications.models import MailState, OutgoingMail
from lms.notifications.services import NotAgain, send_again
from lms.people.models import AccessRole
from tests.builders.api import Caller
from tests.builders.notifications import mail_of, make_message, with_server
from tests.builders.people import PASSWORD, make_account, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("app")


def failed(state: MailState = MailState.FAILED) -> OutgoingMail:
    mail = mail_of(make_message())
    mail.state, mail.tries, mail.problem = state, 6, "550 recipient"
    db.session.flush()
    db.session.refresh(mail, ["recipient"])
    return mail


def again(mail: OutgoingMail) -> None:
    send_again(mail=mail, actor=mail.recipient, now=clock.now(), settings=with_server())


def test_a_failed_mail_waits_anew_for_the_address_of_now() -> None:
    mail = failed()
    mail.recipient.email = "right@people.example"
    again(mail)
    assert (mail.state, mail.tries, mail.problem) == (MailState.WAITING, 0, "")
    assert mail.address == "right@people.example"


@pytest.mark.parametrize("state", [MailState.SENT, MailState.HANDED_OVER, MailState.WAITING])
def test_what_may_have_arrived_or_waits_is_not_sent_again(state: MailState) -> None:
    mail = mail_of(make_message())
    mail.state, mail.sent_at = state, clock.now()
    db.session.refresh(mail, ["recipient"])
    with pytest.raises(NotAgain):
        again(mail)


def test_hr_sends_again_to_their_own_people_alone(make_app: object) -> None:
    app: Flask = make_app(smtp_url="smtp://127.0.0.1:25", mail_from="site@people.example")  # type: ignore[operator]
    with app.app_context():
        here, mail = make_unit(), failed()
        clients = [
            PageClient(app).sign_in(
                make_account(AccessRole.HR, unit=here, over=over).username, PASSWORD
            )
            for over in (here, None)
        ]
        clients[0].post(f"/hr/mail/{mail.public_id}/again", status=404)
        shown = clients[1].get("/hr/mail").text
        assert "Send again" in shown
        assert "refuses mail to this address: answer 550." in shown
        clients[1].post(f"/hr/mail/{mail.public_id}/again")
        db.session.expire_all()
        assert db.session.get_one(OutgoingMail, mail.id).state is MailState.WAITING
        caller, other = Caller(app), failed()
        caller.post(f"/mail/{mail.public_id}/resend", status=409)
        assert caller.post(f"/mail/{other.public_id}/resend", status=200)["state"] == "waiting"
