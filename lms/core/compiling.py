"""What statements were compiled to, found again by the statement itself.

SQLAlchemy looks it up by all that a statement is made of, so that two that say the same share it. A
page's long statement is gone through from end to end for that each time, which takes longer than
SQLite takes to answer it. Statements that are built once need no such look: it is made when one is
met for the first time.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

STATEMENTS = 512  # that are known themselves, by each engine; more than are built once
COMPILED = 1000  # of which one may be found by what it is made of

Options = dict[str, Any]


class Found:
    """What one statement is compiled to: by the names of its values alone, else among all."""

    def __init__(self, among_all: LRUCache[Any, Any]) -> None:
        self._own: dict[Any, Any] = {}
        self._among_all = among_all

    def get(self, key: Any) -> Any:
        """Return what the statement is compiled to; None: it has to be."""
        own = _without_statement(key)
        if own not in self._own:
            compiled = self._among_all.get(key)
            if compiled is None:
                return None
            self._own[own] = compiled
        return self._own[own]

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep what the statement was compiled to."""
        self._own[_without_statement(key)] = self._among_all[key] = compiled


def _without_statement(key: Any) -> tuple[Any, ...]:
    """Return the rest of a key: dialect, names of values, renamed schemas, one row or many."""
    dialect, _statement, *rest = key
    return dialect, *rest


_finders: WeakKeyDictionary[Engine, Callable[[sa.Executable], Options]] = WeakKeyDictionary()


def found_by_itself(statement: sa.Executable, engine: Engine) -> Options:
    """Return the execution options by which ``engine`` finds what ``statement`` is compiled to."""
    finder = _finders.get(engine)
    if finder is None:
        among_all: LRUCache[Any, Any] = LRUCache(COMPILED)
        finder = lru_cache(STATEMENTS)(lambda _statement: {"compiled_cache": Found(among_all)})
        finder = _finders.setdefault(engine, finder)
    return finder(statement)
