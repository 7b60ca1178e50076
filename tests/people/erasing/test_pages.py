"""The pages of erasure and of the classes of retention."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.services import record
from lms.core import clock
from lms.core.database import db
from lms.people.erasure import classes
from lms.people.erasure.holdings import _says
from lms.people.erasure.models import DueErasure, Erasure, Fate, RetentionChange
from lms.people.erasure.plans import plan_of
from lms.people.erasure.working import find_due_erasures, note_due
from lms.people.models import AccessRole, Person
from tests.builders import erasure as build
from tests.builders.notifications import make_message
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.builders.planned import plan_post
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

REASON = "Asked for it on 3 March, letter 12"


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


@pytest.fixture
def admin(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.ADMINISTRATOR).username, PASSWORD)


@pytest.fixture
def gone(app: Flask) -> Person:
    """Somebody with a message, who left yesterday."""
    make_message(person := build.leave(make_person(build.FAMILY)))
    return person


def shown(page: Page) -> str:
    """The digest of the dry run on a page."""
    return str(page.one("input[name=digest]").get("value"))


def test_from_the_person_over_the_dry_run_to_the_second_person(
    hr: PageClient, admin: PageClient, gone: Person
) -> None:
    address = f"/hr/people/{gone.public_id}/erasure"
    assert hr.get(f"/hr/people/{gone.public_id}").select(f"a[href='{address}']")
    page = hr.get(address)
    assert "Federal law 152-FZ" in page.text
    asked = hr.post(address, {"digest": shown(page), "reason": REASON})
    assert "waits for a second person" in hr.follow(asked).text
    admin.get(asked.location)
    agreed = admin.post(f"{asked.location}/answer", {"answer": "agreed"})
    assert "under way" in admin.follow(agreed).text


def test_a_reason_that_names_the_person_is_refused(hr: PageClient, gone: Person) -> None:
    address = f"/hr/people/{gone.public_id}/erasure"
    digest = shown(hr.get(address))
    reason = f"Заявление {build.FAMILY}а от 3 марта"
    page = hr.post(address, {"digest": digest, "reason": reason}, status=422)
    assert "Don’t name the person here" in page.text
    assert reason in page.text


@pytest.mark.parametrize(
    ("text", "family", "says"),
    [
        ("Письмо Ивановой", "Иванова", True),
        ("литература", "Ли", False),
        ("просит Ли", "Ли", True),
        ("по заявлению", "Иванова", False),
    ],
)
def test_a_family_name_is_known_in_its_cases(text: str, family: str, *, says: bool) -> None:
    assert _says(text, family) is says


def test_a_dry_run_that_is_not_the_one_shown_is_shown_anew(hr: PageClient, gone: Person) -> None:
    address = f"/hr/people/{gone.public_id}/erasure"
    page = hr.post(address, {"digest": "0" * 64, "reason": REASON}, status=409)
    assert "look at the new one" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 0


def test_who_works_here_gets_a_sentence_instead_of_a_dry_run(hr: PageClient) -> None:
    page = hr.get(f"/hr/people/{make_person().public_id}/erasure")
    assert "Only who has left can be erased" in page.text


def test_the_nightly_walk_names_who_is_due_and_erases_nothing(hr: PageClient) -> None:
    make_message(late := build.leave(make_person(build.FAMILY), days_ago=200))
    make_message(build.leave(make_person("Недавняя")))
    db.session.commit()
    find_due_erasures()
    assert db.session.scalars(sa.select(DueErasure.person_id)).all() == [late.id]
    page = hr.get("/hr/erasures/due")
    assert build.FAMILY in page.text
    assert "Недавняя" not in page.text


def test_several_are_asked_for_at_once_each_with_its_dry_run(hr: PageClient) -> None:
    people = [build.leave(make_person(build.FAMILY)) for _ in range(2)]
    keys = [person.public_id for person in people]
    page = hr.get(f"/hr/erasures/several?person={keys[0]}&person={keys[1]}")
    digests = [build.plan(person).digest for person in people]
    assert [one.get("value") for one in page.select("input[name=digest]")] == digests
    form = {"person": keys, "digest": digests, "reason": REASON}
    hr.post("/hr/erasures/several", {**form, "digest": digests[::-1]}, status=409)
    hr.post("/hr/erasures/several", form)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 2


def test_who_is_no_longer_due_leaves_the_list(app: Flask) -> None:
    make_message(late := build.leave(make_person(), days_ago=200))
    at = build.at()
    note_due(late, today=at["today"], zone=at["zone"], now=at["now"])
    build.erase(late)
    assert db.session.scalars(sa.select(DueErasure)).all() == []


def test_an_administrator_changes_a_class_and_the_dry_run_follows(
    admin: PageClient, gone: Person
) -> None:
    address = "/hr/retention/messages"
    form = {**admin.get(address).form_values(), "basis_en": "Rule 7", "months": "60"}
    del form["is_early"]
    admin.post(address, form)
    [line] = [one for one in build.plan(gone).lines if one.holding.key == "messages"]
    assert (line.fate, line.rule.basis["en"]) == (Fate.KEEP, "Rule 7")
    assert line.until_on is not None
    assert (line.until_on - gone.created_at.date()).days > 5 * 365
    outdated = admin.post(address, form, status=409)
    assert "Somebody else has changed this class meanwhile" in outdated.text


def test_a_class_takes_only_what_its_records_can_have(admin: PageClient) -> None:
    form = admin.get("/hr/retention/identity").form_values()
    for wrong in ({"months": "-1"}, {"months": "x"}, {"fate": "delete"}, {"basis_ru": ""}):
        admin.post("/hr/retention/identity", {**form, **wrong}, status=422)
    assert db.session.scalars(sa.select(RetentionChange)).all() == []


OWN = {
    "name_ru": "Переписка", "name_en": "Letters", "basis_ru": "Правило 7", "basis_en": "Rule 7",
    "start": "leaving", "months": "60", "fate": "delete", "records": "messages",
}  # fmt: skip


def test_an_administrator_adds_a_class_that_takes_records_from_another(
    admin: PageClient, gone: Person
) -> None:
    admin.get("/hr/retention/new")
    assert "Letters" in admin.follow(admin.post("/hr/retention/new", OWN)).text
    rules = classes.in_force()
    [own] = [one for one in rules.values() if classes.is_own(one)]
    assert (own.records, "messages" in rules["messages"].records) == (("messages",), False)
    [line] = [one for one in build.plan(gone).lines if one.holding.key == "messages"]
    assert (line.fate, line.rule.name["en"]) == (Fate.KEEP, "Letters")
    address = f"/hr/retention/{own.key}"
    form = {**admin.get(address).form_values(), "months": "0"}
    admin.post(address, form)
    [line] = [one for one in build.plan(gone).lines if one.holding.key == "messages"]
    assert (line.fate, line.rule.number) == (Fate.DELETE, 2)
    admin.post(address, form, status=409)
    assert sorted(key for one in classes.in_force().values() for key in one.records) == sorted(
        key for one in classes.shipped().values() for key in one.records
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"records": ""},
        {"records": "nothing"},
        {"records": "gradings"},  # they point to the tasks
        {"fate": "anonymise"},
        {"name_ru": ""},
    ],
)
def test_a_class_that_can_not_be_is_not_added(
    admin: PageClient, hr: PageClient, wrong: dict[str, str]
) -> None:
    page = admin.post("/hr/retention/new", {**OWN, **wrong}, status=422)
    assert page.select(".field-error")
    assert db.session.scalars(sa.select(RetentionChange)).all() == []
    hr.get("/hr/retention/new", status=403)


def test_what_has_to_stay_goes_when_its_time_is_over(app: Flask) -> None:
    person = build.leave(make_person())
    today = clock.now().date()
    left = today - timedelta(days=1)
    rules = classes.in_force()
    before = plan_of(person, left=left, today=today, zone=build.ZONE, rules=rules)
    after = plan_of(
        person, left=left, today=today + timedelta(days=1200), zone=build.ZONE, rules=rules
    )
    fates = [
        next(line.fate for line in plan.lines if line.holding.key == "facts")
        for plan in (before, after)
    ]
    assert fates == [Fate.KEEP, Fate.ANONYMISE]


def test_who_was_erased_is_in_no_list_of_people(hr: PageClient, gone: Person) -> None:
    assert build.FAMILY in hr.get("/hr/people").text
    build.erase(gone)
    assert "Data erased" not in hr.get("/hr/people").text
    page = hr.get(f"/hr/people/{gone.public_id}")
    assert "This person’s data was erased" in page.text
    assert not any(one in page.text for one in (build.FAMILY, build.NUMBER))


def test_the_dry_run_names_texts_about_others_that_name_the_person(
    hr: PageClient, gone: Person
) -> None:
    other, another = make_person(), build.leave(make_person("Иная"))
    about = {"now": clock.now(), "actor_key": None}
    for key, reason in (
        (other.public_id, f"In place of {build.FAMILY}а"),
        (other.public_id, "In place of nobody"),
        (gone.public_id, f"Asked by {build.FAMILY}"),  # stands in the list of their own
    ):
        record(
            action="people.role_ended",
            subject_kind="person",
            subject_key=key,
            person_key=key,
            reason=reason,
            **about,  # type: ignore[arg-type]
        )
    plan_post(other, make_unit()).reason = f"{build.FAMILY} stays instead"
    plan_post(gone, make_unit()).reason = f"{build.FAMILY} stays"
    db.session.commit()
    page = hr.get(f"/hr/people/{gone.public_id}/erasure")
    texts = page.select("[aria-labelledby=elsewhere] tbody td[data-label=Text]")
    assert sorted(one.text_content() for one in texts) == [
        f"In place of {build.FAMILY}а",
        f"{build.FAMILY} stays instead",
    ]
    several = hr.get(f"/hr/erasures/several?person={gone.public_id}&person={another.public_id}")
    named = several.select(f"section[aria-labelledby=p-{gone.public_id}] td[data-label=Text]")
    assert len(named) == len(several.select("td[data-label=Text]")) == 2


def test_the_dry_run_names_the_reasons_in_which_the_name_goes_on_standing(
    hr: PageClient, gone: Person
) -> None:
    for reason in (f"By the letter of {build.FAMILY}а", "By the order of 3 March"):
        record(
            now=clock.now(),
            actor_key=None,
            action="people.role_ended",
            subject_kind="person",
            subject_key=gone.public_id,
            person_key=gone.public_id,
            reason=reason,
        )
    db.session.commit()
    page = hr.get(f"/hr/people/{gone.public_id}/erasure")
    rows = page.select("[aria-labelledby=naming] tbody tr")
    assert [build.FAMILY in row.text_content() for row in rows] == [True]
    assert "Role ended" in rows[0].text_content()
    assert "They stay by this rule: Audit log" in page.text
