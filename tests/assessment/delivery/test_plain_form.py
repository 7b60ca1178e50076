"""The exam without scripts: the whole paper in one form, and nothing taken back by an old one."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.models import EventKind, ItemKind, Score
from lms.assessment.tokens import attempt_token
from lms.assessment.views.answers import BODY_LIMIT
from lms.core.database import db
from tests.assessment.delivery.candidate import (
    DEADLINE,
    GRACE,
    OVER,
    Candidate,
    Moment,
    run_job,
)
from tests.builders.assessment import (
    answer_event,
    form_fields,
    make_exam,
    make_item,
    right_responses,
)
from tests.pages import Page

pytestmark = pytest.mark.in_turn


@pytest.fixture
def sitting(candidate: Candidate) -> Candidate:
    candidate.start()
    return candidate


def untouched(candidate: Candidate) -> dict[str, Any]:
    return candidate.paper().form_values("#paper")


def save(candidate: Candidate, status: int = 303, **fields: Any) -> Page:
    secret = candidate.app.config["SETTINGS"].secret_key
    fields.setdefault("token", attempt_token(candidate.attempt, secret))
    return candidate.client.post(f"{candidate.path}/form", fields, status=status)


def test_every_kind_of_question_is_answered_in_one_go(sitting: Candidate) -> None:
    page = save(sitting, **{**untouched(sitting), **form_fields(sitting.attempt)})
    assert sitting.answers() == right_responses(sitting.attempt)
    assert "9 answers saved." in sitting.client.follow(page).text
    sitting.hand_in()
    assert sitting.result().heading == "You have passed the exam"


def test_the_form_is_filled_with_what_was_saved_and_saving_it_again_changes_nothing(
    sitting: Candidate,
) -> None:
    save(sitting, **{**untouched(sitting), **form_fields(sitting.attempt)})
    length = len(sitting.log())
    page = save(sitting, **untouched(sitting))
    assert "no answer has changed" in sitting.client.follow(page).text
    assert len(sitting.log()) == length


def test_save_and_review_leads_to_the_review(sitting: Candidate) -> None:
    page = save(sitting, **{**untouched(sitting), **form_fields(sitting.attempt)}, then="review")
    assert "9 of 9" in sitting.client.follow(page).text


def test_answers_that_can_be_emptied_are_taken_back(sitting: Candidate) -> None:
    save(sitting, **{**untouched(sitting), **form_fields(sitting.attempt)})
    values = untouched(sitting)
    kinds = {item.position: item.item_version.kind for item in queries.paper(sitting.attempt)}
    emptied = {
        ItemKind.MATCHING, ItemKind.ORDERING, ItemKind.NUMERIC, ItemKind.SHORT_TEXT,
        ItemKind.GAP_TEXT, ItemKind.HOTSPOT,
    }  # fmt: skip
    for name in values:
        position = name.removeprefix("q").split("-")[0]
        if position.isdigit() and kinds[int(position)] in emptied:
            values[name] = ""
    del values[f"q{sitting.position(ItemKind.MULTIPLE_CHOICE)}"]
    save(sitting, **values)
    left = {kinds[p] for p, response in sitting.answers().items() if response is not None}
    assert left == {ItemKind.SINGLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.DIALOGUE}


def test_marks_are_set_and_taken_off(sitting: Candidate) -> None:
    name = f"q{sitting.position()}-flag"
    save(sitting, **untouched(sitting), **{name: "1"})
    assert queries.state(sitting.attempt.id).flags == {sitting.position()}
    values = untouched(sitting)
    assert values.pop(name) == "1"
    save(sitting, **values)
    assert queries.state(sitting.attempt.id).flags == set()


def test_an_old_form_takes_back_no_answer_that_was_given_elsewhere_since(
    sitting: Candidate,
) -> None:
    """The form was opened empty; another tab answered and marked; the form answers another."""
    old, token = untouched(sitting), sitting.token
    choice, text = sitting.position(), sitting.position(ItemKind.SHORT_TEXT)
    many = sitting.position(ItemKind.MULTIPLE_CHOICE)
    sitting.send(
        sitting.choose("b"),
        answer_event(many, {"choices": ["a", "d"]}, sequence=2),
        answer_event(sitting.position(ItemKind.NUMERIC), {"text": "7"}, sequence=3),
        token=token,
    )
    save(sitting, **{**old, f"q{text}": "fir tree"})
    assert sitting.answers() == {
        choice: {"choice": "b"},
        many: {"choices": ["a", "d"]},
        sitting.position(ItemKind.NUMERIC): {"text": "7"},
        text: {"text": "fir tree"},
    }


def test_what_the_form_changes_wins_over_the_tab_before(sitting: Candidate) -> None:
    """It is the later lease: an answer which that tab still sends comes after, and before it."""
    token, position = sitting.token, sitting.position()
    save(sitting, **{**untouched(sitting), f"q{position}": "c"})
    late = sitting.send(sitting.choose("a", sequence=999), token=token)
    assert not late["receipts"][0]["applied"]
    assert late["writer"] == 2
    assert sitting.answers() == {position: {"choice": "c"}}


def test_a_senseless_place_in_the_log_costs_no_answer(sitting: Candidate) -> None:
    position, values = sitting.position(), untouched(sitting)
    for seen, choice in (("", "a"), ("none", "b"), ("-5", "c"), ("9" * 40, "d")):
        save(sitting, **{**values, f"q{position}": choice, "seen": seen})
        assert sitting.answers() == {position: {"choice": choice}}


def test_a_fault_keeps_what_was_typed_and_saves_the_rest(sitting: Candidate) -> None:
    item, number = sitting.question(ItemKind.ORDERING), sitting.position(ItemKind.NUMERIC)
    doubled = {f"q{item.position}-{key}": "2" for key in item.order}
    text, long = sitting.position(ItemKind.SHORT_TEXT), "long " * 101
    values = {**untouched(sitting), **doubled, f"q{number}": "12,5", f"q{text}": long}
    page = save(sitting, status=422, **values)
    assert sitting.answers() == {number: {"text": "12,5"}}
    shown = page.form_values("#paper")
    assert {shown[name] for name in doubled} == {"2"}
    assert (shown[f"q{text}"], shown[f"q{number}"]) == (long, "12,5")
    faults = [" ".join(li.text_content().split()) for li in page.select(".error-summary li")]
    assert f"Question {item.position}: Give each step a number of its own." in faults
    assert len(faults) == len(page.select("#paper .field-error")) == 2


def test_the_page_after_a_fault_is_up_to_date(sitting: Candidate) -> None:
    """Sent once more it takes nothing back: neither its own answers nor another tab's."""
    item, token, old = sitting.question(ItemKind.ORDERING), sitting.token, untouched(sitting)
    sitting.send(sitting.choose("b"), token=token)
    one = f"q{item.position}-{item.order[0]}"
    page = save(sitting, status=422, **{**old, one: "1"})
    assert page.form_values("#paper")[f"q{sitting.position()}"] == "b"
    save(sitting, **{**page.form_values("#paper"), one: ""})
    assert sitting.answers() == {sitting.position(): {"choice": "b"}}


