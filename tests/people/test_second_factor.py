"""The second factor: a code after the password, each code once, and what helps without a phone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole, Account, AccountSession
from lms.people.second_factor import pending, services, totp
from lms.people.second_factor.models import RecoveryCode, SecondFactor
from tests.builders.assessment import settings
from tests.builders.people import PASSWORD, make_account
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

WRONG = "This code is wrong or was used already"


def code_of(account: Account) -> str:
    """What the owner's app shows now."""
    factor = db.session.get_one(SecondFactor, account.id, populate_existing=True)
    secret = totp.unseal(factor.sealed_secret, settings().secret_key)
    assert secret
    return totp.code_at(secret, clock.now())


def set_up(account: Account) -> list[str]:
    """Give the account a factor, confirmed a while ago; return its recovery codes."""
    given = {"account": account, "secret_key": settings().secret_key}
    services.begin(now=clock.now(), **given)
    codes = services.confirm(now=clock.now(), code=code_of(account), **given)
    assert codes
    db.session.execute(sa.update(SecondFactor).values(last_step=0))
    db.session.expire_all()
    return codes


def after_password(app: Flask, account: Account, **more: str) -> PageClient:
    """A browser in which the password was right."""
    client = PageClient(app)
    page = client.post(
        "/sign-in", {"username": account.username, "password": PASSWORD, **more}, status=302
    )
    assert page.location == "/sign-in/code"
    return client


def enter(client: PageClient, code: str, *, status: int = 302, path: str = "/sign-in/code") -> Page:
    return client.post(path, {"code": code}, status=status)


def sessions() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AccountSession)) or 0


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    # RFC 6238, appendix B: the last six of its eight digits.
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert totp.code_at(b"12345678901234567890", at) == code
    assert totp.matching_step(b"12345678901234567890", code, at) == seconds // 30


def test_the_clock_may_go_wrong_by_one_step_only() -> None:
    secret, now = totp.new_secret(), clock.now()
    for steps, taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = totp.code_at(secret, now + timedelta(seconds=30 * steps))
        assert (totp.matching_step(secret, code, now) is not None) == taken


def test_a_secret_is_sealed_and_another_key_of_the_installation_does_not_open_it() -> None:
    secret = totp.new_secret()
    sealed = totp.seal(secret, "k" * 32)
    assert secret not in sealed
    assert totp.unseal(sealed, "k" * 32) == secret
    assert totp.unseal(sealed, "l" * 32) is None


def test_from_the_account_page_over_the_picture_to_the_recovery_codes(app: Flask) -> None:
    account = make_account()
    client = PageClient(app).sign_in(account.username, PASSWORD)
    assert client.get("/account").select("a[href='/account/second-factor']")
    client.post("/account/second-factor/begin", {}, status=303)
    page = client.get("/account/second-factor")
    factor = db.session.get_one(SecondFactor, account.id)
    secret = totp.unseal(factor.sealed_secret, settings().secret_key)
    assert secret
    assert totp.in_letters(secret) in page.text
    assert totp.in_letters(secret).replace(" ", "") in page.one("a[href^='otpauth://']").get("href")
    wrong = enter(client, "000000", status=422, path="/account/second-factor/confirm")
    assert WRONG in wrong.text
    done = enter(client, code_of(account), status=200, path="/account/second-factor/confirm")
    codes = [one.text_content() for one in done.select(".recovery-codes code")]
    assert len(set(codes)) == services.RECOVERY_CODES
    shown = client.get("/account/second-factor").text
    assert not [one for one in codes if one in shown]
    assert totp.in_letters(secret) not in shown


def test_the_password_alone_opens_no_session_and_a_code_counts_once(app: Flask) -> None:
    account = make_account()
    name = account.person.full_name
    set_up(account)
    client = after_password(app, account, next="/account")
    assert sessions() == 0
    assert client.get("/account", status=302).location.startswith("/sign-in")
    assert WRONG in enter(client, "123456", status=422).text
    code = code_of(account)
    assert enter(client, f" {code[:3]} {code[3:]}").location == "/account"
    assert name in client.get("/account").text
    assert WRONG in enter(after_password(app, account), code, status=422).text
    assert sessions() == 1


def test_a_recovery_code_stands_in_once(app: Flask) -> None:
    account = make_account()
    code = set_up(account)[0]
    typed = code.upper().replace("0", "O").replace("1", "l")
    enter(after_password(app, account), typed, path="/sign-in/code?recovery=1")
    again = after_password(app, account)
    assert WRONG in enter(again, code, status=422, path="/sign-in/code?recovery=1").text
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "people.recovery_code_used")
    ).one()
    assert entry.details == {"left": services.RECOVERY_CODES - 1}


