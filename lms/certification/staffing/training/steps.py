"""The way of one person to one service group: steps that are missing, and the earliest date. Pure.

How dates are counted: an hour of study a day from tomorrow on; an exam no earlier than it opens and
than the waiting time after a failed attempt ends; a day for each thing that somebody else must come
to (session, observation, document, decision).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from lms.certification.lifecycle.calendar import add_days
from lms.certification.lifecycle.facts import Route
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import IN_FORCE, Holding, State, state_on
from lms.certification.lifecycle.work import Work, route_on, work_on
from lms.certification.schemes.definitions import EvidenceKind, Part

STUDY_MINUTES = 60  # a day


class StepKind(Enum):
    """What is to be done."""

    COURSE = "course"  # to be enrolled in, learnt and passed
    REST = "rest"  # enrolled already: the rest of it
    EXAM = "exam"  # enrolled, everything read: the exam
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
class Study:
    """A course as one person has it before them."""

    slug: str
    title: Mapping[str, str]
    minutes: int  # of what isn't done yet, the exam aside
    is_enrolled: bool = False
    due_on: date | None = None
    exam_from_on: date | None = None  # it opens, or may be tried again
    exam_until_on: date | None = None
    attempts_left: int | None = None  # None: without an exam


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    kind: StepKind
    title: Mapping[str, str]
    minutes: int = 0
    from_on: date | None = None
    course: str | None = None  # slug of the course to enrol in, or that is under way


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
    seen: set[str] = field(default_factory=set)

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
    window = state.period.window_on if state.period and state.holding in IN_FORCE else None
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
    if study is None:
        making.block = making.block or Block.NOT_TAUGHT
    elif study.slug not in making.seen:
        making.seen.add(study.slug)
        _add_study(making, study)


def _add_study(making: _Making, study: Study) -> None:
    if study.attempts_left == 0:
        making.block = making.block or Block.ATTEMPTS_USED
    kind = StepKind.COURSE
    if study.is_enrolled:
        kind = StepKind.EXAM if not study.minutes and study.attempts_left else StepKind.REST
    step = Step(kind, study.title, study.minutes, study.exam_from_on, study.slug)
    making.add(step, study.exam_until_on)
