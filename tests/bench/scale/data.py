"""A network of any size: a demonstration, whose people are copied with all that is known of them.

What is copied was derived by the application itself, so that stored timelines equal their facts. Each
copy has further certificates and audit entries of earlier years, to make up the numbers asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.app.demonstration.names import random_name
from lms.audit.models import AuditEntry
from lms.certification.board.remaking import remake
from lms.certification.models import Certificate
from lms.certification.numbers import new_number
from lms.certification.reminding.digests import KIND as REMINDERS
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.certification.snapshots import NAME_PARTS
from lms.core import clock
from lms.core.database import db, fold
from lms.core.identifiers import public_id
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.notifications.models import MailState, Message, OutgoingMail
from lms.people.models import Account, Employment, Person, plain_number
from lms.reporting.saved.colleagues import MOST_NAMED
from lms.reporting.saved.models import SavedList
from lms.reporting.saved.services import MOST
from tests.builders.lists import make_saved_list, name_colleague

CHUNK = 5000
SEED = 1


@dataclass(frozen=True)
class Size:
    """How many people, certificates and events: audit entries and certification facts."""

    people: int
    certificates: int
    events: int

    def part(self, share: float) -> "Size":
        """Return a share of it."""
        return Size(
            *(max(1, round(n * share)) for n in (self.people, self.certificates, self.events))
        )


SIZES = {
    "sqlite": Size(10_000, 100_000, 500_000),
    "postgresql": Size(100_000, 1_000_000, 5_000_000),
}

Row = dict[str, Any]


def _rows(table: sa.Table, column: str, ids: Iterable[int]) -> list[Row]:
    statement = sa.select(table).where(table.c[column].in_(list(ids)))
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _insert(table: sa.Table, rows: Iterator[Row]) -> None:
    """Insert rows: on SQLite in transactions of their own, so that none grows too large."""
    with unit_of_work():
        is_postgres = db.session.get_bind().dialect.name == "postgresql"
        if is_postgres:
            with _in_bulk(table):
                _copy(table, rows)
    while not is_postgres and (chunk := list(islice(rows, CHUNK))):
        with unit_of_work():
            db.session.execute(sa.insert(table), chunk)


@contextmanager
def _in_bulk(table: sa.Table) -> Iterator[None]:
    """As one loads a dump: keys aren't looked up, other indexes are made when all rows are there."""
    run = db.session.execute
    plain = sa.text(
        "SELECT quote_ident(relname), pg_get_indexdef(oid) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " WHERE indrelid = CAST(:name AS regclass) AND NOT indisunique"
    )
    found = run(plain, {"name": table.name}).all()
    run(sa.text("SET LOCAL session_replication_role = replica"))
    run(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
    for name, _definition in found:
        run(sa.text(f"DROP INDEX {name}"))
    yield
    for _name, definition in found:
        run(sa.text(definition))


def _copy(table: sa.Table, rows: Iterator[Row]) -> None:
    """Insert rows, all with the same columns, as PostgreSQL takes many fastest."""
    first = next(rows, None)
    if first is None:
        return
    connection = db.session.connection()
    writers = {
        name: table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in first
    }
    names = ", ".join(writers)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy,
    ):
        for row in chain([first], rows):
            copy.write_row(
                [writer(row[name]) if writer else row[name] for name, writer in writers.items()]
            )


def _next(table: sa.Table) -> int:
    with unit_of_work():
        return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)))) + 1


def _count(table: sa.Table) -> int:
    with unit_of_work():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


