"""Question statistics on real sittings: whom they count, what they show, and what never."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.exam_rules import SectionRule
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.log import fold
from lms.assessment.models import Attempt, Item, ItemKind, ItemVersion, Score
from lms.assessment.scoring import GRADED_BY_HAND
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.people.models import AccessRole, Employment, Person
from lms.reporting.question_reports import CourseReport, QuestionReport, Selection, course_report
from tests.builders.assessment import (
    START,
    answer_event,
    both,
    flag_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    put_right,
    right_responses,
    save,
    settings,
)
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

CHOICE = "single-choice"
KEYS = [CHOICE, "one", "two", "three"]


def exam_items() -> list[AuthoredItem]:
    """A choice (b is right) and three true statements."""
    statements = [
        make_item(ItemKind.TRUE_FALSE, key=key, prompt=both(f"statement {key}")) for key in KEYS[1:]
    ]
    return [make_item(ItemKind.SINGLE_CHOICE, key=CHOICE, prompt=both("the choice")), *statements]


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_exam(exam_items(), sections=(SectionRule("rules", 4),), pass_percent=50)


def positions(attempt: Attempt) -> dict[str, int]:
    """Where the paper asks each question, by key."""
    keys = dict(db.session.execute(sa.select(Item.id, Item.key)).all())
    return {keys[i.item_version.item_id]: i.position for i in queries.paper(attempt)}


def sit(
    version: CourseVersion,
    choice: str | None = "b",
    right: Sequence[bool] = (True, True, True),
    *,
    learner: Person | None = None,
    place: Any = None,
    hand_in: bool = True,
) -> Attempt:
    """A sitting: the option taken (None: left empty), and which statements were right.

    The answers come ten seconds after one another, in the order of KEYS.
    """
    attempt = make_attempt(enrolment=place or make_place(version, learner))
    where = positions(attempt)
    responses: list[Any] = [{"choice": choice} if choice else None]
    responses += [{"value": value} for value in right]
    for number, (key, response) in enumerate(zip(KEYS, responses, strict=True), start=1):
        if response is not None:
            event = answer_event(where[key], response, sequence=number)
            save(attempt, event, at=START + timedelta(seconds=10 * number))
    if hand_in:
        services.submit(attempt=attempt, now=START + timedelta(minutes=5), settings=settings())
    return attempt


def report(version: CourseVersion, selection: Selection | None = None, **over: Any) -> CourseReport:
    viewer = make_viewer(AccessRole.INSTRUCTOR, **over)
    return course_report(viewer, course_of(version), selection or Selection())


def question(found: CourseReport, key: str = CHOICE, number: int = 1) -> QuestionReport:
    return next(
        q for q in found.questions if (q.version.item_key, q.version.number) == (key, number)
    )


def exported(client: PageClient, version: CourseVersion, form: str) -> Page:
    path = f"/lists/questions.{form}"
    chosen = client.get(address(version)).form_values(f"form[action='{path}']")
    return client.post(path, chosen, status=200)


def address(version: CourseVersion, key: str | None = None) -> str:
    path = f"/results/{course_of(version).slug}/questions"
    if key is None:
        return path
    item = db.session.scalars(sa.select(Item).where(Item.key == key)).one()
    return f"{path}/{item.public_id}"


def many(version: CourseVersion) -> None:
    """Six people, five of them right on the choice: the first has nothing else right."""
    for choice, right in zip("bbbbbc", range(6), strict=True):
        sit(version, choice, [right > 0, right > 1, right > 2])


def row_of(page: Page, key: str) -> list[str]:
    """The cells of a question's row in the list."""
    [row] = [r for r in page.select("tbody tr") if f"{key} ·" in r.text_content()]
    return [" ".join(cell.text_content().split()) for cell in row.cssselect("td")]


def test_the_list_shows_figures_counted_by_hand(author: PageClient, version: CourseVersion) -> None:
    """Statement one is right for five of six, two for four, three for three; the choice for five."""
    many(version)
    page = author.get(address(version))
    assert [row_of(page, key)[2] for key in KEYS] == ["83%", "83%", "67%", "50%"]
    assert row_of(page, CHOICE)[1] == "6"
    # Rests of the choice: 0 1/3 2/3 1 1 for the right ones, 1 for the wrong one: with the sums
    # of products -1/3 and of squares 5/6 and 8/9 the correlation is -(1/3) / √(5/6 · 8/9).
    found = question(report(version)).figures
    assert found is not None
    assert found.facility == pytest.approx(5 / 6)
    assert found.discrimination == pytest.approx(-0.3872983346)


