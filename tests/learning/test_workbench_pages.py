"""Exercises, checklists, the glossary and the calculator as their reader meets them."""

from dataclasses import dataclass

import pytest
from flask import Flask

from lms.catalog.workbench.registry import KINDS, ExerciseKind
from lms.core import clock
from lms.core.database import db
from lms.learning import services
from lms.learning.models import BlockResponse, Enrolment
from lms.people.models import AccessRole
from tests.builders.catalog import LESSONS, make_course
from tests.builders.learning import lessons_of, make_enrolment, progress_of
from tests.builders.people import PASSWORD, make_account
from tests.catalog.test_workbench import YAML, written
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

BLOCKS = "".join(
    f"::: {kind} my-{kind} Task {kind}\ntext: |\n  Do *this*.\n{YAML[kind]}"
    "explanation: |\n  Told afterwards.\n:::\n\n"
    for kind in ExerciseKind
)
EXTRA = (
    "::: terms\n- **Zebra** — last.\n- **Élan** — first.\n:::\n\n"
    "::: checklist before-shift Before the shift\n- [ ] Forms\n- [ ] Printer\n:::\n\n"
)
QUESTIONS = ["first-words", *(f"my-{kind}" for kind in ExerciseKind)]


def lesson_files() -> dict[str, str]:
    return {
        f"lessons/greeting.{language}.md": f"{LESSONS[f'greeting.{language}']}\n{BLOCKS}{EXTRA}"
        for language in ("ru", "en")
    }


@dataclass
class Reader:
    client: PageClient
    enrolment: Enrolment

    @property
    def path(self) -> str:
        return (
            f"/courses/{self.enrolment.public_id}/lessons/{lessons_of(self.enrolment)[0].public_id}"
        )

    def page(self, query: str = "") -> Page:
        return self.client.get(self.path + query)

    def answer(self, kind: ExerciseKind, given: dict[str, str], status: int = 303) -> Page:
        return self.client.post(f"{self.path}/exercises/my-{kind}", given, status=status)


@pytest.fixture
def reader(app: Flask, client: PageClient) -> Reader:
    account = make_account(AccessRole.TRAINEE, username="maria")
    enrolment = make_enrolment(account.person, make_course(**lesson_files()), now=clock.now())
    return Reader(client.sign_in("maria", PASSWORD), enrolment)


def right(kind: ExerciseKind) -> dict[str, str]:
    return KINDS[kind].solve(written(kind).spec)


@pytest.mark.parametrize("kind", ExerciseKind)
def test_an_answer_is_scored_kept_and_explained(reader: Reader, kind: ExerciseKind) -> None:
    sent = reader.answer(kind, right(kind))
    assert sent.location == f"{reader.path}#check-my-{kind}"
    section = reader.page().one(f"#check-my-{kind}")
    assert "Your score: 100%" in section.text_content()
    assert "Told afterwards." in section.text_content()
    assert not section.cssselect("form")


@pytest.mark.parametrize("kind", ExerciseKind)
def test_nothing_tells_the_right_answer_before_one_is_given(
    reader: Reader, kind: ExerciseKind
) -> None:
    section = reader.page().one(f"#check-my-{kind}")
    assert "Told afterwards." not in section.text_content()
    assert not section.cssselect(".is-right, .is-wrong, [selected]:not([value='']), [checked]")


@pytest.mark.parametrize("kind", ExerciseKind)
def test_an_answer_with_gaps_is_refused_with_what_was_typed_kept(
    reader: Reader, kind: ExerciseKind
) -> None:
    page = reader.answer(kind, {"takt-1": "one and a <half>", "place-2": "1"}, status=422)
    section = page.one(f"#check-my-{kind}")
    assert "Some fields need another look." in section.text_content()
    assert section.cssselect("[aria-invalid='true'], .field-error")
    if kind is ExerciseKind.TAKT:
        assert section.cssselect("[name='takt-1']")[0].get("value") == "one and a <half>"
    assert not db.session.query(BlockResponse).count()


def test_the_last_answer_and_the_best_score_are_kept(reader: Reader) -> None:
    kind = ExerciseKind.FIVE_S
    reader.answer(kind, right(kind))
    reader.answer(kind, {**right(kind), "card-1": "set"})
    text = reader.page().one(f"#check-my-{kind}").text_content()
    assert "Your score: 50%" in text
    assert "Best so far: 100%" in text
    rows = db.session.query(BlockResponse).order_by(BlockResponse.id)
    assert [row.score for row in rows] == [1000, 500]
    again = reader.page(f"?again=my-{kind}").one(f"#check-my-{kind}")
    assert again.cssselect("[name='card-1'] option[value='set'][selected]")