class Copies:
    """The people who are copied, with their rows, and the ids of the copies."""

    def __init__(self, size: Size) -> None:
        """Read the demonstration's people and plan ``size``."""
        self.size, self.random = size, Random(SEED)
        with unit_of_work():
            numbered = Person.personnel_number.startswith("МФЦ-")
            statement = sa.select(Person.__table__).where(numbered).order_by(Person.id)
            self.people = [dict(row) for row in db.session.execute(statement).mappings()]
            self.ids = [row["id"] for row in self.people]
        self.first = _next(Person.__table__)
        self.first_copy = self.ids[-1] + 1
        self.wanted = max(0, size.people - _count(Person.__table__))

    def copies(self) -> Iterator[tuple[int, int]]:
        """Yield (id of the copy, place of whom it copies)."""
        for number in range(self.wanted):
            yield self.first + number, number % len(self.ids)

    def persons(self) -> Iterator[Row]:
        """Yield the copies with names of their own."""
        for identifier, place in self.copies():
            name = random_name(self.random)
            names = {"family_name": name.family, "given_name": name.given}
            full = f"{name.family} {name.given} {name.patronymic}"
            number = f"БП-{identifier:08}"
            yield {
                **self.people[place],
                **names,
                "patronymic": name.patronymic,
                "id": identifier,
                "public_id": public_id(),
                "personnel_number": number,
                "plain_number": plain_number(number),
                "sort_name": fold(full),
            }

    def of(self, model: Any, column: str, change: Callable[[Row], Row]) -> Iterator[Row]:
        """Yield the rows that concern each copy; ``change`` gives what must be their own."""
        with unit_of_work():
            known = _rows(model.__table__, column, self.ids)
        by_person: dict[int, list[Row]] = {}
        for row in known:
            plain = {key: value for key, value in row.items() if key != "id"}
            by_person.setdefault(row[column], []).append(plain)
        return (
            {**row, column: identifier, **change(row)}
            for identifier, place in self.copies()
            for row in by_person.get(self.ids[place], [])
        )


def _nothing(_row: Row) -> Row:
    return {}


def _key(_row: Row) -> Row:
    return {"public_id": public_id()}


def build(app: Flask, size: Size) -> Mapping[str, int]:
    """Fill the demonstration's database up to ``size``; return how many rows there are."""
    with app.app_context():
        copies = Copies(size)
        _insert(Person.__table__, copies.persons())
        _insert(Employment.__table__, copies.of(Employment, "person_id", _nothing))
        _insert(CertificationFact.__table__, copies.of(CertificationFact, "person_id", _key))
        standings = copies.of(CertificationStanding, "person_id", _nothing)
        _insert(CertificationStanding.__table__, standings)
        print(f"  {copies.wanted:,} people copied", flush=True)
        if copies.wanted:
            with unit_of_work():
                remake()
            print("  the board made anew", flush=True)
        _certificates(copies)
        print("  certificates made", flush=True)
        _mail(copies)
        _events(copies)
        _saved_lists()
        return _settled()


def _certificates(copies: Copies) -> None:
    """Certificates of the copies and the completed enrolments that earned them."""
    with unit_of_work():
        statement = sa.select(Certificate.__table__).where(Certificate.replaces_id.is_(None))
        patterns = [dict(row) for row in db.session.execute(statement.limit(50)).mappings()]
        enrolled = {
            row["id"]: row
            for row in _rows(Enrolment.__table__, "id", [one["enrolment_id"] for one in patterns])
        }
    missing = max(0, copies.size.certificates - _count(Certificate.__table__))
    first = _next(Enrolment.__table__)
    with unit_of_work():
        last = max(one["issued_on"] for one in patterns)
    with unit_of_work():
        columns = (Person.id, Person.sort_name, *(getattr(Person, part) for part in NAME_PARTS))
        copied = sa.select(*columns).where(Person.id >= copies.first_copy).order_by(Person.id)
        names = {row.id: row for row in db.session.execute(copied)}
    people = list(names)
    choices = [
        (
            copies.random.choice(patterns),
            people[number % len(people)],
            last - timedelta(days=copies.random.randint(0, 1800)),
        )
        for number in range(missing)
    ]
    _insert(Enrolment.__table__, _earning(choices, enrolled, first))
    _insert(Certificate.__table__, _earned(choices, first, names))


Choice = tuple[Row, int, date]


def _earning(choices: list[Choice], enrolled: Mapping[int, Row], first: int) -> Iterator[Row]:
    for number, (pattern, person, day) in enumerate(choices):
        like = enrolled[pattern["enrolment_id"]]
        moved = day - pattern["issued_on"]
        instants = ("enrolled_at", "started_at", "completed_at")
        times = {key: like[key] + moved if like[key] else None for key in instants}
        own = {"id": first + number, "public_id": public_id(), "learner_id": person}
        yield {**like, **times, **own, "due_on": None}


