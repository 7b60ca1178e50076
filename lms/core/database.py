"""The database: one declarative base, the column types and the engine's safety settings.

Conventions: primary keys are integers and never leave the server; what an address shows is a
``public_id``; instants are aware UTC (``…_at``), dates are ``…_on``; no relation loads lazily from
a page (``related`` raises), so that a list page costs a fixed number of statements.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    SessionTransaction,
    declared_attr,
    mapped_column,
    registry,
    relationship,
)
from sqlalchemy.orm.attributes import instance_state

from lms.core.identifiers import public_id
from lms.core.settings import SettingsError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Set by the unit of work: a writing transaction takes SQLite's write lock at its beginning, so that
# it can't fail half-way because another writer came first.
writing: ContextVar[bool] = ContextVar("writing", default=True)
LONGEST_WAIT = 15.0  # seconds that a writing transaction waits for SQLite's write lock
STUCK_WAIT = 2.0  # seconds, when nobody had it since one waited that long
# Bytes that changes need on the disk: twice the log that SQLite keeps before it folds it in.
LOG_SIZE = 8 * 1024**2


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant: aware UTC in Python, ``timestamptz`` on PostgreSQL, UTC text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive datetimes; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: instants are aware UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# JSON as jsonb on PostgreSQL; a Python None is SQL NULL, never the JSON word null.
JSONData = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def enum_type(kind: type[Enum], name: str | None = None) -> sa.Enum:
    """Return a column type that stores ``kind`` by value, as text with a named check constraint.

    ``name`` tells two columns of one table apart.
    """
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Base(DeclarativeBase):
    """Base of all tables."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            dict[str, Any]: JSONData,
            list[Any]: JSONData,
        },
    )


class PublicId:
    """Mixin: an identifier for addresses, 80 random bits."""

    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True, default=public_id)


class RowVersion:
    """Mixin: a number that grows with each change, so that a concurrent edit is detected.

    SQLAlchemy adds the read number to each UPDATE; a change by someone else in between makes it
    match no row and raises ``StaleDataError``. A form carries the number it was opened with.
    """

    row_version: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.row_version}


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
related: Callable[..., Any] = partial(relationship, lazy="raise_on_sql")


def in_pieces(statement: sa.Select[Any], size: int) -> Iterator[Any]:
    """Yield a statement's rows, read ``size`` at a time; closing it early leaves nothing open."""
    with db.session.execute(statement.execution_options(yield_per=size)) as result:
        yield from result


PLAIN = (int, str, Enum)
CONNECTION = "connection"  # in the session: that of its transaction


