"""The registry: what domains hold of a person, and how it goes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.database import db, fold
from lms.people.disclosure.parts import Whose, of_person
from lms.people.erasure.models import Fate
from lms.people.models import Person

# Takes what is held of a person away, or the name from it. Safe to do twice.
Deed = Callable[[Person, datetime], None]


@dataclass(frozen=True)
class Holding:
    """One kind of records about a person. ``KEEP`` is possible for each.

    ``rows`` and ``newest`` return expressions, so that a dry run reads all in one statement: how
    many records there still are to take the name from, and the day of the newest of them.
    """

    key: str  # stands in the classes' file
    title: Any  # lazily translated
    rows: Callable[[Person], Any]
    deeds: Mapping[Fate, Deed] = field(default_factory=dict)
    newest: Callable[[Person], Any] | None = None
    tables: frozenset[str] = frozenset()


_holdings: dict[str, Holding] = {}
_hindrances: list[Callable[[Person], Any]] = []


def hold(*holdings: Holding) -> None:
    """Add kinds of records. Those that others point to come before them: the last goes first."""
    _holdings.update({one.key: one for one in holdings})


def hinder(*hindrances: Callable[[Person], Any]) -> None:
    """Add reasons why nobody can be erased now: functions to a sentence, or None."""
    _hindrances.extend(one for one in hindrances if one not in _hindrances)


def holdings() -> dict[str, Holding]:
    """Return all kinds of records by their key."""
    return dict(_holdings)


def hindrance_for(person: Person) -> Any:
    """Return why ``person`` can't be erased now; None: nothing hinders it."""
    return next((words for one in _hindrances if (words := one(person))), None)


def rows_of(
    key: str,
    title: Any,
    model: Any,
    whose: Whose,
    *,
    deletes: bool = False,
    blanks: Mapping[Any, Any] | None = None,
    newest: Any = None,
) -> Holding:
    """Return the rows of one table as a holding.

    They can be deleted, or stay with ``blanks`` (column → what stands there then) put into them;
    with neither they stay as they are: they name the person by key alone.
    """
    deeds: dict[Fate, Deed] = {}
    table = model.__table__
    remaining: sa.ColumnElement[bool] = sa.true()
    if deletes:
        deeds[Fate.DELETE] = lambda person, _now: _run(sa.delete(model).where(whose(person)))
    if blanks:
        values = {column.key: value for column, value in blanks.items()}
        remaining = sa.or_(*(column != value for column, value in blanks.items()))
        deeds[Fate.ANONYMISE] = lambda person, _now: _run(
            sa.update(model).where(whose(person), remaining).values(values)
        )

    def selected(what: Any, person: Person) -> Any:
        return sa.select(what).select_from(model).where(whose(person), remaining).scalar_subquery()

    return Holding(
        key,
        title,
        lambda person: selected(sa.func.count(), person),
        deeds,
        None if newest is None else lambda person: selected(sa.func.max(newest), person),
        frozenset({table.name}),
    )


def theirs(key: str, title: Any, *way: Any, **what: Any) -> Holding:
    """Return the rows that ``way`` leads from to the person (``of_person``) as ``rows_of`` does."""
    return rows_of(key, title, way[0].class_, of_person(*way), **what)


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()


def counted(identifiers: Callable[[Person], list[Any]]) -> Callable[[Person], Any]:
    """Return the expression for records that only Python can find."""
    return lambda person: sa.literal(len(identifiers(person)))


def names(text: str, person: Person) -> bool:
    """Tell whether a text names the person: by number, address, or all of the name's parts."""
    folded = text.casefold()
    parts = [part for part in (person.family_name, person.given_name) if part]
    whole = [one for one in (person.personnel_number, person.email) if one]
    return any(one.casefold() in folded for one in whole) or (
        bool(parts) and all(part.casefold() in folded for part in parts)
    )


def mentions(text: str, person: Person) -> bool:
    """Tell whether a text names the person, or has a word that is the family name in some case."""
    return names(text, person) or _says(text, person.family_name)


def _says(text: str, family: str) -> bool:
    """Tell whether a word of the text is the family name, in one of its cases."""
    whole = fold(family) or ""
    stem = whole[:-1] if len(whole) > 4 else whole
    words = re.findall(r"[\w-]+", fold(text) or "")
    return bool(whole) and any(
        word == whole or (stem != whole and word.startswith(stem)) for word in words
    )