def test_new_recovery_codes_end_the_former_ones(app: Flask) -> None:
    account = make_account()
    former = set_up(account)[0]
    client = after_password(app, account)
    enter(client, code_of(account))
    db.session.execute(sa.update(SecondFactor).values(last_step=0))
    page = enter(client, code_of(account), status=200, path="/account/second-factor/codes")
    assert former not in page.text
    assert WRONG in enter(after_password(app, account), former, status=422).text


def test_guessing_is_limited_whatever_comes_after_it(app: Flask) -> None:
    account = make_account()
    set_up(account)
    client = after_password(app, account)
    for number in range(10):
        assert WRONG in enter(client, f"{number:06}", status=422).text
    enter(client, "000010", status=429)
    enter(client, code_of(account), status=429)
    assert sessions() == 0


def test_the_note_between_password_and_code_grows_old_and_ends_with_the_password(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    set_up(account)
    client = after_password(app, account)
    monkeypatch.setattr(pending, "SECONDS", -1)
    assert enter(client, code_of(account)).location == "/sign-in"
    monkeypatch.undo()
    client = after_password(app, account)
    db.session.execute(sa.update(Account).values(password_hash="another"))
    db.session.commit()
    assert enter(client, code_of(account)).location == "/sign-in"
    assert sessions() == 0


def test_who_holds_a_named_role_sets_it_up_before_anything_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = settings().model_copy(update={"second_factor_roles": ("hr",)})
    monkeypatch.setitem(app.config, "SETTINGS", roles)
    trainee = make_account(AccessRole.TRAINEE)
    other = PageClient(app)
    other.post("/sign-in", {"username": trainee.username, "password": PASSWORD}, status=302)
    other.get("/account")
    account = make_account(AccessRole.HR)
    client = PageClient(app)
    client.post("/sign-in", {"username": account.username, "password": PASSWORD}, status=302)
    assert client.get("/hr/people", status=302).location == "/account/second-factor"
    client.post("/account/second-factor/begin", {}, status=303)
    enter(client, code_of(account), status=200, path="/account/second-factor/confirm")
    client.get("/hr/people")
    db.session.execute(sa.update(SecondFactor).values(last_step=0))
    kept = enter(client, code_of(account), status=403, path="/account/second-factor/remove")
    assert "Your role asks for a second factor" in kept.text


def test_who_need_not_have_it_takes_it_away_with_a_code(app: Flask) -> None:
    account = make_account()
    set_up(account)
    client = after_password(app, account)
    enter(client, code_of(account))
    assert WRONG in enter(client, "000000", status=422, path="/account/second-factor/remove").text
    db.session.execute(sa.update(SecondFactor).values(last_step=0))
    enter(client, code_of(account), status=303, path="/account/second-factor/remove")
    assert not db.session.scalars(sa.select(RecoveryCode)).all()
    PageClient(app).sign_in(account.username, PASSWORD).get("/account")


def test_an_administrator_takes_it_away_with_a_reason_and_the_owner_is_signed_out(
    app: Flask,
) -> None:
    account = make_account()
    set_up(account)
    enter(owner := after_password(app, account), code_of(account))
    client = PageClient(app).sign_in(make_account(AccessRole.ADMINISTRATOR).username, PASSWORD)
    page = client.get(f"/admin/accounts/{account.public_id}")
    address = page.one("a[href$='/second-factor']").get("href")
    assert "Give the reason" in client.post(address, {"reason": ""}, status=422).text
    client.post(address, {"reason": "Seen in person, ticket 12"}, status=303)
    assert owner.get("/account", status=302).location.startswith("/sign-in")
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "people.second_factor_removed")
    ).one()
    assert entry.reason == "Seen in person, ticket 12"
    PageClient(app).sign_in(account.username, PASSWORD).get("/account")


def test_the_operator_takes_it_away_from_the_command_line(app: Flask) -> None:
    account = make_account()
    name = account.username
    set_up(account)
    db.session.commit()
    run = app.test_cli_runner().invoke
    done = run(args=["accounts", "remove-second-factor", name])
    assert (done.exit_code, done.output) == (0, f"{name} signs in with the password alone.\n")
    again = run(args=["accounts", "remove-second-factor", name])
    assert again.exit_code == 1
    assert "no second factor yet" in again.output


def test_a_demonstration_account_has_none(app: Flask) -> None:
    account = make_account()
    account.is_demonstration = True
    db.session.commit()
    client = PageClient(app).sign_in(account.username, PASSWORD)
    assert "no second factor" in client.get("/account/second-factor").text
    client.post("/account/second-factor/begin", {}, status=403)


def test_no_page_or_log_tells_a_code_that_was_typed(app: Flask) -> None:
    account = make_account()
    codes = set_up(account)
    stored = " ".join(
        str(value)
        for table in (RecoveryCode, SecondFactor, AuditEntry)
        for row in db.session.execute(sa.select(table.__table__))
        for value in row
    )
    bare = [re.sub("-", "", code) for code in codes]
    assert not [code for code in (*codes, *bare) if code in stored]
