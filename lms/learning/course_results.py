"""Parts of a course's results page that domains above add: pass rate, items most often missed.

A domain registers a source once, in its ``handlers``. A source costs a fixed number of statements,
keeps to the people within ``viewer.scope(Permission.SEE_SITTINGS)``, returns None when it has
nothing to say to the viewer, and names a template of its own domain, which is included with the
section's ``values`` as the variable ``values``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.catalog.models import Course
from lms.people.identity import Viewer


@dataclass(frozen=True)
class ResultSection:
    """One part of the page; lower ``order`` comes first."""

    template: str
    order: int
    values: Mapping[str, Any] = field(default_factory=dict)


Source = Callable[[Viewer, Course, datetime], ResultSection | None]

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source of a section; adding it again changes nothing."""
    if source not in _sources:
        _sources.append(source)
    return source


def sections(viewer: Viewer, course: Course, now: datetime) -> list[ResultSection]:
    """Return the sections that have something to say about this course, in order."""
    found = [part for source in _sources if (part := source(viewer, course, now)) is not None]
    return sorted(found, key=lambda section: section.order)