def _earned(choices: list[Choice], first: int, names: Mapping[int, Any]) -> Iterator[Row]:
    for number, (pattern, person, day) in enumerate(choices):
        moved = day - pattern["issued_on"]
        until = pattern["valid_until_on"]
        plain = {key: value for key, value in pattern.items() if key != "id"}
        holder = {part: getattr(names[person], part) for part in NAME_PARTS}
        yield {
            **plain,
            "number": new_number(),
            "holder_id": person,
            "holder_sort_name": names[person].sort_name,
            "snapshot": {**pattern["snapshot"], "holder": holder},
            "enrolment_id": first + number,
            "issued_on": day,
            "issued_at": pattern["issued_at"] + moved,
            "valid_until_on": until + moved if until else None,
            "sort_until_on": until + moved if until else pattern["sort_until_on"],
        }


def _events(copies: Copies) -> None:
    """Audit entries of earlier days; their hashes are numbers: nobody proves this chain."""
    with unit_of_work():
        keys = list(db.session.scalars(sa.select(Person.public_id).order_by(Person.id)))
        statement = sa.select(AuditEntry.__table__).order_by(AuditEntry.id).limit(200)
        patterns = [dict(row) for row in db.session.execute(statement).mappings()]
    known = _count(AuditEntry.__table__) + _count(CertificationFact.__table__)

    def entries() -> Iterator[Row]:
        for number in range(max(0, copies.size.events - known)):
            pattern = patterns[number % len(patterns)]
            yield {
                **{key: value for key, value in pattern.items() if key != "id"},
                "person_key": keys[number % len(keys)],
                "recorded_at": pattern["recorded_at"] - timedelta(minutes=number),
                "previous_hash": f"{number + 1:064x}",
                "hash": f"{number + 2:064x}",
            }

    _insert(AuditEntry.__table__, entries())


def _mail(copies: Copies) -> None:
    """Two reminders of each person: most went out, one in a hundred was refused."""
    with unit_of_work():
        people = list(db.session.scalars(sa.select(Person.id).order_by(Person.id)))
    known, first = _count(Message.__table__), _next(Message.__table__)
    wanted = range(max(0, 2 * len(people) - known))

    def written(number: int) -> tuple[int, datetime]:
        return people[number % len(people)], clock.now() - timedelta(minutes=number)

    def messages() -> Iterator[Row]:
        for number in wanted:
            person, moment = written(number)
            about = {"kind": REMINDERS, "key": f"{REMINDERS}:{number}", "details": {}}
            times = {"written_at": moment, "read_at": moment if number % 3 else None}
            own = {"id": first + number, "public_id": public_id(), "recipient_id": person}
            yield {**about, **times, **own}

    def mails() -> Iterator[Row]:
        for number in wanted:
            person, moment = written(number)
            state = MailState.SENT if number % 100 else MailState.FAILED
            yield {
                "public_id": public_id(),
                "message_id": first + number,
                "recipient_id": person,
                "address": f"{person}@example.org",
                "language": "ru",
                "subject": "Сертификации",
                "state": state,
                "queued_at": moment,
                "due_at": moment,
                "tries": 1,
                "sent_at": moment if state is MailState.SENT else None,
                "problem": "" if state is MailState.SENT else "550",
            }

    _insert(Message.__table__, messages())
    _insert(OutgoingMail.__table__, mails())


def _saved_lists() -> None:
    """As many lists as HR may keep, each with as many colleagues as may be named."""
    with unit_of_work():
        owner = db.session.scalar(sa.select(Account.person_id).filter_by(username="hr"))
        assert owner is not None
        known = db.session.scalar(sa.select(sa.func.count(SavedList.id)).filter_by(owner_id=owner))
        people = sa.select(Person).where(Person.id != owner).order_by(Person.id)
        colleagues = db.session.scalars(people.limit(MOST_NAMED)).all()
        for number in range(known or 0, MOST):
            row = make_saved_list(owner, name=f"Список {number}")
            for person in colleagues:
                name_colleague(row, person)


def _settled() -> Mapping[str, int]:
    """Let the database count on what was inserted; return the numbers of rows."""
    names = {"people": Person, "certificates": Certificate, "facts": CertificationFact}
    names |= {"timelines": CertificationStanding, "audit entries": AuditEntry}
    names |= {"mails": OutgoingMail}
    with unit_of_work():
        if db.session.get_bind().dialect.name == "postgresql":
            for table in ("person", "enrolment", "message"):
                sequence = f"setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
                db.session.execute(sa.text(f"SELECT {sequence}"))
        db.session.execute(sa.text("ANALYZE"))
    return {name: _count(model.__table__) for name, model in names.items()}
