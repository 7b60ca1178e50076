"""The walk over the whole URL map: each route's answer to each viewer is decided and holds.

The decision stands in ``access_table``, the objects in ``world``. Refused are: an anonymous visitor
with the sign-in page or 401, a role without the permission with 403, and who may not see the object
with the very bytes that a missing object gets.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from lms.core.database import db
from lms.web.limits import limiter
from tests.architecture.access_table import (
    ANONYMOUS,
    AUDITOR_MAY_SEND,
    EVERYONE,
    MAY,
    SIGNED_IN,
    VIEWERS,
)
from tests.architecture.sources import modules, name, templates
from tests.architecture.world import BODIES, MISSING, World, addresses, make_world
from tests.pages import PageClient

# Values of arguments that name no object.
WORDS = {"direction": "up", "kind": "csv", "form": "gift", "filename": "css/tokens.css"}
HEADED = frozenset({"DELETE", "PATCH"})  # what forms don't send: the token is a header
# What caches may do with a reply behind the sign-in: nothing, or (files) ask anew each time.
UNKEPT = frozenset({"no-store", "private, no-cache"})
# Whose pages are searched for what they offer and then refuse.
READERS = frozenset({"auditor", "head"})
# Routes whose answer holds for each caller's own things, without regard to the object named.
ANY_OBJECT = frozenset({"people.end_session", "notifications.read"})
# Open to everyone, and leads to the sign-in page until a password was right; see test_second_factor.
AFTER_PASSWORD = frozenset({"people.sign_in_code"})
# Their forms only ask and need no token; an empty one is refused as such.
QUESTIONS = frozenset(
    {"certification.confirm_name", "certification.verify_document", "assessment.check_receipt"}
)


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def arguments(app: Flask) -> dict[str, set[str]]:
    """The arguments of each endpoint that name objects."""
    return {rule.endpoint: names for rule in rules(app) if (names := rule.arguments - set(WORDS))}


def test_every_route_has_a_decided_answer(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules(app)}
    assert endpoints - set(MAY) == set(), "decide in access_table who may call these"
    assert set(MAY) - endpoints == set(), "these routes are gone"


def test_pages_link_to_routes_that_are_there(app: Flask) -> None:
    links = re.compile(r"""url_for\(\s*['"](\w+\.\w+)['"]""")
    named = {
        (name(path), endpoint)
        for path in [*templates(), *modules()]
        for endpoint in links.findall(path.read_text("utf-8"))
    }
    assert len(named) > 500
    assert {one for one in named if one[1] not in app.view_functions} == set()


def test_every_object_in_an_address_is_tried(app: Flask) -> None:
    given = addresses(make_world(app))
    wanted = arguments(app)
    assert set(wanted) - set(given) == set(), "give world.addresses an object for these"
    assert {e: names - set(given[e]) for e, names in wanted.items() if names - set(given[e])} == {}


def filled(app: Flask, rule: Rule, values: dict[str, Any], *, missing: bool = False) -> str:
    """The path of ``rule`` with ``values``; ``missing``: with objects that don't exist."""
    known = {name: values.get(name, WORDS.get(name, MISSING)) for name in rule.arguments}
    if missing:
        known |= dict.fromkeys(rule.arguments - set(WORDS), MISSING)
    path = app.url_map.bind("localhost").build(rule.endpoint, known, method=methods(rule)[0])
    return str(path)


def call(
    client: PageClient, method: str, path: str, body: dict[str, str] | None, *, token: bool
) -> Any:
    data = {**(body or {}), "csrf_token": client.csrf_token()} if token and method == "POST" else {}
    headers = {"X-CSRFToken": client.csrf_token()} if token and method in HEADED else {}
    return client._request(
        path,
        method=method,
        data=data or None,
        headers={"Accept": "text/html", **headers},
        buffered=True,
    )


def is_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def comparable(answer: Any) -> str:
    return re.sub(r'value="[^"]{40,}"|[?&;]v=\w+', "", answer.get_data(as_text=True))


def refusal_faults(
    app: Flask, client: PageClient, viewer: str, rule: Rule, method: str, values: dict[str, Any]
) -> list[str]:
    """What is wrong with the refusal of ``viewer``; a valid CSRF token doesn't help them."""
    path, body = filled(app, rule, values), BODIES.get(rule.endpoint)
    answer = call(client, method, path, body, token=True)
    if viewer == "anonymous" and MAY[rule.endpoint]:
        if answer.status_code == 401 or (method == "GET" and is_sign_in(answer)):
            return []
        return [f"{method} {path} answers a visitor {answer.status_code}"]
    if answer.status_code == 403:
        return []
    expected = {404} if MAY[rule.endpoint] else {401, 404, 422}
    if answer.status_code not in expected:
        return [f"{method} {path} answers {answer.status_code}"]
    nothing = call(client, method, filled(app, rule, values, missing=True), body, token=True)
    if (nothing.status_code, comparable(nothing)) != (answer.status_code, comparable(answer)):
        return [f"{method} {path} differs from a missing object's answer"]
    return []


def admission_faults(
    app: Flask, client: PageClient, viewer: str, rule: Rule, method: str, values: dict[str, Any]
) -> list[str]:
    """What is wrong with the answer to someone who may; forms are sent without their token."""
    path = filled(app, rule, values)
    answer = call(client, method, path, None, token=False)
    refused = answer.status_code in (401, 403, 404) or is_sign_in(answer)
    broken = answer.status_code >= 500 and answer.status_code != 503
    without_token = 422 if rule.endpoint in QUESTIONS else 400
    if refused or broken or (method == "POST" and answer.status_code != without_token):
        return [f"{method} {path} answers {answer.status_code}"]
    kept = answer.headers["Cache-Control"]
    if not MAY[rule.endpoint] >= ANONYMOUS and kept not in UNKEPT:
        return [f"{method} {path} may be kept: {kept}"]
    if viewer in READERS and method == "GET" and answer.mimetype == "text/html":
        return offer_faults(app, viewer, path, answer.get_data(as_text=True))
    return []


def offer_faults(app: Flask, viewer: str, path: str, page: str) -> list[str]:
    """Which links and forms of a page lead to what the viewer is refused."""
    document, routes = html.document_fromstring(page), app.url_map.bind("localhost")
    offered = {("GET", link.get("href")) for link in document.cssselect("a[href^='/']")}
    offered |= {
        (form.get("method", "get").upper(), form.get("action") or path)
        for form in document.cssselect("form:not([method=dialog]):not([action^='#'])")
    }
    faults = []
    for method, address in sorted(offered):
        try:
            endpoint, _values = routes.match(urlsplit(address).path, method=method)
        except HTTPException:
            faults.append(f"{path} offers {method} {address}, which isn't there")
            continue
        if viewer not in MAY[endpoint]:
            faults.append(f"{path} offers {method} {address}")
    return faults


def walk(app: Flask, world: World, viewer: str) -> list[str]:
    client, given, faults = world.clients[viewer], addresses(world), []
    for rule in rules(app):
        limiter.reset()  # whoever asks for all there is in a minute is refused
        allowed = viewer in MAY[rule.endpoint]
        values = given.get(rule.endpoint, {})
        for method in methods(rule):
            if not allowed:
                faults += refusal_faults(app, client, viewer, rule, method, values)
            elif rule.endpoint not in ANY_OBJECT | AFTER_PASSWORD:
                faults += admission_faults(app, client, viewer, rule, method, values)
    return faults


def stored() -> dict[str, set[str]]:
    """All rows of each table."""
    tables = db.metadata.sorted_tables
    return {one.name: {repr(row) for row in db.session.execute(sa.select(one))} for one in tables}


@pytest.mark.in_turn
@pytest.mark.slow
@pytest.mark.parametrize("viewers", [VIEWERS[::2], VIEWERS[1::2]], ids="-".join)
def test_each_route_answers_each_viewer_as_decided(app: Flask, viewers: tuple[str, ...]) -> None:
    """They walk one after another through the same world, which none of them changes."""
    world = make_world(app)
    before = stored()
    for viewer in viewers:
        assert (viewer, walk(app, world, viewer)) == (viewer, [])
        after = stored()
        assert {table for table, rows in before.items() if not rows <= after[table]} == set()


def test_an_auditor_sends_nothing_but_what_concerns_their_own_account(app: Flask) -> None:
    changing = {rule.endpoint for rule in rules(app) if set(methods(rule)) - {"GET"}}
    allowed = {e for e in changing if "auditor" in MAY[e] and not MAY[e] >= ANONYMOUS}
    assert allowed == AUDITOR_MAY_SEND


def test_the_table_names_known_viewers() -> None:
    assert frozenset(VIEWERS) == EVERYONE
    assert all(viewers <= EVERYONE for viewers in MAY.values())
    assert "anonymous" not in SIGNED_IN
