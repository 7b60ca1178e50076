"""After an erasure nothing names the person but what the dry run said would stay."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.audit.chain import check_chain
from lms.catalog.models import Course
from lms.certification.batches.issuing import plan_completed
from lms.certification.register.checking import check
from lms.certification.schemes.models import CertificationStanding
from lms.core import clock
from lms.core.database import db
from lms.core.signing import checked_keys, public_keys
from lms.people.disclosure.parts import acts
from lms.people.erasure import services, working
from lms.people.erasure.errors import (
    AlreadyAsked,
    CannotErase,
    DryRunOutdated,
    NothingToErase,
    WorksHere,
)
from lms.people.erasure.models import ErasureStep, Fate
from lms.people.errors import Erased
from lms.people.models import AccessRole, Person
from lms.people.second_person.models import Answer
from lms.people.second_person.services import SamePerson
from lms.people.services import take_up_post
from tests.architecture.test_disclosure import references
from tests.builders import erasure as build
from tests.builders.assessment import settings
from tests.builders.certification import make_certificate
from tests.builders.notifications import make_message
from tests.builders.people import (
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
    make_viewer,
)
from tests.pages import PageClient


@pytest.fixture
def known(app: Flask) -> Person:
    """Somebody whom every domain knows, and who left yesterday."""
    return build.leave(build.make_known())


@pytest.fixture
def person(app: Flask) -> Person:
    """Somebody with an account and a message, who left yesterday."""
    person = build.leave(make_account(person=make_person(build.FAMILY)).person)
    make_message(person)
    return person


def register_faults() -> list[str]:
    return check(checked_keys(public_keys(settings()))).faults


def told(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def naming_rows() -> Iterator[str]:
    """Each table and column in which a secret stands."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            for name, value in row.items():
                if value is not None and any(one in told(value) for one in build.SECRETS):
                    yield f"{table.name}.{name}"


def rows_about(person: Person) -> Iterator[tuple[str, int]]:
    """Each table with how many of its rows are the person's, what was done for others left out."""
    acted = {act.column.property.columns[0] for act in acts()}
    for table in db.metadata.sorted_tables:
        for name, target in references(table):
            if target == "person" and table.c[name] not in acted:
                theirs = sa.select(sa.func.count()).where(table.c[name] == person.id)
                yield table.name, db.session.scalar(theirs) or 0


def naming_files() -> list[str]:
    """Each file of the data folder in which a secret stands, as text or as JSON escapes it."""
    wanted = [one.encode() for one in build.SECRETS]
    wanted += [json.dumps(one)[1:-1].encode() for one in build.SECRETS]
    folder: Path = current_app.config["SETTINGS"].var
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in wanted)
    ]


def test_nothing_names_an_erased_person(known: Person) -> None:
    assert len(set(naming_rows())) > 12
    assert naming_files()
    lines = build.plan(known).lines
    kept = {line.holding.key for line in lines if line.fate is Fate.KEEP}
    build.erase(known)
    told: Counter[str] = Counter()
    for line in lines:
        told |= Counter(dict.fromkeys(line.holding.tables, line.rows))
    assert {name for name, rows in rows_about(known) if rows > told[name]} == {"erasure"}
    assert set(naming_rows()) == {"audit_entry.reason"}
    assert {"audit", "audit_reasons"} <= kept
    assert [name for name in naming_files() if name != "lms.sqlite3"] == []
    assert check_chain().holds
    assert register_faults() == []


def test_sqlite_overwrites_what_it_deletes(sqlite: Any, tmp_path: Path) -> None:
    app = sqlite.fresh_app()
    with app.app_context():
        db.session.add(person := make_person(build.FAMILY, email=build.EMAIL))
        make_account(person=person, username=build.USERNAME)
        build.leave(person)
        db.session.commit()
        assert naming_files()
        build.erase(person)
        assert naming_files() == []


def erased_certificate() -> str:
    """The number of a certificate that still waited for the register when its holder was erased."""
    number = make_certificate(gone := make_person(build.FAMILY)).number
    build.erase(build.leave(gone))
    return number


def test_a_certificate_that_waits_for_the_register_is_taken_in_first(app: Flask) -> None:
    erased_certificate()
    assert register_faults() == []


def test_an_erased_certificate_says_so_and_names_nobody(app: Flask, client: PageClient) -> None:
    number = erased_certificate()
    page = client.get(f"/verify/{number}")
    assert "Holder’s data erased" in page.text
    assert "no name can be compared" in page.text
    answer = client.post(
        f"/verify/{number}", {"full_name": f"{build.FAMILY} {build.GIVEN}"}, status=200
    )
    assert not any(one in answer.text for one in build.SECRETS)
    assert "not the holder’s" not in answer.text


