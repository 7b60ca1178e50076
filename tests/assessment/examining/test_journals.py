"""The last resort: a file of answers is taken once, whole, and only for its own sitting."""

import hashlib
import hmac
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from lms.assessment.examining.journals.files import FORMAT
from tests.assessment.delivery.candidate import DEADLINE, OVER, SETTLED, Candidate, Moment, run_job
from tests.assessment.examining.examiner import examiner
from tests.builders.assessment import START, answer_event, flag_event, right_responses
from tests.builders.people import make_unit
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


def kept(event: dict[str, Any], candidate: Candidate, at: timedelta) -> dict[str, Any]:
    """An event as the browser's journal keeps it: given so long after the start."""
    plain = {key: value for key, value in event.items() if key != "authored_ms_ago"}
    authored_at = (START + at).timestamp() * 1000
    return {**plain, "attempt": candidate.attempt.public_id, "authored_at": authored_at}


def file_of(candidate: Candidate, token: str, *events: dict[str, Any], **overrides: Any) -> bytes:
    """The file that the exam page saves; the seal as in static/js/exam-seal.js."""
    key = candidate.attempt.public_id
    body = json.dumps({"attempt": key, "made_at": 0, "events": list(events), **overrides})
    mac = hmac.new(token.encode(), f"{FORMAT}\n{body}".encode(), hashlib.sha256).hexdigest()
    return json.dumps({"format": FORMAT, "attempt": key, "body": body, "mac": mac}).encode()


def shown(desk: PageClient, candidate: Candidate, file: bytes, status: int = 200) -> Page:
    data = {"file": (io.BytesIO(file), "answers.json")}
    path = f"/examining{candidate.path}/journal"
    return desk.post(path, data, status=status, content_type="multipart/form-data")


def taken(desk: PageClient, candidate: Candidate, file: bytes, status: int = 303) -> Page:
    fields = {"sealed": file.decode(), "reason": "The network was down."}
    return desk.post(f"/examining{candidate.path}/journal/import", fields, status=status)


def all_right(candidate: Candidate, at: timedelta = timedelta(minutes=20)) -> list[dict[str, Any]]:
    given = right_responses(candidate.attempt)
    events = [answer_event(p, given[p], sequence=p) for p in sorted(given)]
    return [kept(event, candidate, at) for event in events]


