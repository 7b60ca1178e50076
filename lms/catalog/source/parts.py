"""Parts of a course folder that other domains own: the item bank and the exam.

A domain above the catalog registers its part once, when its handlers are imported. The catalog then
reads, checks, loads, collects and writes the part's files together with its own, shows what the
part lacks before publication, and links to its authoring pages.

    read (files → parsed) and write (parsed → files) are pure; load (parsed → rows of a draft) and
    collect (rows → parsed) are the same pair for the database, so that
    write(collect(version)) exports, and write(read(folder)) is the folder's canonical form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from lms.catalog.models import CourseVersion
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.problems import Problems


@dataclass(frozen=True)
class PartPage:
    """An authoring page of a part, shown on the course's own page."""

    label: Any  # lazily translated
    url: str
    detail: Any = ""  # such as '62 items', lazily translated
    icon: str = "list-check"
    guests: bool = False  # open to co-authors from outside


class CoursePart(Protocol):
    """What a domain provides for its files of a course folder."""

    name: str  # unique among the parts

    def owns(self, path: str) -> bool:
        """Tell whether the file is this part's, such as `items/origins.yaml`."""
        ...

    def read(self, folder: SourceFolder, content: CourseContent, problems: Problems) -> Any:
        """Return the part's files as typed data; mistakes are noted, nothing raises for them.

        ``content`` is what the catalog read: topics, sources, languages. It may be incomplete when
        problems were noted already. Check references to topics and sources here.
        """
        ...

    def figures(self, parsed: Any) -> set[str]:
        """Return the paths of the figures that the part shows: they are in use."""
        ...

    def cited(self, parsed: Any) -> Iterable[tuple[str, int, str]]:
        """Return path, line and key of each living fact that the part's files name."""
        ...

    def shows_figure(self, version: CourseVersion, path: str) -> bool:
        """Tell whether the part shows the figure in ``version``: then it can't be removed."""
        ...

    def write(self, parsed: Any, content: CourseContent) -> dict[str, bytes]:
        """Return the part's files in their canonical form, by path."""
        ...

    def pieces(self, parsed: Any) -> Mapping[str, Any]:
        """Return what each file of ``write`` says, by its path: equal where the files are."""
        ...

    def label(self, path: str, parsed: Any, content: CourseContent) -> str:
        """Return what a reader calls a file of ``write``, in the language of the request."""
        ...

    def load(
        self, version: CourseVersion, parsed: Any, *, now: datetime, actor_id: int | None
    ) -> None:
        """Write ``parsed`` into ``version``, which is flushed and open for writing.

        ``version_published`` follows in the same transaction. The exam's activity comes from
        ``lms.catalog.services.exam_activity(version, minutes=…)``.
        """
        ...

    def collect(self, version: CourseVersion) -> Any:
        """Return what ``load`` wrote, or authors made since: the same typed data."""
        ...

    def missing(self, version: CourseVersion, parsed: Any) -> list[Any]:
        """Return sentences (lazily translated): what keeps the draft from publication.

        ``parsed`` is what ``collect`` returns of it.
        """
        ...

    def pages(self, version: CourseVersion) -> list[PartPage]:
        """Return the authoring pages of this part for ``version``; one statement at most."""
        ...


_parts: dict[str, CoursePart] = {}


def register(part: CoursePart) -> None:
    """Add a part; registering the same name again replaces it."""
    _parts[part.name] = part


def registered() -> Iterable[CoursePart]:
    """Return the parts in the order of their names."""
    return [_parts[name] for name in sorted(_parts)]


# A file beside the courses that another domain owns: its name, and what finds its mistakes in a
# folder of courses.
CompanionCheck = Callable[[Path], Problems]
_companions: dict[str, CompanionCheck] = {}


def register_companion(name: str, check: CompanionCheck) -> None:
    """Let ``lms courses check`` look into the file ``name`` beside the courses too."""
    _companions[name] = check


def companions() -> dict[str, CompanionCheck]:
    """Return the checks of files beside the courses, by the files' names."""
    return dict(sorted(_companions.items()))
