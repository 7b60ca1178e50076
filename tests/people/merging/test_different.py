"""Two who look like one person and aren't: marked, not offered, not merged, until taken back."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Fate
from lms.people.merging import different, duplicates
from lms.people.merging.errors import AlreadyApart, AlreadyTakenBack, CannotMerge, MergeWaits
from lms.people.merging.models import DifferentPeople
from lms.people.models import AccessRole, Person
from tests.builders.merging import ask, merge, pair_of, tell_apart
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient


@pytest.fixture
def two(app: Flask) -> tuple[Person, Person]:
    people = make_person("Зимина", email="a@x.example"), make_person("Зима", email="A@x.example")
    db.session.commit()
    return people


def offered() -> list[tuple[int, int]]:
    rows = db.session.execute(db.select(duplicates.pairs(make_viewer(AccessRole.HR))))
    return [(row.low, row.high) for row in rows if row.email]


def take_back(mark: DifferentPeople) -> None:
    reason, viewer = "It was one person", make_viewer(AccessRole.HR)
    different.take_back(mark=mark, viewer=viewer, reason=reason, now=clock.now())


def test_a_marked_pair_is_neither_offered_nor_merged_until_it_is_taken_back(
    two: tuple[Person, Person],
) -> None:
    assert offered() == [(two[0].id, two[1].id)]
    mark = tell_apart(two[1], two[0])
    assert offered() == []
    with pytest.raises(CannotMerge):
        ask(*two)
    take_back(mark)
    assert len(offered()) == 1
    assert ask(*two).closed_at is None


def test_a_pair_is_marked_once_and_taken_back_once(two: tuple[Person, Person]) -> None:
    mark = tell_apart(*two)
    with pytest.raises(AlreadyApart):
        tell_apart(two[1], two[0])
    take_back(mark)
    with pytest.raises(AlreadyTakenBack):
        take_back(mark)
    assert tell_apart(*two).id != mark.id


def test_a_pair_whose_merge_waits_is_not_marked(two: tuple[Person, Person]) -> None:
    ask(*two)
    with pytest.raises(MergeWaits):
        tell_apart(*two)


def test_a_merge_with_a_third_record_carries_the_mark_along(two: tuple[Person, Person]) -> None:
    third, stays = make_person(), two[0]
    tell_apart(two[1], third)
    merge(stays, two[1])
    assert different.mark_on(pair_of(third, stays)) is not None


def test_of_two_marks_about_the_same_person_one_is_in_force_after_a_merge(
    two: tuple[Person, Person],
) -> None:
    third = make_person()
    for one in two:
        tell_apart(third, one)
    merge(*two)
    viewer = make_viewer(AccessRole.HR)
    assert len(db.session.scalars(different.marks(viewer)).all()) == 1


def test_an_erased_person_takes_the_reason_along(two: tuple[Person, Person]) -> None:
    mark = tell_apart(*two)
    holdings()["told_apart"].deeds[Fate.ANONYMISE](two[0], clock.now())
    assert mark.reason == ""
    two[0].erased_at = clock.now()
    assert db.session.scalars(different.marks(make_viewer(AccessRole.HR))).all() == []


def test_hr_marks_a_pair_on_its_page_and_takes_it_back_on_the_list(
    client: PageClient, two: tuple[Person, Person]
) -> None:
    account = make_account(AccessRole.HR)
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    address = f"/hr/people/{two[0].public_id}/merge/{two[1].public_id}"
    reason = {"reason": "Two cards of employment"}
    client.get("/hr/duplicates").one(f"a[href='{address}#different']")
    client.post(f"{address}/different", {"reason": two[0].family_name + " x"}, status=422)
    client.post(f"{address}/different", reason, status=303)
    assert "No likely duplicates" in client.get("/hr/duplicates").text
    assert "Show the dry run" not in client.get(address).text
    (mark,) = db.session.scalars(sa.select(DifferentPeople))
    page = f"/hr/different-people/{mark.public_id}"
    client.get("/hr/different-people").one(f"a[href='{page}']")
    client.get(page)
    client.post(f"{page}/take-back", reason, status=303)
    client.get(page, status=404)
    written = sa.select(AuditEntry.person_key).where(AuditEntry.subject_key == mark.public_id)
    assert sorted(db.session.scalars(written)) == sorted([one.public_id for one in two] * 2)


def test_hr_of_another_centre_neither_sees_nor_marks(
    client: PageClient, two: tuple[Person, Person]
) -> None:
    mark, other = tell_apart(*two), make_unit()
    account = make_account(AccessRole.HR, unit=other, over=other)
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    client.get(f"/hr/different-people/{mark.public_id}", status=404)
    address = f"/hr/people/{two[0].public_id}/merge/{two[1].public_id}/different"
    client.post(address, {"reason": "Not mine to say"}, status=404)
