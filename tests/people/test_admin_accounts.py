"""The administrator's pages: what they do, and what a smaller administrator may not."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.people import policies
from lms.people.models import AccessRole, Account, OrganisationUnit, RoleGrant
from lms.people.services import end_employment
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_person,
    make_unit,
    make_viewer,
    network,
    reloaded,
)
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

ADMIN = AccessRole.ADMINISTRATOR


def administrator(app: Flask, over: OrganisationUnit | None = None) -> PageClient:
    return PageClient(app).sign_in(make_account(ADMIN, over=over).username, PASSWORD)


def page_of(account: Account) -> str:
    return f"/admin/accounts/{account.public_id}"


def rows(page: Page) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page.select("tbody tr")]


def is_open(app: Flask, username: str, password: str = PASSWORD) -> bool:
    page = PageClient(app)
    token = page.csrf_token()
    answer = page._request(
        "/sign-in",
        method="POST",
        data={"username": username, "password": password, "csrf_token": token},
    )
    return answer.status_code == 302


def test_the_list_shows_name_number_centre_roles_and_state(app: Flask) -> None:
    unit = make_unit("arbat")
    make_account(AccessRole.HR, person=make_person("Белова", "Анна", unit=unit), username="belova")
    text = next(row for row in rows(administrator(app).get("/admin/accounts")) if "Белова" in row)
    assert all(
        part in text for part in ("Белова Анна Петровна", "belova", "Centre arbat", "HR", "Active")
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=бел", ["belova"]),
        ("q=анна+БЕЛОВА", ["belova"]),
        ("q=юркин", ["yurkin"]),
        ("q=N777", ["yurkin"]),
        ("q=yur", ["yurkin"]),
        ("role=hr", ["belova"]),
        ("state=suspended", ["yurkin"]),
        ("q=%25", []),
        ("q=_", []),
        ("q='+OR+1=1", []),
    ],
)
def test_the_list_is_searched_by_name_number_role_and_state(
    app: Flask, query: str, found: list[str]
) -> None:
    make_account(AccessRole.HR, person=make_person("Белова", "Анна"), username="belova")
    yurkin = make_account(
        person=make_person("Юркин", "Олег", personnel_number="N777"), username="yurkin"
    )
    yurkin.suspended_at = yurkin.created_at
    page = administrator(app).get(f"/admin/accounts?{query}")
    assert [e.text_content() for e in page.select("tbody .username")] == found


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("role=king", 422),
        ("state=x", 422),
        ("cursor=x", 200),
        ("cursor=WzAsW11d", 200),
        ("q=" + "я" * 900, 200),
    ],
)
def test_a_senseless_search_is_a_page_all_the_same(app: Flask, query: str, status: int) -> None:
    administrator(app).get(f"/admin/accounts?{query}", status=status)


def test_a_nul_in_the_address_is_a_bad_request(app: Flask) -> None:
    administrator(app).get("/admin/accounts?q=%00", status=400)


def test_the_list_is_paged_by_name_there_and_back(app: Flask) -> None:
    for number in range(60):
        make_account(None, person=make_person(f"Фамилия{number:02}"), username=f"u{number:02}")
    client = administrator(app)
    first = client.get("/admin/accounts?q=фамилия")
    second = client.get(first.one("a[rel=next]").get("href"))
    back = client.get(second.one("a[rel=prev]").get("href"))
    names = [e.text_content() for e in first.select("tbody .username")]
    assert names == [f"u{number:02}" for number in range(50)]
    assert len(rows(second)) == 10
    assert not second.select("a[rel=next]")
    assert rows(back) == rows(first)
    assert not back.select("a[rel=prev]")


def test_the_lists_price_does_not_grow_with_its_rows(app: Flask) -> None:
    client = administrator(app)
    with counted_statements() as few:
        client.get("/admin/accounts")
    for _ in range(20):
        make_account()
    with counted_statements() as many:
        client.get("/admin/accounts")
    assert len(many) == len(few) <= 5


def test_an_account_is_made_for_a_person_who_signs_in_and_chooses_a_password(app: Flask) -> None:
    unit = make_unit("arbat")
    make_person("Белова", "Анна", unit=unit, personnel_number="N555")
    client = administrator(app)
    link = client.get("/admin/accounts/new?q=белова").one("tbody a").get("href")
    form = client.get(link)
    assert form.one("#username").get("value") == "N555"
    page = client.post(
        link, {"username": "A.Belova", "role": "hr", "unit": unit.public_id}, status=200
    )
    secret = page.one(".one-time-password").text_content()
    assert page.headers["Cache-Control"] == "no-store"
    person = PageClient(app).sign_in("a.belova", secret)
    assert person.get("/account", status=302).location == "/account/password"
    person.post(
        "/account/password",
        {"current": secret, "new": "three calm herons", "repeated": "three calm herons"},
    )
    person.get("/account")
    assert rows(client.get("/admin/accounts?q=белова"))[0].count("HR") == 1
    assert client.get("/admin/accounts/new?q=белова").select("tbody tr") == []


def test_the_account_of_who_has_left_stays_shut(app: Flask) -> None:
    gone, person = make_account(), make_person("Белова")
    for one in (gone.person, person):
        end_employment(now=NOW, actor_key=None, person=one, on=NOW.date(), today=NOW.date())
    db.session.commit()
    client = administrator(app)
    assert client.get("/admin/accounts/new?q=белова").select("tbody tr") == []
    page = client.get(page_of(gone))
    assert "This person has left. Give them a post first." in page.text
    assert page.select("form[action$='/reinstate']") == []
    client.post(f"{page_of(gone)}/reinstate", status=409)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "taken"}, "username"),
        ({"username": "TAKEN"}, "username"),
        ({"username": "a b c"}, "username"),
        ({"username": "x"}, "username"),
        ({"username": "<b>bold</b>"}, "username"),
        ({"role": "king"}, "role"),
        ({"unit": "0000000000000000"}, "unit"),
    ],
)
def test_an_account_that_will_not_do_is_refused_beside_the_field(
    app: Flask, changes: dict[str, str], field: str
) -> None:
    make_account(username="taken")
    person = make_person()
    client = administrator(app)
    values = {"username": "new.name", "role": "trainee", "unit": network().public_id} | changes
    page = client.post(f"/admin/people/{person.public_id}/account", values, status=422)
    assert page.one(f"#{field}-error").text_content().strip()
    assert page.one("#username").get("value") == values["username"]
    made = sa.select(Account).where(Account.person_id == person.id)
    assert db.session.scalars(made).one_or_none() is None


def test_a_new_password_ends_all_sessions_and_is_good_once(app: Flask) -> None:
    account = make_account()
    owner = PageClient(app).sign_in(account.username, PASSWORD)
    page = administrator(app).post(f"{page_of(account)}/password", status=200)
    secret = page.one(".one-time-password").text_content()
    owner.get("/account", status=302)
    assert not is_open(app, account.username)
    assert is_open(app, account.username, secret)
    assert account.must_change_password
    assert secret not in (account.password_hash or "")


def test_an_account_is_suspended_and_reinstated(app: Flask) -> None:
    account = make_account()
    client = administrator(app)
    assert "suspended" in client.follow(client.post(f"{page_of(account)}/suspend")).text
    assert not is_open(app, account.username)
    client.post(f"{page_of(account)}/reinstate")
    assert is_open(app, account.username)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite lets one at a time in
@pytest.mark.parametrize("policy", ["may_suspend", "may_end_role"])
def test_of_two_administrators_who_shut_one_another_out_one_remains(
    app: Flask, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    pair = [make_account(ADMIN) for _ in range(2)]
    clients = [PageClient(app).sign_in(one.username, PASSWORD) for one in pair]
    held = [db.session.scalars(sa.select(RoleGrant).filter_by(account=one)).one() for one in pair]
    ends = [f"roles/{grant.public_id}/end" for grant in held]
    acts = ends if policy == "may_end_role" else ["suspend", "suspend"]
    paths = [f"{page_of(one)}/{act}" for one, act in zip(pair, acts, strict=True)]
    db.session.commit()
    together, may = threading.Barrier(2, timeout=20), getattr(policies, policy)

    def both_may(*asked: Any) -> bool:
        together.wait()
        return bool(may(*asked))

    monkeypatch.setattr(policies, policy, both_may)
    forms = [{"csrf_token": client.csrf_token()} for client in clients]

    def shut_out(client: PageClient, path: str, form: dict[str, str]) -> int:
        return client._request(path, method="POST", data=form).status_code

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(shut_out, clients, reversed(paths), forms)) == [302, 403]


def test_a_role_is_given_and_ended_and_stays_in_the_history(app: Flask) -> None:
    unit, account = make_unit("arbat"), make_account(None)
    client = administrator(app)
    client.post(f"{page_of(account)}/roles", {"role": "instructor", "unit": unit.public_id})
    page = client.get(page_of(account))
    assert "Instructor Centre arbat" in rows(page)[0]
    again = client.post(
        f"{page_of(account)}/roles", {"role": "instructor", "unit": unit.public_id}, status=422
    )
    assert "already has this role" in again.one("#unit-error").text_content()
    client.post(page.one("form[action$='/end']").get("action"))
    assert client.get(page_of(account)).select("form[action$='/end']") == []
    assert len(rows(client.get(page_of(account)))) == 1


def test_nobody_shuts_themselves_out(app: Flask) -> None:
    account = make_account(ADMIN)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    grant = db.session.scalars(
        sa.select(RoleGrant.public_id).where(RoleGrant.account_id == account.id)
    ).one()
    for action in ("suspend", "password", f"roles/{grant}/end"):
        client.post(f"{page_of(account)}/{action}", status=403)
    page = client.get(page_of(account))
    assert "This is your own account" in page.text
    assert page.select("form[action$='/end'], form[action$='/suspend']") == []


def test_one_centres_administrator_sees_its_accounts_alone(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    colleague = make_account(unit=mine, over=mine)
    stranger, outsider = make_account(unit=other, over=other), make_person(unit=other)
    client = administrator(app, over=mine)
    shown = client.get("/admin/accounts").text
    assert colleague.username in shown
    assert stranger.username not in shown
    assert client.get(f"/admin/accounts/new?q={outsider.personnel_number}").select("tbody tr") == []
    missing = client.get("/admin/accounts/0000000000000000", status=404)
    foreign = client.get(page_of(stranger), status=404)
    assert foreign.html == missing.html
    for action in ("suspend", "reinstate", "password", "roles"):
        client.post(f"{page_of(stranger)}/{action}", status=404)
    client.get(f"/admin/people/{outsider.public_id}/account", status=404)


def test_one_centres_administrator_gives_no_role_beyond_it(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    colleague = make_account(None, unit=mine)
    client = administrator(app, over=mine)
    offered = {o.get("value") for o in client.get(page_of(colleague)).select("#unit option")}
    assert offered == {mine.public_id}
    for unit in (other, network()):
        client.post(
            f"{page_of(colleague)}/roles",
            {"role": "administrator", "unit": unit.public_id},
            status=422,
        )
    assert rows(client.get(page_of(colleague))) == []


def test_an_account_that_reaches_beyond_the_centre_can_not_be_taken_over(app: Flask) -> None:
    mine = make_unit()
    chief = make_account(AccessRole.HR, unit=mine, over=network())
    client = administrator(app, over=mine)
    page = client.get(page_of(chief))
    assert "beyond the part of the network" in page.text
    assert page.select("main form[method=post][action*='/admin/']") == []
    for action in ("suspend", "reinstate", "password"):
        client.post(f"{page_of(chief)}/{action}", status=403)
    client.post(f"{page_of(chief)}/roles", {"role": "trainee", "unit": mine.public_id}, status=403)
    assert is_open(app, chief.username)


def test_a_role_of_one_account_is_not_ended_through_another(app: Flask) -> None:
    mine, other = make_unit(), make_unit()
    colleague = make_account(unit=mine, over=mine)
    stranger = make_account(unit=other, over=other)
    grant = db.session.scalars(
        sa.select(RoleGrant.public_id).where(RoleGrant.account_id == stranger.id)
    ).one()
    administrator(app, over=mine).post(f"{page_of(colleague)}/roles/{grant}/end", status=404)


def test_the_password_of_a_demonstration_account_is_not_replaced(app: Flask) -> None:
    account = make_account(is_demonstration=True)
    administrator(app).post(f"{page_of(account)}/password", status=403)


@pytest.mark.parametrize("role", [AccessRole.TRAINEE, AccessRole.INSTRUCTOR, AccessRole.HR])
def test_no_other_role_comes_near_accounts(app: Flask, role: AccessRole) -> None:
    account = make_account()
    client = PageClient(app).sign_in(make_account(role).username, PASSWORD)
    for path in ("/admin/accounts", "/admin/accounts/new", page_of(account), "/admin/audit"):
        client.get(path, status=403)
    for action in ("suspend", "reinstate", "password", "roles"):
        client.post(f"{page_of(account)}/{action}", status=403)


@pytest.mark.parametrize("action", ["suspend", "reinstate", "password", "roles", "roles/x/end"])
def test_each_form_wants_its_token(app: Flask, action: str) -> None:
    account = make_account()
    administrator(app).post(f"{page_of(account)}/{action}", csrf=False, status=400)
    assert is_open(app, account.username)


def test_what_people_are_called_is_shown_as_text(app: Flask) -> None:
    person = make_person(
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', personnel_number="<b>1</b>"
    )
    account = make_account(person=person)
    client = administrator(app)
    for path in ("/admin/accounts", page_of(account), "/admin/audit"):
        page = client.get(path)
        assert not re.search(r"<img src=x|<script>alert|<b>1", page.html)


def test_the_rules_for_accounts_follow_the_tree(app: Flask) -> None:
    district = make_unit("d")
    centre = make_unit("d-1", parent=district)
    within, beyond = make_account(unit=centre, over=centre), make_account(unit=centre)
    viewer: Any = make_viewer(ADMIN, over=district)
    own = reloaded(viewer.account)
    assert policies.may_manage_account(viewer, reloaded(within))
    assert policies.may_suspend(viewer, reloaded(within))
    assert not policies.may_manage_account(viewer, reloaded(beyond))
    assert not policies.may_suspend(viewer, own)
    assert not any(policies.may_end_role(viewer, grant) for grant in own.grants)
    assert not policies.may_grant_over(viewer, network())
