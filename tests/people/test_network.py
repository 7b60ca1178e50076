"""Parts of the network and posts: what an administrator adds and names."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.schemes.models import CertificationFact
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people import queries, services
from lms.people.models import AccessRole, JobRole, OrganisationUnit, UnitKind
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, network
from tests.builders.schemes import make_rule, make_scheme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

TODAY = clock.local_date(clock.now(), "Europe/Moscow")
UNITS, POSTS = "/admin/network/units/new", "/admin/network/posts/new"


def administrator(app: Flask, over: OrganisationUnit | None = None) -> PageClient:
    account = make_account(AccessRole.ADMINISTRATOR, person=make_person(employed=False), over=over)
    return PageClient(app).sign_in(account.username, PASSWORD)


def unit(code: str) -> OrganisationUnit:
    found = queries.unit_coded(code)
    assert found
    return found


def test_districts_and_centres_are_added_from_a_pasted_list(app: Flask) -> None:
    client = administrator(app)
    whole = network().public_id
    client.post(UNITS, {"kind": "district", "above": whole, "lines": "north; Север; North"})
    lines = "north-1\tСокол\tSokol\r\n\r\nnorth-2; Аэропорт"
    north = unit("north").public_id
    page = client.follow(
        client.post(UNITS, {"kind": "service_centre", "above": north, "lines": lines})
    )
    assert "Added: 2." in page.text
    with unit_of_work():
        assert unit("north-1").path == "/network/north/north-1/"
        assert (unit("north-1").name_en, unit("north-2").name_en) == ("Sokol", "Аэропорт")
        assert unit("north-2").parent_id == unit("north").id


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("Север; Север", "Line 1: the code has small Latin letters"),
        ("north; Север\nnorth; Юг", "Line 2: the code “north” is there already."),
        ("network; Сеть", "Line 1: the code “network” is there already."),
        ("north", "Line 1: a name of at most 200 characters is needed."),
        ("north; Север; North; 5", "Line 1: more than three values."),
        ("", "Write at least one line."),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_added(app: Flask, lines: str, told: str) -> None:
    client = administrator(app)
    sent = {"kind": "service_centre", "above": network().public_id, "lines": lines}
    page = client.post(UNITS, sent, status=422)
    assert told in page.one("#lines-error").text_content()
    assert page.form_values()["lines"].replace("\r\n", "\n").strip() == lines
    with unit_of_work():
        assert queries.unit_coded("north") is None


def test_a_district_is_no_part_of_a_district(app: Flask) -> None:
    client = administrator(app)
    whole = network().public_id
    client.post(UNITS, {"kind": "district", "above": whole, "lines": "north; Север"})
    sent = {"kind": "district", "above": unit("north").public_id, "lines": "n; Н"}
    page = client.post(UNITS, sent, status=422)
    assert "Districts are parts of the whole network." in page.one("#above-error").text_content()


def test_the_usual_posts_are_offered_while_there_is_none(app: Flask) -> None:
    client = administrator(app)
    offered = client.get(POSTS).form_values()["lines"]
    client.post(POSTS, {"lines": offered})
    with unit_of_work():
        codes = set(db.session.scalars(sa.select(JobRole.code)))
    assert {"universal-specialist", "head-of-centre"} <= codes
    assert not client.get(POSTS).form_values()["lines"]


def test_a_name_is_changed_and_not_over_one_that_was_not_seen(app: Flask) -> None:
    client = administrator(app)
    address = f"/admin/network/units/{make_unit('sokol').public_id}"
    first = client.get(address).form_values()
    client.post(address, {**first, "name_ru": "Сокол"})
    page = client.post(address, {**first, "name_ru": "Сокольники"}, status=409)
    assert "“Сокол”" in page.text
    client.post(address, page.form_values())
    with unit_of_work():
        assert unit("sokol").name_ru == "Сокольники"


def test_a_part_is_closed_once_nobody_is_there_and_opened_again(app: Flask) -> None:
    client = administrator(app)
    north = make_unit("north", kind=UnitKind.DISTRICT)
    sokol = make_unit("sokol", parent=north)
    person = make_person(unit=sokol)
    address = f"/admin/network/units/{sokol.public_id}"
    page = client.post(f"{address}/closed", {}, status=409)
    assert "At work there: 1" in page.text
    page = client.post(f"/admin/network/units/{north.public_id}/closed", {}, status=409)
    assert "open parts: 1" in page.text
    with unit_of_work():
        services.end_employment(
            now=clock.now(), actor_key=None, person=db.session.merge(person), on=TODAY, today=TODAY
        )
    client.post(f"{address}/closed", {})
    assert "Closed since" in client.get("/admin/network").text
    with unit_of_work():
        assert unit("sokol").closed_on == TODAY
    client.post(f"/admin/network/units/{north.public_id}/closed", {})
    client.post(f"{address}/opened", {}, status=409)
    client.post(f"/admin/network/units/{north.public_id}/opened", {})
    client.post(f"{address}/opened", {})
    with unit_of_work():
        assert unit("sokol").closed_on is None


def test_a_centre_is_moved_once_it_is_shown_what_that_means(app: Flask) -> None:
    client = administrator(app)
    north, south = (make_unit(code, kind=UnitKind.DISTRICT) for code in ("north", "south"))
    sokol = make_unit("sokol", parent=north)
    make_rule(make_scheme(), unit=south, days=0)
    make_rule(make_scheme(), unit=north)
    person = make_person(unit=sokol)
    make_account(AccessRole.HR, person=make_person("Южная", employed=False), over=south)
    address = f"/admin/network/units/{sokol.public_id}"
    assert client.get(address).select(f"a[href='{address}/move']")
    page = client.get(f"{address}/move")
    seen = page.form_values()["seen"]
    asked = {"above": south.public_id, "reason": "new borders", "seen": seen}
    page = client.post(f"{address}/move", {**asked, "reason": ""}, status=422)
    assert page.select(f"option[selected][value='{south.public_id}']")
    page = client.post(f"{address}/move", {**asked, "above": north.public_id}, status=422)
    shown = client.post(f"{address}/move", asked, status=200)
    rows = [[cell.text_content() for cell in row] for row in shown.select("tbody tr")]
    assert [row[3:] for row in rows] == [["1", "0", "1", "0"], ["1"]]
    assert "Южная" in shown.text
    with unit_of_work():
        assert unit("sokol").parent_id == north.id
    page = client.follow(client.post(f"{address}/move", {**asked, "save": "1"}))
    assert "Until" in page.text
    with unit_of_work():
        assert unit("sokol").path == "/network/south/sokol/"
        facts = sa.select(sa.func.count()).where(CertificationFact.person_id == person.id)
        assert db.session.scalar(facts) == 3  # one rule's requirement is lifted, the other's begins
    again = {**asked, "above": network().public_id, "save": "1"}
    page = client.post(f"{address}/move", again, status=409)
    assert "Somebody else moved it meanwhile." in page.text
    board = f"/hr/board?unit={sokol.public_id}&on="
    hr = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    for on, above in ((TODAY, south), (TODAY - timedelta(days=1), north)):
        assert f"unit={above.public_id}" in hr.get(f"{board}{on}").html
    client.get(f"/admin/network/units/{north.public_id}/move", status=404)


def test_a_long_network_is_paged_and_a_district_is_found_with_its_centres(app: Flask) -> None:
    client = administrator(app)
    north, south = (make_unit(code, kind=UnitKind.DISTRICT) for code in ("north", "south"))
    for number in range(28):
        make_unit(f"s-{number:02}", parent=south)
    make_unit("sokol", parent=north)
    names = "#units th a"
    first = client.get("/admin/network")
    assert len(first.select(names)) == 25
    rest = client.get(first.one("#units .pager a").get("href"))
    assert len(rest.select(names)) == 32 - 25
    found = client.get("/admin/network?words=NORTH")
    assert [one.get("href").rpartition("/")[2] for one in found.select(names)] == [
        north.public_id,
        unit("sokol").public_id,
    ]
    nothing = client.get("/admin/network?words=nowhere")
    assert "Nothing was found" in nothing.text
    assert nothing.form_values("#units form")["words"] == "nowhere"


def test_the_whole_network_is_not_closed(app: Flask) -> None:
    address = f"/admin/network/units/{network().public_id}/closed"
    administrator(app).post(address, {}, status=404)


def test_the_administrator_of_a_part_does_not_change_the_network(app: Flask) -> None:
    client = administrator(app, over=make_unit())
    client.get("/admin/network", status=404)


def test_who_begins_with_an_empty_network_is_told_what_to_do_first(app: Flask) -> None:
    client = administrator(app)
    assert client.get("/").select("#first-steps")
    make_person(unit=make_unit())
    assert not client.get("/").select("#first-steps")