def test_numbers_that_make_no_order_are_a_fault(sitting: Candidate) -> None:
    item = sitting.question(ItemKind.ORDERING)
    for places in ("1 2 3", "1 2 3 5", "0 1 2 3", "1 1 2 3", "a b c d", "1  2 ", "٣ 1 2 4"):
        keys = dict(zip(item.order, [*places.split(" "), ""], strict=False))
        values = {f"q{item.position}-{key}": place for key, place in keys.items()}
        save(sitting, status=422, **values)
    assert sitting.answers() == {}


def test_foreign_keys_are_a_fault_and_unknown_fields_are_nothing(sitting: Candidate) -> None:
    for kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE):
        save(sitting, status=422, **{f"q{sitting.position(kind)}": "zz"})
    left = f"q{sitting.position(ItemKind.MATCHING)}-p1"
    save(sitting, status=422, **{left: "zz"})
    save(sitting, q99="a", attempt_id="1", closed_at="now")
    assert sitting.log() == []


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_form_without_the_attempts_token_saves_nothing(sitting: Candidate, token: str) -> None:
    save(sitting, status=401, token=token, **{f"q{sitting.position()}": "a"})
    assert sitting.log() == []


def test_nobodys_form_is_read_only_so_far(sitting: Candidate) -> None:
    sitting.client.post("/sign-out", status=302)
    save(sitting, status=413, **{f"q{sitting.position()}": "b", "more": "x" * BODY_LIMIT})
    assert sitting.log() == []


