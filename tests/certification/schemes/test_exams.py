"""A certain exam of a course as evidence: passing that one counts, no other, and once."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import services
from lms.assessment.models import ItemKind
from lms.catalog.models import Course, CourseVersion
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Holding
from lms.certification.schemes.definitions import (
    EvidenceKind,
    Part,
    part_of,
    shown_by_course,
    shown_by_exam,
)
from lms.certification.schemes.models import CertificationFact, CertificationScheme, SchemeVersion
from lms.core.database import db
from lms.learning import events
from lms.people.models import AccessRole
from tests.builders.assessment import (
    START,
    answer_all_right,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    settings,
)
from tests.builders.people import PASSWORD, make_account
from tests.builders.schemes import TODAY, at, make_scheme, stands
from tests.pages import PageClient

TITLE = {"ru": "Экзамен", "en": "Exam"}
words = st.sampled_from(["intake", "exam", "archive"])
parts = st.builds(
    Part,
    key=words,
    kind=st.sampled_from(EvidenceKind),
    title=st.just(TITLE),
    course=st.none() | words,
    exam=st.none() | words,
)


@given(st.lists(parts, max_size=6), words, words)
def test_only_the_exam_that_is_asked_for_shows_a_part(
    asked: list[Part], course: str, exam: str
) -> None:
    shown = shown_by_exam(asked, course, exam)
    assert all((one.course, one.exam) == (course, exam) for one in shown)
    assert {one.kind for one in shown} <= {EvidenceKind.EXAM}
    assert not [one for one in shown_by_course(asked, course) if one in shown]


@given(parts)
def test_a_part_is_read_as_it_was_written(part: Part) -> None:
    assert part_of(part.data) == part
    older = {name: value for name, value in part.data.items() if name != "exam"}
    assert part_of(older).exam is None


@pytest.fixture
def course(app: Flask) -> Any:
    items = [make_item(ItemKind.SINGLE_CHOICE)]
    return make_exam(items, further={"intake": {}, "archive": {}})


def slug_of(course: CourseVersion) -> str:
    return db.session.get_one(Course, course.course_id).slug


def scheme_asking(slug: str, exam: str) -> CertificationScheme:
    return make_scheme(parts=(Part("exam", EvidenceKind.EXAM, TITLE, slug, exam),))


def test_a_passed_exam_certifies_once(course: Any) -> None:
    scheme = scheme_asking(slug_of(course), "intake")
    place = make_place(course)
    for exam in ("archive", "exam", "intake", "intake"):
        events.exam_passed.send(place, exam=exam, now=at(TODAY))
        if exam != "intake":
            assert stands(place.learner, scheme).holding is Holding.NONE
    assert stands(place.learner, scheme).holding is Holding.VALID
    evidence = sa.select(CertificationFact.key).where(
        CertificationFact.kind == FactKind.EVIDENCE_ACCEPTED
    )
    assert list(db.session.scalars(evidence)) == [f"exam:exam:{place.public_id}"]


@pytest.mark.parametrize("right", [True, False])
def test_the_exam_itself_is_noticed_when_it_is_passed(course: Any, right: bool) -> None:
    scheme, place = scheme_asking(slug_of(course), "intake"), make_place(course)
    attempt = make_attempt(enrolment=place, exam="intake")
    if right:
        answer_all_right(attempt)
    services.submit(attempt=attempt, now=START, settings=settings())
    holding = stands(place.learner, scheme, START.date()).holding
    assert holding is (Holding.VALID if right else Holding.NONE)
    assert place.completed_at is None


def test_hr_asks_for_one_exam_and_reads_which(client: PageClient, course: Any) -> None:
    account, slug = make_account(AccessRole.HR), slug_of(course)
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    form = client.get("/hr/certifications/new").form_values()
    form |= {"key": "intake", "title_ru": "Приём", "title_en": "Intake", "parts-0-key": "intake"}
    form |= {"parts-0-kind": "exam", "parts-0-title_ru": "Экзамен"}
    refused = client.post("/hr/certifications/new", form, status=422)
    assert "Choose the exam" in refused.text
    client.post("/hr/certifications/new", form | {"parts-0-exam": "no/exam"}, status=422)
    form["parts-0-exam"] = f"{slug}/intake"
    address = client.post("/hr/certifications/new", form, status=303).location
    assert "passed exam – Course" in client.get(address).text
    kept = client.get(f"{address}/edit").form_values()
    assert kept["parts-0-exam"] == f"{slug}/intake"
    taken = client.post("/hr/certifications/new", form, status=409)
    assert "has this short name already" in taken.text
    assert taken.form_values()["title_en"] == "Intake"
    scheme = db.session.scalars(sa.select(CertificationScheme)).one()
    (part,) = db.session.scalars(sa.select(SchemeVersion.parts))
    assert (scheme.key, part[0]["course"], part[0]["exam"]) == ("intake", slug, "intake")
    mine = kept | {"grace_days": "7", "reason": "Grace for all"}
    theirs = kept | {"title_en": "Reception", "reason": "A better name"}
    client.post(f"{address}/edit", theirs, status=303)
    met = client.post(f"{address}/edit", mine, status=409)
    assert {"Reception", "A better name"} <= {one.text_content() for one in met.select("dl dd")}
    again = met.form_values()
    assert again["grace_days"] == "7"
    client.post(f"{address}/edit", again, status=303)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SchemeVersion)) == 3
