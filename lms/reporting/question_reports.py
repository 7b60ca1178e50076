"""Reports on a course's questions: what was read, brought to figures, flags and groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from lms.assessment.models import ItemKind
from lms.catalog.models import FINAL_EXAM, Course
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit
from lms.reporting import sat_papers
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
from lms.reporting.sat_papers import AskedVersion, CourseWords, SatPaper

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
class CourseReport:
    """A course's exam with all its questions. Fewer than FEWEST_SHOWN people have no figures."""

    words: CourseWords
    version_number: int | None  # of the course; None: all versions together
    sat_numbers: Sequence[int]  # the course versions whose exam was sat, the newest first
    papers: Sequence[SatPaper]
    sittings: Sequence[Sitting]
    versions: Mapping[int, AskedVersion]

    @property
    def cut_percents(self) -> list[int]:
        """The pass marks of the exams that were sat; usually one."""
        return sorted({paper.pass_percent for paper in self.papers})

    @property
    def is_demonstration(self) -> bool:
        """Tell whether answers of made-up people are among them."""
        return any(paper.is_demonstration for paper in self.papers)

    @cached_property
    def distribution(self) -> Distribution | None:
        """How the results fall."""
        return distribution(self.sittings) if len(self.sittings) >= FEWEST_SHOWN else None

    @cached_property
    def reliability(self) -> Reliability | None:
        """What the results can be trusted for."""
        return reliability(self.sittings)

    @cached_property
    def questions(self) -> list[QuestionReport]:
        """All questions that were asked, by topic and key, older versions after newer ones."""
        asked = by_item(self.sittings)
        typical = _typical_seconds(asked.values())
        found = [_question(self.versions[key], entries, typical) for key, entries in asked.items()]
        return sorted(found, key=_place)

    def versions_of(self, public_id: str) -> list[QuestionReport]:
        """Return the versions of one item that were asked, the newest first."""
        found = [one for one in self.questions if one.version.public_id == public_id]
        return sorted(found, key=lambda one: -one.version.number)

    @cached_property
    def scale(self) -> rasch.Scale | None:
        """Questions and people on one scale."""
        return rasch.fit(
            [
                {entry.item: entry.share >= FULL_CREDIT for entry in sitting.entries}
                for sitting in self.sittings
            ]
        )

    @cached_property
    def units(self) -> dict[str, OrganisationUnit]:
        """The units that are compared, by path; one statement."""
        return sat_papers.units_at(s.group for s in self.sittings if s.group is not None)


def course_report(viewer: Viewer, course: Course, selection: Selection) -> CourseReport:
    """Return the report of the viewer's people on an exam of the course; six statements."""
    papers, versions = sat_papers.sat_papers(
        viewer, course, first_only=selection.first_only, exam_key=selection.exam_key
    )
    numbers = sorted({paper.version_number for paper in papers}, reverse=True)
    number = numbers[0] if selection.newest and numbers else selection.version_number
    if number is not None:
        papers = [paper for paper in papers if paper.version_number == number]
    depth = _compared_depth(paper.unit_path for paper in papers)
    return CourseReport(
        words=sat_papers.course_words(course),
        version_number=number,
        sat_numbers=numbers,
        papers=papers,
        sittings=[
            Sitting(paper.entries, paper.pass_percent, _group(paper.unit_path, depth))
            for paper in papers
        ],
        versions=versions,
    )


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
