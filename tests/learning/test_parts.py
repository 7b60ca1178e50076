"""Parts of a course beside lessons: what opens when, what counts, who confirms it."""

from datetime import timedelta

import pytest

from lms.assessment.coursework.models import PracticeRun
from lms.catalog.models import ActivityKind
from lms.core import clock
from lms.learning import services
from lms.learning.activities import services as facts
from lms.learning.activities.models import AttendanceMark, Presence
from lms.learning.activities.opening import seconds_spent
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from tests.builders.learning import NOW, lessons_of, progress_of
from tests.builders.outline import PARTS, begin_drill, on_mixed, part
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def learner(client: PageClient) -> Enrolment:
    """A trainee who is signed in, on a course with a part of each kind."""
    account = make_account()
    enrolment = on_mixed(account.person)
    client.sign_in(account.username, PASSWORD)
    return enrolment


def path(enrolment: Enrolment, kind: ActivityKind, more: str = "") -> str:
    folder = "practices" if kind is ActivityKind.PRACTICE else "parts"
    return f"/courses/{enrolment.public_id}/{folder}/{part(enrolment, kind).public_id}{more}"


def is_done(enrolment: Enrolment, kind: ActivityKind) -> bool:
    progress = progress_of(enrolment, part(enrolment, kind))
    return progress is not None and progress.completed_at is not None


def test_what_is_shut_says_what_comes_first_and_takes_nothing(
    client: PageClient, learner: Enrolment
) -> None:
    page = client.get(f"/courses/{learner.public_id}")
    assert "Opens after “Greeting”." in page.text
    drill = path(learner, ActivityKind.PRACTICE)
    assert "Opens after “Greeting”." in client.get(drill, status=403).text
    client.post(drill, status=403)
    services.complete_activity(enrolment=learner, activity=lessons_of(learner)[0], now=NOW)
    assert "questions; after each you see at once" in client.get(drill).text


def test_a_lesson_that_is_shut_cannot_be_read_by_its_address(client: PageClient) -> None:
    account = make_account()
    parts = PARTS.replace("key: queue, minutes: 7", "key: queue, minutes: 7, after: [greeting]")
    enrolment = on_mixed(account.person, parts=parts)
    client.sign_in(account.username, PASSWORD)
    lesson = f"/courses/{enrolment.public_id}/lessons/{lessons_of(enrolment)[1].public_id}"
    assert "isn’t open yet" in client.get(lesson, status=403).text
    client.post(f"{lesson}/read", status=403)
    client.post(f"{lesson}/place", {"place": "1000", "furthest": "1000", "at": "1"}, status=403)
    assert progress_of(enrolment, lessons_of(enrolment)[1]) is None


def test_the_exam_opens_after_all_duties_of_whatever_kind(
    client: PageClient, learner: Enrolment
) -> None:
    for lesson in lessons_of(learner):
        services.complete_activity(enrolment=learner, activity=lesson, now=NOW)
    exam = f"/courses/{learner.public_id}/exam"
    client.post(f"{exam}/start", status=422)
    assert (
        "Opens after “The drill”, “A day in the hall”, “The first shift”." in client.get(exam).text
    )


def test_a_document_counts_when_it_is_opened(client: PageClient, learner: Enrolment) -> None:
    client.get(path(learner, ActivityKind.DOCUMENT))
    assert not is_done(learner, ActivityKind.DOCUMENT)
    answer = client.post(path(learner, ActivityKind.DOCUMENT, "/open"))
    assert answer.location.startswith("/files/")
    assert is_done(learner, ActivityKind.DOCUMENT)


def test_marks_of_attendance_are_appended_and_the_latest_holds(app: object) -> None:
    enrolment, actor = on_mixed(), make_person()
    course_part = part(enrolment, ActivityKind.CLASSROOM)
    for presence, done in ((Presence.LATE, True), (Presence.ABSENT, False)):
        facts.mark_attendance(
            enrolment=enrolment,
            activity=course_part,
            presence=presence,
            held_on=NOW.date(),
            actor=actor,
            now=NOW,
        )
        assert is_done(enrolment, ActivityKind.CLASSROOM) is done
    assert enrolment.query.session.query(AttendanceMark).count() == 2


def test_an_instructor_marks_who_was_there(client: PageClient) -> None:
    enrolment = on_mixed()
    client.sign_in(make_account(AccessRole.INSTRUCTOR).username, PASSWORD)
    address = "/results/mixed/parts/hall-day"
    client.get("/results/mixed").one(f"a[href='{address}']")
    for key in ("hall-day", "first-shift"):
        back = client.get(f"/results/mixed/parts/{key}").one("main a[href='/results/mixed']")
        assert back.text_content() == "Welcoming a visitor", "the course's title, not its key"
    today = clock.now().date().isoformat()
    sent = {f"presence-{enrolment.public_id}": "present"}
    page = client.post(address, {**sent, "held_on": "2999-01-01"}, status=422)
    assert "still to come" in page.text
    client.post(address, {**sent, "held_on": today, "presence-nobody": "present"})
    assert is_done(enrolment, ActivityKind.CLASSROOM)


