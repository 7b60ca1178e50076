"""The board's numbers for every day, kept as what changes on each: a sum of few rows tells a date.

Each row of ``StandingAtPost`` adds to a number on its first day and takes it back after its last.
These changes are summed by day, by month and by year: a date is the sum of the years before its
own, of the months before its own in that year, and of the days of that month up to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.certification.board.conditions import EXPIRING_DAYS, Measure
from lms.certification.board.models import BoardChange, BoardTally, Span
from lms.core.calendar import add_days
from lms.core.database import db

MEASURES = tuple(measure.value for measure in Measure)
AT_ONCE = 20_000  # changes settled in one transaction
INSERTED = 5_000  # rows with one statement

Key = tuple[Span, date, int, int]  # span, its first day, unit, scheme


def append(*, gone: Iterable[Any], come: Iterable[Any]) -> None:
    """Add what follows from rows of ``StandingAtPost`` that went and came."""
    _insert(BoardChange, _summed([(gone, -1), (come, 1)]))


def _summed(parts: Iterable[tuple[Iterable[Any], int]]) -> dict[Key, list[int]]:
    """Return by how much each number grows; what cancels out is left out."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    for rows, sign in parts:
        for row in rows:
            for day, place, number in _steps(row):
                for span in Span:
                    key = span, first_of(span, day), row.unit_id, row.scheme_id
                    sums[key][place] += sign * number
    return {key: numbers for key, numbers in sums.items() if any(numbers)}


def _steps(row: Any) -> Iterator[tuple[date, int, int]]:
    """Yield (day, place of the measure, +1 or -1) for one row."""
    for place, measure in enumerate(Measure):
        stretch = _stretch(row, measure)
        if stretch is None:
            continue
        first, last = stretch
        yield first, place, 1
        if last < date.max:
            yield add_days(last, 1), place, -1


def _stretch(row: Any, measure: Measure) -> tuple[date, date] | None:
    """Return the days on which the row counts; None: on none. Twin of ``conditions.condition``."""
    if measure is Measure.EXPIRING:
        until = row.valid_until_on
        if not row.may_serve or until is None:
            return None
        first, last = (
            max(row.first_on, add_days(until, -EXPIRING_DAYS)),
            min(row.last_on, until),
        )
        return (first, last) if first <= last else None
    counts = {
        Measure.REQUIRED: row.is_required,
        Measure.COMPLIANT: row.is_compliant,
        Measure.OVERDUE: row.is_overdue,
        Measure.LACKING: row.is_required and not row.may_serve,
        Measure.SERVING: row.may_serve,
    }
    return (row.first_on, row.last_on) if counts[measure] else None


def first_of(span: Span, day: date) -> date:
    """Return the first day of the year or month of ``day``, or the day itself."""
    if span is Span.DAY:
        return day
    return day.replace(day=1) if span is Span.MONTH else day.replace(month=1, day=1)


def until(model: type[BoardTally] | type[BoardChange], on: date) -> sa.ColumnElement[bool]:
    """Return the condition 'the row is one of those whose sum tells how it was on ``on``'."""
    year, month = first_of(Span.YEAR, on), first_of(Span.MONTH, on)
    first = model.first_on
    return sa.or_(
        sa.and_(model.span == Span.YEAR, first < year),
        sa.and_(model.span == Span.MONTH, first >= year, first < month),
        sa.and_(model.span == Span.DAY, first >= month, first <= on),
    )


def settle() -> int:
    """Add the oldest changes to the settled tally; return how many there were."""
    some = sa.select(BoardChange.id).order_by(BoardChange.id).limit(AT_ONCE)
    gone = sa.delete(BoardChange).where(BoardChange.id.in_(some)).returning(BoardChange.__table__)
    rows = db.session.execute(gone, execution_options={"synchronize_session": False}).all()
    sums: dict[Key, list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    for row in rows:
        numbers = sums[row.span, row.first_on, row.unit_id, row.scheme_id]
        for place, name in enumerate(MEASURES):
            numbers[place] += getattr(row, name)
    _insert(BoardTally, {key: numbers for key, numbers in sums.items() if any(numbers)})
    return len(rows)


def make_anew(rows: Iterable[Any]) -> None:
    """Make the tally anew from all rows of ``StandingAtPost``."""
    for model in (BoardTally, BoardChange):
        db.session.execute(sa.delete(model), execution_options={"synchronize_session": False})
    _insert(BoardTally, _summed([(rows, 1)]))


def _insert(model: type[BoardTally] | type[BoardChange], sums: dict[Key, list[int]]) -> None:
    """Insert rows in the order of their keys; the settled tally's numbers grow by them."""
    rows = [
        {
            "span": span,
            "first_on": day,
            "unit_id": unit_id,
            "scheme_id": scheme_id,
            **dict(zip(MEASURES, sums[span, day, unit_id, scheme_id], strict=True)),
        }
        for span, day, unit_id, scheme_id in sorted(sums, key=_order)
    ]
    statement = _growing() if model is BoardTally else sa.insert(model)
    for start in range(0, len(rows), INSERTED):
        db.session.execute(statement, rows[start : start + INSERTED])


def _order(key: Key) -> tuple[str, date, int, int]:
    return (key[0].value, *key[1:])


def _growing() -> Any:
    is_postgres = db.session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if is_postgres else sqlite).insert(BoardTally)
    grown = {name: getattr(BoardTally, name) + statement.excluded[name] for name in MEASURES}
    key = ("span", "first_on", "unit_id", "scheme_id")
    return statement.on_conflict_do_update(index_elements=key, set_=grown)
