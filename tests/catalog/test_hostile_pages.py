"""The corpus of attacks, many at once, in the preview and on the trainee's page alike."""

from collections.abc import Sequence

import lxml.html
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import LessonText
from lms.catalog.queries import whole_version
from lms.catalog.services import open_draft
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of, lessons_of, make_enrolment
from tests.builders.people import PASSWORD, make_account
from tests.catalog.test_hostile_text import VECTORS, exercise_with
from tests.catalog.test_lesson_editor import body_of, live_preview
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

CODE = frozenset(
    {"script", "iframe", "object", "embed", "style", "link", "meta", "base", "animate", "video"}
)
RUNS = ("javascript:", "data:", "vbscript:")


# All of them in one lesson would be more than is laid out.
PORTIONS = [VECTORS[number::4] for number in range(4)]


def hostile_body(vectors: Sequence[str]) -> str:
    parts = []
    for number, vector in enumerate(vectors):
        parts += [vector, exercise_with(vector).replace(" my-", f" key{number}-")]
    return "\n\n".join(parts).replace("\x00", "")  # PostgreSQL stores no such character


def code_in(html: str) -> list[str]:
    """What in a lesson's text would run or load: elements, handlers, addresses."""
    found = []
    for element in lxml.html.fromstring(html).iter():
        if isinstance(element.tag, str) and element.tag.lower() in CODE:
            found.append(element.tag)
        for name, value in element.attrib.items():
            runs = value.strip().lower().startswith(RUNS)
            if runs or name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                found.append(f"{element.tag} {name}={value}")
    return found


@pytest.mark.parametrize("vectors", PORTIONS, ids=range(4))
def test_the_corpus_stays_text_on_the_trainees_page(
    app: Flask, client: PageClient, vectors: Sequence[str]
) -> None:
    account = make_account(AccessRole.TRAINEE, username="maria")
    enrolment = make_enrolment(account.person, make_course(), now=clock.now())
    lesson = lessons_of(enrolment)[0]
    # Core, not the mapped class: what is published can't be changed through it.
    texts = sa.update(LessonText.__table__).where(LessonText.activity_id == lesson.id)  # type: ignore[arg-type]
    db.session.connection().execute(texts.values(body=hostile_body(vectors)))
    client.sign_in("maria", PASSWORD)
    address = f"/courses/{enrolment.public_id}/lessons/{lesson.public_id}"
    text = body_of(client.browser.get(address).get_data(as_text=True))
    assert text.count("data-check-form") >= len(vectors) // 2
    assert code_in(text) == []


@pytest.mark.parametrize("vectors", PORTIONS, ids=range(4))
def test_the_corpus_stays_text_in_the_preview(
    app: Flask, client: PageClient, vectors: Sequence[str]
) -> None:
    make_account(AccessRole.INSTRUCTOR, username="anna")
    version = make_course("taught")
    draft = open_draft(course_of(version), now=NOW, actor=None)
    lesson = whole_version(draft.id).activities[0]
    client.sign_in("anna", PASSWORD)
    text = body_of(live_preview(client, lesson, hostile_body(vectors)).json["html"])
    assert text.count("data-preview-check") >= len(vectors) // 2
    assert code_in(text) == []
