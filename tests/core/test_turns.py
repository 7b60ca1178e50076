"""Writers of one process take turns on SQLite, first come, first served."""

import sqlite3
import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.database import db, writing
from lms.core.unit_of_work import Turns, unit_of_work
from tests.core.test_unit_of_work import Stop, fail_after, note, noted
from tests.support.databases import Sqlite


def waiting(turns: Turns, write: Callable[[], None]) -> threading.Thread:
    """A thread that waits for its turn behind those before it."""
    before = len(turns._waiting)

    def run() -> None:
        assert turns.take(10)
        write()
        turns.give()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while len(turns._waiting) == before:
        time.sleep(0.001)
    return thread


def test_who_came_first_writes_first() -> None:
    turns, order = Turns(), list[int]()
    turns.take(0)
    threads = [waiting(turns, lambda n=n: order.append(n)) for n in range(5)]  # type: ignore[misc]
    turns.give()
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]


def test_who_waited_too_long_stands_in_nobodys_way() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)


@pytest.mark.parametrize("fails", [False, True])
def test_a_turn_ends_with_its_transaction(app: Flask, fails: bool) -> None:
    def write(key: str) -> None:
        with app.app_context(), unit_of_work():
            note(key)

    if fails:
        with pytest.raises(Stop), unit_of_work():
            fail_after(lambda: note("a"))
    else:
        write("a")
    thread = threading.Thread(target=write, args=("b",), daemon=True)
    thread.start()
    thread.join(5)
    assert noted()[-1:] == ["b"]


def test_a_writer_waits_for_another_connection_to_end(app: Flask) -> None:
    with unit_of_work():
        note("a")
    db.engine.dispose()
    other = db.engine.connect()
    token = writing.set(True)
    other.begin()
    threading.Timer(0.1, other.close).start()
    with unit_of_work():
        note("b")
    writing.reset(token)
    assert noted() == ["a", "b"]


def test_what_hinders_a_writer_otherwise_is_told_at_once(sqlite: Sqlite) -> None:
    with sqlite.fresh_app().app_context(), db.engine.connect() as connection:
        connection.connection.cursor().execute("BEGIN")
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError, match="within a transaction"):
            connection.begin()
        assert time.monotonic() - began < 5


def test_when_one_waited_in_vain_the_next_are_told_soon(
    sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.core.unit_of_work.LONGEST_WAIT", 1.0)
    monkeypatch.setattr("lms.core.unit_of_work.STUCK_WAIT", 0.1)
    with sqlite.fresh_app().app_context(), db.engine.connect() as connection:
        file = connection.info["file"][0]
        connection.close()
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert waited_in_vain() >= 1
        assert waited_in_vain() < 0.8
        other.execute("ROLLBACK")
        with unit_of_work():
            note("a")
        other.execute("BEGIN EXCLUSIVE")
        assert waited_in_vain() >= 1  # somebody wrote since
        other.close()
        with unit_of_work():
            note("b")


def waited_in_vain() -> float:
    began = time.monotonic()
    with pytest.raises(sa.exc.OperationalError, match="locked"), unit_of_work():
        note("x")
    return time.monotonic() - began
