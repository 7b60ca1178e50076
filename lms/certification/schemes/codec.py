"""Facts and terms as JSON and back: dates as ISO text, enums by value."""

from collections.abc import Hashable, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa

from lms.certification.lifecycle.facts import FACTS, Fact
from lms.certification.lifecycle.terms import Terms
from lms.certification.schemes.models import CertificationFact

COMMON = frozenset({"key", "effective_on", "recorded_at"})


def details_of(fact: Fact) -> dict[str, Any]:
    """Return a fact's own fields as JSON data."""
    own = (field.name for field in fields(fact) if field.name not in COMMON)
    return {name: _plain(getattr(fact, name)) for name in own}


# What ``fact_of`` reads of a row: where there are many, these columns are loaded alone.
FACT_COLUMNS = (
    CertificationFact.kind,
    CertificationFact.key,
    CertificationFact.effective_on,
    CertificationFact.recorded_at,
    CertificationFact.details,
)


def fact_of(row: CertificationFact | sa.Row[Any]) -> Fact:
    """Return the fact that a row holds."""
    kind = FACTS[row.kind]
    common = {name: getattr(row, name) for name in COMMON}
    return kind(**common, **_typed(kind, row.details))


def terms_data(terms: Terms) -> dict[str, Any]:
    """Return terms as JSON data."""
    return {field.name: _plain(getattr(terms, field.name)) for field in fields(terms)}


def terms_of(data: Mapping[str, Any]) -> Terms:
    """Return the terms that a version holds; fields it doesn't name have their defaults."""
    return Terms(**_typed(Terms, data))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _typed(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    readers: dict[str, Any] = _readers(kind)
    return {name: None if value is None else readers[name](value) for name, value in data.items()}


@cache
def _readers(kind: Hashable) -> dict[str, Any]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Any:
    options = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
    for one in options:
        if issubclass(one, Enum):
            return one
        if issubclass(one, date):
            return date.fromisoformat
    return tuple if tuple in (hint, getattr(hint, "__origin__", None)) else lambda value: value