def test_a_mentor_ticks_and_nobody_else(client: PageClient) -> None:
    enrolment, mentor = on_mixed(), make_account()
    person = mentor.person
    address = (
        f"/mentoring/{enrolment.public_id}/{part(enrolment, ActivityKind.CHECKLIST).public_id}"
    )
    client.sign_in(mentor.username, PASSWORD)
    client.get(address, status=404)
    facts.name_mentor(enrolment=enrolment, mentor=person, actor=make_person(), now=NOW)
    assert "waits for your ticks" in client.get("/").text
    day = {"done_on": clock.now().date().isoformat()}
    client.post(address, {**day, "step": "ticket"})
    assert not is_done(enrolment, ActivityKind.CHECKLIST)
    client.post(address, {**day, "step": ["ticket", "thanks"]})
    assert is_done(enrolment, ActivityKind.CHECKLIST)
    client.post(address, {**day, "step": "thanks"})
    assert not is_done(enrolment, ActivityKind.CHECKLIST)


def test_hr_finds_the_mentors_checklist_on_the_enrolments_page(client: PageClient) -> None:
    enrolment = on_mixed()
    client.sign_in(make_account(AccessRole.HR).username, PASSWORD)
    page = client.get(f"/hr/enrolments/{enrolment.public_id}")
    link = page.one("main a[href^='/mentoring/']").get("href")
    assert client.get(link).status == 200


def test_hr_names_a_mentor_who_is_not_the_person(client: PageClient) -> None:
    enrolment, mentor = on_mixed(), make_account()
    person, own = mentor.person, enrolment.learner.personnel_number
    address = (
        f"/mentoring/{enrolment.public_id}/{part(enrolment, ActivityKind.CHECKLIST).public_id}"
    )
    client.sign_in(make_account(AccessRole.HR).username, PASSWORD)
    assert "their own mentor" in client.post(f"{address}/mentor", {"number": own}, status=422).text
    client.post(f"{address}/mentor", {"number": "none-such"}, status=422)
    client.post(f"{address}/mentor", {"number": person.personnel_number})
    assert person.full_name in client.get(address).text
    client.post(address, {"done_on": "2026-03-02", "step": "ticket"}, status=403)


def test_a_run_with_its_share_right_completes_the_practice(
    client: PageClient, learner: Enrolment
) -> None:
    services.complete_activity(enrolment=learner, activity=lessons_of(learner)[0], now=NOW)
    client.post(path(learner, ActivityKind.PRACTICE))
    run = learner.query.session.query(PracticeRun).one()
    for position in (1, 2):
        address = f"/practice-runs/{run.public_id}/{position}"
        client.post(address, {}, status=422)
        name = client.get(address).select(".option input")[0].get("name")
        client.post(address, {name: "a"})
        assert "Because a" in client.get(address).text
    assert is_done(learner, ActivityKind.PRACTICE)
    assert "100% right" in client.get(path(learner, ActivityKind.PRACTICE)).text


def test_a_run_of_another_person_looks_like_none(client: PageClient, learner: Enrolment) -> None:
    other = on_mixed(slug="other")
    services.complete_activity(enrolment=other, activity=lessons_of(other)[0], now=NOW)
    client.get(f"/practice-runs/{begin_drill(other).public_id}/1", status=404)


def test_only_time_near_another_beat_counts() -> None:
    beats = [NOW + timedelta(seconds=second) for second in (0, 30, 60, 600, 630)]
    assert seconds_spent(beats) == 90
    assert seconds_spent([]) == seconds_spent([NOW]) == 0


def test_a_minimum_time_is_spent_before_a_lesson_counts(app: object) -> None:
    parts = PARTS.replace(
        "key: queue, minutes: 7", "key: queue, minutes: 7, complete: {{minutes: 1}}"
    )
    enrolment = on_mixed(parts=parts)
    lesson = lessons_of(enrolment)[1]
    seen = []
    for second in (0, 2, 30, 60):
        reading = services.record_place(
            enrolment=enrolment,
            activity=lesson,
            place=1000,
            furthest=1000,
            placed_at=NOW,
            checks=(),
            now=NOW + timedelta(seconds=second),
        )
        seen.append(reading.completed)
    assert seen == [False, False, False, True]