def test_a_questions_page_has_its_distractor_table(
    author: PageClient, version: CourseVersion
) -> None:
    many(version)
    page = author.get(address(version, CHOICE))
    table = page.select("table")[0]
    rows = {
        row.cssselect("th")[0].text_content().strip()[0]: [
            " ".join(cell.text_content().split()) for cell in row.cssselect("td")
        ]
        for row in table.cssselect("tbody tr")
    }
    assert {letter: cells[:2] for letter, cells in rows.items()} == {
        "A": ["0", "0%"],
        "B": ["5", "83%"],
        "C": ["1", "17%"],
        "D": ["0", "0%"],
    }
    assert page.select("svg.chart[role=img][aria-label]")
    assert "right" in table.cssselect("tbody tr")[1].text_content()


def test_until_five_people_have_answered_no_figure_is_shown(
    author: PageClient, version: CourseVersion
) -> None:
    for _ in range(4):
        sit(version, "c")
    page = author.get(address(version))
    assert "Too few people have sat this exam" in page.text
    assert "table" not in {element.tag for element in page.tree.iter()}
    one = author.get(address(version, CHOICE))
    assert "Asked 4 times" in one.text
    assert one.select("table") == []
    assert all(q.figures is None for q in report(version).questions)
    author.get(f"{address(version, CHOICE)}?version=7", status=422)  # nobody sat that


def test_by_default_each_persons_first_attempt_counts(version: CourseVersion) -> None:
    person = make_person()
    place = make_place(version, person)
    sit(version, "c", (False, False, True), place=place)
    sit(version, "b", place=place)
    for _ in range(5):
        sit(version, "b")
    first = question(report(version))
    every = question(report(version, Selection(first_only=False)))
    assert (first.asked, every.asked) == (6, 7)
    assert first.figures is not None
    assert first.figures.options[2].row.count == 1


def test_a_first_attempt_that_is_under_way_is_not_replaced_by_another_course_place(
    version: CourseVersion,
) -> None:
    person = make_person()
    sit(version, "c", learner=person, hand_in=False)
    assert report(version).sittings == []
    open_place = db.session.scalars(sa.select(Attempt)).one()
    services.submit(attempt=open_place, now=START + timedelta(minutes=5), settings=settings())
    assert len(report(version).sittings) == 1


def test_an_attempt_that_may_still_get_late_answers_does_not_count(version: CourseVersion) -> None:
    attempt = sit(version, hand_in=False)
    just_over = attempt.deadline_at + timedelta(seconds=60)
    services.close_if_overdue(attempt=attempt, now=just_over, settings=settings())
    assert db.session.get_one(Attempt, attempt.id).closed_at is not None
    assert report(version).sittings == []
    services.close_if_overdue(
        attempt=attempt, now=attempt.deadline_at + timedelta(hours=1), settings=settings()
    )
    assert len(report(version).sittings) == 1


def test_an_instructor_of_one_centre_sees_its_people_alone(
    app: Flask, version: CourseVersion
) -> None:
    own = make_unit()
    for _ in range(5):
        sit(version, "d", learner=make_person(unit=own))
    many(version)
    assert question(report(version)).asked == 11
    assert question(report(version, over=own)).asked == 5
    assert report(version, over=make_unit()).sittings == []
    account = make_account(AccessRole.INSTRUCTOR, over=own)
    page = PageClient(app).sign_in(account.username, PASSWORD).get(address(version))
    assert row_of(page, CHOICE)[1:3] == ["5", "0%"]


def test_another_courses_sittings_do_not_count(version: CourseVersion) -> None:
    other = make_exam(
        [make_item(ItemKind.TRUE_FALSE, key=f"x{n}") for n in range(4)],
        sections=(SectionRule("rules", 4),),
    )
    many(version)
    assert report(other).sittings == []


