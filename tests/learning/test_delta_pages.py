"""The pages of delta trainings: the author's form, who has done it, the learner's check."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.assessment.models import ItemKind
from lms.core import clock, jobs
from lms.core.database import db
from lms.learning.deltas import queries
from lms.learning.deltas.models import DeltaTraining
from lms.people.models import AccessRole
from tests.builders.assessment import make_exam, make_item
from tests.builders.catalog import NOW
from tests.builders.certification import make_certificate
from tests.builders.deltas import (
    give,
    make_changed_fact,
    make_citing_course,
    make_training,
    publish,
    question,
)
from tests.builders.learning import make_enrolment
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

PAGE = "/authoring/facts/queue-limit"
PUBLISHING = "form[action$='/publish']"
OWN = {
    **{f"questions-0-{stem}_{code}": f"{stem} {code}" for stem in ("prompt", "option1", "option2", "explanation") for code in ("ru", "en")},
    "questions-0-right": "2",
}  # fmt: skip


def client_of(app: Flask, role: AccessRole, **values: Any) -> PageClient:
    account = make_account(role, **values)
    db.session.commit()
    return PageClient(app).sign_in(account.username, PASSWORD)


def due() -> str:
    return (clock.now().date() + timedelta(days=7)).isoformat()


def test_an_author_sees_whom_a_change_touches_and_sends_them_a_training(
    app: Flask, author: PageClient
) -> None:
    learner = make_enrolment(version=make_citing_course()).learner
    make_changed_fact()
    db.session.commit()
    assert "1 person" in author.get(PAGE).text
    assert learner.full_name in author.get(f"{PAGE}/people/enrolled").text
    values = author.get(f"{PAGE}/training").form_values()
    assert "15 minutes" in values["was_en"]
    assert "The limit was lowered" in values["now_en"]
    author.post(f"{PAGE}/training", {**values, **OWN})
    first = author.post(f"{PAGE}/training/publish", {"due_on": due()})
    underway = author.follow(first).text
    assert "The training is published." in underway
    assert "It is being sent" in underway
    assert "Send it to more people" not in underway
    jobs.run_due()
    sent = author.get(first.location).text
    assert "It is being sent" not in sent
    assert learner.full_name in sent
    again = author.post(f"{PAGE}/training/publish", {"due_on": due()})
    assert again.location == author.get(f"{PAGE}/training", status=302).location == first.location


def test_other_people_are_counted_before_they_are_sent_the_training(
    app: Flask, author: PageClient
) -> None:
    make_enrolment(version=make_citing_course())
    training = make_training(make_changed_fact())
    db.session.commit()
    page = author.get(f"{PAGE}/training")
    assert "It goes to 1 person." in page.text
    assert "Hold a valid certificate: 0" in page.text
    values = {"due_on": due(), "whom": "chosen", "shown": page.form_values(PUBLISHING)["shown"]}
    none = author.post(f"{PAGE}/training/publish", values, status=422)
    assert "Choose at least one reason." in none.text
    chosen = {**values, "reasons": "certified"}
    unseen = author.post(f"{PAGE}/training/publish", chosen, status=422)
    assert "You chose other people. Look at the count, then send it." in unseen.text
    counted = {**chosen, "shown": unseen.form_values(PUBLISHING)["shown"]}
    empty = author.post(f"{PAGE}/training/publish", counted, status=422)
    assert "Nobody is among these people. Choose others." in empty.text
    widened = {"due_on": due(), "whom": "everybody", "count": "1"}
    assert "It goes to" in author.post(f"{PAGE}/training/publish", widened, status=200).text
    db.session.refresh(training)
    assert training.published_at is None


def test_a_training_without_questions_or_with_half_a_question_is_refused(
    app: Flask, author: PageClient
) -> None:
    make_changed_fact()
    db.session.commit()
    values = author.get(f"{PAGE}/training").form_values()
    page = author.post(f"{PAGE}/training", values, status=422)
    assert "Give the check one to three questions in all." in page.text
    half = {**values, **OWN, "questions-0-option2_ru": "", "questions-0-right": "4"}
    page = author.post(f"{PAGE}/training", half, status=422)
    assert "Fill this in, in both languages." in page.text
    assert "Mark the right option, one that is written." in page.text
    assert page.form_values()["questions-0-prompt_en"] == "prompt en"
    assert db.session.query(DeltaTraining).count() == 0


def test_a_late_writer_is_shown_both_and_a_past_day_is_refused(
    app: Flask, author: PageClient
) -> None:
    make_enrolment(version=make_citing_course())
    fact = make_changed_fact()
    db.session.commit()
    values = author.get(f"{PAGE}/training").form_values()
    make_training(fact)
    db.session.commit()
    page = author.post(f"{PAGE}/training", {**values, **OWN}, status=409)
    assert "It was 15" in page.text
    assert page.form_values()["questions-0-prompt_en"] == "prompt en"
    page = author.post(f"{PAGE}/training/publish", {"due_on": "2020-01-01"}, status=422)
    assert "Enter a day from today to a year from now." in page.text


def test_questions_that_point_to_the_fact_are_taken_into_the_check(
    app: Flask, author: PageClient
) -> None:
    asked = make_item(ItemKind.TRUE_FALSE, facts=("queue-limit",))
    make_exam([asked, make_item(ItemKind.NUMERIC, facts=("queue-limit",))])
    fact = make_changed_fact()
    db.session.commit()
    page = author.get(f"{PAGE}/training")
    (box,) = page.select("[name=items]")
    author.post(f"{PAGE}/training", {**page.form_values(), "items": box.get("value")})
    training = queries.training_on(fact.current)
    assert training is not None
    (kept,) = training.questions
    assert kept["prompt"] == asked.prompt
    assert [option["key"] for option in kept["options"] if option["right"]] == ["true"]


def test_a_learner_answers_until_it_is_right(app: Flask) -> None:
    account = make_account()
    training = make_training(make_changed_fact(), question(prompt={"ru": "К", "en": "<b>How</b>?"}))
    publish(training)
    path = f"/changes/{give(account.person, training).public_id}"
    db.session.commit()
    reader = PageClient(app).sign_in(account.username, PASSWORD)
    assert path in [link.get("href") for link in reader.get("/").select("a")]
    assert "Choose an answer." in reader.post(path, {}, status=422).text
    page = reader.post(path, {"q0": "1"}, status=200)
    assert "Not right yet." in page.text
    assert not page.select("main b")
    assert "It stands in your record." in reader.follow(reader.post(path, {"q0": "2"})).text
    assert path not in [link.get("href") for link in reader.get("/").select("a")]


def test_hr_sees_who_has_done_it_in_the_own_part_of_the_network_alone(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    mine, other = make_person("Здешняя", unit=here), make_person("Нездешняя", unit=there)
    training = make_training(make_changed_fact())
    publish(training)
    give(mine, training)
    give(other, training)
    hr = client_of(app, AccessRole.HR, unit=here, over=here)
    assert "0 of 1" in hr.get("/deltas").text
    page = hr.get(f"/deltas/{training.public_id}")
    assert mine.full_name in page.text
    assert other.full_name not in page.text
    assert mine.full_name not in hr.get(f"/deltas/{training.public_id}?state=done").text
    assert "Delta trainings" in hr.get(f"/hr/people/{mine.public_id}").text
    client_of(app, AccessRole.TRAINEE).get("/deltas", status=403)


def test_the_certificates_entry_names_the_change_it_was_confirmed_after(app: Flask) -> None:
    version, account = make_citing_course(), make_account()
    certificate = make_certificate(account.person, version=version, issued_at=NOW)
    training = make_training(make_changed_fact())
    publish(training)
    path = f"/changes/{give(account.person, training).public_id}"
    db.session.commit()
    PageClient(app).sign_in(account.username, PASSWORD).post(path, {"q0": "2"})
    page = client_of(app, AccessRole.HR).get(f"/hr/certificates/{certificate.number}")
    assert "after the change of 3 March 2026" in page.text
