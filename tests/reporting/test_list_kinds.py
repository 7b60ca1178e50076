"""The lists of results, of exams, of questions and of the audit log: kept, shared, mailed."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.catalog.models import Course, CourseVersion
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import AccessRole, Account, OrganisationUnit
from lms.web.lists import files
from lms.web.lists.tables import kinds
from tests.builders.assessment import make_attempt, make_exam, make_place
from tests.builders.certification import make_certificate
from tests.builders.learning import course_of
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_person,
    make_unit,
    make_viewer,
)
from tests.builders.schemes import award, make_rule, make_scheme
from tests.pages import PageClient

TODAY = date(2026, 11, 26)
BY_COURSE = {
    "results": "/results/{}",
    "exam_desk": "/exam-desk/{}",
    "sittings": "/examining/courses/{}",
    "questions": "/results/{}/questions",
}


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_exam()


@pytest.fixture
def course(version: CourseVersion) -> Course:
    return course_of(version)


def client(app: Flask, role: AccessRole, over: OrganisationUnit | None = None) -> PageClient:
    account: Account = make_account(role, over=over)
    return PageClient(app).sign_in(account.username, PASSWORD)


def rows(kind: str, viewer: Viewer, **values: str) -> list[Any]:
    """The rows of the workbook that this viewer would be mailed."""
    table = kinds()[kind].table(viewer, values, TODAY)
    assert table is not None
    file, _count = files.write("xlsx", table, files.Maker("x", NOW))
    with file:
        file.seek(0)
        return list(openpyxl.load_workbook(io.BytesIO(file.read())).active.values)[1:]


@pytest.mark.parametrize("kind", BY_COURSE)
def test_an_instructor_keeps_each_list_of_a_course(app: Flask, course: Course, kind: str) -> None:
    instructor = client(app, AccessRole.INSTRUCTOR)
    form = instructor.get(BY_COURSE[kind].format(course.slug)).form_values(
        f"form[action='/hr/lists/new/{kind}']"
    )
    assert form["slug"] == course.slug
    page = instructor.follow(
        instructor.post(f"/hr/lists/new/{kind}", {**form, "name": "Mine"}, status=303)
    )
    (link,) = [one for one in page.select("a") if one.text_content().strip() == "Mine"]
    assert instructor.get(str(link.get("href"))).status == 200
    assert "Mine" in instructor.get("/hr/lists").text


@pytest.mark.parametrize("kind", sorted(BY_COURSE.keys() - {"questions"}))
def test_an_instructor_takes_each_list_of_a_course_as_a_file(
    app: Flask, version: CourseVersion, course: Course, kind: str
) -> None:
    make_attempt(enrolment=make_place(version, learner=make_person("Испытуемая")))
    instructor, address = client(app, AccessRole.INSTRUCTOR), f"/lists/{kind}.csv"
    form = instructor.get(BY_COURSE[kind].format(course.slug)).form_values(
        f"form[action='{address}']"
    )
    page = instructor.post(address, form, status=200)
    assert "Испытуемая" in page.html
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject_key) == ("reporting.list_exported", kind)
    assert f"slug={course.slug}" in entry.details["filters"]
    away = instructor.post(address, {"slug": "no-such"}, status=303)
    assert instructor.get(str(away.location), status=404)
    instructor.post(address, {}, status=404)
    instructor.post("/lists/nothing.csv", form, status=404)
    client(app, AccessRole.TRAINEE).post(address, form, status=403)


def test_a_file_is_for_whom_its_list_is(app: Flask) -> None:
    client(app, AccessRole.INSTRUCTOR).post("/lists/registry.csv", status=403)
    client(app, AccessRole.HR).post("/lists/audit.csv", status=403)


@pytest.mark.parametrize("kind", BY_COURSE)
def test_a_list_of_no_course_is_none(app: Flask, version: CourseVersion, kind: str) -> None:
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    assert kinds()[kind].table(viewer, {"slug": "none"}, TODAY) is None
    assert kinds()[kind].table(viewer, {}, TODAY) is None


@pytest.mark.parametrize("kind", ["results", "exam_desk", "sittings"])
def test_each_gets_the_people_whom_they_may_see(
    app: Flask, version: CourseVersion, course: Course, kind: str
) -> None:
    centre = make_unit()
    for name, unit in (("Внутренняя", centre), ("Внешняя", make_unit())):
        make_attempt(enrolment=make_place(version, learner=make_person(name, unit=unit)))
    whole = rows(kind, make_viewer(AccessRole.INSTRUCTOR), slug=course.slug)
    part = rows(kind, make_viewer(AccessRole.INSTRUCTOR, over=centre), slug=course.slug)
    assert [row[0].split()[0] for row in part] == ["Внутренняя"]
    assert sorted(row[0].split()[0] for row in whole) == ["Внешняя", "Внутренняя"]


def test_results_are_narrowed_as_on_the_page(
    app: Flask, version: CourseVersion, course: Course
) -> None:
    late = make_place(version, learner=make_person("Поздняя"))
    late.due_on = date(2026, 1, 1)
    make_place(version, learner=make_person("Ранняя"))
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    (found,) = rows("results", viewer, slug=course.slug, state="overdue")
    assert (found[0].split()[0], found[6]) == ("Поздняя", "да")
    assert len(rows("results", viewer, slug=course.slug, words="ранняя")) == 1


def test_sittings_are_narrowed_to_a_candidate_as_on_the_page(
    app: Flask, version: CourseVersion, course: Course
) -> None:
    for name in ("Иванова", "Петрова"):
        make_attempt(enrolment=make_place(version, learner=make_person(name)))
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    (found,) = rows("sittings", viewer, slug=course.slug, words="петрова")
    assert found[0].split()[0] == "Петрова"
    desk = client(app, AccessRole.INSTRUCTOR)
    address = f"/examining/courses/{course.slug}?words="
    (row,) = desk.get(f"{address}петрова").select("main tbody tr")
    assert "Петрова" in row.text_content()
    nobody = desk.get(f"{address}сидорова")
    assert "Nobody found" in nobody.text
    assert nobody.form_values()["words"] == "сидорова"


def test_the_question_list_has_the_order_of_its_page(app: Flask, course: Course) -> None:
    table = kinds()["questions"].table(
        make_viewer(AccessRole.INSTRUCTOR), {"slug": course.slug, "sort": "-asked"}, TODAY
    )
    assert table is not None
    assert ("Учтены", "первые попытки") in table.filters


def test_the_audit_log_is_kept_with_days_that_move_and_read_in_scope(app: Flask) -> None:
    auditor = client(app, AccessRole.AUDITOR)
    form = auditor.get("/admin/audit?domain=people").form_values("form[action$='/new/audit']")
    assert form["domain"] == "people"
    auditor.post("/hr/lists/new/audit", {**form, "name": "Mine"}, status=303)
    centre, keys = make_unit(), []
    for unit in (centre, make_unit()):
        key = make_person(unit=unit).public_id
        keys.append(key)
        record(
            now=NOW, actor_key=None, action="people.joined", subject_kind="person",
            subject_key=key, person_key=key,
        )  # fmt: skip
    see: Callable[..., Viewer] = make_viewer
    asked = {"since": NOW.date().isoformat(), "domain": "people"}
    whole = rows("audit", see(AccessRole.AUDITOR), **asked)
    part = rows("audit", see(AccessRole.AUDITOR, over=centre), **asked)
    assert [[key in {row[6] for row in told} for key in keys] for told in (whole, part)] == [
        [True, True],
        [True, False],
    ]
    assert kinds()["audit"].table(see(AccessRole.AUDITOR), {"since": "x"}, TODAY) is None


@pytest.mark.parametrize("kind", [*BY_COURSE, "audit"])
def test_who_may_not_see_a_list_can_not_keep_it(app: Flask, course: Course, kind: str) -> None:
    trainee = client(app, AccessRole.TRAINEE)
    trainee.get("/hr/lists", status=403)
    asked = {"slug": course.slug, "name": "Mine"}
    trainee.post(f"/hr/lists/new/{kind}", asked, status=403)
    if kind != "exam_desk":
        client(app, AccessRole.HR).post(f"/hr/lists/new/{kind}", asked, status=403)


@pytest.mark.parametrize("kind", ["audit", "people", "registry", "standings"])
def test_a_list_longer_than_a_sheet_is_refused_before_a_row_is_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    scheme = make_scheme()
    person = make_person()
    make_rule(scheme), award(person, scheme), make_certificate(person)
    table = kinds()[kind].table(
        make_viewer(AccessRole.ADMINISTRATOR), {"measure": "serving"}, TODAY
    )
    assert table is not None
    assert table.is_longer is not None
    assert not table.is_longer(100)
    monkeypatch.setattr(files, "MAX_ROWS", 0)
    with pytest.raises(files.TooLong):
        files.write("xlsx", replace(table, rows=never()), files.Maker("x", NOW))


def never() -> Iterator[Any]:
    raise AssertionError("a row was read")
    yield