def test_each_version_of_a_question_has_its_own_figures(
    author: PageClient, version: CourseVersion
) -> None:
    many(version)
    item = db.session.scalars(sa.select(Item).where(Item.key == CHOICE)).one()
    reworded = make_item(ItemKind.SINGLE_CHOICE, key=CHOICE, prompt=both("Reworded"))
    put_item(bank_of(course_of(version)), reworded, now=START, actor_id=None, item=item)
    page = author.get(address(version, CHOICE))
    assert "Version 1" in page.text
    assert "since changed" in page.text
    assert "the choice" in page.text
    assert page.one(".lead").text == "Reworded"


def test_the_answer_that_stands_counts_and_is_that_of_the_log(version: CourseVersion) -> None:
    """Changed answers, an older one arriving after a newer one, a mark, an emptied answer."""
    attempt = make_attempt(enrolment=make_place(version))
    where = positions(attempt)
    choice, one, two = where[CHOICE], where["one"], where["two"]
    save(attempt, answer_event(choice, {"choice": "a"}, sequence=1))
    save(attempt, answer_event(choice, {"choice": "c"}, sequence=5))
    save(attempt, answer_event(choice, {"choice": "b"}, sequence=3))
    save(attempt, flag_event(one, flagged=True, sequence=6))
    save(attempt, answer_event(two, {"value": True}, sequence=7))
    save(attempt, answer_event(two, None, sequence=8))
    services.submit(attempt=attempt, now=START, settings=settings())
    state = fold(queries.events(attempt.id))
    [sitting] = report(version).sittings
    [taken] = [e.choices for e in sitting.entries if e.choices and "c" in e.choices]
    assert state.answers[choice] == {"choice": "c"}
    assert taken == frozenset("c")
    assert sum(entry.answered for entry in sitting.entries) == len(state.answered) == 1


def test_a_late_answer_that_the_score_leaves_aside_is_left_aside_here_too(
    version: CourseVersion,
) -> None:
    attempt = sit(version, "b", hand_in=False)
    choice, deadline = positions(attempt)[CHOICE], attempt.deadline_at
    services.close_if_overdue(
        attempt=attempt, now=deadline + timedelta(seconds=60), settings=settings()
    )
    late = answer_event(choice, {"choice": "d"}, sequence=9, authored_ms_ago=600_000)
    save(attempt, late, at=deadline + timedelta(minutes=5))
    services.close_if_overdue(
        attempt=attempt, now=deadline + timedelta(hours=1), settings=settings()
    )
    assert fold(queries.events(attempt.id)).answers[choice] == {"choice": "d"}
    [sitting] = report(version).sittings
    [taken] = [e for e in sitting.entries if e.choices and e.choices <= set("abcd")]
    assert (taken.choices, taken.points) == (frozenset("b"), 1)


def test_a_question_that_is_not_scored_yet_does_not_count(version: CourseVersion) -> None:
    attempt = sit(version)
    score = db.session.scalars(sa.select(Score).where(Score.attempt_id == attempt.id)).one()
    first = str(positions(attempt)[CHOICE])
    score.items = {place: points for place, points in score.items.items() if place != first}
    db.session.flush()
    [sitting] = report(version).sittings
    assert len(sitting.entries) == 3
    score.items = {}
    db.session.flush()
    assert report(version).sittings == []


def test_all_kinds_of_questions_are_read(app: Flask) -> None:
    version = make_exam()
    for _ in range(5):
        attempt = make_attempt(enrolment=make_place(version))
        events = [
            answer_event(position, response, sequence=position)
            for position, response in right_responses(attempt).items()
        ]
        save(attempt, *events)
        services.submit(attempt=attempt, now=START, settings=settings())
    found = report(version).questions
    assert {q.version.kind for q in found} == set(ItemKind) - GRADED_BY_HAND - {ItemKind.HOTSPOT}
    for one in found:
        assert one.figures is not None
        assert (one.figures.facility, one.figures.discrimination) == (1, None)
        assert {o.is_right for o in one.figures.options if o.row.count} <= {True}
        assert one.figures.time is None  # all came in one instant


def test_the_time_on_a_question_comes_from_the_log(version: CourseVersion) -> None:
    many(version)
    times = question(report(version)).figures
    assert times is not None
    assert times.time is not None
    assert (times.time.timed, times.time.median) == (6, 10)


