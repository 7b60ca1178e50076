"""Questions that point to living facts: their files, forms, and what a fact's page knows of them."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.authored import split
from lms.assessment.authoring.facts import ItemFacts, questions_for_checks
from lms.assessment.models import Item, ItemKind
from lms.assessment.source.content import AssessmentContent
from lms.assessment.source.part import AssessmentPart
from lms.assessment.source.writing import write_files
from lms.catalog.facts.queries import facts_in
from lms.catalog.models import CourseVersion
from lms.catalog.services import open_draft
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.core.database import db
from tests.builders.assessment import make_exam, make_item
from tests.builders.catalog import NOW, course_files, item_files, make_course
from tests.builders.facts import make_fact
from tests.builders.learning import course_of
from tests.pages import PageClient

ITEMS = "items/greeting.yaml"


def pointing_files() -> dict[str, str]:
    """The item file whose first question points to a fact, on the line after its level."""
    text = item_files()[ITEMS].decode()
    return {ITEMS: text.replace("level: 1\n", "level: 1\n    facts: [queue-limit]\n", 1)}


def test_facts_of_questions_are_the_same_after_writing_and_reading() -> None:
    item = make_item(ItemKind.TRUE_FALSE, facts=("queue-limit", "other"))
    (text,) = write_files(AssessmentContent((item,))).values()
    assert b"facts: [queue-limit, other]" in text


def test_an_unknown_fact_is_told_with_file_and_line() -> None:
    files = course_files(**item_files()) | {ITEMS: pointing_files()[ITEMS].encode()}
    line = pointing_files()[ITEMS].split("facts:")[0].count("\n") + 1
    folder = SourceFolder(files, "welcome")
    read = read_folder(folder, parts=[AssessmentPart()], facts={"queue-limit"})
    assert read.problems == ()
    assert read.facts == ((ITEMS, line, "queue-limit"),)
    (problem,) = read_folder(folder, parts=[AssessmentPart()], facts=()).problems
    assert str(problem) == f"{ITEMS}:{line}: facts: there is no fact 'queue-limit'"


def test_a_question_without_facts_is_the_version_it_was(app: Flask) -> None:
    item = make_item(ItemKind.NUMERIC)
    pointing = replace(item, facts=("queue-limit",))
    assert split(item).digest(item) != split(pointing).digest(pointing)


def test_a_fact_knows_its_questions_and_the_versions_that_ask_them(app: Flask) -> None:
    make_fact()
    version = make_exam([make_item(ItemKind.NUMERIC, facts=("queue-limit",))])
    make_exam([make_item(ItemKind.NUMERIC, facts=("queue-limit-2",))])
    user = ItemFacts()
    later = version.published_at.replace(year=2030)  # type: ignore[union-attr]
    assert facts_in(version) == {"queue-limit"}
    assert user.versions_with("queue-limit", before=later) == {version.id}
    assert user.versions_with("queue-limit", before=NOW.replace(year=2020)) == set()


def test_a_long_question_is_named_by_its_first_whole_words(app: Flask) -> None:
    make_fact()
    words = dict.fromkeys(("ru", "en"), "Word " * 40)
    make_exam([make_item(ItemKind.NUMERIC, facts=("queue-limit",), prompt=words)])
    with app.test_request_context():
        (place,) = ItemFacts().places({"queue-limit"})["queue-limit"]
    assert place.title == " ".join(["Word"] * 24) + "…"


def test_a_published_course_keeps_what_its_questions_pointed_to(app: Flask) -> None:
    make_fact()
    version = make_course("pointing", **pointing_files())
    draft = open_draft(course_of(version), now=NOW, actor=None)
    assert facts_in(version) == facts_in(draft) == {"queue-limit"}
    with app.test_request_context():
        (place,) = ItemFacts().places({"queue-limit"})["queue-limit"]
    assert "/authoring/courses/pointing/items/" in place.url


@pytest.mark.parametrize("kind", [ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE])
def test_questions_with_options_are_offered_to_checks_with_their_keys(
    app: Flask, kind: ItemKind
) -> None:
    item = make_item(kind, facts=("queue-limit",))
    make_exam([item, make_item(ItemKind.ORDERING, facts=("queue-limit",))])
    with app.test_request_context():
        (found,) = questions_for_checks("queue-limit")
    assert found.question.right == {option.key for option in item.options if option.correct}


def test_an_author_points_a_question_to_a_fact_in_the_form(app: Flask, author: PageClient) -> None:
    make_fact()
    version: CourseVersion = make_exam([make_item(ItemKind.TRUE_FALSE)])
    course = course_of(version)
    public_id = db.session.scalars(sa.select(Item.public_id)).one()
    db.session.commit()
    path = f"/authoring/courses/{course.slug}/items/{public_id}"
    values = author.get(path).form_values()
    author.post(path, {**values, "facts": "queue-limit"})
    page = author.get("/authoring/facts/queue-limit")
    assert path in [link.get("href") for link in page.select("main a")]
    author.post(path, {**author.get(path).form_values(), "facts": "no-such"}, status=422)
