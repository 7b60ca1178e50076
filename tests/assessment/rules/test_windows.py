"""The opening window: who may start when, and that no attempt lasts beyond the closing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.deadlines import MoreTime, deadline
from lms.assessment.errors import NotOpenYet, WindowOver
from lms.assessment.models import Attempt
from lms.assessment.rules.windows import Opening, opening, read_instant
from lms.core.database import db
from tests.assessment.delivery.candidate import Candidate, Moment, run_job
from tests.builders.assessment import START, make_attempt, make_exam, make_place

MINUTE = timedelta(minutes=1)
MORE = st.lists(
    st.builds(
        MoreTime,
        st.integers(-30, 90).map(lambda minutes: START + minutes * MINUTE),
        st.integers(0, 60),
        st.integers(0, 100),
        st.one_of(st.none(), st.integers(-30, 90).map(lambda m: START + m * MINUTE)),
    ),
    max_size=5,
)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


@given(MORE, st.integers(1, 60), st.one_of(st.none(), st.integers(1, 120)))
def test_the_deadline_is_a_function_of_its_facts_whatever_their_order(
    more: list[MoreTime], minutes: int, closing: int | None
) -> None:
    closes_at = None if closing is None else START + closing * MINUTE
    end = deadline(START, minutes, more, grace_seconds=30, closes_at=closes_at)
    assert end == deadline(START, minutes, more[::-1], grace_seconds=30, closes_at=closes_at)
    assert closes_at is None or end <= closes_at
    assert end >= min(START + minutes * MINUTE, closes_at or end)


@given(MORE, st.integers(1, 60))
def test_more_time_never_opens_what_is_over_and_never_shortens(
    more: list[MoreTime], minutes: int
) -> None:
    more = [grant for grant in more if grant.granted_at <= START]
    end = deadline(START, minutes, more)
    later = MoreTime(end + timedelta(seconds=1), minutes=10)
    assert deadline(START, minutes, [*more, later]) == end
    in_time = MoreTime(end, minutes=10)
    assert deadline(START, minutes, [*more, in_time]) == end + 10 * MINUTE


def test_what_was_withdrawn_before_the_start_does_not_count_and_later_still_does() -> None:
    before = MoreTime(START - 2 * MINUTE, minutes=10, withdrawn_at=START - MINUTE)
    meanwhile = MoreTime(START - 2 * MINUTE, minutes=10, withdrawn_at=START + MINUTE)
    assert deadline(START, 30, [before]) == START + 30 * MINUTE
    assert deadline(START, 30, [meanwhile]) == START + 40 * MINUTE


def test_a_share_of_the_time_is_exact() -> None:
    assert deadline(START, 30, [MoreTime(START, percent=25)]) == START + timedelta(minutes=37.5)


def test_the_first_instant_is_open_and_the_closing_is_not() -> None:
    closes = START + MINUTE
    assert opening(START - timedelta(microseconds=1), START, closes) is Opening.BEFORE
    assert opening(START, START, closes) is Opening.OPEN
    assert opening(closes, START, closes) is Opening.AFTER
    assert opening(START, None, None) is Opening.OPEN


@pytest.mark.parametrize(
    "text",
    ["2026-12-01", "2026-12-01T09:00", "2026-13-01T09:00Z", "x", "9999-12-31T23:59-23:59", ""],
)
def test_a_time_without_its_offset_is_none(text: str) -> None:
    assert read_instant(text) is None


def test_an_exam_is_started_within_its_window_alone(app: Flask) -> None:
    place = make_place(make_exam(opens_at=START, closes_at=START + timedelta(hours=2)))
    with pytest.raises(NotOpenYet):
        make_attempt(enrolment=place, at=START - MINUTE)
    with pytest.raises(WindowOver):
        make_attempt(enrolment=place, at=START + timedelta(hours=2))
    assert db.session.scalars(sa.select(Attempt)).all() == []
    attempt = make_attempt(enrolment=place, at=START + timedelta(minutes=110))
    assert attempt.deadline_at == START + timedelta(hours=2)


def test_the_window_is_told_in_the_networks_time_and_the_page_has_no_start(
    app: Flask, moment: Moment
) -> None:
    opens = datetime(2026, 3, 3, 9, 0, tzinfo=ZoneInfo("Europe/Moscow"))
    candidate = Candidate(app, make_exam(opens_at=opens.astimezone(UTC)))
    page = candidate.exam()
    assert "The exam isn’t open yet" in page.text
    assert "3 Mar 2026, 09:00" in page.text
    assert not page.select("form[action$='/start']")
    assert "This exam isn’t open yet." in candidate.start(status=409).text


def test_a_start_shortly_before_the_closing_is_warned_of_and_ends_with_it(
    app: Flask, moment: Moment
) -> None:
    closes = START + timedelta(minutes=10)
    candidate = Candidate(app, make_exam(closes_at=closes))
    assert "started now, the attempt ends then" in candidate.exam().text
    candidate.start()
    assert candidate.attempt.deadline_at == closes
    moment.after_start(timedelta(minutes=11))
    run_job()
    assert candidate.attempt.closed_at == moment.now
    page = candidate.exam()
    assert "The exam is closed" in page.text
    assert "This exam is closed." in candidate.start(status=409).text


def test_an_attempt_under_way_goes_on_while_nobody_may_start_any_more(
    app: Flask, moment: Moment
) -> None:
    candidate = Candidate(app, make_exam(closes_at=START + timedelta(minutes=30)))
    candidate.start()
    moment.after_start(timedelta(minutes=29))
    candidate.send(candidate.choose())
    assert candidate.answers()
