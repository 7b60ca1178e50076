"""Parts of the home page that domains above add: an exam under way, certificates.

A domain registers a source once, in its ``handlers``. A source costs a fixed number of statements,
returns None when it has nothing to say, and names a template of its own domain, which is included
with the section's ``values`` as the variable ``values``. A source that has nothing to say to most
people is registered with a condition: all conditions are asked in one statement, which is that of
the viewer where the home page itself is opened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.core.database import execute
from lms.people.identity import Viewer, tell
from lms.people.models import Person

PERSON = Person.id  # whose home page it is, in the conditions


@dataclass(frozen=True)
class Section:
    """One part of the home page; lower ``order`` comes first.

    An ``urgent`` section stands between the greeting and the next step (an exam whose clock runs);
    others stand beside the list of courses, on a phone beneath it.
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
            # Of an EXISTS nothing but the person is the asking statement's own.
            own = when.correlate(Person) if isinstance(when, sa.Exists) else when
            _conditions[source] = own
            tell(_name(source), own, on="learning.home")
            _asking.cache_clear()
    return source


def _name(source: Source) -> str:
    """Return what a source's condition is called among what a viewer is told."""
    return f"home: {source.__module__}.{source.__qualname__}"


@cache
def _asking() -> Any:
    return (
        sa.select(*(one.label(_name(source)) for source, one in _conditions.items()))
        .select_from(Person)
        .where(Person.id == sa.bindparam("person"))
    )


def _silent(viewer: Viewer) -> set[Source]:
    """Return the sources whose condition isn't met."""
    met: Mapping[Any, Any] = viewer.told
    if any(_name(source) not in met for source in _conditions):
        met = execute(_asking(), {"person": viewer.person.id}).mappings().one()
    return {source for source in _conditions if not met[_name(source)]}


def sections(viewer: Viewer, now: datetime) -> list[Section]:
    """Return the sections that have something to say to this viewer, in order."""
    silent = _silent(viewer)
    asked = (source(viewer, now) for source in _sources if source not in silent)
    found = [section for section in asked if section is not None]
    return sorted(found, key=lambda section: section.order)
