"""Courses for an auditor: read whole, without questions of exams and without anything to change."""

import pytest
from flask import Flask

from lms.people.models import AccessRole
from tests.builders.assessment import make_exam
from tests.builders.catalog import make_course
from tests.builders.people import PASSWORD, make_account, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def auditor(app: Flask, **overrides: object) -> PageClient:
    account = make_account(AccessRole.AUDITOR, **overrides)  # type: ignore[arg-type]
    return PageClient(app).sign_in(account.username, PASSWORD)


def test_an_auditor_reads_a_course_to_its_lessons_and_is_offered_nothing(app: Flask) -> None:
    make_course("read-me")
    client = auditor(app)
    listed = client.get("/results").one("main a[href='/authoring/reading']")
    courses = client.get(str(listed.get("href")))
    version = client.get(str(courses.select("main td a")[0].get("href")))
    lesson = client.get(str(version.select("main .page-entry a")[0].get("href")))
    for page in (courses, version, lesson):
        assert page.select("main form:not([data-preview-check])") == []
        assert page.select("main a[href*='/edit'], main a[href*='/items']") == []


def test_of_a_course_s_parts_lessons_alone_are_opened(app: Flask) -> None:
    make_exam()
    client = auditor(app)
    for link in client.get("/authoring/reading").select("main td a"):
        version = client.get(str(link.get("href")))
        parts = version.select("main .page-entry a")
        assert len(version.select("main .page-entry")) > len(parts)
        assert all("/authoring/reading/lessons/" in str(part.get("href")) for part in parts)


def test_an_auditor_of_one_centre_reads_no_drafts(app: Flask) -> None:
    centre = make_unit()
    auditor(app, over=centre).get("/authoring/reading", status=404)
