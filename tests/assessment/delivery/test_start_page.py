"""The page before the exam says where the candidate stands, and starts what may be started."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt, PoolEntry
from lms.core.database import db
from lms.learning.models import Enrolment
from tests.assessment.delivery.candidate import (
    DEADLINE,
    OVER,
    SETTLED,
    Candidate,
    Moment,
    run_job,
)
from tests.builders.assessment import make_exam, read_lessons
from tests.pages import Page

pytestmark = pytest.mark.in_turn


def buttons(page: Page) -> list[str]:
    return [b.text_content().strip() for b in page.select(".exam-start .button")]


def test_an_open_exam_states_its_rules_and_can_be_started(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(minutes=45, pass_percent=75, attempts=2, wait_hours=24))
    page = candidate.exam()
    facts = [fact.text_content() for fact in page.select(".exam-facts > *")]
    assert [any(c.isdigit() for c in fact) for fact in facts] == [True] * 4
    for text in ("9 questions", "45 minutes", "75%", "2 of 2", "at least 24 hours"):
        assert text in page.text, text
    assert buttons(page) == ["Start the exam"]
    assert page.form_values(".exam-start form")["language"] == "en"


def test_the_exam_waits_for_unread_lessons(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(lessons=2))
    page = candidate.exam()
    assert "2 lessons are still to be read" in page.text
    assert "Start the exam" not in page.text
    refused = candidate.start(status=409)
    assert "The exam opens when all that comes before it is done." in refused.text
    read_lessons(candidate.place)
    candidate.start()


def test_an_exam_under_way_is_continued_by_a_takeover(candidate: Candidate) -> None:
    candidate.start()
    page = candidate.exam()
    assert buttons(page) == ["Continue the exam"]
    assert "under way" in page.text
    form = page.one(".exam-start form")
    assert form.get("action") == f"{candidate.path}/take-over"


def test_the_home_page_tells_of_an_exam_whose_clock_runs(
    candidate: Candidate, moment: Moment
) -> None:
    """Of nobody else's, and no longer than it takes answers, those that come late too."""
    somebody = Candidate(candidate.app, candidate.version)
    assert not candidate.client.get("/").select(".exam-home")
    candidate.start()
    page = candidate.client.get("/")
    assert "It ends at 12:30." in page.one(".exam-home").text_content()
    assert page.one(".exam-home form").get("action") == f"{candidate.path}/take-over"
    assert not somebody.client.get("/").select(".exam-home")
    moment.after_start(OVER)
    over = candidate.client.get("/").one(".exam-home")
    assert "They are taken until 12:45." in over.text_content()
    assert [a.get("href") for a in over.iter("a")] == [f"{candidate.path}/result"]
    moment.after_start(SETTLED)
    assert not candidate.client.get("/").select(".exam-home")


def test_after_the_deadline_the_page_leads_to_the_result(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    moment.after_start(DEADLINE + timedelta(seconds=1))
    assert buttons(candidate.exam()) == ["Show the result"]


def test_the_waiting_time_is_told_and_held(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(wait_hours=24))
    candidate.start()
    candidate.hand_in()
    page = candidate.exam()
    assert "The next attempt opens later" in page.text
    assert "3 Mar 2026, 12:00" in page.text  # in the network's zone
    assert buttons(page) == ["To the lessons"]
    candidate.start(status=409)
    moment.after_start(timedelta(hours=24))
    candidate.sign_in()
    assert buttons(candidate.exam()) == ["Start the exam"]


def test_used_up_attempts_are_told_and_held(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(attempts=1))
    candidate.start()
    candidate.hand_in()
    page = candidate.exam()
    assert "No attempts left" in page.text
    assert "0 of 1" in page.text
    refused = candidate.start(status=409)
    assert "All attempts at this exam are used up." in refused.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_a_new_attempt_is_offered_with_a_word_on_answers_that_may_still_come(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    for passed, is_told in ((OVER, True), (SETTLED, False)):
        moment.after_start(passed)
        run_job()
        page = candidate.exam()
        assert ("A new attempt ends that." in page.text) == is_told
        assert (f"{candidate.path}/result" in page.html.split("attempts-title")[0]) == is_told
        assert "Start the exam" in buttons(page)


def test_whoever_has_passed_is_led_to_the_certificate(candidate: Candidate) -> None:
    candidate.start()
    candidate.send_rightly()
    candidate.hand_in()
    page = candidate.exam()
    assert "You have passed" in page.text
    assert buttons(page) == ["Open the certificate"]
    candidate.start(status=409)


def test_a_course_that_ended_otherwise_has_no_start(candidate: Candidate, moment: Moment) -> None:
    candidate.place.completed_at = moment.now
    page = candidate.exam()
    assert "This course is completed" in page.text
    assert "Start the exam" not in page.text


def test_a_withdrawn_place_has_no_exam_page(candidate: Candidate, moment: Moment) -> None:
    candidate.place.withdrawn_at = moment.now
    candidate.client.get(candidate.exam_path, status=404)
    candidate.start(status=404)


def test_earlier_attempts_are_listed_with_their_results(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    candidate.hand_in()
    moment.after_start(timedelta(hours=1))
    candidate.start()
    rows = [" ".join(row.text_content().split()) for row in candidate.exam().select("tbody tr")]
    assert rows[0].startswith("Attempt 2")
    assert rows[0].endswith("under way")
    assert "0%" in rows[1]
    assert rows[1].endswith("not passed")


def test_an_exam_without_enough_questions_is_refused_and_nothing_is_started(
    candidate: Candidate,
) -> None:
    db.session.execute(sa.delete(PoolEntry))
    refused = candidate.start(status=409)
    assert "This course has no exam yet." in refused.text
    assert db.session.scalars(sa.select(Attempt)).all() == []


def test_a_language_the_course_lacks_starts_nothing(candidate: Candidate) -> None:
    for language in ("", "de", "en-"):
        page = candidate.start(language, status=422)
        assert page.select("[aria-invalid=true], .error-summary")
    assert db.session.scalars(sa.select(Attempt)).all() == []


def test_starting_twice_goes_on_with_the_same_attempt_as_its_writer(
    candidate: Candidate, moment: Moment
) -> None:
    first = candidate.start()
    moment.after_start(timedelta(seconds=1))
    second = candidate.start()
    assert first.location == f"{candidate.path}#writer-1"
    assert second.location == f"{candidate.path}#writer-2"


def test_starting_after_the_end_of_one_attempt_begins_the_next(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    first = candidate.path
    moment.after_start(OVER)
    run_job()
    candidate.start()
    assert candidate.path != first
    assert candidate.attempt.number == 2


def test_nobody_sees_or_starts_another_persons_exam(app: Flask, candidate: Candidate) -> None:
    other = Candidate(app)
    other.client.get(candidate.exam_path, status=404)
    other.client.post(f"{candidate.exam_path}/start", {"language": "en"}, status=404)
    assert db.session.scalars(sa.select(Attempt)).all() == []
    assert db.session.get_one(Enrolment, candidate.place.id).started_at is None