def execute(statement: sa.Executable, values: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run a statement of plain columns in this transaction, past the ORM: at a third of the price.

    For what is asked most, is built once, and finds its rows by a key, whatever the values are:
    PostgreSQL plans it once for each connection. Objects that wait in the session aren't flushed
    first.
    """
    session = db.session()
    connection: sa.Connection | None = session.info.get(CONNECTION)
    if connection is None:  # a dozen calls within SQLAlchemy tell it, each time
        connection = session.info[CONNECTION] = session.connection()
    options = _options(statement, connection.dialect)
    return connection.execute(statement, values, execution_options=options)


@event.listens_for(Session, "after_transaction_create")
@event.listens_for(Session, "after_transaction_end")
@event.listens_for(Session, "after_soft_rollback")
def _leave_connection(session: Session, _transaction: SessionTransaction) -> None:
    """Have it asked for anew: only that makes the savepoint which has begun in the session."""
    session.info.pop(CONNECTION, None)


class Compiled(dict[Any, Any]):
    """What one statement is compiled to, by the names of the values that it is handed.

    SQLAlchemy looks for it among all, by whatever a statement is made of: of a page's long one that
    takes longer than SQLite's answer. What ``execute`` is handed is built once and finds its own.
    A question has its constants written out: as values, dozens are prepared and handed over anew
    each time.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what it was compiled to; the second part of ``key`` is what it is made of."""
        dialect, _made_of, names, *others = key
        kept = super().get((dialect, names, *others), default)
        if kept is None and isinstance(self.statement, sa.SelectBase):
            compiler = _writing_out(dialect.statement_compiler)
            made_of = self.statement._generate_cache_key()  # noqa: SLF001 - as SQLAlchemy calls it
            kept = compiler(dialect, self.statement, cache_key=made_of, column_keys=[*names])
            self[key] = kept
        return kept

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep it."""
        super().__setitem__((key[0], *key[2:]), compiled)


@cache
def _writing_out(compiler: Any) -> Any:
    """Return a compiler that writes constants into the statement, but nothing that has a name."""

    class WritingOut(compiler):  # type: ignore[misc]
        def visit_bindparam(self, bind: Any, *, literal_binds: bool = False, **options: Any) -> Any:
            values = bind.value if bind.expanding else (bind.value,)
            is_constant = bind.unique and all(isinstance(one, PLAIN) for one in values or ())
            return super().visit_bindparam(
                bind, literal_binds=literal_binds or is_constant, **options
            )

    return WritingOut


@lru_cache(maxsize=512)  # more than modules keep
def _options(statement: sa.Executable, _dialect: sa.Dialect) -> dict[str, Any]:
    return PLANNED_ONCE | {"compiled_cache": Compiled(statement)}


@cache
def columns_of(kind: Any) -> tuple[Any, ...]:
    """Return all columns of a kind of rows, in the order in which ``loaded`` takes their values."""
    return tuple(getattr(kind, name) for name in _mapped(kind)[0])


@cache
def _mapped(kind: Any) -> tuple[tuple[str, ...], int, Callable[[], Any]]:
    """Return the names of a kind's columns, the place of its key, and what makes an empty row."""
    mapper = sa.inspect(kind)
    names = tuple(column.key for column in mapper.column_attrs)
    key = mapper.get_property_by_column(*mapper.primary_key).key
    return names, names.index(key), mapper.class_manager.new_instance


def parts_of(row: Sequence[Any], *kinds: Any) -> list[Sequence[Any]]:
    """Return what a row says of each of ``kinds``, whose columns it begins with, and the rest."""
    parts, place = [], 0
    for kind in kinds:
        end = place + len(columns_of(kind))
        parts.append(row[place:end])
        place = end
    return [*parts, row[place:]]


def loaded(kind: Any, values: Sequence[Any], *, anew: bool = False, **relations: Any) -> Any:
    """Return the row whose columns have ``values``, in the session as if it had loaded it.

    For rows that ``execute`` read: at a third of the ORM's price. Of a row that the session has
    already, what it knows stays, unless read ``anew``. ``relations`` lead to one other row each.
    """
    names, place, make = _mapped(kind)
    session = db.session()
    key = (kind, (values[place],), None)
    known = session.identity_map.get(key)
    if known is not None:
        has = () if anew else vars(known)
        told = dict(zip(names, values, strict=True), **relations)
        fresh = {name: value for name, value in told.items() if name not in has}
        vars(known).update(fresh)
        instance_state(known)._commit(vars(known), fresh)  # noqa: SLF001 - see below
        return known
    # As SQLAlchemy's own loading does it: by documented names it costs three times as much.
    row = make()
    vars(row).update(zip(names, values, strict=True), **relations)
    state = instance_state(row)
    state.key, state.session_id = key, session.hash_key
    session.identity_map._add_unpresent(state, key)  # noqa: SLF001
    return row


def rows_of(kind: Any, statement: Any, values: Any = None, *, anew: bool = False) -> list[Any]:
    """Return rows as ``loaded`` gives them; ``statement`` selects the ``columns_of`` their kind."""
    if writing.get():
        db.session.flush()
    return [loaded(kind, row, anew=anew) for row in execute(statement, values)]


# Planning takes PostgreSQL longer than running a page's statement: half of the home page's CPU.
# A statement that is prepared gets planned without its values, once that seems no dearer. Of one
# that looks for a part of the network or of a name it is then thought that each part leaves next to
# nothing: on a large network ten times slower. So what is marked is prepared (by the driver, when
# it was sent five times); all else is planned with its values each time, a stream of rows always.
PLANNED_ONCE = {"is_planned_once": True}
LEFT_TO_THE_DRIVER = frozenset({*PLANNED_ONCE, "stream_results"})


@event.listens_for(PGDialect_psycopg, "do_execute")
def _prepare_what_is_planned_once(
    cursor: Any, statement: str, values: Any, context: Any
) -> Literal[True] | None:
    """Let PostgreSQL's driver prepare no statement that isn't marked; tell whether it was run."""
    if not LEFT_TO_THE_DRIVER.isdisjoint(context.execution_options):
        return None
    cursor.execute(statement, values, prepare=False)
    return True


@event.listens_for(sa.Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    # The driver's own transaction handling is off: the 'begin' listener below says BEGIN itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={LONGEST_WAIT * 1000:.0f}",
        "temp_store=MEMORY",
        "cache_size=-32000",
        "secure_delete=ON",  # what is deleted, above all with a person, is overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    path = cursor.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = path, _identity(path)
    record.info["is_read_only"] = not _may_be_written(path)
    cursor.close()
    connection.create_function("fold", 1, fold, deterministic=True)


@event.listens_for(sa.Engine, "connect")
def _refuse_other_encodings(connection: Any, _record: Any) -> None:
    """Refuse a database that can't keep every letter and sign, before anything is asked of it."""
    if not isinstance(connection, psycopg.Connection):
        return
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise SettingsError(
            f"LMS_DATABASE_URL: the database keeps its texts in {encoding}, not in UTF8; "
            "one that does is made with `createdb --encoding=UTF8 --template=template0`"
        )


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_at_its_place(connection: sa.Connection) -> bool:
    """Tell whether an SQLite file still lies where this connection opened it; others always do.

    Who has a file open goes on reading and writing it after it was moved, removed or replaced by a
    back-up: all would seem well, and with the end of the process what was written would be lost.
    """
    path, identity = connection.info.get("file", ("", None))
    return not path or _identity(path) == identity


def takes_changes(connection: sa.Connection) -> bool:
    """Tell whether changes find room: an SQLite file may lie on a full disk or be read only.

    Of a server's disk nothing is known; one that only answers questions, such as a stand-by, says
    so.
    """
    if connection.dialect.name == "postgresql":
        return bool(connection.scalar(sa.text("SHOW transaction_read_only")) == "off")
    path, _ = connection.info["file"]
    if not path:  # in memory
        return True
    disk = os.statvfs(Path(path).parent)
    room = disk.f_bavail * disk.f_frsize
    is_open = _may_be_written(path) and not disk.f_flag & os.ST_RDONLY
    return is_open and not connection.info["is_read_only"] and room >= LOG_SIZE


def _may_be_written(path: str) -> bool:
    """Tell whether an SQLite file and what lies beside it take changes from this user.

    A connection that was opened while they didn't stays read only after they do, and all others of
    its process with it.
    """
    parts = (part for end in ("", "-wal", "-shm") if Path(part := f"{path}{end}").exists())
    return all(os.access(part, os.W_OK) for part in parts)


def fold(text: str | None) -> str | None:
    """Return ``text`` for comparison: composed (NFC), case folded, ё as е, runs of space as one."""
    if text is None:
        return None
    return " ".join(normalize("NFC", text).casefold().replace("ё", "е").split())
