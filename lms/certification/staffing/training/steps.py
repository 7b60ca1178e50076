"""The way of one person to one service group: steps that are missing, and the earliest date. Pure.

How dates are counted: an hour of study a day from tomorrow on; an exam (that which is asked for,
of a course the final one) no earlier than it opens and than the waiting time after a failed attempt
ends; a day for each thing that somebody else must come to (session, observation, document,
decision).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from lms.catalog.models import FINAL_EXAM
from lms.certification.lifecycle.facts import Route
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import IN_FORCE, Holding, State, state_on
from lms.certification.lifecycle.work import Work, route_on, work_on
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.core.calendar import add_days

STUDY_MINUTES = 60  # a day


class StepKind(Enum):
    """What is to be done."""

    COURSE = "course"  # to be enrolled in, learnt and passed
    REST = "rest"  # enrolled already: the rest of it
    EXAM = "exam"  # enrolled, everything read: the final exam
    OTHER_EXAM = "other_exam"  # a further exam, or the final one after it
    SESSION = "session"
    OBSERVATION = "observation"
    DOCUMENT = "document"
    DECISION = "decision"  # somebody decides


class Block(Enum):
    """Why no training helps."""

    SUSPENDED = "suspended"  # until it is reinstated
    HELD_UP = "held_up"  # not passed, and nobody has said when it may be tried again
    NOT_TAUGHT = "not_taught"  # the course isn't published
    ATTEMPTS_USED = "attempts_used"
    EXAM_CLOSED = "exam_closed"  # it closes before they could sit it


BY_OTHERS = {
    EvidenceKind.SESSION: StepKind.SESSION,
    EvidenceKind.OBSERVATION: StepKind.OBSERVATION,
    EvidenceKind.DOCUMENT: StepKind.DOCUMENT,
}


@dataclass(frozen=True)
class Sitting:
    """An exam of a course as one person has it before them."""

    attempts_left: int
    from_on: date | None = None  # it opens, or may be tried again
    until_on: date | None = None


@dataclass(frozen=True)
class Study:
    """A course as one person has it before them."""

    slug: str
    title: Mapping[str, str]
    minutes: int  # of what isn't done yet, the final exam aside
    is_enrolled: bool = False
    due_on: date | None = None
    exams: Mapping[str, Sitting] = field(default_factory=dict)  # by their keys in the course


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    kind: StepKind
    title: Mapping[str, str]
    minutes: int = 0
    from_on: date | None = None
    course: str | None = None  # slug of the course to enrol in, or that is under way
    exam: Mapping[str, str] | None = None  # what a further exam is called; None: the final one


@dataclass(frozen=True)
class Way:
    """All steps of one person to one group, and when they could be done."""

    steps: tuple[Step, ...] = ()
    ready_on: date | None = None
    block: Block | None = None
    is_short: bool = False  # by the shorter route of a renewal

    @property
    def minutes(self) -> int:
        """How much study that is."""
        return sum(step.minutes for step in self.steps)

    @property
    def courses(self) -> tuple[str, ...]:
        """The courses to enrol in."""
        return tuple(
            step.course for step in self.steps if step.kind is StepKind.COURSE and step.course
        )


@dataclass(frozen=True)
class Asked:
    """One certification that is missing: what is known of the person, and what its parts mean."""

    history: History
    parts: Mapping[str, Part]
    title: Mapping[str, str]


@dataclass
class _Making:
    """A way while it is put together."""

    day: date
    steps: list[Step] = field(default_factory=list)
    block: Block | None = None
    seen: set[tuple[str, str]] = field(default_factory=set)  # courses with the exam asked for

    def add(self, step: Step, until_on: date | None = None) -> None:
        days = -(-step.minutes // STUDY_MINUTES) or 1
        self.day = max(add_days(self.day, days), step.from_on or date.min)
        if until_on is not None and self.day > until_on:
            self.block = self.block or Block.EXAM_CLOSED
        self.steps.append(step)


def way_to(asked: Iterable[Asked], studies: Mapping[str, Study], today: date) -> Way:
    """Return the way to all certifications of ``asked``; ``studies`` are courses by slug."""
    making, is_short = _Making(today), False
    for one in asked:
        state = state_on(one.history, today)
        is_short = _to_one(making, one, state, studies, today) or is_short
    if making.block is not None:
        return Way(tuple(making.steps), None, making.block, is_short)
    return Way(tuple(making.steps), making.day, None, is_short)


def _to_one(
    making: _Making, asked: Asked, state: State, studies: Mapping[str, Study], today: date
) -> bool:
    """Add the steps to one certification; tell whether the shorter route leads there."""
    opens_on = _opens_on(state, today)
    route, lacking = _lacking(asked.history, state, opens_on)
    if state.holding is Holding.SUSPENDED:
        making.block = making.block or Block.SUSPENDED
    elif state.work is Work.ROUTE_FAILED and state.retry_on is None:
        making.block = making.block or Block.HELD_UP
    begins = max((day for day in (opens_on, state.retry_on) if day), default=today)
    making.day = max(making.day, add_days(begins, -1) if begins > today else today)
    for key in lacking:
        _add_part(making, asked.parts.get(key), studies)
    if asked.history.scheme.terms_on(today).needs_decision:
        making.add(Step(StepKind.DECISION, asked.title))
    return route is Route.SHORT and state.period is not None


def _opens_on(state: State, today: date) -> date:
    """The day from which work leads on: of something still in force, that of its window."""
    held = state.period if state.holding in IN_FORCE else None
    window = held.window_on if held and not held.is_equivalent else None
    return max(window, today) if window is not None else today


def _lacking(history: History, state: State, day: date) -> tuple[Route, tuple[str, ...]]:
    work = work_on(history, day, state.period)
    if work.is_open:
        return work.route, work.lacking
    route = route_on(state.period, day)
    return route, history.scheme.terms_on(day).route_parts(route)


def _add_part(making: _Making, part: Part | None, studies: Mapping[str, Study]) -> None:
    if part is None:
        making.block = making.block or Block.NOT_TAUGHT
        return
    if part.kind in BY_OTHERS:
        making.add(Step(BY_OTHERS[part.kind], part.title))
        return
    study = studies.get(part.course or "")
    if study is None or (part.exam and part.exam not in study.exams):
        making.block = making.block or Block.NOT_TAUGHT
        return
    exam = part.exam or FINAL_EXAM
    if (study.slug, exam) not in making.seen:
        _add_study(making, study, exam, None if exam == FINAL_EXAM else part.title)
        making.seen.add((study.slug, exam))


def _add_study(
    making: _Making, study: Study, exam: str, exam_title: Mapping[str, str] | None
) -> None:
    """Add the course with this exam of it; where it is named already, the exam alone."""
    sitting = study.exams.get(exam)
    if sitting and not sitting.attempts_left:
        making.block = making.block or Block.ATTEMPTS_USED
    is_named = any(slug == study.slug for slug, _exam in making.seen)
    may_sit = study.is_enrolled and not study.minutes and sitting and sitting.attempts_left
    if is_named or (may_sit and exam_title):
        kind = StepKind.OTHER_EXAM
    elif study.is_enrolled:
        kind = StepKind.EXAM if may_sit else StepKind.REST
    else:
        kind = StepKind.COURSE
    step = Step(
        kind,
        study.title,
        0 if is_named else study.minutes,
        sitting.from_on if sitting else None,
        study.slug,
        exam_title,
    )
    making.add(step, sitting.until_on if sitting else None)