def test_no_document_is_made_out_to_nobody(app: Flask) -> None:
    number = erased_certificate()
    hr = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    assert "data was erased" in hr.get(f"/certificates/{number}.pdf", status=409).text
    assert hr.get(f"/certificates/{number}/badge.json", status=409)
    assert "Holder’s data erased" in hr.get(f"/hr/certificates/{number}").text
    teacher = PageClient(app).sign_in(make_account(AccessRole.INSTRUCTOR).username, PASSWORD)
    results = f"/results/{db.session.scalar(sa.select(Course.slug))}"
    for who, path in (
        (hr, f"/hr/certificates/{number}"), (hr, "/hr/certificates"), (teacher, results)
    ):  # fmt: skip
        page = who.get(path).text
        assert re.search("[Dd]ata erased", page)
        assert "erased-" not in page  # what stands in place of the personnel number


def test_who_worked_on_a_past_date_is_listed_without_a_number_once_erased(
    app: Flask, known: Person
) -> None:
    day = db.session.scalars(sa.select(sa.func.min(CertificationStanding.first_on))).one()
    build.erase(known)
    hr = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    page = hr.get(f"/hr/board/people?measure=serving&on={day}")
    asked = {"measure": "serving", "on": day.isoformat()}
    table = hr.post("/lists/standings.csv", asked, status=200)
    for text in (page.text, table.response.get_data(as_text=True)):
        assert re.search("[Dd]ata erased", text)
        assert "erased-" not in text


def test_nobody_erased_stands_in_a_plan_of_issuing(app: Flask) -> None:
    person, viewer = make_person(), make_viewer(AccessRole.HR)
    course = make_certificate(person).course_id
    plan = partial(plan_completed, viewer, db.session.get_one(Course, course), clock.now().date())
    assert len(plan().rows) == 1
    build.erase(build.leave(person))
    assert not plan().rows


def test_an_erasure_goes_on_where_it_was_killed(person: Person) -> None:
    build.agree(erasure := build.ask(person))
    first = services.next_step(erasure)
    assert first is not None
    services.do_step(erasure, first, clock.now())
    done_at = first.done_at
    db.session.commit()
    for _again in range(2):
        working.erase(erasure.public_id)
    db.session.expire_all()
    steps = db.session.scalars(sa.select(ErasureStep).where(ErasureStep.fate != Fate.KEEP)).all()
    assert all(step.done_at for step in steps)
    assert first.done_at == done_at
    assert person.erased_at is not None


def test_what_comes_after_the_dry_run_stops_the_agreement(person: Person) -> None:
    erasure = build.ask(person)
    make_message(person)
    with pytest.raises(DryRunOutdated):
        build.agree(erasure)


def test_who_came_back_before_the_work_began_is_not_erased(person: Person) -> None:
    build.agree(erasure := build.ask(person))
    today = clock.now().date()
    take_up_post(
        now=clock.now(), actor_key=None, person=person, unit=make_unit(),
        job_role=make_job_role(), on=today, today=today,
    )  # fmt: skip
    db.session.commit()
    working.erase(erasure.public_id)
    db.session.expire_all()
    assert (erasure.is_stopped, person.family_name) == (True, build.FAMILY)


def test_who_never_had_a_post_left_on_the_networks_day_on_which_they_were_added(app: Flask) -> None:
    person = make_person(employed=False)
    person.created_at = datetime(2026, 4, 15, 21, 30, tzinfo=UTC)  # past midnight in Moscow
    assert build.plan(person).left_on == date(2026, 4, 16)


def test_who_works_here_or_can_sign_in_is_not_erased(app: Flask) -> None:
    account = make_account()
    with pytest.raises(WorksHere):
        build.plan(account.person)
    build.leave(account.person)
    account.suspended_at = None  # as before such accounts stayed shut
    db.session.flush()
    with pytest.raises(CannotErase) as refusal:
        build.plan(account.person)
    assert not isinstance(refusal.value, WorksHere)


def test_nobody_is_asked_about_twice_and_one_doesnt_agree_with_oneself(person: Person) -> None:
    viewer = make_viewer(AccessRole.HR)
    erasure = build.ask(person, viewer)
    with pytest.raises(AlreadyAsked):
        build.ask(person)
    locked = services.locked(erasure.public_id)
    assert locked is not None
    with pytest.raises(SamePerson):
        services.decide(erasure=locked, answer=Answer.AGREED, viewer=viewer, word="", **build.at())


def test_nothing_new_is_written_about_an_erased_person(app: Flask) -> None:
    gone = build.leave(make_person(build.FAMILY))
    build.erase(gone)
    with pytest.raises(Erased):
        make_account(person=gone)
    with pytest.raises(NothingToErase):
        build.ask(gone)
    assert make_person(build.FAMILY, personnel_number=build.NUMBER).id != gone.id
