"""A further exam from its file to its pages: read, exported, taken on in a draft, sat, looked after."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Assessment, Attempt
from lms.assessment.queries import assessment_of, assessments_of
from lms.assessment.rules.models import ExamAllowance
from lms.catalog.authoring.changes import ChangeKind, changes_from
from lms.catalog.models import Activity
from lms.catalog.queries import whole_version
from lms.catalog.services import create_course, open_draft
from lms.catalog.services.versions import publish
from lms.catalog.source.collecting import Whole, export
from lms.catalog.source.content import EXAM_KEY
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.assessment import make_place, read_lessons
from tests.builders.catalog import NOW, course_files, item_files, make_course
from tests.builders.further import FILES, MIDTERM, make_course_with_midterm
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def complaints(**changed: Any) -> list[str]:
    files = course_files(**{**item_files(), **FILES})
    files |= {path: content for path, content in changed.items() if content is not None}
    for path in [path for path, content in changed.items() if content is None]:
        del files[path]
    return [str(one) for one in read_folder(SourceFolder(files, "welcome")).problems]


def test_a_further_exam_is_exported_as_it_was_read(app: Flask) -> None:
    version = make_course_with_midterm()
    files = export(version)
    read = read_folder(SourceFolder(files, "taught"))
    assert read.problems == ()
    assert digest(files) == digest(write_folder(read.content, read.parts))
    assert [one.key for one in read.content.modules[0].activities] == [
        "greeting",
        "half-way",
        "queue",
    ]
    assert [one.activity.titles.get("en") for one in assessments_of(version.id)] == [
        "Half-way check",
        None,
    ]


def test_a_change_is_named_by_the_title_of_its_exam_or_topic(app: Flask) -> None:
    before = make_course_with_midterm()
    files = {
        **export(before),
        "exams/half-way.yaml": MIDTERM.replace("Итог".encode(), "Зачёт".encode()),
    }
    del files["items/waiting.yaml"]
    read = read_folder(SourceFolder(files, "taught"))
    changes = changes_from(before, Whole(read.content, read.parts))
    assert {(one.label, one.kind) for one in changes} == {
        ("Зачёт", ChangeKind.CHANGED),
        ("Вопросы: Ожидание", ChangeKind.REMOVED),
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"exams/half-way.yaml": None}, "exams/half-way.yaml: is missing: course.yaml has"),
        ({"exams/other.yaml": MIDTERM}, "exams/other.yaml: no module of course.yaml has the exam"),
        ({"exams/a b.yaml": MIDTERM}, "exams/a b.yaml: is no name of an exam's file"),
        (
            {"exams/half-way.yaml": MIDTERM.replace(b"draw: 2", b"draw: 9", 1)},
            "exams/half-way.yaml:9: draw: the sections ask for 9 items of 'greeting'",
        ),
        ({"exam.yaml": None}, "exam.yaml: is missing"),
    ],
)
def test_mistakes_in_a_further_exam_are_told_with_their_place(
    changed: dict[str, Any], told: str
) -> None:
    assert [one for one in complaints(**changed) if told in one] != []


def test_a_new_draft_has_all_exams_and_its_publication_pins_them(app: Flask) -> None:
    version = make_course_with_midterm()
    draft = open_draft(course_of(version), now=NOW, actor=None)
    assert digest(export(draft)) == version.digest
    exam = assessment_of(draft.id, "half-way")
    assert exam is not None
    exam.minutes = 7
    published = publish(draft, now=NOW, actor=None)
    assert [one.minutes for one in assessments_of(published.id)] == [7, 20]


def test_an_author_adds_an_exam_to_a_module_gives_it_rules_and_removes_it(
    author: PageClient, app: Flask
) -> None:
    draft = open_draft(course_of(make_course("taught")), now=NOW, actor=None)
    module = whole_version(draft.id).modules[0].public_id
    author.get(f"/authoring/modules/{module}/add").one("a[href$='/add/exam']")
    titles = {"title_ru": "Проверка", "title_en": "A check", "minutes": "9", "key": "check"}
    rules = author.follow(author.post(f"/authoring/modules/{module}/add/exam", titles))
    assert author.get(f"/authoring/drafts/{draft.public_id}/publish").text.count("no rules yet")
    values = rules.form_values("form.item-form")
    assert (values["title-en"], values["minutes"]) == ("A check", "9")
    path = "/authoring/courses/taught/exam?exam=check"
    author.post(path, {**values, "title-en": "The check", "action": "save"}, status=302)
    made = assessment_of(draft.id, "check")
    assert made is not None
    part = made.activity.public_id
    assert made.activity.titles["en"] == "The check"
    assert "The check" in author.get(f"/authoring/drafts/{draft.public_id}").text
    assert "The check" in author.get("/authoring/courses/taught/exam/preview?exam=check").text
    author.post(f"/authoring/lessons/{part}/remove", {}, status=302)
    assert [one.activity.key for one in assessments_of(draft.id)] == [EXAM_KEY]


def test_the_final_exam_may_go_and_an_exam_that_is_not_there_is_missing(
    author: PageClient, app: Flask
) -> None:
    draft = create_course(slug="new", title={"en": "N"}, languages=["en"], now=NOW, actor=None)
    final = db.session.scalars(sa.select(Activity).where(Activity.version_id == draft.id)).one()
    author.post(f"/authoring/lessons/{final.public_id}/remove", {}, status=302)
    left = sa.select(sa.func.count()).where(Activity.version_id == draft.id)
    assert db.session.scalar(left) == 0
    author.get("/authoring/courses/new/exam?exam=nothing", status=404)


def test_a_trainee_sits_it_where_it_stands_in_the_outline(app: Flask) -> None:
    person = make_person()
    account = make_account(person=person)
    place = make_place(make_course_with_midterm(), person)
    trainee = PageClient(app).sign_in(account.username, PASSWORD)
    course = f"/courses/{place.public_id}"
    outline = trainee.get(course)
    assert "Half-way check" in outline.text
    assert outline.select("a[href*='/exams/']") == []
    read_lessons(place)
    link = trainee.get(course).one(".outline a[href*='/exams/']").get("href")
    trainee.post(f"{link}/start", {"language": "en"}, status=303)
    attempt = db.session.scalars(sa.select(Attempt)).one()
    assert attempt.exam_key == "half-way"
    refused = trainee.post(f"{course}/exam/start", {"language": "en"}, status=409)
    assert "“Half-way check” is under way. Finish it first." in refused.text
    trainee.post(f"/attempts/{attempt.public_id}/submit", {}, status=303)
    result = trainee.get(f"/attempts/{attempt.public_id}/result")
    assert result.one(f"a[href='{link}']").text_content().strip() == "Next attempt"
    assert "2 of 3" in trainee.get(link).text
    assert "3 of 3" in trainee.get(f"{course}/exam").text


def test_the_exam_desk_keeps_exams_apart_and_switches_between_them(app: Flask) -> None:
    place = make_place(make_course_with_midterm())
    desk = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    listed = desk.get("/exam-desk")
    assert len(listed.select("a[href^='/exam-desk/taught']")) == 2
    page = desk.get("/exam-desk/taught?exam=half-way")
    assert [a.text_content() for a in page.select(".tabs a")] == ["Half-way check", "Final exam"]
    person = f"/exam-desk/enrolments/{place.public_id}"
    values = desk.get(f"{person}?exam=half-way").form_values("form[action*='/grant']")
    given = {**values, "kind": "attempts", "amount": "2", "reason": "A fire drill."}
    desk.post(f"{person}/grant?exam=half-way", given, status=303)
    assert db.session.scalars(sa.select(ExamAllowance.exam_key)).all() == ["half-way"]
    assert "5 of 5" in desk.get(f"{person}?exam=half-way").text
    assert "3 of 3" in desk.get(person).text
    desk.get("/exam-desk/taught?exam=nothing", status=404)


def test_results_sittings_and_statistics_are_told_by_exam(author: PageClient, app: Flask) -> None:
    make_course_with_midterm()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assessment)) == 2
    for path in ("/results/taught", "/results/taught/questions", "/results/taught/scale"):
        page = author.get(f"{path}?exam=half-way")
        current = page.one(".tabs a[aria-current='page'][href*='exam=half-way']")
        assert current.text_content() == "Half-way check"
    for path in ("/examining/courses/taught", "/examining/courses/taught/live"):
        assert "All exams" in author.get(f"{path}?exam=half-way").text
