"""Parts of a fact's page that domains above add: whom a change touches, what is done about it.

A domain registers a source once, in its ``handlers``. A source returns None when it has nothing to
say, and names a template of its own, included with the section's ``values`` as ``values``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.catalog.facts.models import Fact
from lms.people.identity import Viewer


@dataclass(frozen=True)
class Section:
    """One part of the page; lower ``order`` comes first."""

    template: str
    order: int
    values: Mapping[str, Any] = field(default_factory=dict)


Source = Callable[[Viewer, Fact, datetime], Section | None]

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source of a section; adding it again changes nothing."""
    if source not in _sources:
        _sources.append(source)
    return source


def sections(viewer: Viewer, fact: Fact, now: datetime) -> list[Section]:
    """Return the sections that have something to say on this fact, in order."""
    found = [one for source in _sources if (one := source(viewer, fact, now)) is not None]
    return sorted(found, key=lambda section: section.order)
