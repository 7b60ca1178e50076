"""The registry: what a merge does with each key of a person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.people.models import Person


@dataclass(frozen=True)
class Pair:
    """Two records of one human being: the one that stays and the one that ends."""

    kept: Person
    ended: Person

    @property
    def both(self) -> tuple[Person, Person]:
        """Both, the one that stays first."""
        return self.kept, self.ended


@dataclass(frozen=True)
class Deed:
    """A merge that is being done: by whom, when."""

    pair: Pair
    actor: Person
    now: datetime
    today: date


@dataclass(frozen=True)
class Clash:
    """Both records hold the same thing, and what happens then. Texts are lazy or in no language."""

    what: Any
    outcome: Any


@dataclass(frozen=True)
class Carry:
    """One kind of rows that moves to the record that stays.

    ``rows`` returns an expression, so that a dry run counts all with one statement. ``move`` is
    safe to do twice. What comes and goes by itself, ``is_passing``, isn't what an agreement is
    bound to.
    """

    key: str
    title: Any  # lazily translated
    columns: frozenset[str]  # ``table.column``
    rows: Callable[[Person], Any]
    move: Callable[[Deed], None]
    clashes: Callable[[Pair], Sequence[Clash]] | None = None
    is_passing: bool = False


_carried: dict[str, Carry] = {}
_staying: dict[str, str] = {}
_hindrances: list[Callable[[Pair], Any]] = []


def carry(*carries: Carry) -> None:
    """Add kinds of rows that move; they move in the order in which they are added."""
    _carried.update({one.key: one for one in carries})


def leave_behind(reasons: Mapping[str, str]) -> None:
    """Name keys of a person (``table.column``) that a merge leaves as they are, each with why."""
    _staying.update(reasons)


def hinder(*hindrances: Callable[[Pair], Any]) -> None:
    """Add reasons why two can't be merged now: functions to a sentence, or None."""
    _hindrances.extend(one for one in hindrances if one not in _hindrances)


def carries() -> dict[str, Carry]:
    """Return all kinds of rows that move, by key and in their order."""
    return dict(_carried)


def left_behind() -> dict[str, str]:
    """Return the keys that stay, with their reasons."""
    return dict(_staying)


def hindrances_for(pair: Pair) -> list[Any]:
    """Return all that hinders the merge."""
    return [words for one in _hindrances if (words := one(pair)) is not None]


@dataclass(frozen=True)
class Unless:
    """Rows that don't move: those whose ``columns`` the other record has in a row already.

    Without columns: all, when the other record has any.
    """

    columns: tuple[Any, ...] = ()


def rows_of(
    key: str,
    title: Any,
    column: Any,
    *,
    unless: Unless | None = None,
    before: Callable[[Deed], None] | None = None,
    clashes: Callable[[Pair], Sequence[Clash]] | None = None,
    is_passing: bool = False,
) -> Carry:
    """Return the rows that name a person in ``column`` as a kind that moves.

    What ``unless`` holds back stays with the record that ends. ``before`` settles what would clash.
    """
    model = column.class_
    # The table itself: what may never be rewritten through its model still moves as it is.
    table, own = model.__table__, column.property.columns[0]
    other = table.alias()

    def move(deed: Deed) -> None:
        if before is not None:
            before(deed)
        condition = [own == deed.pair.ended.id]
        if unless is not None:
            named = (one.property.columns[0] for one in unless.columns)
            same = (other.c[one.name].is_not_distinct_from(one) for one in named)
            condition.append(~sa.exists().where(other.c[own.name] == deed.pair.kept.id, *same))
        run(sa.update(table).where(*condition).values({own: deed.pair.kept.id}))

    return Carry(
        key,
        title,
        frozenset({f"{model.__tablename__}.{column.key}"}),
        lambda person: count(model, column == person.id),
        move,
        clashes,
        is_passing,
    )


def count(model: Any, *conditions: Any) -> Any:
    """Return the expression 'how many rows'."""
    return sa.select(sa.func.count()).select_from(model).where(*conditions).scalar_subquery()


def run(statement: Any) -> None:
    """Change rows past the models; what the session knew is read anew."""
    db.session.flush()
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()


def clashing(titles: Iterable[Any], outcome: Any) -> list[Clash]:
    """Return a clash with the same outcome for each title."""
    return [Clash(title, outcome) for title in titles]
