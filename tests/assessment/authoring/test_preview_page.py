"""The exam previewed by its author: drawn, answered and scored as a trainee's, never stored."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.authoring.queries import paper_items
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.models import Attempt, AttemptItem, ItemKind, ItemVersion
from lms.catalog.models import Course, CourseVersion
from lms.core.database import db
from tests.builders.assessment import (
    fields_of,
    make_exam,
    make_item,
    one_of_each,
    put_right,
    right_response,
)
from tests.builders.catalog import make_course
from tests.builders.learning import course_of
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

ASKED = len(one_of_each())


@pytest.fixture
def course(app: Flask) -> Course:
    """A course whose exam asks one question of each kind."""
    return course_of(make_exam(one_of_each(), pass_percent=80))


def path_of(course: Course) -> str:
    return f"/authoring/courses/{course.slug}/exam/preview"


def asked(page: Page) -> list[str]:
    return [field.get("value") for field in page.select("input[name=item]")]


def answers(
    course: Course, page: Page, *, wrong: frozenset[ItemKind] = frozenset()
) -> dict[str, Any]:
    """The fields that answer the paper rightly, but for the kinds in ``wrong`` left empty."""
    fields: dict[str, Any] = {}
    for position, item in enumerate(paper_items(course, asked(page)), start=1):
        name, kind = f"q{position}", item.version.kind
        if kind in wrong:
            continue
        fields |= fields_of(kind, name, right_response(kind, item.key.answer))
    return fields


def score(author: PageClient, course: Course, page: Page, fields: dict[str, Any]) -> Page:
    hidden = {"seed": "1", "language": "en", "item": asked(page)}
    return author.post(path_of(course), {**hidden, **fields}, status=200)


def test_the_preview_asks_as_many_questions_as_the_rules_say(
    author: PageClient, course: Course
) -> None:
    page = author.get(f"{path_of(course)}?seed=1")
    assert len(asked(page)) == ASKED
    assert not page.select(".option-verdict")
    assert "Because" not in page.text


def test_the_same_seed_draws_the_same_paper_and_others_draw_others(author: PageClient) -> None:
    taught = course_of(make_course())
    papers = {tuple(asked(author.get(f"{path_of(taught)}?seed={n}"))) for n in range(8)}
    assert len(papers) > 1
    assert asked(author.get(f"{path_of(taught)}?seed=3")) == asked(
        author.get(f"{path_of(taught)}?seed=3")
    )


def test_right_answers_to_all_kinds_earn_all_points_and_show_explanations(
    author: PageClient, course: Course
) -> None:
    page = author.get(f"{path_of(course)}?seed=1")
    scored = score(author, course, page, answers(course, page))
    assert f"{ASKED} of {ASKED} points, 100%. The pass mark is 80%." in scored.text
    assert scored.one("#score-title").text == "Passed"
    assert scored.text.count("Because") == ASKED
    assert "Partly" not in scored.text


def test_an_empty_paper_earns_nothing_and_shows_what_was_right(
    author: PageClient, course: Course
) -> None:
    page = author.get(f"{path_of(course)}?seed=1")
    scored = score(author, course, page, {})
    assert f"0 of {ASKED} points, 0%." in scored.text
    assert scored.one("#score-title").text == "Not passed"
    assert "about b" in scored.text  # the explanation of the right option


def test_points_are_counted_by_the_pass_mark_exactly(author: PageClient, app: Flask) -> None:
    items = [make_item(ItemKind.TRUE_FALSE, points=points) for points in (4, 1)]
    exact = course_of(make_exam(items, pass_percent=80))
    page = author.get(f"{path_of(exact)}?seed=1")
    points = [item.version.points for item in paper_items(exact, asked(page))]
    fields = {f"q{points.index(4) + 1}": "true"}
    scored = score(author, exact, page, fields)
    assert "4 of 5 points, 80%." in scored.text
    assert scored.one("#score-title").text == "Passed"


def test_the_preview_speaks_the_language_that_is_chosen(author: PageClient, course: Course) -> None:
    page = author.get(f"{path_of(course)}?seed=1&language=ru")
    assert "(рус)" in page.text
    assert {text.get("lang") for text in page.select(".question-text")} == {"ru"}
    author.get(f"{path_of(course)}?seed=1&language=xx")


def test_a_conversation_goes_on_before_the_paper_is_scored(author: PageClient, app: Flask) -> None:
    items = [make_item(ItemKind.DIALOGUE), make_item(ItemKind.NUMERIC)]
    course = course_of(make_exam(items))
    page = author.get(f"{path_of(course)}?seed=1")
    right = answers(course, page)
    name = next(key.removesuffix("-path") for key in right if key.endswith("-path"))
    first, last = right[f"{name}-path"], right[name]
    told = score(author, course, page, {**right, f"{name}-path": "", name: first})
    assert "The visitor has answered" in told.text
    assert "My papers?" in told.text
    assert not told.select("#score-title")
    assert "1920,5" in {field.get("value") for field in told.select("input")}  # is still there
    assert told.one(f"input[name={name}-path]").get("value") == first
    whole = score(author, course, told, {**right, f"{name}-path": first, name: last})
    assert "2 of 2 points" in whole.text
    given_up = score(author, course, told, {**right, f"{name}-path": first, name: []})
    assert "1 of 2 points" in given_up.text
    assert "The conversation wasn’t finished." in given_up.text


def test_nothing_of_a_preview_is_stored(author: PageClient, course: Course) -> None:
    page = author.get(f"{path_of(course)}?seed=1")
    score(author, course, page, answers(course, page))
    for model in (Attempt, AttemptItem):
        assert not db.session.scalars(sa.select(model)).all()


def test_a_typed_answer_that_is_no_number_is_told_and_kept(
    author: PageClient, course: Course
) -> None:
    page = author.get(f"{path_of(course)}?seed=1")
    position = 1 + [i.version.kind for i in paper_items(course, asked(page))].index(
        ItemKind.NUMERIC
    )
    scored = score(author, course, page, {f"q{position}": "a dozen"})
    assert f"0 of {ASKED} points" in scored.text


def test_a_forged_preview_names_no_foreign_question(author: PageClient, course: Course) -> None:
    other = course_of(make_course())
    foreign = asked(author.get(f"{path_of(other)}?seed=1"))
    forged: list[dict[str, Any]] = [
        {},
        {"item": foreign},
        {"item": ["x", "\0", "9" * 5000]},
    ]
    for fields in forged:
        author.post(path_of(course), {"seed": "1", "language": "en", **fields}, status=404)
    own = asked(author.get(f"{path_of(course)}?seed=1"))
    senseless = {"q1": ["\0", "x" * 5000], "q2-": "1", "q99": "a", "q0": "", "language": "\0"}
    mixed = {"seed": "<script>", "item": [own[0], *foreign, own[0]], **senseless}
    page = author.post(path_of(course), mixed, status=200)
    assert asked(page) == [own[0]]
    assert not page.tree.xpath("//script[not(@src)][contains(., 'script')]")


def test_a_preview_scores_by_the_corrected_key(author: PageClient, app: Flask) -> None:
    course = course_of(make_exam([make_item(ItemKind.SINGLE_CHOICE)]))
    [version] = db.session.scalars(sa.select(ItemVersion)).all()
    put_right(version, CorrectionKind.ACCEPT, "b", "c")
    page = author.get(path_of(course))
    for choice, told in (("b", "1 of 1 points"), ("c", "1 of 1 points"), ("d", "0 of 1 points")):
        scored = score(author, course, page, {"q1": choice})
        assert told in scored.text
        assert len(scored.select(".option.is-right")) == 2


def test_a_preview_costs_the_same_at_any_size_of_the_bank(author: PageClient, app: Flask) -> None:
    def cost(version: CourseVersion) -> int:
        path = path_of(course_of(version))
        author.get(f"{path}?seed=1")
        with counted_statements() as statements:
            author.get(f"{path}?seed=1")
        return len(statements)

    small = make_exam([make_item(ItemKind.NUMERIC) for _ in range(2)])
    large = make_exam([make_item(ItemKind.NUMERIC) for _ in range(40)])
    assert cost(small) == cost(large)