def test_exercises_count_as_questions_of_the_lesson(reader: Reader) -> None:
    page = reader.client.post(f"{reader.path}/read", {}, status=422)
    assert [a.get("href") for a in page.select(".alert a")] == [
        f"#check-{key}" for key in QUESTIONS
    ]
    reader.client.post(f"{reader.path}/checks/first-words", {"option": "1"}, status=303)
    for kind in ExerciseKind:
        reader.answer(kind, right(kind))
    reader.client.post(f"{reader.path}/read", {}, status=303)
    progress = progress_of(reader.enrolment, lessons_of(reader.enrolment)[0])
    assert progress is not None
    assert progress.completed_at is not None


def test_a_last_exercise_completes_a_lesson_that_was_seen_to_its_end(reader: Reader) -> None:
    lesson = lessons_of(reader.enrolment)[0]
    services.record_place(
        enrolment=reader.enrolment, activity=lesson, place=1000, furthest=1000,
        placed_at=clock.now(), checks=QUESTIONS, now=clock.now(),
    )  # fmt: skip
    reader.client.post(f"{reader.path}/checks/first-words", {"option": "1"}, status=303)
    for kind in ExerciseKind:
        progress = progress_of(reader.enrolment, lesson)
        assert progress is not None
        assert progress.completed_at is None
        reader.answer(kind, right(kind))
    progress = progress_of(reader.enrolment, lesson)
    assert progress is not None
    assert progress.completed_at is not None


def test_the_pages_script_gets_the_exercise_alone(reader: Reader) -> None:
    answer = reader.client.browser.post(
        f"{reader.path}/exercises/my-takt",
        data={**right(ExerciseKind.TAKT), "csrf_token": reader.client.csrf_token()},
        headers={"X-Part": "check"},
    )
    text = answer.get_data(as_text=True)
    assert "Your score: 100" in text
    assert "<html" not in text
    again = reader.client.browser.get(f"{reader.path}?again=my-takt", headers={"X-Part": "check"})
    assert 'name="takt-1"' in again.get_data(as_text=True)


def test_ticks_of_a_checklist_are_kept_and_taken_back(reader: Reader) -> None:
    address = f"{reader.path}/checklists/before-shift"
    sent = reader.client.post(address, {"entry": "2"}, status=303)
    assert sent.location == f"{reader.path}#checklist-before-shift"
    boxes = reader.page().select("#checklist-before-shift input[name=entry]")
    assert [box.get("checked") is not None for box in boxes] == [False, True]
    reader.client.post(address, {}, status=303)
    assert not reader.page().select("#checklist-before-shift input[checked]")
    assert [row.given for row in db.session.query(BlockResponse)] == [{"2": "yes"}, {}]


def test_ticks_of_no_entry_are_left_out(reader: Reader) -> None:
    reader.client.post(f"{reader.path}/checklists/before-shift", {"entry": "9"}, status=303)
    assert db.session.query(BlockResponse).one().given == {}


@pytest.mark.parametrize(
    "part", ["exercises/nothing", "checklists/nothing", "exercises/before-shift"]
)
def test_a_block_that_is_not_there_is_missing(reader: Reader, part: str) -> None:
    reader.client.post(f"{reader.path}/{part}", {}, status=404)


def test_the_glossary_gathers_terms_and_leads_to_their_lessons(reader: Reader) -> None:
    address = f"/courses/{reader.enrolment.public_id}/glossary"
    assert reader.page().select(f"a[href='{address}']")
    page = reader.client.get(address)
    assert sorted(dt.text_content() for dt in page.select("dt")) == ["Zebra", "Élan"]
    assert page.select("dd a")[0].get("href") == reader.path


def test_a_lesson_with_exercises_costs_one_statement_more(reader: Reader) -> None:
    path = reader.path
    reader.client.get(path)
    with counted_statements() as statements:
        reader.client.get(path)
    assert len(statements) <= 6
    reader.answer(ExerciseKind.TAKT, right(ExerciseKind.TAKT))
    with counted_statements() as later:
        reader.client.get(path)
    assert len(later) == len(statements)


def test_the_calculator_shows_windows_waiting_and_a_chart(reader: Reader) -> None:
    page = reader.client.get("/calculator/windows?visitors=60&handling=10&percent=95&within=15")
    assert "12 windows are needed" in page.text
    assert page.select("svg[role=img][aria-label]")
    needed = page.one("tr.is-needed")
    assert "2.25" in needed.text_content()


@pytest.mark.parametrize(
    "query",
    ["visitors=x&handling=10&percent=95&within=15", "visitors=1e999&handling=10",
     "visitors=60&handling=0&percent=95&within=15", "visitors=60&handling=sNaN&percent=1&within=1",
     "visitors=60&handling=10&percent=100&within=-1"],
)  # fmt: skip
def test_the_calculator_refuses_bad_numbers_beside_their_fields(reader: Reader, query: str) -> None:
    page = reader.client.get(f"/calculator/windows?{query}", status=422)
    assert page.select(".field-error")
    assert not page.select(".calculator-result")


def test_numbers_with_a_comma_are_numbers(reader: Reader) -> None:
    page = reader.client.get("/calculator/windows?visitors=60&handling=7,5&percent=95&within=15")
    assert page.select("tr.is-needed")
