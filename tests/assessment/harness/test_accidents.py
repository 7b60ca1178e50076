"""No accident costs an acknowledged answer or scores an attempt twice; and the harness that says so
finds the faults that are planted for it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.log import fold
from lms.assessment.models import Attempt, ItemKind
from lms.assessment.services import answering, submit, take_over
from lms.core import clock, unit_of_work
from lms.core.database import db
from tests.assessment.harness.machine import (
    ARRIVES,
    LOST,
    REPLY_LOST,
    TWICE,
    Tab,
    faults,
    tab_of,
)
from tests.builders.assessment import make_attempt, make_exam, make_item, settings
from tests.support.threads import at_once


@pytest.fixture
def attempt(app: Flask) -> Attempt:
    attempt = make_attempt(make_exam([make_item(ItemKind.SINGLE_CHOICE)]), at=clock.now())
    db.session.commit()
    return attempt


def hand_in(identifier: int) -> Callable[[], None]:
    def act() -> None:
        attempt = db.session.get_one(Attempt, identifier)
        submit(attempt=attempt, now=clock.now(), settings=settings())

    return act


def test_a_double_submit(app: Flask, attempt: Attempt) -> None:
    tab = tab_of(app, attempt)
    tab.answers("b")
    tab.sends_all()
    identifier = attempt.id
    db.session.commit()
    assert at_once(app, *[hand_in(identifier)] * 3) == [None] * 3
    assert faults(tab) == []


@pytest.mark.parametrize("seed", range(4))
def test_lost_requests_lost_replies_and_requests_that_arrive_twice(
    app: Flask, attempt: Attempt, seed: int
) -> None:
    random = Random(seed)
    fates = (ARRIVES, LOST, REPLY_LOST, REPLY_LOST, TWICE)
    tab = tab_of(app, attempt, lambda _number: random.choice(fates))
    for choice in "abcdabcd":
        tab.answers(choice)
        tab.sends()
    tab.sends_all()
    assert len(tab.receipts) == 8
    assert faults(tab) == []
    assert fold(queries.events(attempt.id)).answers == {1: {"choice": "d"}}


def test_two_tabs(app: Flask, attempt: Attempt) -> None:
    """The first tab's answers arrive after the second one took over: all are kept, the later stand."""
    first = tab_of(app, attempt, lambda number: LOST if number < 3 else ARRIVES)
    first.answers("a")
    first.sends()
    with unit_of_work.unit_of_work():
        locked = queries.attempt_for_token(attempt.public_id)
        assert locked is not None
        take_over(attempt=locked, now=clock.now())
    second = Tab(first.line, first.key, first.token, writer=2)
    second.answers("b")
    first.answers("c")
    second.sends_all()
    first.sends_all()
    assert faults(first, second) == []
    assert fold(queries.events(attempt.id)).answers == {1: {"choice": "b"}}


@pytest.mark.in_turn
@pytest.mark.parametrize("age", [0, 1e15, -1e15, 3.7e9, 86_400_000, 0.1])
def test_a_laptops_wrong_clock(app: Flask, attempt: Attempt, age: float) -> None:
    tab = tab_of(app, attempt)
    tab.answers("a", authored_ms_ago=age)
    tab.answers("b", authored_ms_ago=-age)
    tab.sends_all()
    assert len(tab.receipts) == 2
    assert faults(tab) == []
    for event in queries.events(attempt.id):
        assert event.authored_at is not None
        assert timedelta(0) <= event.received_at - event.authored_at <= timedelta(days=1)


# Planted faults, each of which the harness must find.


def test_the_harness_finds_an_acknowledgement_before_the_commit(
    app: Flask, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply leaves, then the process dies: nothing was committed."""
    tab = tab_of(app, attempt)
    tab.answers("a")
    tab.sends_all()
    assert faults(tab) == []
    with monkeypatch.context() as patch:
        patch.setattr(unit_of_work, "_finish", unit_of_work._undo)
        tab.answers("b")
        tab.sends_all()
    assert faults(tab) == ["acknowledged and lost", "given and forgotten"]


@pytest.fixture
def no_index(app: Flask) -> Iterator[Callable[[], None]]:
    """Drops the unique index over the browsers' event ids; it is there again afterwards."""
    name = "uq_attempt_event_attempt_id_event_id"
    steps: list[str] = []  # that bring it back

    def drop() -> None:
        with db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"ALTER TABLE attempt_event DROP CONSTRAINT {name}"))
                unique = f"ADD CONSTRAINT {name} UNIQUE (attempt_id, event_id)"
                steps.extend(("DELETE FROM attempt_event", f"ALTER TABLE attempt_event {unique}"))
                return
            made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'attempt_event' AND sql > ''"
            table, *indexes = connection.scalars(sa.text(f"{made} ORDER BY type DESC")).all()
            steps.extend(("DROP TABLE attempt_event", table, *indexes))
            without = re.sub(rf",\s*CONSTRAINT {name} UNIQUE \([^)]*\)", "", table)
            assert without != table
            for step in (
                re.sub(r'"?attempt_event"?', "without_index", without, count=1),
                "INSERT INTO without_index SELECT * FROM attempt_event",
                "DROP TABLE attempt_event",
                "ALTER TABLE without_index RENAME TO attempt_event",
            ):
                connection.execute(sa.text(step))

    yield drop
    db.session.rollback()
    with db.engine.begin() as connection:
        for step in steps:
            connection.execute(sa.text(step))


def blind_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next request look for what is known before the one at the same moment has written."""
    looks: Any = answering._log
    left = iter([True])

    def look(*arguments: Any) -> Any:
        log = looks(*arguments)
        if next(left, False):
            log.known.clear()
        return log

    monkeypatch.setattr(answering, "_log", look)


@pytest.mark.parametrize("has_index", [True, False])
def test_the_harness_finds_a_missing_unique_index(
    app: Flask,
    attempt: Attempt,
    no_index: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    has_index: bool,
) -> None:
    """With the index the blind request fails and is sent again; without it the answer is doubled."""
    tab = tab_of(app, attempt, lambda number: REPLY_LOST if number == 1 else ARRIVES)
    if not has_index:
        no_index()
    tab.answers("a")
    tab.sends()
    blind_once(monkeypatch)
    tab.sends_all()
    assert tab.receipts
    assert ("kept twice" in faults(tab)) is not has_index


@pytest.mark.parametrize("drops_early", [False, True])
def test_the_harness_finds_a_journal_that_forgets_too_early(
    app: Flask, attempt: Attempt, drops_early: bool
) -> None:
    tab = tab_of(app, attempt, lambda number: LOST if number == 1 else ARRIVES)
    tab.drops_early = drops_early
    tab.answers("a")
    tab.sends()
    tab.sends_all()
    assert faults(tab) == (["given and forgotten"] if drops_early else [])


def test_the_harness_finds_a_second_score(app: Flask, attempt: Attempt) -> None:
    from lms.assessment.models import Score
    from tests.builders.crowds import _row

    tab = tab_of(app, attempt)
    hand_in(attempt.id)()
    row = _row(Score, attempt_id=attempt.id)
    db.session.execute(sa.insert(Score.__table__).values({**row, "number": 2}))
    db.session.commit()
    assert faults(tab) == ["scored twice"]
