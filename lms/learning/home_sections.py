"""Parts of the home page that domains above add: an exam under way, certificates.

A domain registers a source once, in its ``handlers``. A source costs a fixed number of statements,
returns None when it has nothing to say, and names a template of its own domain, which is included
with the section's ``values`` as the variable ``values``. A source that has nothing to say to most
people is registered with a condition: all conditions are asked in one statement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.core.database import execute
from lms.people.identity import Viewer

PERSON = sa.bindparam("person", type_=sa.Integer())  # whose home page it is, in the conditions


@dataclass(frozen=True)
class Section:
    """One part of the home page; lower ``order`` comes first.

    An ``urgent`` section stands before the next step (an exam whose clock runs); others stand
    beside the list of courses, on a phone beneath it.
    """

    template: str
    order: int
    values: Mapping[str, Any] = field(default_factory=dict)
    urgent: bool = False


Source = Callable[[Viewer, datetime], Section | None]

_sources: list[Source] = []
_conditions: dict[Source, sa.ColumnElement[bool]] = {}


def register(source: Source, *, when: sa.ColumnElement[bool] | None = None) -> Source:
    """Add a source of a section; adding it again changes nothing.

    ``when`` is a condition on ``PERSON``; where it is false, the source has nothing to say.
    """
    if source not in _sources:
        _sources.append(source)
        if when is not None:
            _conditions[source] = when
            _asking.cache_clear()
    return source


@cache
def _asking() -> Any:
    return sa.select(*(sa.type_coerce(one, sa.Boolean()) for one in _conditions.values()))


def _silent(person_id: int) -> set[Source]:
    """Return the sources whose condition isn't met."""
    if not _conditions:
        return set()
    answers = execute(_asking(), {"person": person_id}).one()
    return {source for source, met in zip(_conditions, answers, strict=True) if not met}


def sections(viewer: Viewer, now: datetime) -> list[Section]:
    """Return the sections that have something to say to this viewer, in order."""
    silent = _silent(viewer.person.id)
    asked = (source(viewer, now) for source in _sources if source not in silent)
    found = [section for section in asked if section is not None]
    return sorted(found, key=lambda section: section.order)
