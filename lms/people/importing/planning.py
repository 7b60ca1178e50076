"""Making a plan: what a table would do to the people on record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.core.database import columns_of, db, fold, loaded, parts_of
from lms.core.tables import Row
from lms.people.identity import Viewer
from lms.people.importing.leaves import leave_book
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.judging import Desk, RowRefused, Standing, judge
from lms.people.importing.rules.plans import (
    Absent,
    Outcome,
    Outline,
    Plan,
    PlannedRow,
    digest_of,
)
from lms.people.importing.rules.reading import Entry, read_entries
from lms.people.importing.rules.refusals import Reason
from lms.people.models import (
    Account,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    plain_number,
)
from lms.people.planned.queries import open_ends, open_plans
from lms.people.policies import may_readdress
from lms.people.queries import merged_numbers, roles_of

NONE = slice(0)
CHUNK = 5000  # people named in one statement, each in up to three spellings


@dataclass(frozen=True)
class Importer:
    """Who imports, over which parts of the network; the command line is nobody, over all of it."""

    scope: frozenset[str]
    person: Person | None = None
    viewer: Viewer | None = None

    def covers(self, path: str | None) -> bool:
        """Tell whether a unit is in scope; None: of who has left, seen from the top only."""
        if path is None:
            return "/network/" in self.scope
        return path.startswith(tuple(self.scope))

    def outranking(self, people: Collection[int]) -> set[int]:
        """Return who of these people may do more than the importer, by the roles they hold."""
        if self.viewer is None:
            return set()
        held = roles_of(people).items()
        return {one for one, roles in held if not may_readdress(self.viewer, roles)}


@dataclass(frozen=True)
class Wanted:
    """What to import: rows, their columns, the day of undated changes, and who left besides."""

    rows: Sequence[Row]
    columns: Sequence[Field | None]
    effective_on: date
    leaving: Collection[str] = ()  # public ids of people whom the rows don't name
    leaving_on: date | None = None


def make_plan(importer: Importer, wanted: Wanted, *, today: date, lock: bool = False) -> Plan:
    """Return each row's outcome and who is missing; changes nothing.

    ``lock`` keeps others from changing these people until the transaction ends. Costs a few
    statements for each ``CHUNK`` rows.
    """
    entries = read_entries(wanted.rows, wanted.columns)
    if lock:
        _hold({entry.number for entry in entries} - {""})
    places = _places()
    desk = _desk(importer, places, wanted, today)
    rows = _judged(importer, places, desk, entries)
    missing = _missing(importer, rows)
    leaving = _leaving(importer, places, wanted, desk, missing)
    return Plan.of(rows, _absent(places, _staying(missing, leaving)), leaving)


def outline(importer: Importer, wanted: Wanted, *, today: date) -> Outline:
    """Return what the plan comes to, whoever is said to have left; changes nothing."""
    places = _places()
    desk = _desk(importer, places, wanted, today)
    rows = _judged(importer, places, desk, read_entries(wanted.rows, wanted.columns))
    return Outline([row.outcome for row in rows], _missing(importer, rows), digest_of(rows))


@dataclass(frozen=True)
class Part:
    """Some rows of a plan, all who are said to have left, and some of the others missing."""

    rows: Sequence[PlannedRow]
    leaving: Sequence[PlannedRow] = ()
    absent: Sequence[Absent] = ()
    missing: int = 0  # how many don't leave


def plan_part(
    importer: Importer,
    wanted: Wanted,
    rows: Collection[int],
    missing: Sequence[int] = (),
    *,
    today: date,
    absent: slice = NONE,
) -> Part:
    """Return the rows at some places as the whole plan has them, at the cost of these.

    ``missing`` are all who are, as the plan's outline names them; ``absent`` says which are shown.
    """
    entries, places = read_entries(wanted.rows, wanted.columns, rows), _places()
    desk = _desk(importer, places, wanted, today)
    leaving = _leaving(importer, places, wanted, desk, missing)
    staying = _staying(missing, leaving)
    judged = _judged(importer, places, desk, entries)
    return Part(judged, leaving, _absent(places, staying[absent]), len(staying))


@dataclass(frozen=True)
class _Places:
    """The units, closed ones too, and the posts that exist, by their ids."""

    units: Mapping[int, OrganisationUnit]
    posts: Mapping[int, JobRole]


def _places() -> _Places:
    """Read them once: thousands of people share some hundred."""
    anew = {"populate_existing": True}
    units = db.session.scalars(sa.select(OrganisationUnit), execution_options=anew)
    posts = db.session.scalars(sa.select(JobRole), execution_options=anew)
    return _Places({one.id: one for one in units}, {one.id: one for one in posts})


def _desk(importer: Importer, places: _Places, wanted: Wanted, today: date) -> Desk:
    seen = [one for one in places.units.values() if not one.closed_on and importer.covers(one.path)]
    units = _Named(seen, Reason.UNKNOWN_UNIT, Field.UNIT)
    posts = _Named(list(places.posts.values()), Reason.UNKNOWN_POST, Field.POST)
    importer_id = importer.person.id if importer.person else None
    return Desk(today, wanted.effective_on, importer_id, units, posts)


def _judged(
    importer: Importer, places: _Places, desk: Desk, entries: Sequence[Entry]
) -> list[PlannedRow]:
    known = _standings(importer, places, {entry.number for entry in entries} - {""})
    alike = _alike(importer, {one.number for one in entries if one.number.upper() not in known})
    return [
        judge(entry, known.get(entry.number.upper()), desk, alike.get(plain_number(entry.number)))
        for entry in entries
    ]


def _alike(importer: Importer, numbers: set[str]) -> dict[str, Person]:
    """Return, by plain numbers, whom the importer keeps and who has one of these but for signs."""
    found: dict[str, Person] = {}
    for chunk in _chunks({plain_number(number) for number in numbers} - {""}):
        statement = (
            sa.select(Person, OrganisationUnit.path)
            .outerjoin(Person.employment)
            .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
            .where(
                Person.plain_number.in_(chunk),
                Person.erased_at.is_(None),
                Person.merged_into_id.is_(None),
            )
            .order_by(Person.id.desc())
        )
        for person, path in db.session.execute(statement):
            if importer.covers(path):
                found[person.plain_number] = person
    return found


class _Named:
    """Finds what a cell names: by code, else by a name in either language."""

    def __init__(self, things: Sequence[Any], unknown: Reason, field: Field) -> None:
        self.unknown, self.field = unknown, field
        self.fold = cache(fold)  # thousands of cells name some hundred things
        self.by_code = {fold(thing.code): thing for thing in things}
        self.by_name: dict[str | None, list[Any]] = {}
        for thing in things:
            for name in {fold(thing.name_ru), fold(thing.name_en)}:
                self.by_name.setdefault(name, []).append(thing)

    def __call__(self, text: str) -> Any:
        key = self.fold(text)
        if key in self.by_code:
            return self.by_code[key]
        found = self.by_name.get(key, [])
        if len(found) == 1:
            return found[0]
        raise RowRefused(Reason.SEVERAL if found else self.unknown, self.field, text[:80])


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _hold(numbers: set[str]) -> None:
    """Hold whom these numbers name: all that is read next is as who held them before left it."""
    for chunk in _chunks(numbers):
        held = sa.select(Person.id).where(_is_named(chunk)).order_by(Person.id)
        db.session.execute(held.with_for_update())
    led = merged_numbers(numbers)
    if led:
        _hold(set(led.values()))


def _is_named(numbers: Collection[str]) -> sa.ColumnElement[bool]:
    spelled = {form for one in numbers for form in (one, one.upper(), one.lower())}
    return Person.personnel_number.in_(spelled)


def _standings(importer: Importer, places: _Places, numbers: set[str]) -> dict[str, Standing]:
    """Return what is known of whom these numbers name, in whichever case they are written."""
    found: dict[str, Standing] = {}
    for chunk in _chunks(numbers):
        for standing in _known(importer, places, _is_named(chunk)):
            found[standing.person.personnel_number.upper()] = standing
    led = merged_numbers(numbers)
    if led:
        staying = _standings(importer, places, set(led.values()))
        found |= {number: staying[stays.upper()] for number, stays in led.items()}
    return found


def _known(
    importer: Importer, places: _Places, condition: sa.ColumnElement[bool]
) -> Iterator[Standing]:
    people = _people(places, condition)
    identifiers = [person.id for person in people]
    last = _last_days([person.id for person in people if person.employment is None])
    shown, outranking = _demonstration(identifiers), importer.outranking(identifiers)
    book = leave_book()
    leaves = book.of(identifiers) if book else {}
    ahead, ends = open_plans(identifiers), open_ends(identifiers)
    for person in people:
        plan = ahead.get(person.id)
        path = person.employment.unit.path if person.employment else None
        if path is None and plan and plan.unit and person.id not in last:
            path = plan.unit.path  # somebody who is to begin there
        yield Standing(
            person,
            importer.covers(path),
            last.get(person.id),
            person.id in shown,
            tuple(leaves.get(person.id, ())),
            plan,
            ends.get(person.id),
            person.id in outranking,
        )


def _people(places: _Places, condition: sa.ColumnElement[bool]) -> list[Person]:
    """Return people with their present posts; read past the ORM, which takes thrice as long."""
    present = sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None))
    statement = (
        sa.select(*columns_of(Person), *columns_of(Employment))
        .outerjoin_from(Person, Employment, present)
        .where(condition)
        .order_by(Person.id)
    )
    found = []
    for row in db.session.execute(statement):
        own, post, _ = parts_of(row, Person, Employment)
        employment = None
        if row.unit_id is not None:
            unit, job_role = places.units[row.unit_id], places.posts[row.job_role_id]
            employment = loaded(Employment, post, anew=True, unit=unit, job_role=job_role)
        found.append(loaded(Person, own, anew=True, employment=employment))
    return found


def _last_days(person_ids: list[int]) -> dict[int, date]:
    statement = (
        sa.select(Employment.person_id, sa.func.max(Employment.ended_on))
        .where(Employment.person_id.in_(person_ids), Employment.ended_on.is_not(None))
        .group_by(Employment.person_id)
    )
    return {person_id: on for person_id, on in db.session.execute(statement) if on}


def _demonstration(person_ids: list[int]) -> set[int]:
    statement = sa.select(Account.person_id).where(
        Account.person_id.in_(person_ids), Account.is_demonstration.is_(True)
    )
    return set(db.session.scalars(statement))


def _missing(importer: Importer, rows: Sequence[PlannedRow]) -> list[int]:
    """Return who works at the centres that rows name, or at those of people in it, without a row:
    ids by centre and name.

    Rows that are refused count too: a mistake in somebody's row doesn't make them missing.
    """
    named = {row.entry.number.upper() for row in rows}
    named |= {row.person.personnel_number.upper() for row in rows if row.person is not None}
    units = {unit.id for row in rows for unit in _units_of(row) if importer.covers(unit.path)}
    missing: list[list[Any]] = []
    for chunk in _chunks(units):
        statement = (
            sa.select(OrganisationUnit.path, Person.sort_name, Person.id, Person.personnel_number)
            .join(Person.employment)
            .join(Employment.unit)
            .where(Employment.unit_id.in_(chunk))
        )
        working = db.session.execute(statement)
        missing += [place for *place, number in working if number.upper() not in named]
    return [person for _path, _name, person in sorted(missing)]


def _absent(places: _Places, missing: Sequence[int]) -> list[Absent]:
    """Return the missing people with their centres, in the same order."""
    found = {
        person.id: Absent(person, person.employment.unit)
        for chunk in _chunks(missing)
        for person in _people(places, Person.id.in_(chunk))
        if person.employment is not None
    }
    return [found[person] for person in missing if person in found]


def _staying(missing: Sequence[int], leaving: Sequence[PlannedRow]) -> list[int]:
    gone = {row.person.id for row in leaving if row.person}
    return [person for person in missing if person not in gone]


def _units_of(row: PlannedRow) -> Iterator[OrganisationUnit]:
    if row.outcome is Outcome.REFUSED and row.person is None:
        return
    target = row.after(Field.UNIT)
    if target is not None:
        yield target
    elif row.person is not None and row.person.employment is not None:
        yield row.person.employment.unit


def _leaving(
    importer: Importer, places: _Places, wanted: Wanted, desk: Desk, missing: Collection[int]
) -> list[PlannedRow]:
    """Return what it would do that those of the missing people left whom the importer named."""
    chosen = {
        person
        for keys in _chunks(wanted.leaving)
        for person in db.session.scalars(sa.select(Person.id).where(Person.public_id.in_(keys)))
    }
    known = {
        standing.person.id: standing
        for chunk in _chunks(chosen.intersection(missing))
        for standing in _known(importer, places, Person.id.in_(chunk))
    }
    standings = [known[person] for person in missing if person in known]
    return [
        judge(Entry(0, one.person.personnel_number, left_on=wanted.leaving_on), one, desk)
        for one in standings
        if wanted.leaving_on is not None
    ]
