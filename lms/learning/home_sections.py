"""Parts of the home page that domains above add: an exam under way, certificates.

A domain registers a source once, in its ``handlers``. A source costs a fixed number of statements,
returns None when it has nothing to say, and names a template of its own domain, which is included
with the section's ``values`` as the variable ``values``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.people.identity import Viewer


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


def register(source: Source) -> Source:
    """Add a source of a section; adding it again changes nothing."""
    if source not in _sources:
        _sources.append(source)
    return source


def sections(viewer: Viewer, now: datetime) -> list[Section]:
    """Return the sections that have something to say to this viewer, in order."""
    found = [section for source in _sources if (section := source(viewer, now)) is not None]
    return sorted(found, key=lambda section: section.order)
