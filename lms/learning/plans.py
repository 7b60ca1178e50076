"""What a list of people would do to a course: each row's verdict, before anything is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.catalog.models import Course
from lms.learning.lists import Flaw, ListRow
from lms.learning.queries import Learner, learners_numbered, open_enrolments_in
from lms.learning.services import EnrolmentWish
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit


class Verdict(Enum):
    """What confirming the plan would do with a row."""

    ENROL = "enrol"
    NO_NUMBER = "no_number"
    LONG_NUMBER = "long_number"
    BAD_DATE = "bad_date"
    PAST_DATE = "past_date"
    DUPLICATE = "duplicate"  # the person stands on an earlier row
    UNKNOWN = "unknown"  # nobody has the number, or nobody within the viewer's scope
    LEFT = "left"  # has no present post
    ENROLLED = "enrolled"  # has an open enrolment in the course


FLAWS = {
    Flaw.NO_NUMBER: Verdict.NO_NUMBER,
    Flaw.LONG_NUMBER: Verdict.LONG_NUMBER,
    Flaw.BAD_DATE: Verdict.BAD_DATE,
}


@dataclass(frozen=True)
class PlannedRow:
    """A row with its verdict; the learner only when within the viewer's scope."""

    row: ListRow
    verdict: Verdict
    due_on: date | None
    learner: Learner | None = None

    @property
    def unit(self) -> OrganisationUnit | None:
        """Where the person works."""
        return self.learner.unit if self.learner else None


@dataclass(frozen=True)
class Plan:
    """All rows of a list with their verdicts."""

    rows: tuple[PlannedRow, ...]

    @property
    def accepted(self) -> list[PlannedRow]:
        """The rows that would be enrolled."""
        return [row for row in self.rows if row.verdict is Verdict.ENROL]

    @property
    def rejected(self) -> list[PlannedRow]:
        """The rows that would be left out."""
        return [row for row in self.rows if row.verdict is not Verdict.ENROL]

    @property
    def wishes(self) -> list[EnrolmentWish]:
        """What to hand to ``services.enrol_many``."""
        return [
            EnrolmentWish(row.learner.id, row.learner.public_id, row.due_on)
            for row in self.accepted
            if row.learner is not None
        ]

    @property
    def accepted_lines(self) -> list[int]:
        """Which rows (by place, from 0) would be enrolled: what a confirmation is bound to."""
        return [place for place, row in enumerate(self.rows) if row.verdict is Verdict.ENROL]


def make_plan(
    viewer: Viewer, course: Course, rows: Sequence[ListRow], *, due_on: date | None, today: date
) -> Plan:
    """Return each row's verdict; ``due_on`` is for rows without a date of their own.

    A number nobody has and a number of someone outside the viewer's scope look the same. Costs two
    or three statements for each thousand rows.
    """
    known = learners_numbered(viewer, {row.number for row in rows} - {""})
    enrolled = open_enrolments_in(course.id, (learner.id for learner in known.values()))
    seen: set[int] = set()
    planned = []
    for row in rows:
        learner = known.get(row.number)
        due = row.due_on or due_on
        verdict = _verdict(row, learner, due, enrolled, seen, today)
        if learner is not None:
            seen.add(learner.id)
        planned.append(PlannedRow(row, verdict, due, learner))
    return Plan(tuple(planned))


def _verdict(
    row: ListRow,
    learner: Learner | None,
    due_on: date | None,
    enrolled: set[int],
    seen: set[int],
    today: date,
) -> Verdict:
    if row.flaw is not None:
        return FLAWS[row.flaw]
    if learner is None:
        return Verdict.UNKNOWN
    if learner.id in seen:
        return Verdict.DUPLICATE
    if learner.unit is None:
        return Verdict.LEFT
    if learner.id in enrolled:
        return Verdict.ENROLLED
    return Verdict.PAST_DATE if due_on is not None and due_on < today else Verdict.ENROL
