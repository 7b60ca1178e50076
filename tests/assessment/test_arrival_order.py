"""Whatever the network does to events — reorder, repeat, split, lose replies — the state is the same.

Runs on the real services and databases: each example is an attempt of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment import queries, services
from lms.assessment.log import first_break
from lms.assessment.models import Attempt
from lms.catalog.models import CourseVersion
from lms.core.unit_of_work import unit_of_work
from tests.builders import assessment as build
from tests.builders.assessment import START, answer_event, flag_event, save

ON_A_REAL_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SAID = st.tuples(st.integers(1, 3), st.sampled_from(["a", "b", "c", "d", None, True, False]))
TALES = st.lists(st.lists(SAID, max_size=5), min_size=1, max_size=3)  # by lease


@pytest.fixture
def exam(app: Flask) -> CourseVersion:
    with unit_of_work():
        return build.make_exam([build.make_item(build.ItemKind.SINGLE_CHOICE) for _ in range(3)])


@dataclass
class Told:
    """What browsers authored, and the state it has to come to."""

    events: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    flags: dict[int, bool] = field(default_factory=dict)


def tell(tale: list[list[tuple[int, Any]]]) -> Told:
    told = Told()
    for writer, lines in enumerate(tale, start=1):
        for sequence, (position, value) in enumerate(lines, start=1):
            rank = {"writer": writer, "sequence": sequence}
            if isinstance(value, bool):
                told.events.append(flag_event(position, flagged=value, **rank))
                told.flags[position] = value
            else:
                response = None if value is None else {"choice": value}
                told.events.append(answer_event(position, response, **rank))
                told.answers[position] = response
    return told


def deliveries(events: list[dict[str, Any]], random: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield batches in any order; every event comes at least once, many twice."""
    sent = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(sent)
    while sent:
        size = random.randint(1, 4)
        batch = {event["event_id"]: event for event in sent[:size]}
        yield list(batch.values())
        del sent[:size]


def deliver(attempt: Attempt, told: Told, leases: int, random: Any) -> dict[str, int]:
    """Send everything and return the numbers of the receipts."""
    numbers: dict[str, int] = {}
    with unit_of_work():
        for _ in range(leases - 1):
            services.take_over(attempt=attempt, now=START)
    for tick, batch in enumerate(deliveries(told.events, random)):
        with unit_of_work():
            saved = save(attempt, *batch, at=START + timedelta(seconds=tick))
        for receipt in saved.receipts:
            assert numbers.setdefault(receipt.event_id, receipt.number) == receipt.number
    return numbers


@ON_A_REAL_DATABASE
@given(tale=TALES, random=st.randoms(use_true_random=False))
def test_any_delivery_of_the_same_events_comes_to_the_same_state(
    exam: CourseVersion, tale: list[list[tuple[int, Any]]], random: Any
) -> None:
    with unit_of_work():
        attempt = build.make_attempt(exam)
    told = tell(tale)
    numbers = deliver(attempt, told, len(tale), random)
    assert len(set(numbers.values())) == len(numbers) == len(told.events)
    state = queries.state(attempt.id)
    assert state.answers == told.answers
    assert state.flags == {position for position, flagged in told.flags.items() if flagged}
    assert first_break(attempt.public_id, queries.events(attempt.id)) is None


@ON_A_REAL_DATABASE
@given(tale=TALES, random=st.randoms(use_true_random=False))
def test_any_delivery_of_the_same_events_gives_the_same_score(
    exam: CourseVersion, tale: list[list[tuple[int, Any]]], random: Any
) -> None:
    with unit_of_work():
        attempt = build.make_attempt(exam)
    told = tell(tale)
    deliver(attempt, told, len(tale), random)
    with unit_of_work():
        score = services.submit(attempt=attempt, now=START, settings=build.settings())
    right = sum(response == {"choice": "b"} for response in told.answers.values())
    assert score.points == right
    assert score.passed == (right == 3)
