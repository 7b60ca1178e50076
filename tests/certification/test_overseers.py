"""Readers of certificates: an auditor over the network, the head of one centre, HR of a district."""

from typing import Any

import pytest
from flask import Flask

from lms.certification.models import Certificate
from lms.people.models import AccessRole, OrganisationUnit, UnitKind
from lms.people.services import grant_role
from tests.builders.certification import make_certificate
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_head,
    make_person,
    make_unit,
    network,
)
from tests.builders.schemes import make_rule, make_scheme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

SENTENCE = "An honest mistake in the name"


def signed_in(app: Flask, account: Any) -> PageClient:
    return PageClient(app).sign_in(account.username, PASSWORD)


def held_at(unit: OrganisationUnit, family_name: str = "Holder") -> Certificate:
    return make_certificate(make_person(family_name, unit=unit))


def entry(certificate: Certificate, what: str = "") -> str:
    return f"/hr/certificates/{certificate.number}{what}"


def hr_here_auditor_everywhere(here: OrganisationUnit) -> Any:
    account = make_account(AccessRole.HR, over=here)
    grant_role(now=NOW, actor_key=None, account=account, role=AccessRole.AUDITOR, unit=network())
    return account


def test_who_audits_all_and_manages_one_centre_changes_that_centre_alone(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    own, other = held_at(here), held_at(there)
    client = signed_in(app, hr_here_auditor_everywhere(here))
    assert client.get(entry(own)).select("form[action$='/revoke']")
    assert not client.get(entry(other)).select("main form")
    client.post(entry(other, "/revoke"), {"revoke-reason": SENTENCE}, status=404)
    client.post(entry(own, "/revoke"), {"revoke-reason": SENTENCE}, status=302)


def test_their_rules_are_over_their_own_centre_alone(app: Flask) -> None:
    here, scheme = make_unit(), make_scheme()
    make_rule(scheme)
    own = make_rule(scheme, unit=here)
    client = signed_in(app, hr_here_auditor_everywhere(here))
    page = client.get(f"/hr/certifications/{scheme.public_id}")
    ends = [link.get("href") for link in page.select("a[href$='/end']")]
    assert ends == [f"/hr/rules/{own.public_id}/end"]
    offered = client.get(f"/hr/certifications/{scheme.public_id}/rules/new")
    assert len(offered.select("select[name=unit] option")) == 1


@pytest.mark.parametrize("address", ["/hr/certificates", "/hr/people", "/hr/board/people"])
def test_a_head_finds_their_own_centre_and_nobody_else(app: Flask, address: str) -> None:
    here, there = make_unit(), make_unit()
    held_at(here, "Ours")
    held_at(there, "Theirs")
    make_rule(make_scheme())
    page = signed_in(app, make_account(person=make_head(here))).get(address)
    assert "Ours" in page.text
    assert "Theirs" not in page.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/hr/certificates/{number}", 404),
        ("/hr/people/{person}", 404),
        ("/hr/board?unit={unit}", 422),  # offered to nobody but those who look after it
    ],
)
def test_of_another_centre_a_head_finds_nothing(app: Flask, address: str, status: int) -> None:
    there = make_unit()
    holder = make_person(unit=there)
    certificate = make_certificate(holder)
    client = signed_in(app, make_account(person=make_head(make_unit())))
    known = {
        "number": certificate.number,
        "person": holder.public_id,
        "unit": there.public_id,
    }
    client.get(address.format(**known), status=status)


@pytest.mark.parametrize(
    "address", ["/hr/certificates", "/hr/people", "/hr/board/people", "/hr/board"]
)
def test_hr_of_a_district_works_with_its_centres_and_no_other(app: Flask, address: str) -> None:
    district = make_unit("north", kind=UnitKind.DISTRICT)
    held_at(make_unit("north-1", parent=district), "Ours")
    held_at(make_unit("south-1"), "Theirs")
    make_rule(make_scheme())
    page = signed_in(app, make_account(AccessRole.HR, over=district)).get(address)
    assert ("Ours" if address != "/hr/board" else "north-1") in page.text
    assert "Theirs" not in page.text
    assert "south-1" not in page.text


@pytest.mark.parametrize(
    "address",
    ["/lists/registry.csv", "/lists/people.csv", "/lists/standings.csv"],
)
def test_the_files_of_a_district_hold_its_people_alone(app: Flask, address: str) -> None:
    district = make_unit("north", kind=UnitKind.DISTRICT)
    held_at(make_unit("north-1", parent=district), "Ours")
    held_at(make_unit("south-1"), "Theirs")
    make_rule(make_scheme())
    client = signed_in(app, make_account(AccessRole.HR, over=district))
    page = client.post(address, status=200)
    text = page.response.data.decode()
    page.response.close()
    assert "Ours" in text
    assert "Theirs" not in text