def test_districts_are_compared_over_the_network_and_centres_within_one(
    version: CourseVersion,
) -> None:
    east, west = make_unit("east"), make_unit("west")
    centre, other = make_unit("east-1", parent=east), make_unit("east-2", parent=east)
    for unit in (centre, other, make_unit("west-1", parent=west)):
        sit(version, learner=make_person(unit=unit))
    assert {s.group for s in report(version).sittings} == {"/network/east/", "/network/west/"}
    within = report(version, over=east)
    assert {s.group for s in within.sittings} == {centre.path, other.path}
    assert set(within.units) == {centre.path, other.path}


def test_who_has_left_belongs_to_no_group(version: CourseVersion) -> None:
    sit(version, learner=make_person(employed=False))
    sit(version)
    assert None in {sitting.group for sitting in report(version).sittings}


def test_no_page_and_no_file_names_a_person(author: PageClient, version: CourseVersion) -> None:
    for _ in range(6):
        sit(version, learner=make_person("Неповторимова", "Аглая"))
    path = address(version)
    for page in (
        author.get(path),
        author.get(address(version, CHOICE)),
        author.get(path.replace("questions", "scale")),
        exported(author, version, "csv"),
    ):
        assert "Неповторимова" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    "order", ["facility", "-facility", "discrimination", "time", "-time", "asked", "topic", "flags"]
)
def test_the_list_can_be_put_in_any_order(
    author: PageClient, version: CourseVersion, order: str
) -> None:
    many(version)
    page = author.get(f"{address(version)}?sort={order}")
    assert len(page.select("section[aria-labelledby=questions] tbody tr")) == 4
    wanted = "descending" if order.startswith("-") else "ascending"
    assert page.select(f"th[aria-sort={wanted}]")


def test_the_order_by_facility_is_that_of_the_figures(
    author: PageClient, version: CourseVersion
) -> None:
    many(version)
    for order, expected in (("facility", [50, 67, 83, 83]), ("-facility", [83, 83, 67, 50])):
        page = author.get(f"{address(version)}?sort={order}")
        cells = page.select("section[aria-labelledby=questions] td[data-label=Facility]")
        assert [int(cell.text.rstrip("%")) for cell in cells] == expected


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sort=<script>", 422),
        ("version=-1", 422),
        ("version=999999999999999999999", 422),
        ("version=²", 422),
        ("attempts=x", 422),
        ("exam=x", 404),
        ("sort=&version=", 200),
    ],
)
def test_what_the_address_asks_for_in_vain_is_refused(
    author: PageClient, version: CourseVersion, query: str, status: int
) -> None:
    many(version)
    page = author.get(f"{address(version)}?{query}", status=status)
    assert not page.tree.xpath("//main//script")


def test_what_isnt_there_is_missing(author: PageClient, version: CourseVersion) -> None:
    other = make_exam()
    [foreign, *_] = db.session.scalars(
        sa.select(Item).where(Item.bank_id == bank_of(course_of(other)).id)
    )
    author.get("/results/no-such/questions", status=404)
    author.get("/results/no-such/scale", status=404)
    author.get(f"{address(version)}/{'0' * 16}", status=404)
    author.get(f"{address(version)}/{foreign.public_id}", status=404)


def test_hostile_questions_are_harmless(author: PageClient, app: Flask) -> None:
    evil = "=cmd|'/c calc'!A1 <script>alert(1)</script><img src=x onerror=alert(1)>"
    version = make_exam(
        [make_item(ItemKind.TRUE_FALSE, key=f"evil-{n}", prompt=both(evil)) for n in range(2)],
        sections=(SectionRule("rules", 2),),
    )
    for _ in range(5):
        attempt = make_attempt(enrolment=make_place(version))
        services.submit(attempt=attempt, now=START, settings=settings())
    for path in (address(version), address(version, "evil-0")):
        assert not author.get(path).tree.xpath("//main//script | //main//img")
    text = exported(author, version, "csv").response.get_data().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_the_files_hold_the_list(author: PageClient, version: CourseVersion) -> None:
    many(version)
    answer = exported(author, version, "xlsx").response
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    headings, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    by_key = {row[0]: dict(zip(headings, row, strict=True)) for row in rows}
    assert set(by_key) == set(KEYS)
    assert by_key[CHOICE]["Asked"] == 6
    assert by_key[CHOICE]["Facility"] == pytest.approx(5 / 6, abs=1e-11)
    text = exported(author, version, "csv").response.get_data().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["Key"]: row["Facility"] for row in table}["three"] == "0,5"


