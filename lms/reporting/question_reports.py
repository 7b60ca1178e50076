"""Reports on a course's questions: what was read, brought to figures, flags and groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from statistics import median
from typing import Any, TypeVar

from lms.assessment.models import ItemKind
from lms.catalog.models import FINAL_EXAM, Course
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit
from lms.reporting import sat_papers
from lms.reporting.asked_versions import AskedVersion, asked_versions
from lms.reporting.item_analysis import rasch
from lms.reporting.item_analysis.branches import BranchFigures, branch_figures
from lms.reporting.item_analysis.flags import Flag, flags
from lms.reporting.item_analysis.groups import GroupFigures, group_figures
from lms.reporting.item_analysis.questions import (
    FULL_CREDIT,
    QuestionFigures,
    question_figures,
    time_figures,
)
from lms.reporting.item_analysis.reliability import (
    Distribution,
    Reliability,
    distribution,
    reliability,
)
from lms.reporting.item_analysis.sittings import Asked, Sitting, by_item
from lms.reporting.sat_papers import CourseWords, Sat

F = TypeVar("F")
STATES_KEPT = 64  # by each process; one is a few hundred kilobytes
FEWEST_SHOWN = 5  # people: fewer say nothing, and what one of them answered could be told


@dataclass(frozen=True)
class Selection:
    """Which papers a report is made from."""

    first_only: bool = True
    version_number: int | None = None  # of the course; None: all
    newest: bool = False  # the newest version that was sat, instead of ``version_number``
    exam_key: str = FINAL_EXAM  # which exam of the course


@dataclass(frozen=True)
class QuestionReport:
    """One version of a question with its figures."""

    version: AskedVersion
    asked: int
    figures: QuestionFigures | None  # None: fewer people than may be shown
    groups: Sequence[GroupFigures]
    flags: Sequence[Flag]
    branches: BranchFigures | None = None  # of a dialogue

    @property
    def is_grave(self) -> bool:
        """Tell whether its scoring itself may be wrong."""
        return any(flag.is_grave for flag in self.flags)


@dataclass(frozen=True)
class Kept:
    """Figures of one state of an exam's papers, by name, for whoever asks for them again."""

    versions: Mapping[int, AskedVersion]
    figures: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=STATES_KEPT)
def kept_figures(_digest: bytes) -> list[Kept]:
    """Return where the figures of one state of the papers are kept: none at first, one later."""
    return []


@dataclass(frozen=True)
class CourseReport:
    """A course's exam with all its questions. Fewer than FEWEST_SHOWN people have no figures.

    Papers are read only for figures that no one asked for since something changed.
    """

    words: CourseWords
    version_number: int | None  # of the course; None: all versions together
    sat_numbers: Sequence[int]  # the course versions whose exam was sat, the newest first
    sat: Sat
    kept: Kept

    @property
    def versions(self) -> Mapping[int, AskedVersion]:
        """The versions of questions that were asked, by id."""
        return self.kept.versions

    @property
    def cut_percents(self) -> list[int]:
        """The pass marks of the exams that were sat; usually one."""
        return sorted({row.pass_percent for row in self.sat.rows})

    @property
    def is_demonstration(self) -> bool:
        """Tell whether answers of made-up people are among them."""
        return any(row.is_demonstration for row in self.sat.rows)

    @cached_property
    def sittings(self) -> Sequence[Sitting]:
        """The papers; two statements."""
        papers = sat_papers.sat_papers(self.sat, self.versions)
        depth = _compared_depth(paper.unit_path for paper in papers)
        return [
            Sitting(paper.entries, paper.pass_percent, _group(paper.unit_path, depth))
            for paper in papers
        ]

    def _figures(self, name: str, count: Callable[[], F]) -> F:
        """Return what was counted of these very papers before, else count it."""
        if name not in self.kept.figures:
            self.kept.figures[name] = count()
        found: F = self.kept.figures[name]
        return found

    @property
    def distribution(self) -> Distribution | None:
        """How the results fall."""
        if len(self.sat.rows) < FEWEST_SHOWN:
            return None
        return self._figures("distribution", lambda: distribution(self.sittings))

    @property
    def reliability(self) -> Reliability | None:
        """What the results can be trusted for."""
        return self._figures("reliability", lambda: reliability(self.sittings))

    @property
    def questions(self) -> list[QuestionReport]:
        """All questions that were asked, by topic and key, older versions after newer ones."""
        return self._figures("questions", self._questions)

    def _questions(self) -> list[QuestionReport]:
        asked = by_item(self.sittings)
        typical = _typical_seconds(asked.values())
        found = [_question(self.versions[key], entries, typical) for key, entries in asked.items()]
        return sorted(found, key=_place)

    def versions_of(self, public_id: str) -> list[QuestionReport]:
        """Return the versions of one item that were asked, the newest first."""
        found = [one for one in self.questions if one.version.public_id == public_id]
        return sorted(found, key=lambda one: -one.version.number)

    @property
    def scale(self) -> rasch.Scale | None:
        """Questions and people on one scale."""
        return self._figures("scale", self._scale)

    def _scale(self) -> rasch.Scale | None:
        return rasch.fit(
            [
                {entry.item: entry.share >= FULL_CREDIT for entry in sitting.entries}
                for sitting in self.sittings
            ]
        )

    @property
    def groups(self) -> frozenset[str]:
        """The paths of the units that are compared."""
        groups = {sitting.group for sitting in self.sittings}
        return frozenset(group for group in groups if group is not None)

    @cached_property
    def units(self) -> dict[str, OrganisationUnit]:
        """The units that are compared, by path; one statement."""
        return sat_papers.units_at(self._figures("groups", lambda: self.groups))


