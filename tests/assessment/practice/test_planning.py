"""What a session asks, and how days are counted: pure rules."""

from datetime import date, timedelta

import pytest

from lms.assessment.practice.models import PracticeCard, Recall
from lms.assessment.practice.planning import (
    NEW_A_DAY,
    SESSION_CARDS,
    Met,
    Subject,
    minutes_for,
    next_due,
    plan,
    streak,
)

TODAY = date(2026, 3, 10)


def thing(number: int, *, is_item: bool = False) -> Met:
    subject = Subject(item_id=number) if is_item else Subject(None, 1, "lesson", f"c{number}")
    return Met(subject, 1, 1, "enrolment", "version", None)


def card(
    number: int, due: int, *, recall: Recall = Recall.GOOD, is_confident_error: bool = False
) -> PracticeCard:
    return PracticeCard(
        id=number,
        due_on=TODAY + timedelta(days=due),
        last_recall=recall,
        is_confident_error=is_confident_error,
    )


def numbers(planned: list[Met]) -> list[str | int | None]:
    return [one.subject.check_key or one.subject.item_id for one in planned]


def test_due_cards_come_first_confident_errors_before_forgotten_ones_before_the_others() -> None:
    met = [thing(n) for n in range(1, 7)]
    cards = {
        met[0].subject: card(1, -3),
        met[1].subject: card(2, 0, recall=Recall.AGAIN),
        met[2].subject: card(3, 0, recall=Recall.AGAIN, is_confident_error=True),
        met[3].subject: card(4, -1, recall=Recall.AGAIN),
        met[4].subject: card(5, 1, recall=Recall.AGAIN, is_confident_error=True),  # not due
    }
    assert numbers(plan(met, cards, today=TODAY, new_today=0)) == ["c3", "c4", "c2", "c1", "c6"]


def test_new_cards_keep_to_their_daily_number() -> None:
    met = [thing(n) for n in range(20)]
    assert len(plan(met, {}, today=TODAY, new_today=0)) == NEW_A_DAY
    assert len(plan(met, {}, today=TODAY, new_today=NEW_A_DAY - 2)) == 2
    assert plan(met, {}, today=TODAY, new_today=NEW_A_DAY + 5) == []


def test_a_session_has_at_most_its_number_of_cards() -> None:
    met = [thing(n) for n in range(30)]
    cards = {one.subject: card(n, -1) for n, one in enumerate(met)}
    assert len(plan(met, cards, today=TODAY, new_today=0)) == SESSION_CARDS


def test_items_missed_in_an_exam_come_before_other_new_ones() -> None:
    met = [thing(1), thing(2, is_item=True), thing(3, is_item=True)]
    planned = plan(met, {}, today=TODAY, new_today=0, missed={3})
    assert numbers(planned) == [3, "c1", 2]


def test_what_is_not_met_any_more_is_not_asked() -> None:
    gone = thing(1)
    assert plan([], {gone.subject: card(1, -1)}, today=TODAY, new_today=0) == []


@pytest.mark.parametrize(("cards", "minutes"), [(1, 1), (2, 1), (3, 2), (10, 5)])
def test_a_full_session_takes_about_five_minutes(cards: int, minutes: int) -> None:
    assert minutes_for(cards) == minutes


def test_the_next_day_is_the_first_one_after_today() -> None:
    met = [thing(1), thing(2), thing(3)]
    cards = {met[0].subject: card(1, 0), met[1].subject: card(2, 4), met[2].subject: card(3, 2)}
    assert next_due(met, cards, today=TODAY) == TODAY + timedelta(days=2)
    assert next_due([], cards, today=TODAY) is None


@pytest.mark.parametrize(
    ("days_ago", "counted"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),  # today isn't over
        ([2], 1),  # yesterday was a day of rest
        ([3], 0),  # two days without: a new row begins with the next practice
        ([0, 1, 2], 3),
        ([0, 2, 4], 3),  # days of rest aren't counted and don't end it
        ([0, 1, 4, 5], 2),
        ([0, 0, 1], 2),
        ([-1, 0], 1),  # a clock was wrong: days to come don't count
    ],
)
def test_days_in_a_row_allow_a_day_of_rest(days_ago: list[int], counted: int) -> None:
    assert streak([TODAY - timedelta(days=n) for n in days_ago], today=TODAY) == counted
