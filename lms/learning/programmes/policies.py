"""Pure rules of programmes: what a person is given, by when, and how a path stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from lms.core.calendar import add_days, add_months
from lms.people.identity import Viewer
from lms.people.permissions import Permission

WHOLE_NETWORK = "/network/"


def may_define(viewer: Viewer) -> bool:
    """Tell whether the viewer may make and change programmes: they hold in the whole network."""
    return viewer.may_over(Permission.DEFINE_PROGRAMMES, WHOLE_NETWORK)


def due_on(begins_on: date, since_on: date, days: int) -> date:
    """Return the last day of a step's term."""
    return add_days(max(begins_on, since_on), days)


def is_valid_on(day: date, completed_on: date, valid_months: int | None) -> bool:
    """Tell whether a course completed then still counts; its last valid day counts too."""
    return valid_months is None or add_months(completed_on, valid_months) >= day


@dataclass(frozen=True)
class Post:
    """Days in one post at one unit, both ends inclusive; without an end it is held."""

    started_on: date
    ended_on: date | None


def held_since(posts: Sequence[Post], today: date) -> date | None:
    """Return since when a post is held without a gap; None: it isn't held on ``today``.

    ``posts`` are a person's in the same job role, the earliest first; who moves to another centre
    in the same job role has held it all the time.
    """
    begun: date | None = None
    over: date | None = None
    for post in posts:
        if begun is None or over is None or post.started_on > add_days(over, 1):
            begun = post.started_on
        over = post.ended_on
    return begun if begun is not None and over is None and posts[-1].started_on <= today else None


class Outcome(Enum):
    """What a step means for a person, when it is given."""

    ENROL = "enrol"
    JOIN = "join"  # is on the course already
    COUNT = "count"  # has completed it, and it is still valid
    CHOOSE = "choose"  # waits for the person's choice
    WAIT = "wait"  # nothing of it is published
    GIVEN = "given"  # was given before


@dataclass(frozen=True)
class Known:
    """What is known of one person: enrolments by course, and what the step gave before."""

    open: Mapping[int, int]  # course → open enrolment
    valid: Mapping[int, int]  # course → completed enrolment that is still valid
    given: bool = False
    withdrawn: bool = False  # from all that was given


@dataclass(frozen=True)
class Decision:
    """An outcome with the course and the enrolment that it rests on."""

    outcome: Outcome
    course_id: int | None = None
    enrolment_id: int | None = None


def decide(courses: Sequence[int], taught: Collection[int], known: Known) -> Decision:
    """Return what a step with these courses means for a person.

    Who was withdrawn from the only course stays withdrawn, but may choose anew among several; an
    enrolment that they got otherwise since counts again.
    """
    if known.given and not known.withdrawn:
        return Decision(Outcome.GIVEN)
    for course in courses:
        if course in known.valid:
            return Decision(Outcome.COUNT, course, known.valid[course])
    for course in courses:
        if course in known.open:
            return Decision(Outcome.JOIN, course, known.open[course])
    if known.given and len(courses) == 1:
        return Decision(Outcome.GIVEN)
    offered = [course for course in courses if course in taught]
    if not offered:
        return Decision(Outcome.WAIT)
    if len(courses) > 1:
        return Decision(Outcome.CHOOSE)
    return Decision(Outcome.ENROL, offered[0])


class StepState(Enum):
    """How a step stands for a person; derived, never stored."""

    DONE = "done"
    UNDER_WAY = "under_way"
    AHEAD = "ahead"  # on the course, nothing opened yet
    CHOOSE = "choose"
    EXCUSED = "excused"  # withdrawn from it
    WAITING = "waiting"  # not given yet: nothing is published, or the rule has still to run


def step_state(
    *,
    is_given: bool,
    is_choice: bool,
    started_at: datetime | None,
    completed_at: datetime | None,
    withdrawn_at: datetime | None,
) -> StepState:
    """Return the state that the enrolment which stands for the step gives."""
    if completed_at is not None:
        return StepState.DONE
    if is_choice and (not is_given or withdrawn_at is not None):
        return StepState.CHOOSE
    if not is_given:
        return StepState.WAITING
    if withdrawn_at is not None:
        return StepState.EXCUSED
    return StepState.UNDER_WAY if started_at is not None else StepState.AHEAD


SETTLED = frozenset({StepState.DONE, StepState.EXCUSED})


class PathState(Enum):
    """How a person's whole programme stands: the first that is true."""

    DONE = "done"
    OVERDUE = "overdue"
    CHOOSING = "choosing"  # something waits for their choice, nothing is late
    ON_WAY = "on_way"


def path_state(steps: Iterable[tuple[StepState, date]], today: date) -> PathState:
    """Return the state of a path of (state, last day of the term); the last day is in time."""
    left = [(state, due) for state, due in steps if state not in SETTLED]
    if not left:
        return PathState.DONE
    if any(due < today for _, due in left):
        return PathState.OVERDUE
    if any(state is StepState.CHOOSE for state, _ in left):
        return PathState.CHOOSING
    return PathState.ON_WAY