def test_a_file_is_shown_first_and_then_brings_the_answers_marked_as_late(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, desk = candidate.token, examiner(candidate.app)
    file = file_of(candidate, token, *all_right(candidate))
    moment.after_start(OVER)
    run_job()
    page = shown(desk, candidate, file)
    assert "9 new entries, marked as late" in page.text
    assert len(candidate.log()) == 1
    confirmed = page.form_values("form[action$='/import']")
    taken(desk, candidate, confirmed["sealed"].encode())
    late = [event for event in candidate.log() if event.position]
    assert [event.late for event in late] == [True] * 9
    assert late[0].authored_at == START + timedelta(minutes=20)
    replay = f"/examining{candidate.path}"
    assert desk.get(replay).select(f"main a[href='{replay}/journal']")  # not on the live view alone
    candidate.hand_in()
    assert "You have passed the exam" in candidate.result().text
    assert "chain of all" in desk.get(replay).text


def test_what_arrived_meanwhile_by_itself_is_recognised(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, desk = candidate.token, examiner(candidate.app)
    events = all_right(candidate)
    sent = {k: v for k, v in events[0].items() if k not in ("attempt", "authored_at")}
    candidate.send({**sent, "authored_ms_ago": 0}, token=token)
    file = file_of(
        candidate,
        token,
        *events,
        kept(flag_event(1, flagged=True, sequence=50), candidate, DEADLINE),
    )
    assert "1 entry has arrived already" in shown(desk, candidate, file).text
    taken(desk, candidate, file)
    log = candidate.log()
    assert [event.late for event in log].count(False) == 1
    assert "nothing to take" in shown(desk, candidate, file).text
    taken(desk, candidate, file)
    assert candidate.log() == log


def test_an_import_after_the_result_scores_again_and_never_lower(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, desk = candidate.token, examiner(candidate.app)
    moment.after_start(SETTLED)
    run_job()
    assert "Not passed this time" in candidate.result().text
    file = file_of(candidate, token, *all_right(candidate))
    assert "may have seen right answers" in shown(desk, candidate, file).text
    taken(desk, candidate, file)
    assert "You have passed the exam" in candidate.result().text
    worse = kept(candidate.choose("a", sequence=99), candidate, timedelta(minutes=25))
    taken(desk, candidate, file_of(candidate, token, worse))
    assert "You have passed the exam" in candidate.result().text


def test_nothing_is_taken_that_was_given_too_late_or_after_handing_in(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token, desk = candidate.token, examiner(candidate.app)
    late = kept(candidate.choose("b"), candidate, DEADLINE + timedelta(seconds=1))
    moment.after_start(OVER)
    run_job()
    page = shown(desk, candidate, file_of(candidate, token, late))
    assert "1 entry can’t be taken" in page.text
    assert not page.select("form[action$='/import']")
    in_time = kept(candidate.choose("b"), candidate, timedelta(minutes=1))
    moment.after_start(DEADLINE + timedelta(hours=24, seconds=1))
    desk = examiner(candidate.app)
    assert "can’t be taken" in shown(desk, candidate, file_of(candidate, token, in_time)).text
    other = Candidate(candidate.app)
    moment.after_start(timedelta(0))
    other.sign_in()
    other.start()
    file = file_of(other, other.token, kept(other.choose("b"), other, timedelta(0)))
    other.hand_in()
    assert "handed in" in shown(desk, other, file).text
    taken(desk, other, file)
    assert len([event for event in other.log() if event.position]) == 0


def test_altered_and_foreign_files_are_refused(candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    token, desk = candidate.token, examiner(candidate.app)
    event = kept(candidate.choose("b"), candidate, timedelta(minutes=1))
    file = file_of(candidate, token, event)
    changed = file.replace(b'\\"choice\\": \\"b\\"', b'\\"choice\\": \\"c\\"')
    assert changed != file
    assert "was changed after" in shown(desk, candidate, changed, 422).text
    assert "was changed after" in taken(desk, candidate, changed, 422).text
    assert (
        "was changed after" in shown(desk, candidate, file_of(candidate, "guess", event), 422).text
    )
    other = Candidate(candidate.app)
    other.sign_in()
    other.start()
    assert "another sitting" in shown(desk, other, file, 422).text
    # Someone else's file under this attempt's name.
    renamed = json.loads(file) | {"attempt": other.attempt.public_id}
    assert "was changed after" in shown(desk, other, json.dumps(renamed).encode(), 422).text
    inner = file_of(candidate, token, event, attempt=other.attempt.public_id)
    assert "another sitting" in shown(desk, candidate, inner, 422).text
    assert candidate.log() == []


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "file",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b" " * 400_001,
     b'{"format": "exam-journal/1", "attempt": 1, "body": 2, "mac": 3}',
     b'{"format": "exam-journal/1", "attempt": "\\ud800", "body": "\\ud800", "mac": "\\ud800"}'],
)  # fmt: skip
def test_nonsense_is_refused(candidate: Candidate, file: bytes) -> None:
    candidate.start()
    shown(examiner(candidate.app), candidate, file, 422)


@pytest.mark.in_turn
@pytest.mark.parametrize("events", [1, {}, [1], [{}] * 2001, ["x"]])
def test_a_sealed_file_of_nonsense_is_refused(candidate: Candidate, events: Any) -> None:
    candidate.start()
    file = file_of(candidate, candidate.token, events=events)
    shown(examiner(candidate.app), candidate, file, 422)


def test_senseless_events_of_a_sealed_file_are_not_taken(candidate: Candidate) -> None:
    candidate.start()
    good = kept(candidate.choose("b"), candidate, timedelta(0))
    senseless = [
        {**good, "event_id": "no id"},
    ]
    page = shown(
        examiner(candidate.app), candidate, file_of(candidate, candidate.token, *senseless)
    )
    assert "can’t be taken" in page.text
    wrong = [
        {**kept(candidate.choose("b", sequence=n), candidate, timedelta(0)), **change}
        for n, change in enumerate(
            [{"authored_at": "soon"}, {"authored_at": None}, {"authored_at": float("nan")},
             {"writer": 7}, {"position": 99}, {"response": {"choice": "zz"}}, {"kind": "close"}],
            start=2,
        )
    ]  # fmt: skip
    desk = examiner(candidate.app)
    page = shown(desk, candidate, file_of(candidate, candidate.token, good, *wrong))
    assert "1 new entry" in page.text
    assert "7 entries can’t be taken" in page.text


def test_the_import_needs_a_reason_and_the_scope(candidate: Candidate) -> None:
    candidate.start()
    file = file_of(candidate, candidate.token, kept(candidate.choose(), candidate, timedelta(0)))
    desk = examiner(candidate.app)
    path = f"/examining{candidate.path}/journal"
    desk.post(f"{path}/import", {"sealed": file.decode()}, status=422)
    elsewhere = examiner(candidate.app, over=make_unit())
    shown(elsewhere, candidate, file, 404)
    taken(elsewhere, candidate, file, 404)
    assert candidate.log() == []
