"""The one transaction around each piece of work."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.core.database import columns_of, db, execute, loaded, rows_of, writing
from lms.core.jobs import Job, JobState
from lms.core.unit_of_work import (
    WriteWhileReading,
    after_commit,
    before_commit,
    forget_when_written,
    insert_new,
    is_one_of,
    read_once,
    unit_of_work,
)
from lms.people.models import Person
from tests.builders.people import make_person
from tests.support.databases import Postgres

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Stop(Exception):
    """What breaks a unit of work off in these tests."""


def fail_after(action: Callable[[], object]) -> None:
    action()
    raise Stop


def note(key: str) -> None:
    record(now=NOW, actor_key=None, action="test.noted", subject_kind="test", subject_key=key)


def noted() -> list[str]:
    with unit_of_work():
        return list(db.session.scalars(sa.select(AuditEntry.subject_key).order_by(AuditEntry.id)))


def test_what_a_unit_of_work_wrote_is_there_after_it(app: Flask) -> None:
    with unit_of_work():
        note("a")
    assert noted() == ["a"]


def test_an_error_undoes_all_of_a_unit_of_work(app: Flask) -> None:
    with pytest.raises(Stop), unit_of_work():
        fail_after(lambda: note("a"))
    assert noted() == []


def test_callbacks_run_after_commit_and_never_after_an_error(app: Flask) -> None:
    heard: list[str] = []
    with unit_of_work():
        after_commit(lambda: heard.append("committed"))
        assert heard == []
    with pytest.raises(Stop), unit_of_work():
        fail_after(lambda: after_commit(lambda: heard.append("never")))
    assert heard == ["committed"]


def test_what_was_asked_for_together_is_done_once_before_the_commit(app: Flask) -> None:
    def gather(keys: set[str]) -> None:
        note(" ".join(sorted(keys)))

    with pytest.raises(Stop), unit_of_work():
        fail_after(lambda: before_commit(gather, ["never"]))
    with unit_of_work():
        before_commit(gather, ["b", "a"])
        before_commit(gather, ["b", "c"])
    assert noted() == ["a b c"]


def test_a_reading_request_may_write_nothing(app: Flask) -> None:
    token = writing.set(False)
    try:
        with pytest.raises(WriteWhileReading):
            note("a")
    finally:
        writing.reset(token)
        db.session.rollback()
    assert noted() == []


def test_rows_read_past_the_orm_are_the_session_s_own(app: Flask) -> None:
    with unit_of_work():
        made = make_person()
    db.session.expunge_all()
    statement = sa.select(*columns_of(Person)).where(Person.id == made.id)
    with unit_of_work():
        person = loaded(Person, execute(statement).one(), employment=None)
        assert (person.own_name, person.employment) == (made.own_name, None)
        assert person not in db.session.dirty
        assert db.session.get(Person, made.id) is person
        person.email = "new@example.test"
        assert loaded(Person, execute(statement).one()).email == person.email  # not what was read
    db.session.expire_all()
    again = loaded(Person, execute(statement).one())
    assert (again is person, again.email, again.row_version) == (True, "new@example.test", 2)


def test_what_several_ask_in_one_transaction_is_read_once_unless_it_is_written(app: Flask) -> None:
    forget_when_written("people", Person)
    read: list[int] = []

    def people() -> int:
        read.append(db.session.scalar(sa.select(sa.func.count(Person.id))) or 0)
        return read[-1]

    with unit_of_work():
        assert read_once("people", people) == read_once("people", people)
        with db.session.begin_nested():
            note("a")
        read_once("people", people)
        assert len(read) == 1
        make_person()
        assert read_once("people", people) == read[0] + 1
        with pytest.raises(Stop), db.session.begin_nested():
            fail_after(make_person)
        assert read_once("people", people) == read[0] + 1
    with unit_of_work():
        read_once("people", people)
    assert len(read) == 4


def test_rows_read_past_the_orm_are_the_sessions_own_and_read_anew_when_that_is_asked(
    app: Flask,
) -> None:
    with unit_of_work():
        person = make_person(family_name="Before")
        statement = sa.select(*columns_of(Person)).where(Person.id == person.id)
        table = Person.__table__
        execute(sa.update(table).where(table.c.id == person.id).values(family_name="Between"))  # type: ignore[arg-type]
        assert rows_of(Person, statement) == [person]
        assert person.family_name == "Before"
        [same] = rows_of(Person, statement, anew=True)
        assert (same is person, person.family_name) == (True, "Between")
        person.family_name = "After"  # written before it is read
        assert [one.family_name for one in rows_of(Person, statement, anew=True)] == ["After"]


def test_a_row_added_past_the_orm_is_the_session_s_own_and_is_added_once(app: Flask) -> None:
    told: list[Job] = []

    def tell(_mapper: object, _connection: object, row: Job) -> None:
        told.append(row)

    facts = {"name": "a", "unique_key": "b", "arguments": {}, "due_at": NOW, "enqueued_at": NOW}
    sa.event.listen(Job, "after_insert", tell)
    try:
        with unit_of_work():
            added = insert_new(Job, **facts)
            assert (added.state, added.tries, added.due_at) == (JobState.WAITING, 0, NOW)
            assert db.session.get(Job, added.id) is added
            assert insert_new(Job, **facts) is None
            added.tries = 1
        with pytest.raises(Stop), unit_of_work():
            fail_after(lambda: insert_new(Job, **{**facts, "name": "undone"}))
    finally:
        sa.event.remove(Job, "after_insert", tell)
    assert [(job.name, job.tries) for job in db.session.scalars(sa.select(Job))] == [("a", 1)]
    assert (told[0], len(told)) == (added, 2)
    token = writing.set(False)
    try:
        with pytest.raises(WriteWhileReading):
            insert_new(Job, **{**facts, "name": "while reading"})
    finally:
        writing.reset(token)


def test_postgres_plans_once_what_is_marked_and_all_else_with_its_values(
    postgres: Postgres,
) -> None:
    number = Person.personnel_number
    marked, other = (
        sa.select(Person.id, number.label(name)).where(number == sa.bindparam("number"))
        for name in ("marked", "other")
    )
    known = sa.text("SELECT generic_plans, statement FROM pg_prepared_statements")
    with postgres.fresh_app().app_context(), unit_of_work():
        for value in map(str, range(20)):
            execute(marked, {"number": value})
            db.session.execute(other, {"number": value})
        (plans, statement), *more = db.session.execute(known).all()
    assert (plans >= 5, "AS marked" in statement, more) == (True, True, [])


def test_however_many_keys_are_asked_for_in_one_value(app: Flask) -> None:
    with unit_of_work():
        people = [make_person().id for _ in range(3)]
        among = [*people[1:], *range(1_000_000, 1_040_000)]
        found = sa.select(Person.id).where(is_one_of(Person.id, among)).order_by(Person.id)
        assert db.session.scalars(found).all() == people[1:]
        assert not db.session.scalars(sa.select(Person.id).where(is_one_of(Person.id, []))).all()
