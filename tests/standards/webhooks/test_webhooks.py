"""Webhooks: signed, repeated with growing pauses, given up, never sent where they shouldn't be."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from lms.certification.services import revoke
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import Job, JobState, run_due
from lms.core.outside import connecting
from lms.core.settings import SettingsError, load_settings
from lms.learning.events import enrolment_completed
from lms.notifications.models import Message
from lms.people.models import AccessRole
from lms.standards.webhooks import dispatch, services
from lms.standards.webhooks.models import DeliveryState, Happening, Webhook, WebhookDelivery
from lms.standards.webhooks.sending import Outcome, secret_of, send
from tests.builders.api import make_hook
from tests.builders.certification import make_certificate
from tests.builders.learning import make_enrolment
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient
from tests.support.authorities import serving_on_loopback

FORM = {
    "name": "Payroll",
    "address": "https://hr.example/hook",
    "happenings": ["certificate.issued"],
}


class Receiver:
    """A system that listens on loopback; answers with ``status``."""

    def __init__(self, url: str) -> None:
        self.url, self.status, self.location = url, 204, ""
        self.heard: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append((dict(self.headers), body))
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def open_app(make_app: Any) -> Iterator[Flask]:
    app = make_app(webhook_private_addresses=True)
    with app.app_context():
        yield app


def told() -> list[str]:
    rows = db.session.scalars(sa.select(WebhookDelivery).order_by(WebhookDelivery.id))
    return [row.happening.value for row in rows]


def deliver() -> WebhookDelivery:
    """Run what is due; return the only message."""
    statement = sa.update(Job).where(Job.name != services.DELIVER_JOB)
    db.session.execute(statement.values(state=JobState.DONE))
    db.session.commit()
    run_due()
    db.session.expire_all()
    return db.session.scalars(sa.select(WebhookDelivery)).one()


def test_a_message_is_signed_and_delivered(open_app: Flask) -> None:
    with listening() as receiver:
        hook = make_hook(receiver.url)
        certificate = make_certificate(issued_at=clock.now())
        assert deliver().state is DeliveryState.DELIVERED
        headers, body = receiver.heard[0]
        secret = secret_of(hook.public_id, current_app.config["SETTINGS"])
        message = Verifier(secret).verify(body, headers)
        assert message["type"] == "certificate.issued"
        assert message["data"]["number"] == certificate.number
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(body.replace(b"issued", b"faked!"), headers)


def test_each_happening_is_told(app: Flask) -> None:
    make_hook("https://hr.example/hook")
    certificate = make_certificate()
    db.session.refresh(certificate, ["revocation", "replaced_by"])
    revoke(certificate=certificate, actor=make_person(), reason="Private", now=clock.now())
    enrolment = make_enrolment()
    enrolment_completed.send(enrolment, now=clock.now(), basis={})
    assert told()[:2] == ["certificate.issued", "certificate.revoked"]
    assert "enrolment.completed" in told()
    bodies = db.session.scalars(sa.select(WebhookDelivery.body)).all()
    assert not [body for body in bodies if "Private" in body]


def test_a_hook_hears_of_its_owners_people_alone(app: Flask) -> None:
    here = make_unit()
    make_hook("https://hr.example/hook", over=here)
    make_certificate(make_person())
    assert told() == []
    make_certificate(make_person(unit=here))
    assert told() == ["certificate.issued"]


def test_what_is_rolled_back_is_told_to_nobody(app: Flask) -> None:
    make_hook("https://hr.example/hook")
    db.session.commit()
    make_certificate()
    db.session.rollback()
    assert told() == []


def test_a_failure_is_tried_again_with_growing_pauses_and_given_up(open_app: Flask) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with listening() as receiver, time_machine.travel(start, tick=False) as traveller:
        receiver.status = 500
        services.write(make_hook(receiver.url), Happening.TEST, data={}, now=start)
        gaps, last = [], start
        for _ in services.PAUSES:
            assert deliver().state is DeliveryState.WAITING
            due = db.session.scalars(sa.select(WebhookDelivery.due_at)).one()
            gaps, last = [*gaps, due - last], due
            traveller.move_to(due)
        assert deliver().state is DeliveryState.FAILED
        assert gaps == sorted(gaps)
        assert len(receiver.heard) == len(services.PAUSES) + 1
        assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1


def test_a_hook_that_fails_too_often_is_disabled_and_can_be_used_again(open_app: Flask) -> None:
    with listening() as receiver:
        hook = make_hook(receiver.url)
        hook.failures, receiver.status = services.MOST_FAILURES - 1, 500
        hook.failing_since = clock.now() - services.LONGEST_FAILING
        services.write(hook, Happening.TEST, data={}, now=clock.now())
        assert deliver().state is DeliveryState.FAILED
        assert hook.disabled_at is not None
        told_owner = db.session.scalars(sa.select(Message)).one()
        assert (told_owner.kind, told_owner.details["name"]) == (services.FAILED_KIND, "Payroll")
        make_certificate()
        assert told() == ["test"]
        services.enable(hook=hook, now=clock.now())
        make_certificate()
        assert told() == ["test", "certificate.issued"]


def test_many_failures_at_once_let_a_hook_rest_and_lose_nothing(open_app: Flask) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with listening() as receiver, time_machine.travel(start, tick=False) as traveller:
        hook = make_hook(receiver.url)
        hook.failures, hook.failing_since, hook.tried_at = services.MOST_FAILURES, start, start
        services.write(hook, Happening.TEST, data={}, now=start)
        assert (deliver().tries, receiver.heard) == (0, [])
        traveller.move_to(start + services.REST)
        assert deliver().state is DeliveryState.DELIVERED
        assert (hook.failures, hook.failing_since, hook.disabled_at) == (0, None, None)


def test_what_is_due_leaves_at_the_same_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3)

    def meet(**_: Any) -> Outcome:
        together.wait(10)
        return Outcome(204)

    monkeypatch.setattr(dispatch, "send", meet)
    here, there, before = make_hook(), make_hook(), clock.now() - timedelta(minutes=1)
    for hook in (here, here, there):
        services.write(hook, Happening.TEST, data={}, now=before)
    db.session.commit()
    dispatch.Dispatch(current_app.config["SETTINGS"]).run()
    assert set(db.session.scalars(sa.select(WebhookDelivery.state))) == {DeliveryState.DELIVERED}


def test_what_is_on_its_way_is_sent_by_nobody_else_until_it_counts_as_lost(app: Flask) -> None:
    hook, now = make_hook(), clock.now()
    for _ in range(3):
        services.write(hook, Happening.TEST, data={}, now=now)

    def take(now: datetime, under_way: int = 0) -> int:
        settings = current_app.config["SETTINGS"]
        return len(
            services.take(hook_id=hook.id, most=2, under_way=under_way, now=now, settings=settings)
        )

    assert [take(now), take(now, 2), take(now), take(now)] == [2, 0, 1, 0]
    hook.failures = 1
    assert [take(now + services.LEASE), take(now + services.LEASE, 1)] == [1, 0]


def test_a_receiver_that_asks_for_no_more_gets_no_more(open_app: Flask) -> None:
    with listening() as receiver:
        hook = make_hook(receiver.url)
        receiver.status = 410
        services.write(hook, Happening.TEST, data={}, now=clock.now())
        assert deliver().state is DeliveryState.FAILED
        assert hook.disabled_at is not None


def test_what_waits_for_somebody_who_may_no_longer_know_is_not_sent(open_app: Flask) -> None:
    with listening() as receiver:
        hook = make_hook(receiver.url)
        services.write(hook, Happening.TEST, data={}, now=clock.now())
        hook.account.grants[0].ended_at = clock.now()
        assert deliver().state is DeliveryState.FAILED
        assert receiver.heard == []


def test_a_new_secret_signs_beside_the_one_before_for_a_day(open_app: Flask) -> None:
    settings, hook = current_app.config["SETTINGS"], make_hook()
    client = PageClient(open_app).sign_in(hook.account.username, PASSWORD)
    page = client.follow(
        client.post(f"/webhooks/{hook.public_id}/secret", {"number": "1"}, status=303)
    )
    client.post(f"/webhooks/{hook.public_id}/secret", {"number": "1"}, status=409)
    db.session.expire_all()
    before, after = (secret_of(hook.public_id, settings, number) for number in (1, 2))
    assert page.select(".token-secret")[0].text_content() == after != before
    now = clock.now()
    assert services.secrets_of(hook, settings=settings, now=now) == [after, before]
    later = now + services.BOTH_SIGN
    assert services.secrets_of(hook, settings=settings, now=later) == [after]
    with listening() as receiver:
        send_to(receiver.url, after, before)
        headers, body = receiver.heard[0]
    for secret in (before, after):
        assert Verifier(secret).verify(body, headers) == {}
    with time_machine.travel(now + timedelta(minutes=6)), pytest.raises(WebhookVerificationError):
        Verifier(after).verify(body, headers)  # a message that is played again later


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "dripped", [b"X", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["bytes", "answers"]
)
def test_a_receiver_that_trickles_holds_nobody_up(
    open_app: Flask, monkeypatch: pytest.MonkeyPatch, dripped: bytes
) -> None:
    monkeypatch.setattr(connecting, "LONGEST", 0.5)

    def trickle(server: socket.socket) -> None:
        other, _ = server.accept()
        with other, contextlib.suppress(OSError):  # until it is cut
            while True:
                other.sendall(dripped)
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=[server])
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        began = time.monotonic()
        outcome = send_to(address)
        thread.join(timeout=5)
    assert outcome.problem == "timeout"
    assert time.monotonic() - began < 5


def send_to(address: str, *secrets: str) -> Outcome:
    return send(
        address=address,
        key="0" * 16,
        secrets=secrets or [secret_of("0" * 16, current_app.config["SETTINGS"])],
        body="{}",
        now=clock.now(),
        settings=current_app.config["SETTINGS"],
    )


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/x",
        "https://2130706433/x",
        "https://[::127.0.0.1]/x",
        "https://[fec0::1]/x",
        "https://[2002:7f00:1::1]/x",
        "https://[64:ff9b::10.0.0.1]/x",
    ],
)
def test_no_message_goes_to_a_private_address(app: Flask, address: str) -> None:
    outcome = send_to(address)
    assert (outcome.status, outcome.problem) == (None, "private address")


@pytest.mark.in_turn
def test_the_networks_own_authority_may_vouch_for_a_receiver(make_app: Any, tmp_path: Path) -> None:
    tls, authority = serving_on_loopback(tmp_path)
    with listening(tls) as receiver:
        for trusted, outcome in ((None, "certificate"), (authority, "")):
            app = make_app(webhook_private_addresses=True, webhook_ca_file=trusted)
            with app.app_context():
                assert send_to(receiver.url).problem == outcome
    assert len(receiver.heard) == 1
    for file in (tmp_path / "missing.pem", __file__):
        with pytest.raises(SettingsError, match="LMS_WEBHOOK_CA_FILE"):
            load_settings(webhook_ca_file=file)


def test_a_redirect_is_not_followed(open_app: Flask) -> None:
    with listening() as receiver, listening() as other:
        receiver.status, receiver.location = 302, other.url
        services.write(make_hook(receiver.url), Happening.TEST, data={}, now=clock.now())
        delivery = deliver()
        assert (delivery.status, delivery.state) == (302, DeliveryState.WAITING)
        assert other.heard == []


def test_nobody_listening_is_a_failure_without_foreign_words(open_app: Flask) -> None:
    hook = make_hook("http://127.0.0.1:9/hook")
    services.write(hook, Happening.TEST, data={}, now=clock.now())
    assert deliver().problem == "connection"


def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def test_the_page_makes_tests_and_stops_a_hook(app: Flask) -> None:
    client = hr(app)
    made = client.follow(client.post("/webhooks/new", FORM, status=303))
    secret = made.select(".token-secret")[0].text_content()
    assert secret.startswith("whsec_")
    hook = db.session.scalars(sa.select(Webhook)).one()
    path = f"/webhooks/{hook.public_id}"
    again = client.get(f"{path}/secret", status=303)  # as a reload asks
    assert secret not in client.follow(again).text
    assert db.session.scalar(sa.select(sa.func.count(Webhook.id))) == 1
    assert "A test" in client.follow(client.post(f"{path}/test")).text
    assert "Given up" in client.follow(client.post(f"{path}/disable")).text
    assert client.follow(client.post(f"{path}/enable")).status == 200
    again = client.get(path).one("form[action*='/deliveries/']").get("action")
    assert "Waiting" in client.follow(client.post(again)).text
    assert secret not in client.get(path).text + client.get("/webhooks").text
    client.post(f"{path}/forget")
    client.get(path, status=404)


def test_a_name_is_resolved_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, connected = iter(["192.0.9.1", "127.0.0.1"]), []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        address = next(answers) if host == "hr.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    assert send_to("https://hr.example/x").problem == "connection"
    assert connected == [("192.0.9.1", 443)]
    assert send_to("https://hr.example/x").problem == "private address"
    assert len(connected) == 1


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "address",
    ["https://10.0.0.1/", "https://[::1]/", "https://localhost/", "", "hr.example", "http://hr.example/", "ftp://hr.example/", "https://u:p@hr.example/",
     "https://hr.example/#x", "https://hr.example:99999/", "javascript:alert(1)", "https://\\x"],
)  # fmt: skip
def test_a_wrong_address_is_refused_beside_its_field(app: Flask, address: str) -> None:
    page = hr(app).post("/webhooks/new", {**FORM, "address": address}, status=422)
    assert page.select("#address-error")


def test_another_ones_hook_looks_missing(app: Flask) -> None:
    hook = make_hook("https://hr.example/hook")
    hr(app).get(f"/webhooks/{hook.public_id}", status=404)


def test_old_messages_are_forgotten(app: Flask) -> None:
    services.write(make_hook("https://hr.example/"), Happening.TEST, data={}, now=clock.now())
    assert services.forget_deliveries(now=clock.now()) == 0
    assert services.forget_deliveries(now=clock.now() + timedelta(days=91)) == 1


def test_an_auditor_reads_all_hooks_and_changes_none(app: Flask) -> None:
    hook = make_hook("https://hr.example/hook?key=secret-word")
    services.write(hook, Happening.TEST, data={}, now=clock.now())
    auditor = PageClient(app).sign_in(make_account(AccessRole.AUDITOR).username, PASSWORD)
    for path in ("/webhooks", f"/webhooks/{hook.public_id}"):
        page = auditor.get(path)
        assert "https://hr.example/hook?…" in page.text
        assert "secret-word" not in page.html
        assert not page.select("main form")
    assert page.select("main tbody tr")
    assert secret_of(hook.public_id, current_app.config["SETTINGS"]) not in page.html
    for what in ("test", "disable", "enable"):
        auditor.post(f"/webhooks/{hook.public_id}/{what}", status=403)
