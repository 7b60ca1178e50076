"""Release codes: hashed, scoped, limited, and asked for at each start, whichever the door."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.errors import WrongCode
from lms.assessment.models import Attempt
from lms.assessment.rules import codes
from lms.assessment.rules.models import ReleaseCode
from lms.audit.models import AuditEntry
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import START, make_exam, make_place, settings
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient

HOUR = timedelta(hours=1)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


def course_of(place: Enrolment) -> Course:
    return db.session.get_one(Course, place.course_id)


def make(place: Enrolment, code: str = "Three Oaks", **overrides: object) -> ReleaseCode:
    values: dict[str, object] = {
        "hours": None,
        "scope": frozenset({"/network/"}),
        "actor": make_person(),
        "now": START,
        "secret": settings().secret_key,
        **overrides,
    }
    return codes.make_code(course=course_of(place), code=code, **values)  # type: ignore[arg-type]


def opens(place: Enrolment, code: str | None, at: timedelta = timedelta()) -> bool:
    try:
        codes.check_code(enrolment=place, code=code, now=START + at, secret=settings().secret_key)
    except WrongCode:
        return False
    return True


def test_a_code_is_kept_as_a_hash_that_the_database_alone_cannot_check(app: Flask) -> None:
    place = make_place(make_exam(needs_code=True))
    row = make(place)
    assert "oaks" not in str(vars(row)).lower()
    assert codes._hash("Three Oaks", place.course_id, "another secret") != row.code_hash
    entry = db.session.scalars(sa.select(AuditEntry)).all()[-1]
    assert "oaks" not in str(vars(entry)).lower()


@pytest.mark.in_turn
@pytest.mark.parametrize("typed", ["three oaks", "THREE-OAKS", " Three  Oaks ", "ｔhree oaks"])
def test_case_spaces_and_hyphens_do_not_matter(app: Flask, typed: str) -> None:
    place = make_place(make_exam(needs_code=True))
    make(place)
    assert opens(place, typed)


@pytest.mark.in_turn
def test_dots_on_yo_do_not_matter_and_older_passwords_go_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place(make_exam(needs_code=True))
    make(place, "Зелёный дуб")
    assert [opens(place, typed) for typed in ("зеленый-ДУБ", "зелёный дуб", "зелен")] == [
        True, True, False,
    ]  # fmt: skip
    older = make_place(make_exam(needs_code=True))
    with monkeypatch.context() as before:
        before.setattr(codes, "plain", codes._dotted)
        make(older, "Жёлтый клён")
    assert [opens(older, typed) for typed in ("жёлтый клён", "желтый клен")] == [True, False]


@pytest.mark.in_turn
@pytest.mark.parametrize("typed", [None, "", "three oak", "three oaks!", "x" * 5000])
def test_anything_else_is_refused(app: Flask, typed: str | None) -> None:
    place = make_place(make_exam(needs_code=True))
    make(place)
    assert not opens(place, typed)
    assert not opens(make_place(make_exam(needs_code=True)), "three oaks")  # another course


def test_a_sittings_code_ends_by_itself_and_a_withdrawn_one_at_once(app: Flask) -> None:
    place = make_place(make_exam(needs_code=True))
    row = make(place, hours=2)
    assert opens(place, "three oaks", 2 * HOUR - timedelta(seconds=1))
    assert not opens(place, "three oaks", 2 * HOUR)
    codes.withdraw_code(row=row, course=course_of(place), actor=make_person(), now=START)
    assert not opens(place, "three oaks")


def test_a_code_opens_the_exam_for_its_makers_people_alone(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    version = make_exam(needs_code=True)
    mine = make_place(version, make_person(unit=here))
    other = make_place(version, make_person(unit=there))
    make(mine, scope=frozenset({here.path}))
    assert opens(mine, "three oaks")
    assert not opens(other, "three oaks")


def test_the_oldest_of_too_many_codes_gives_way_to_its_own_scope_alone(app: Flask) -> None:
    place, centre = make_place(make_exam(needs_code=True)), make_unit()
    make(place, "network code")
    for number in range(codes.MOST + 1):
        make(place, f"centre code {number}", scope=frozenset({centre.path}))
    left = codes.valid_codes(place.course_id, START)
    assert len(left) == codes.MOST + 1
    assert opens(place, "network code")
    ended = sa.select(AuditEntry).where(AuditEntry.action == "assessment.code_withdrawn")
    assert len(db.session.scalars(ended).all()) == 1


def test_codes_for_a_sitting_are_random_and_read_aloud_easily() -> None:
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(len(codes.plain(code)) == 8 and not set(code) & set("01OIL") for code in made)


def test_the_start_asks_for_the_code_beside_its_field(
    app: Flask, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    candidate = Candidate(app, make_exam(needs_code=True))
    make(candidate.place, "Three Oaks")
    page = candidate.exam()
    assert "To start you need a code" in page.text
    assert page.select("input[name=code]")
    path = f"{candidate.exam_path}/start"
    refusals = {
        "": "Enter the release code.",
        "planted-wrong-code": "This code doesn’t open the exam.",
    }
    for wrong, told in refusals.items():
        page = candidate.client.post(path, {"language": "en", "code": wrong}, status=422)
        assert page.one("#code").get("aria-invalid") == "true"
        assert told in page.one("#code-error").text_content()
        assert "planted-wrong-code" not in page.html
    assert db.session.scalars(sa.select(Attempt)).all() == []
    candidate.client.post(path, {"language": "en", "code": "three-oaks"}, status=303)
    assert "planted-wrong-code" not in caplog.text
    assert "three-oaks" not in caplog.text


def test_going_on_needs_no_code_and_starting_again_does(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(needs_code=True))
    make(candidate.place, hours=1)
    path = f"{candidate.exam_path}/start"
    candidate.client.post(path, {"language": "en", "code": "three oaks"}, status=303)
    moment.after_start(2 * HOUR)
    moment.after_start(timedelta(minutes=5))
    candidate.client.post(path, {"language": "en"}, status=303)  # the open one
    moment.after_start(2 * HOUR)
    candidate.sign_in()
    candidate.client.post(path, {"language": "en", "code": "three oaks"}, status=422)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_guessing_is_limited_and_the_right_code_does_not_count(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(needs_code=True))
    make(candidate.place)
    path = f"{candidate.exam_path}/start"
    for number in range(10):
        candidate.client.post(path, {"language": "en", "code": f"guess {number}"}, status=422)
    page = candidate.client.post(path, {"language": "en", "code": "three oaks"}, status=429)
    assert "Too many attempts" in page.one("#code-error").text_content()
    other = Candidate(app, candidate.version)
    other.client.post(
        f"{other.exam_path}/start", {"language": "en", "code": "three oaks"}, status=303
    )


def desk(app: Flask, role: AccessRole, **options: object) -> PageClient:
    account = make_account(role, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def test_the_desk_shows_a_sittings_code_once(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(needs_code=True))
    path = f"/exam-desk/{course_of(candidate.place).slug}"
    hr = desk(app, AccessRole.HR)
    page = hr.post(f"{path}/sitting-code", {"sitting-hours": "3"}, status=200)
    code = page.one(".one-time-password").text_content()
    assert code not in hr.get(path).html
    start = f"{candidate.exam_path}/start"
    candidate.client.post(start, {"language": "en", "code": code}, status=303)


def test_the_desk_of_one_centre_ends_its_own_codes_alone(app: Flask, moment: Moment) -> None:
    place = make_place(make_exam(needs_code=True))
    network = make(place)
    centre = make_unit()
    hr = desk(app, AccessRole.HR, unit=centre, over=centre)
    path = f"/exam-desk/{course_of(place).slug}"
    hr.post(f"{path}/sitting-code", {"sitting-hours": "3"}, status=200)
    page = hr.get(path)
    assert len(page.select("form[action$='/withdraw']")) == 1
    hr.post(f"{path}/codes/{network.public_id}/withdraw", status=404)
    hr.post(page.one("form[action$='/withdraw']").get("action"), status=303)
    assert not hr.get(path).select("form[action$='/withdraw']")


def test_a_password_is_the_authors_to_set(app: Flask, moment: Moment) -> None:
    place = make_place(make_exam(needs_code=True))
    path = f"/exam-desk/{course_of(place).slug}"
    hr, author = desk(app, AccessRole.HR), desk(app, AccessRole.INSTRUCTOR)
    hr.post(f"{path}/password", {"password-password": "three oaks"}, status=403)
    assert not hr.get(path).select("[name=password-password]")
    page = author.post(f"{path}/password", {"password-password": " a-b "}, status=422)
    assert "Use from 6 to 64" in page.text
    author.post(f"{path}/password", {"password-password": "three oaks"}, status=303)
    assert opens(place, "three oaks")
