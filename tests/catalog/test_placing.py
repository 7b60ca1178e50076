"""The outline's order: moved between modules, by two authors at once, announced as a part."""

import pytest

from lms.catalog.models import CourseVersion
from lms.catalog.queries import outline_lessons, whole_version
from lms.catalog.services import open_draft, order_stamp
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

PART = {"X-Part": "outline"}


@pytest.fixture
def draft(author: PageClient) -> CourseVersion:
    return open_draft(course_of(make_course("placed")), now=NOW, actor=None)


def outline(draft: CourseVersion) -> dict[str, list[str]]:
    version = whole_version(draft.id)
    lessons = outline_lessons(version)
    return {module.key: [one.key for one in lessons[module.id]] for module in version.modules}


def ids(draft: CourseVersion) -> dict[str, str]:
    """Public ids of activities and modules by key."""
    version = whole_version(draft.id)
    return {one.key: one.public_id for one in (*version.activities, *version.modules)}


def second_module(author: PageClient, draft: CourseVersion) -> str:
    fields = {"title_ru": "Второй", "title_en": "Second", "key": "second"}
    author.post(f"/authoring/drafts/{draft.public_id}/modules", fields)
    return ids(draft)["second"]


def test_a_lesson_goes_to_the_end_of_another_module(
    author: PageClient, draft: CourseVersion
) -> None:
    module = second_module(author, draft)
    author.post(f"/authoring/activities/{ids(draft)['greeting']}/place", {"module": module})
    assert outline(draft) == {"first-minute": ["queue"], "second": ["greeting"]}


def test_a_lesson_goes_before_another_one(author: PageClient, draft: CourseVersion) -> None:
    known = ids(draft)
    fields = {"module": known["first-minute"], "before": known["greeting"]}
    author.post(f"/authoring/activities/{known['queue']}/place", fields)
    assert outline(draft) == {"first-minute": ["queue", "greeting"]}


def test_the_exam_goes_into_a_module_and_back_behind_all(
    author: PageClient, draft: CourseVersion
) -> None:
    known = ids(draft)
    fields = {"module": known["first-minute"], "before": known["queue"]}
    author.post(f"/authoring/activities/{known['exam']}/place", fields)
    assert outline(draft) == {"first-minute": ["greeting", "exam", "queue"]}
    author.post(f"/authoring/activities/{known['exam']}/place", {"module": ""})
    assert outline(draft) == {"first-minute": ["greeting", "queue"]}


def test_a_module_goes_before_another_one(author: PageClient, draft: CourseVersion) -> None:
    module = second_module(author, draft)
    fields = {"before": ids(draft)["first-minute"]}
    author.post(f"/authoring/modules/{module}/place", fields)
    assert list(outline(draft)) == ["second", "first-minute"]


def test_the_later_of_two_moves_is_told_and_nothing_is_lost(
    author: PageClient, draft: CourseVersion
) -> None:
    known, stamp = ids(draft), order_stamp(draft.id)
    path = f"/authoring/lessons/{known['queue']}/move/up"
    author.post(path, {"stamp": stamp})
    page = author.post(path, {"stamp": stamp}, status=409)
    assert "Someone else changed the outline meanwhile" in page.text
    assert outline(draft) == {"first-minute": ["queue", "greeting"]}
    assert page.one("[data-outline]").get("data-stamp") == order_stamp(draft.id)


@pytest.mark.parametrize("field", ["module", "before"])
def test_a_place_of_another_course_is_none(
    author: PageClient, draft: CourseVersion, field: str
) -> None:
    other = ids(open_draft(course_of(make_course()), now=NOW, actor=None))
    known = ids(draft)
    fields = {"module": known["first-minute"], "before": known["queue"]}
    fields[field] = other["first-minute" if field == "module" else "queue"]
    author.post(f"/authoring/activities/{known['greeting']}/place", fields, status=404)
    assert outline(draft) == {"first-minute": ["greeting", "queue"]}


def test_a_lesson_stands_in_a_module(author: PageClient, draft: CourseVersion) -> None:
    path = f"/authoring/activities/{ids(draft)['greeting']}/place"
    author.post(path, {"module": ""}, status=404)
