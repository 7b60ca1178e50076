"""When a card comes back: a fold over its reviews."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.practice.models import Certainty, Recall
from lms.assessment.practice.scheduling import (
    LONGEST_DAYS,
    CardState,
    Reviewed,
    after,
    fold,
    is_confident_error,
    rate,
)
from lms.core.clock import local_date
from tests.builders.assessment import START

ZONE = "Europe/Moscow"
SURE, RATHER, GUESSING = Certainty.SURE, Certainty.RATHER, Certainty.GUESSING
REVIEWS = st.lists(
    st.tuples(st.integers(0, 90 * 24 * 60), st.sampled_from(Recall), st.booleans()),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[0],
).map(
    lambda rows: [Reviewed(START + timedelta(minutes=m), recall, flag) for m, recall, flag in rows]
)


@pytest.mark.parametrize(
    ("credit", "sure", "rather", "guessing"),
    [
        (1.0, Recall.EASY, Recall.GOOD, Recall.HARD),
        (0.75, Recall.HARD, Recall.HARD, Recall.AGAIN),
        (0.5, Recall.HARD, Recall.HARD, Recall.AGAIN),
        (0.49, Recall.AGAIN, Recall.AGAIN, Recall.AGAIN),
        (0.0, Recall.AGAIN, Recall.AGAIN, Recall.AGAIN),
    ],
)
def test_recall_follows_from_what_was_right_and_how_sure(
    credit: float, sure: Recall, rather: Recall, guessing: Recall
) -> None:
    assert [rate(credit, one) for one in (SURE, RATHER, GUESSING)] == [sure, rather, guessing]


def test_a_confident_error_is_sure_and_less_than_half_right() -> None:
    assert is_confident_error(0.0, SURE)
    assert is_confident_error(0.4, SURE)
    assert not is_confident_error(0.5, SURE)
    assert not is_confident_error(0.0, RATHER)
    assert not is_confident_error(0.0, GUESSING)


def test_what_was_wrong_comes_back_tomorrow_and_what_is_known_later() -> None:
    today = local_date(START, ZONE)
    due = {
        recall: fold([Reviewed(START, recall, is_confident_error=False)], ZONE).due_on
        for recall in Recall
    }
    assert due[Recall.AGAIN] == today + timedelta(days=1)
    assert due[Recall.GOOD] == today + timedelta(days=2)
    assert due[Recall.EASY] == today + timedelta(days=8)


def test_a_card_is_due_on_the_date_in_the_networks_zone() -> None:
    late = datetime.fromisoformat("2026-03-02T22:30:00+00:00")  # the 3rd in Moscow
    state = fold([Reviewed(late, Recall.AGAIN, is_confident_error=False)], ZONE)
    assert state.due_on == date(2026, 3, 4)


def test_intervals_grow_while_a_card_is_remembered() -> None:
    state, at = CardState(), START
    gaps = []
    for _ in range(4):
        state = after(state, Reviewed(at, Recall.GOOD, is_confident_error=False), ZONE)
        assert state.due_on is not None
        gaps.append((state.due_on - local_date(at, ZONE)).days)
        at += timedelta(days=gaps[-1])
    assert all(longer > shorter for shorter, longer in pairwise(gaps))


@given(REVIEWS)
def test_the_order_in_which_reviews_are_told_plays_no_part(reviews: list[Reviewed]) -> None:
    assert fold(reviews, ZONE) == fold(reversed(reviews), ZONE)


@given(REVIEWS)
def test_a_card_is_due_after_its_last_review_and_within_a_year(reviews: list[Reviewed]) -> None:
    state = fold(reviews, ZONE)
    last = max(one.answered_at for one in reviews)
    assert state.last_review_at == last
    assert state.due_on is not None
    waited = (state.due_on - local_date(last, ZONE)).days
    assert 1 <= waited <= LONGEST_DAYS
    assert state.reviews == len(reviews)
    assert state.forgotten == sum(one.recall is Recall.AGAIN for one in reviews)


@given(REVIEWS, st.sampled_from(Recall))
def test_the_state_so_far_is_all_that_the_next_review_needs(
    reviews: list[Reviewed], recall: Recall
) -> None:
    at = START + timedelta(days=200)
    one_more = Reviewed(at, recall, is_confident_error=False)
    assert after(fold(reviews, ZONE), one_more, ZONE) == fold([*reviews, one_more], ZONE)


@given(REVIEWS)
def test_the_state_is_what_the_library_itself_makes_of_the_reviews(
    reviews: list[Reviewed],
) -> None:
    scheduler = Scheduler(
        learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False
    )
    card = Card(card_id=1, due=START)
    words = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good, "easy": Rating.Easy}
    for one in sorted(reviews, key=lambda one: one.answered_at):
        card, _ = scheduler.review_card(card, words[one.recall.value], one.answered_at)
    state = fold(reviews, ZONE)
    assert (state.stability, state.difficulty) == (card.stability, card.difficulty)
    assert state.due_on == local_date(card.due, ZONE)


def test_a_confident_error_is_forgotten_with_the_next_review() -> None:
    wrong = Reviewed(START, Recall.AGAIN, is_confident_error=True)
    right = replace(wrong, answered_at=START + timedelta(days=1), is_confident_error=False)
    assert fold([wrong], ZONE).is_confident_error
    assert not fold([wrong, right], ZONE).is_confident_error
