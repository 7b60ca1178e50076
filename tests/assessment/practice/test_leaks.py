"""Practice tells nothing of an exam that isn't passed: not one question of its pool, nor a key."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.practice import services
from lms.assessment.practice.met import PRACTISED
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.assessment.delivery.test_secrets import SECRETS, Searcher, planted_items
from tests.builders.assessment import make_exam
from tests.builders.practice import items_of, make_checked_course, make_reader

pytestmark = pytest.mark.in_turn

WORDS = [*SECRETS[:8], "Question "]  # how all prompts of the pool begin
DAY = timedelta(days=1)


def planted() -> list[AuthoredItem]:
    return [item for item in planted_items() if item.kind in PRACTISED]


@pytest.fixture
def candidate(app: Flask, moment: Moment) -> Candidate:
    """Someone with an exam ahead, and a course beside it to practise."""
    candidate = Candidate(app, make_exam(planted(), attempts=3))
    make_reader(make_checked_course(), candidate.person)
    return candidate


def practise_all(candidate: Candidate, words: list[str]) -> Searcher:
    """Walk through practice as far as it goes; what was found."""
    searcher = Searcher(candidate, words)
    csrf = candidate.client.csrf_token()
    start = searcher.open("/practice/start", method="POST", data={"csrf_token": csrf})
    path = start.headers["Location"]
    for _ in range(15):
        page = searcher.open(path)
        if "practice-card" not in page.get_data(as_text=True):
            break
        searcher.open(path, method="POST", data={"csrf_token": csrf})
        searcher.open(path, method="POST", data={"csrf_token": csrf, "unknown": "1"})
        searcher.open(path)
        base, position = path.rsplit("/", 1)
        path = f"{base}/{int(position) + 1}"
    searcher.open("/practice")
    searcher.open("/")
    return searcher


def test_an_exam_ahead_is_not_practised(candidate: Candidate) -> None:
    searcher = practise_all(candidate, [*WORDS])
    assert searcher.found == []
    assert len(searcher.opened) > 4


def test_neither_is_one_that_was_failed(candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    candidate.hand_in()
    searcher = practise_all(candidate, [*WORDS])
    assert searcher.found == []


def test_nor_one_that_is_under_way(candidate: Candidate) -> None:
    candidate.start()
    searcher = practise_all(candidate, [*WORDS])
    assert searcher.found == []


def test_nor_the_renewal_of_one_that_was_passed(candidate: Candidate, moment: Moment) -> None:
    from tests.builders.assessment import make_place

    candidate.start()
    candidate.send_rightly()
    candidate.hand_in()
    make_place(candidate.version, candidate.person)
    searcher = practise_all(candidate, [*WORDS])
    assert searcher.found == []


def test_the_search_finds_what_is_practised_after_the_pass(
    candidate: Candidate, moment: Moment
) -> None:
    """Otherwise the tests above would prove nothing."""
    candidate.start()
    candidate.send_rightly()
    candidate.hand_in()
    found = {line.split(" in ")[0] for line in practise_all(candidate, [*WORDS]).found}
    assert {"planted-why", "Question "} <= found


def test_the_keys_of_an_opened_item_come_with_its_answer_not_before(candidate: Candidate) -> None:
    for item in items_of(candidate.version):
        services.open_for_practice(item.id, is_open=True)
    searcher = Searcher(candidate, list(SECRETS[:8]))
    csrf = candidate.client.csrf_token()
    start = searcher.open("/practice/start", method="POST", data={"csrf_token": csrf})
    base = start.headers["Location"].rsplit("/", 1)[0]
    for position in range(1, 7):
        searcher.open(f"{base}/{position}")
        searcher.open(f"{base}/{position}", method="POST", data={"csrf_token": csrf})
    assert searcher.found == []
