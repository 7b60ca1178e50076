"""The registry: what domains hold about people, and what they don't tell, with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.people.models import Account, Person

Row = dict[str, Any]
Whose = Callable[[Person], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Part:
    """The rows of one table that are about a person, and which of its columns are told.

    ``tells`` maps names in the record to columns; ``refine`` turns a loaded row into what is told.
    ``words`` names values of a field for people.
    """

    key: str
    title: Any  # lazily translated
    model: Any
    whose: Whose
    tells: Mapping[str, Any]
    order: Any = None  # the oldest first; default: as the rows were added
    refine: Callable[[Row], Row] | None = None
    words: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    unprinted: frozenset[str] = frozenset()  # fields for machines, left out on paper

    def rows(self, person: Person) -> list[Row]:
        """Return what is told of ``person``, oldest first."""
        columns = [column.label(name) for name, column in self.tells.items()]
        keys = self.model.__table__.primary_key.columns
        order = keys if self.order is None else [self.order, *keys]
        statement = sa.select(*columns).where(self.whose(person)).order_by(*order)
        rows = [dict(row) for row in db.session.execute(statement).mappings()]
        return [self.refine(row) for row in rows] if self.refine else rows


@dataclass(frozen=True)
class Act:
    """What a person did for others: rows of a table that name them as the one who did it.

    Told are when it was and, where there are any, their own words.
    """

    column: Any  # the person's key
    at: Any
    own_words: Any = None


_parts: list[Part] = []
_acts: list[Act] = []
_untold: dict[str, str] = {}
_hindrances: list[Callable[[Person], Any]] = []


def tell(*parts: Part) -> None:
    """Add parts to everybody's record."""
    _parts.extend(part for part in parts if part not in _parts)


def tell_acts(*acts: Act) -> None:
    """Add kinds of acts to everybody's record."""
    _acts.extend(act for act in acts if act not in _acts)


def leave_untold(reasons: Mapping[str, str]) -> None:
    """Name tables (or ``table.column``) that name people and aren't told, each with the reason."""
    _untold.update(reasons)


def hinder(hindrance: Callable[[Person], Any]) -> None:
    """Add a reason why a record can't be made now: a function to its sentence, or None."""
    if hindrance not in _hindrances:
        _hindrances.append(hindrance)


def parts() -> list[Part]:
    """Return all parts."""
    return list(_parts)


def acts() -> list[Act]:
    """Return all kinds of acts."""
    return list(_acts)


def untold() -> dict[str, str]:
    """Return what is not told, with the reasons."""
    return dict(_untold)


def hindrance_for(person: Person) -> Any:
    """Return why the record of ``person`` can't be made now; None: nothing hinders it."""
    return next((words for one in _hindrances if (words := one(person))), None)


def of_person(*way: Any) -> Whose:
    """Return 'the rows that ``way`` leads from to a person': foreign keys from row to row.

    ``of_person(Attempt.candidate_id)``, or ``of_person(Score.attempt_id, Attempt.candidate_id)``.
    """

    def condition(person: Person) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[bool] = way[-1] == person.id
        for column, following in zip(way[-2::-1], way[:0:-1], strict=True):
            owner = following.class_
            found = column.in_(sa.select(owner.id).where(found))
        return found

    return condition


def of_account(*way: Any) -> Whose:
    """Return 'the rows that ``way`` leads from to the account of a person'."""
    return of_person(*way, Account.person_id)


def the(column: Any, key: Any) -> Any:
    """Return what ``column`` says in the row whose id stands in ``key``."""
    found = sa.select(column).where(column.class_.id == key)
    # Of the row that is told, also where ``key`` is itself what another row says.
    return found.correlate_except(column.class_).scalar_subquery()