def course_report(viewer: Viewer, course: Course, selection: Selection) -> CourseReport:
    """Return the report of the viewer's people on an exam of the course.

    Four statements, and two for figures of papers that weren't counted before as they are.
    """
    sat = sat_papers.sat(
        viewer, course, first_only=selection.first_only, exam_key=selection.exam_key
    )
    numbers = sorted({row.version_number for row in sat.rows}, reverse=True)
    number = numbers[0] if selection.newest and numbers else selection.version_number
    sat = sat.of_version(number)
    return CourseReport(sat_papers.course_words(course), number, numbers, sat, _kept_of(sat))


def _kept_of(sat: Sat) -> Kept:
    """Return what is kept of the papers as they are, scored by the keys that are in force."""
    place = kept_figures(sat.digest)
    known = place[0] if place else None
    versions = asked_versions(sat.counted, known.versions if known else None)
    if known is None or known.versions != versions:
        known = Kept(versions)
        place[:] = [known]
    return known


def _question(version: AskedVersion, asked: Asked, typical_seconds: float | None) -> QuestionReport:
    count = len(asked.entries)
    if count < FEWEST_SHOWN:
        return QuestionReport(version, count, None, (), ())
    figures = question_figures(asked, version.options, version.right)
    groups = group_figures(asked)
    graph = version.dialogue
    branches = branch_figures(asked, graph) if graph else None
    found = flags(
        figures,
        groups=groups,
        typical_seconds=typical_seconds,
        one_right=version.kind is ItemKind.SINGLE_CHOICE,
        branches=branches,
    )
    return QuestionReport(version, count, figures, groups, found, branches)


def _place(report: QuestionReport) -> tuple[str, str, int]:
    return (report.version.topic, report.version.item_key, -report.version.number)


def _typical_seconds(asked: Iterable[Asked]) -> float | None:
    medians = [
        figures.median
        for one in asked
        if (figures := time_figures([e.seconds for e in one.entries if e.seconds is not None]))
    ]
    return median(medians) if medians else None


def _compared_depth(paths: Iterable[str | None]) -> int:
    """Return how many units deep people are compared: where their paths first part.

    Over the whole network these are its districts, within one district its centres.
    """
    parts = [path.strip("/").split("/") for path in paths if path]
    depth = 1
    while len({tuple(part[:depth]) for part in parts}) == 1 and depth < max(map(len, parts)):
        depth += 1
    return depth


def _group(path: str | None, depth: int) -> str | None:
    """Return the path of the unit at ``depth`` above or at ``path``; None for no such unit."""
    parts = path.strip("/").split("/") if path else []
    return f"/{'/'.join(parts[:depth])}/" if len(parts) >= depth else None
