"""Items that their author opens for practice, on their page and in the course's files."""

import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Item
from lms.assessment.practice.models import PracticeItem
from lms.audit.models import AuditEntry
from lms.catalog.models import CourseVersion
from lms.catalog.services import load_reading
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.core.database import db
from tests.builders.catalog import course_files, item_files
from tests.builders.learning import course_of
from tests.builders.practice import items_of, make_checked_course
from tests.pages import PageClient


def address(version: CourseVersion, item: Item) -> str:
    return f"/authoring/courses/{course_of(version).slug}/items/{item.public_id}"


def opened() -> set[int]:
    db.session.expire_all()
    return set(db.session.scalars(sa.select(PracticeItem.item_id)))


def test_an_author_opens_an_item_and_keeps_it_again(author: PageClient) -> None:
    version = make_checked_course()
    item = items_of(version)[0]
    path = address(version, item)
    assert "kept for the exam" in author.get(path).text
    for _ in range(2):  # again: nothing happens
        page = author.follow(author.post(f"{path}/practice", {"open": "1"}))
    assert "The question may be practised now." in page.text
    assert opened() == {item.id}
    page = author.follow(author.post(f"{path}/practice"))
    assert "The question is kept for the exam." in page.text
    assert opened() == set()
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id))
    assert [one for one in actions if one.startswith("assessment.item_")][-2:] == [
        "assessment.item_opened", "assessment.item_kept",
    ]  # fmt: skip


def test_garbage_opens_nothing(author: PageClient) -> None:
    version = make_checked_course()
    path = address(version, items_of(version)[0])
    author.post(f"{path}/practice", {"open": "yes please"})
    assert opened() == set()


def test_the_item_of_another_course_is_missing(author: PageClient) -> None:
    version, other = make_checked_course(), make_checked_course()
    item = items_of(other)[0]
    author.post(f"{address(version, item)}/practice", {"open": "1"}, status=404)
    assert opened() == set()


def marked_files(word: str = "practice: true") -> dict[str, bytes]:
    files = {**course_files(), **item_files()}
    text = files["items/greeting.yaml"].decode()
    first = text.replace("    points: 1\n", f"    points: 1\n    {word}\n", 1)
    return {**files, "items/greeting.yaml": first.encode()}


def test_the_mark_goes_through_files_without_loss(app: Flask) -> None:
    from tests.builders.assessment import START

    reading = read_folder(SourceFolder(marked_files(), "welcome"))
    assert reading.problems == ()
    version = load_reading(reading, now=START, actor=None).version
    [item] = [one for one in items_of(version) if one.id in opened()]
    assert item.key == "greeting-1"
    assert export(version)["items/greeting.yaml"] == marked_files()["items/greeting.yaml"]
    unmarked = read_folder(SourceFolder({**course_files(), **item_files()}, "welcome"))
    load_reading(unmarked, now=START, actor=None)
    assert opened() == set()
    assert db.session.get_one(Item, item.id).current_number == 1  # a mark is no new wording


def test_a_mark_that_is_neither_true_nor_false_is_named_with_its_line(app: Flask) -> None:
    reading = read_folder(SourceFolder(marked_files("practice: perhaps"), "welcome"))
    [problem] = reading.problems
    assert (problem.file, "true or false" in str(problem.message)) == ("items/greeting.yaml", True)


def test_a_topic_that_names_an_unknown_lesson_is_told(app: Flask) -> None:
    files = {**course_files(), **item_files()}
    text = files["course.yaml"].decode().replace("Greeting}}", "Greeting}, lessons: [nowhere]}")
    reading = read_folder(SourceFolder({**files, "course.yaml": text.encode()}, "welcome"))
    [problem] = reading.problems
    assert "there is no lesson 'nowhere'" in str(problem.message)


def test_an_author_says_which_lessons_teach_a_topic(author: PageClient) -> None:
    from lms.catalog.queries import topic_of
    from lms.catalog.services import open_draft
    from tests.builders.assessment import START
    from tests.builders.catalog import make_course

    draft = open_draft(course_of(make_course()), now=START, actor=None)
    path = f"/authoring/drafts/{draft.public_id}/topics/waiting"
    values = author.get(path).form_values()
    author.post(path, {**values, "lessons": ["queue", "greeting"]})
    topic = topic_of(draft, "waiting")
    assert topic is not None
    assert set(topic.lessons) == {"queue", "greeting"}
    values = author.get(path).form_values()
    author.post(path, {**values, "lessons": ["nowhere"]}, status=422)
