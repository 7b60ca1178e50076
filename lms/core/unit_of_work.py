"""One transaction per request, job or command; the only place that commits.

``commit`` on return, roll back on any error before the error page is made. Reading requests
(GET, HEAD, OPTIONS) may write nothing: a flush with changes raises. Work for later (mail, jobs) is
a row written in the same transaction, with ``before_commit`` one for all who are to be looked at;
``after_commit`` callbacks only wake whoever handles it.
"""

import json
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction, object_session

from lms.core.database import LONGEST_WAIT, STUCK_WAIT, columns_of, db, execute, loaded, writing
from lms.core.errors import Refusal

View = TypeVar("View", bound=Callable[..., Any])
Found = TypeVar("Found")
READ = "read_once"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class WriteWhileReading(RuntimeError):
    """A reading request tried to change the database: a programming error."""


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(session: Session, _context: Any, _objects: Any) -> None:
    if not writing.get() and (session.new or session.dirty or session.deleted):
        changed = [*session.new, *(o for o in session.dirty if session.is_modified(o))]
        if changed or session.deleted:
            raise WriteWhileReading(f"a reading request changed {changed + list(session.deleted)}")


class Turns:
    """Whose turn it is to write, first come, first served, among the threads of this process.

    SQLite lets one write and the others sleep and ask again, ever more seldom: among sixteen
    threads one may meet a taken lock for its whole time. So one thread of each process asks.
    After one asked in vain for ``LONGEST_WAIT`` the next ones do so for ``STUCK_WAIT``: else all
    threads would be waiting soon, and none read a page or tell that all isn't well.
    """

    is_stuck = False

    def __init__(self) -> None:
        self._guard, self._is_taken = Lock(), False
        self._waiting: deque[Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for one's turn, at most ``seconds``; return whether it came."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            own = Lock()
            own.acquire()
            self._waiting.append(own)
        if own.acquire(timeout=seconds):
            return True
        with self._guard:
            if own not in self._waiting:  # it came at the last moment
                return True
            self._waiting.remove(own)
            return False

    def give(self) -> None:
        """Let the one who waited longest write."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_turns: WeakKeyDictionary[sa.Engine, Turns] = WeakKeyDictionary()
_turns_guard = Lock()


@event.listens_for(sa.Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if writing.get():
        _begin_to_write(connection)
    else:
        # Straight to the driver: every request begins with it.
        connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]


def _begin_to_write(connection: sa.Connection) -> None:
    """Wait for this thread's turn and then, asking often, for other processes to end theirs."""
    with _turns_guard:
        turns = _turns.setdefault(connection.engine, Turns())
    patience = STUCK_WAIT if turns.is_stuck else LONGEST_WAIT
    until = time.monotonic() + patience
    if "turn" not in connection.info and turns.take(patience):
        connection.info["turn"] = turns
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=20")  # SQLite asks after 1, 2, 5 … ms
    try:
        while time.monotonic() < until:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            else:
                turns.is_stuck = False
                return
        else:
            turns.is_stuck = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what hinders it as SQLAlchemy does
    finally:
        cursor.execute(f"PRAGMA busy_timeout={LONGEST_WAIT * 1000:.0f}")
        cursor.close()


@event.listens_for(sa.Pool, "checkin")
@event.listens_for(sa.Pool, "invalidate")
def _end_turn(_connection: Any, record: Any, _error: Any = None) -> None:
    """Give the turn on once the transaction has ended, whatever its end."""
    turns = record.info.pop("turn", None)
    if turns is not None:
        turns.give()


def refuse_while_reading(what: str) -> None:
    """Raise WriteWhileReading in a reading request; for what is written without the session."""
    if not writing.get():
        raise WriteWhileReading(f"a reading request wrote {what}")


def before_commit(callback: Callable[[set[Any]], None], values: Iterable[Any]) -> None:
    """Call ``callback`` once at this transaction's end, with all values that it was asked for with.

    Within the transaction still; forgotten if that is rolled back.
    """
    db.session.info.setdefault("before_commit", {}).setdefault(callback, set()).update(values)


def after_commit(callback: Callable[[], None]) -> None:
    """Call ``callback`` once this transaction is committed; forget it if it is rolled back."""
    db.session.info.setdefault("after_commit", []).append(callback)


def read_once(name: str, read: Callable[[], Found]) -> Found:
    """Return what ``read`` returns, asked once in this transaction; whoever writes it forgets it.

    For what several parts that act in one transaction ask alike, each on its own.
    """
    kept: dict[str, Any] = db.session.info.setdefault(READ, {})
    if name not in kept:
        kept[name] = read()
    found: Found = kept[name]
    return found


def forget_when_written(name: str, *tables: type[Any]) -> None:
    """Let ``read_once`` read anew once a row of these tables is written in the transaction."""

    def forget(_mapper: Any, _connection: Any, row: Any) -> None:
        session = object_session(row)
        if session is not None:
            session.info.get(READ, {}).pop(name, None)

    for table in tables:
        for happening in ("after_insert", "after_update", "after_delete"):
            event.listen(table, happening, forget)


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(READ, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_read(session: Session, _undone: SessionTransaction) -> None:
    session.info.pop(READ, None)  # also where only a savepoint is undone


def _finish() -> None:
    for gather, values in db.session.info.pop("before_commit", {}).items():
        gather(values)
    callbacks = db.session.info.pop("after_commit", [])
    db.session.commit()
    for callback in callbacks:
        callback()


def _undo() -> None:
    db.session.info.pop("before_commit", None)
    db.session.info.pop("after_commit", None)
    db.session.rollback()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Run a job's or command's block as one transaction."""
    token = writing.set(True)
    try:
        yield
        _finish()
    except BaseException:
        _undo()
        raise
    finally:
        writing.reset(token)


@contextmanager
def only_reading() -> Iterator[None]:
    """Run a job's or command's block that changes nothing: it waits for nobody who writes."""
    token = writing.set(False)
    try:
        yield
    finally:
        _undo()
        writing.reset(token)


def release(*, then_writing: bool = True) -> None:
    """End this request's transaction early, before slow work that needs no lock.

    What was changed so far is committed. The next statement begins a new transaction.
    """
    _finish()
    writing.set(then_writing)


def insert(row: Any, refusal: Refusal) -> None:
    """Add ``row`` now; raise ``refusal`` when it breaks a constraint, the transaction goes on.

    For rows of which another request may add the same one at the same moment.
    """
    insert_all([row], refusal)


def insert_all(rows: Sequence[Any], refusal: Refusal) -> None:
    """Add ``rows`` now, all or none, as ``insert`` adds one."""
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except IntegrityError as error:
        raise refusal from error


def change(row: Any, refusal: Refusal, **values: Any) -> None:
    """Set these values of a stored row now; raise ``refusal`` as ``insert`` does."""
    try:
        with db.session.begin_nested():
            for name, value in values.items():
                setattr(row, name, value)
    except IntegrityError as error:
        raise refusal from error


def insert_new(kind: Any, /, **values: Any) -> Any:
    """Add a row of ``kind`` now; None when there is one already that a unique constraint forbids.

    For what many people do at once: without a savepoint and at a third of the price of ``insert``.
    Whoever listens for what is added hears of it; columns without a value get their default.
    """
    refuse_while_reading(kind.__name__)
    db.session.flush()
    added = execute(_inserting(kind, dialect_name()), values).one_or_none()
    if added is None:
        return None
    row = loaded(kind, added)
    mapper = sa.inspect(kind)
    mapper.dispatch.after_insert(mapper, db.session.connection(), sa.inspect(row))
    return row


@cache
def _inserting(kind: Any, _dialect: str) -> Any:
    return insert_for(kind.__table__).on_conflict_do_nothing().returning(*columns_of(kind))


def dialect_name() -> str:
    """Return 'sqlite' or 'postgresql'."""
    return db.session.get_bind().dialect.name


def insert_for(table: Any) -> Any:
    """Return an INSERT that understands ON CONFLICT, in the dialect of this database."""
    return (postgresql if dialect_name() == "postgresql" else sqlite).insert(table)


def is_one_of(key: Any, ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a key is one of these, however many, handed over as one value.

    As a value each, a thousand take longer than what they are looked for in: to be written into
    the statement, taken apart by the driver, and read by PostgreSQL.
    """
    if dialect_name() == "postgresql":
        listed = sa.literal(list(ids), postgresql.ARRAY(sa.Integer))
        return cast("sa.ColumnElement[bool]", key == sa.any_(listed))
    each = sa.func.json_each(json.dumps(list(ids))).table_valued("value")
    return cast("sa.ColumnElement[bool]", key.in_(sa.select(each.c.value)))


def reads_first(view: View) -> View:
    """Mark a view that changes something only after slow work: it begins as a reading one.

    The view calls ``release()`` before it writes.
    """
    view.reads_first = True  # type: ignore[attr-defined]
    return view


class TransactionalFlask(Flask):
    """Flask, with one transaction around each request's handling."""

    def ensure_sync(self, func: View) -> View:
        """Return ``func``: no view and no hook here is a coroutine, so that none need be asked."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Decide whether the request may write; roll back if a guard refuses it."""
        view = self.view_functions.get(request.endpoint or "")
        reading = request.method in READING_METHODS or getattr(view, "reads_first", False)
        writing.set(not reading)
        try:
            answer = super().preprocess_request()
        except BaseException:
            _undo()
            raise
        if answer is not None:
            _finish()
        return answer

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view and commit before the reply leaves; roll back on any error."""
        try:
            answer = super().dispatch_request()
            _finish()
        except BaseException:
            _undo()
            raise
        return answer

    def do_teardown_request(self, *args: Any, **kwargs: Any) -> None:
        """Forget the request's intent to write, also in reused worker threads."""
        super().do_teardown_request(*args, **kwargs)
        writing.set(True)