def test_a_question_whose_key_is_wrong_is_told_so(
    author: PageClient, version: CourseVersion
) -> None:
    """Those who have all else right take c, the others what counts as right."""
    for n in range(30):
        sit(version, "c" if n % 3 == 0 else "b", [n % 3 == 0, n % 3 < 2, n % 2 == 0])
    page = author.get(address(version, CHOICE))
    assert "Key may be wrong" in page.text
    assert "C. option c" in page.text
    assert "Key may be wrong" in row_of(author.get(address(version)), CHOICE)[-1]


def test_a_corrected_key_is_the_one_that_is_told(
    author: PageClient, version: CourseVersion
) -> None:
    for choice in "bbccd":
        sit(version, choice)
    asked = question(report(version)).version
    assert asked.right == {"b"}
    put_right(db.session.get_one(ItemVersion, asked.id), CorrectionKind.ACCEPT, "b", "c")
    found = question(report(version))
    assert found.version.right == {"b", "c"}
    assert found.figures is not None
    assert found.figures.facility == pytest.approx(0.8)
    page = author.get(address(version, CHOICE))
    marked = [row.text_content() for row in page.select("tr") if row.cssselect(".badge-good")]
    assert len(marked) == 2


def test_the_exams_reliability_is_shown_from_thirty_attempts_on(
    author: PageClient, version: CourseVersion
) -> None:
    for n in range(29):
        sit(version, "b" if n % 2 else "c", [n % 2 == 1, n % 3 > 0, n % 2 == 1])
    assert "Reliability is told from 30 attempts on" in author.get(address(version)).text
    sit(version)
    page = author.get(address(version))
    found = report(version).reliability
    assert found is not None
    assert f"{found.alpha:.2f}" in page.text
    assert "percentage points" in page.text


def test_without_enough_answers_there_is_no_scale(
    author: PageClient, version: CourseVersion
) -> None:
    many(version)
    page = author.get(address(version).replace("questions", "scale"))
    assert "Not enough answers for a scale yet" in page.text


def test_the_results_page_leads_to_the_statistics(
    author: PageClient, version: CourseVersion
) -> None:
    many(version)
    page = author.get(f"/results/{course_of(version).slug}")
    assert page.select(f"a[href='{address(version)}']")


def test_papers_are_read_again_only_once_something_of_them_has_changed(
    version: CourseVersion,
) -> None:
    many(version)
    viewer, course = make_viewer(AccessRole.INSTRUCTOR), course_of(version)

    def cost() -> int:
        with counted_statements() as statements:
            course_report(viewer, course, Selection()).questions  # noqa: B018
        return len(statements)

    def reword() -> None:
        item = db.session.scalars(sa.select(Item).where(Item.key == CHOICE)).one()
        reworded = make_item(ItemKind.SINGLE_CHOICE, key=CHOICE, prompt=both("Reworded"))
        put_item(bank_of(course), reworded, now=START, actor_id=None, item=item)

    def move() -> None:
        post = db.session.scalars(sa.select(Employment)).first()
        assert post is not None
        post.unit = make_unit()

    full, again = cost(), cost()
    assert again == full - 2
    for change in (lambda: sit(version), reword, move):
        change()
        db.session.flush()
        assert [cost(), cost()] == [full, again]
    assert question(report(version)).asked == 7
    assert not question(report(version)).version.is_current


def test_the_pages_cost_the_same_for_few_and_for_many(
    author: PageClient, version: CourseVersion
) -> None:
    asked: list[Callable[[], Any]] = [
        partial(author.get, address(version)),
        partial(author.get, address(version, CHOICE)),
        partial(author.post, "/lists/questions.csv", {"slug": course_of(version).slug}, status=200),
    ]

    def costs() -> list[int]:
        found = []
        for ask in asked:
            ask()
            with counted_statements() as statements:
                ask()
            found.append(len(statements))
        return found

    many(version)
    few = costs()
    for n in range(30):
        sit(version, "abcd"[n % 4], [n % 2 == 0, True, n % 3 == 0])
    assert costs() == few
    assert max(few) <= 13