@pytest.mark.parametrize("place", ["1", "zz"])
def test_a_sign_in_that_ends_meanwhile_costs_no_answer(sitting: Candidate, place: str) -> None:
    """Nor does one that can't be saved cost the others; the paper is shown to nobody else."""
    order = sitting.question(ItemKind.ORDERING)
    fields = {f"q{sitting.position()}": "b", f"q{order.position}-{order.order[0]}": place}
    values = {**untouched(sitting), **(fields if place == "zz" else dict([*fields.items()][:1]))}
    sitting.client.post("/sign-out", status=302)
    page = save(sitting, **values)
    assert sitting.answers() == {sitting.position(): {"choice": "b"}}
    asked = sitting.client.get(page.location, status=302)
    assert asked.location == f"/sign-in?next={sitting.path}"
    told = sitting.client.follow(asked).text
    assert "1 answer saved." in told
    assert ("couldn’t be saved" in told) == (place == "zz")


def test_within_the_grace_the_form_is_still_taken(sitting: Candidate, moment: Moment) -> None:
    values = untouched(sitting)
    moment.after_start(DEADLINE + GRACE)
    page = save(sitting, **{**values, f"q{sitting.position()}": "b"})
    assert sitting.answers() == {sitting.position(): {"choice": "b"}}
    assert sitting.client.get(page.location, status=302).location == f"{sitting.path}/result"


def test_after_its_time_a_form_writes_nothing_and_leads_to_the_result(
    sitting: Candidate, moment: Moment
) -> None:
    """With or without a fault, whether the job was there already or not."""
    values, name = untouched(sitting), f"q{sitting.position()}"
    moment.after_start(OVER)
    for _ in range(2):
        length = len(sitting.log())
        for choice in ("b", "zz"):
            page = save(sitting, **{**values, name: choice})
            assert page.location == f"{sitting.path}/result"
            told = sitting.client.follow(page).text
            assert "The time of this exam is over." in told
            assert "What this page brought wasn’t taken any more." in told
        assert (len(sitting.log()), sitting.attempt.writer) == (length, 1)
        run_job()


def test_after_handing_in_a_form_writes_nothing(sitting: Candidate) -> None:
    values = {**untouched(sitting), f"q{sitting.position()}": "b"}
    sitting.hand_in()
    page = save(sitting, **values)
    assert "handed in already" in sitting.client.follow(page).text
    assert [entry.kind for entry in sitting.log()] == [EventKind.SUBMIT]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Score)) == 1


def test_the_form_saves_after_a_takeover_too(sitting: Candidate, moment: Moment) -> None:
    moment.after_start(timedelta(minutes=1))
    sitting.take_over()
    save(sitting, **{**untouched(sitting), f"q{sitting.position()}": "d"})
    assert sitting.answers() == {sitting.position(): {"choice": "d"}}


def test_an_essay_below_its_fewest_words_is_warned_of_and_still_handed_in(app: Flask) -> None:
    essay = Candidate(app, make_exam([make_item(ItemKind.ESSAY)]))  # from 5 to 200 words
    essay.start()

    def warned() -> bool:
        [warning] = essay.paper().select("[data-too-few]")
        return "hidden" not in warning.attrib

    assert not warned()  # nothing was begun
    save(essay, **{**untouched(essay), "q1": "Only three words."})
    assert "Written so far: 3" in essay.paper().text
    assert warned()
    page = essay.review().text
    assert "fewer words than asked for" in page
    assert "1 answer has fewer words" in page
    save(essay, **{**untouched(essay), "q1": "These are five good words."})
    assert not warned()
    assert "fewer words" not in essay.review().text
    save(essay, **{**untouched(essay), "q1": "Three once more"})
    essay.hand_in()
    assert db.session.scalar(sa.select(Score.awaiting)) == 1
