"""Activities of other kinds in a draft: added, changed, ordered by what comes before."""

from typing import Any

import pytest

from lms.catalog.models import Activity, CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.services import create_course, open_draft
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

STEPS = {"steps_ru": "Раз\nДва", "steps_en": "One\nTwo"}
FIELDS: dict[str, dict[str, Any]] = {
    "practice": {"topics": ["greeting"], "level": "", "questions": "3", "percent": "70"},
    "classroom": {"description_ru": "Зал", "description_en": "The hall"},
    "document": {"file_ru": "figures/hall.svg", "file_en": "figures/hall.svg"},
    "checklist": STEPS,
}
TITLED = {"title_ru": "Часть", "title_en": "The part", "minutes": "5", "key": "the-part"}


@pytest.fixture
def draft(author: PageClient) -> CourseVersion:
    return open_draft(course_of(make_course("kinds")), now=NOW, actor=None)


def one(draft: CourseVersion, key: str = "the-part") -> Activity:
    return next(a for a in whole_version(draft.id).activities if a.key == key)


def module(draft: CourseVersion) -> str:
    return whole_version(draft.id).modules[0].public_id


def add(author: PageClient, draft: CourseVersion, kind: str, status: int = 302, **more: Any) -> Any:
    path = f"/authoring/modules/{module(draft)}/add/{kind}"
    return author.post(path, {**TITLED, **FIELDS[kind], **more}, status=status)


@pytest.mark.parametrize("kind", list(FIELDS))
def test_each_kind_is_added_and_shown_again_as_it_was_typed(
    author: PageClient, draft: CourseVersion, kind: str
) -> None:
    offered = author.get(f"/authoring/modules/{module(draft)}/add")
    offered.one(f"a[href$='/add/{kind}']")
    add(author, draft, kind, after=["greeting"])
    assert one(draft).kind.value == kind
    assert one(draft).after == ["greeting"]
    values = author.get(f"/authoring/activities/{one(draft).public_id}").form_values()
    assert values["title_en"] == "The part"
    author.post(f"/authoring/activities/{one(draft).public_id}", {**values, "minutes": "9"})
    assert one(draft).minutes == 9
    add(author, draft, kind, status=422).one(".error-summary")  # the key is taken


@pytest.mark.parametrize("kind", list(FIELDS))
def test_what_is_missing_is_told_and_nothing_is_added(
    author: PageClient, draft: CourseVersion, kind: str
) -> None:
    emptied = dict.fromkeys(FIELDS[kind], "")
    page = add(author, draft, kind, 422, **emptied)
    page.one(".error-summary")
    assert page.one("#title_en").get("value") == "The part"
    assert all(a.key != "the-part" for a in whole_version(draft.id).activities)


def test_no_kind_is_made_up(author: PageClient, draft: CourseVersion) -> None:
    for kind in ("lesson", "quiz", "webinar"):
        author.get(f"/authoring/modules/{module(draft)}/add/{kind}", status=404)


def test_a_circle_is_refused_beside_its_field_in_titles(
    author: PageClient, draft: CourseVersion
) -> None:
    add(author, draft, "classroom", after=["greeting"])
    path = f"/authoring/lessons/{one(draft, 'greeting').public_id}/details"
    values = author.get(path).form_values()
    page = author.post(path, {**values, "after": ["the-part"]}, status=422)
    assert "wait for each other" in page.text
    assert "“The part”" in page.text
    assert one(draft, "greeting").after == []


def test_what_others_open_after_is_not_removed(author: PageClient, draft: CourseVersion) -> None:
    add(author, draft, "classroom", after=["greeting"])
    path = f"/authoring/lessons/{one(draft, 'greeting').public_id}/remove"
    assert "These open after it: “The part”" in author.follow(author.post(path)).text
    assert one(draft, "greeting")


def test_a_lesson_may_ask_for_time_but_not_for_nothing(
    author: PageClient, draft: CourseVersion
) -> None:
    path = f"/authoring/lessons/{one(draft, 'queue').public_id}/details"
    values = author.get(path).form_values()
    values.pop("needs_end", None)
    values.pop("needs_checks", None)
    author.post(path, {**values, "least_minutes": ""}, status=422)
    author.post(path, {**values, "least_minutes": "4"})
    assert one(draft, "queue").least_minutes == 4


def test_steps_keep_their_keys_when_others_come_and_go(
    author: PageClient, draft: CourseVersion
) -> None:
    add(author, draft, "checklist")
    path = f"/authoring/activities/{one(draft).public_id}"
    before = [step["key"] for step in one(draft).details["steps"]]
    values = author.get(path).form_values()
    author.post(path, {**values, "steps_ru": "Ноль\nДва", "steps_en": "Zero\nTwo"})
    after = [step["key"] for step in one(draft).details["steps"]]
    assert after[1] == before[1]
    assert len(set(after)) == 2
    page = author.post(path, {**values, "steps_en": "One"}, status=422)
    assert "as many steps in each language" in page.text


def test_the_exam_says_when_it_opens(author: PageClient, draft: CourseVersion) -> None:
    path = f"/authoring/activities/{one(draft, 'exam').public_id}"
    for form in (path, f"/authoring/modules/{module(draft)}/add/exam"):
        shown = author.get(form).text
        assert "opens after everything that stands before it" in shown
        assert "open from the start" not in shown
    values = author.get(path).form_values()
    author.post(path, {**values, "after": ["queue"]})
    assert one(draft, "exam").after == ["queue"]
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert "opens after “The queue”" in page.text


def test_a_course_begun_in_the_browser_names_its_empty_module(author: PageClient) -> None:
    titles = {"ru": "Новый", "en": "New"}
    new = create_course(slug="bare", title=titles, languages=["en"], now=NOW, actor=None)
    fields = {"title_en": "First", "key": "first"}
    author.post(f"/authoring/drafts/{new.public_id}/modules", fields)
    page = author.get(f"/authoring/drafts/{new.public_id}")
    assert "The module “First” is still empty" in page.text
