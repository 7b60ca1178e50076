"""The facts of a person's certification: appended, never changed.

Each is effective on a date (in the network's time zone) and was recorded at an instant; ``key``
names it among the facts of one person and scheme, so that recording it twice changes nothing. A
fact that ends another names it, and what is ended on the day it began never was.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import ClassVar


class FactKind(Enum):
    """All kinds of facts."""

    REQUIRED = "required"
    REQUIREMENT_LIFTED = "requirement_lifted"
    STARTED = "started"
    EVIDENCE_ACCEPTED = "evidence_accepted"
    EVIDENCE_WITHDRAWN = "evidence_withdrawn"
    DECISION_REQUESTED = "decision_requested"
    ROUTE_FAILED = "route_failed"
    AWARDED = "awarded"
    EQUIVALENT_ENDED = "equivalent_ended"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    REVOKED = "revoked"
    WAIVED = "waived"
    WAIVER_ENDED = "waiver_ended"
    LEAVE_BEGAN = "leave_began"
    LEAVE_ENDED = "leave_ended"
    LEFT = "left"
    RETURNED = "returned"


class Route(Enum):
    """The ways to a certification: the whole one, and the shorter one of a renewal."""

    FULL = "full"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What all facts have in common."""

    kind: ClassVar[FactKind]
    key: str
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Required(Fact):
    """The person must hold it: ``days`` days after ``effective_on``, or by ``due_on`` exactly.

    ``enrols``: one that no rule made enrols in what is lacking; of others the rule says that.
    """

    kind = FactKind.REQUIRED
    days: int = 0
    due_on: date | None = None
    enrols: bool = False


@dataclass(frozen=True, kw_only=True)
class RequirementLifted(Fact):
    """The requirement with this key no longer holds; ``effective_on`` is the first day without."""

    kind = FactKind.REQUIREMENT_LIFTED
    requirement: str


@dataclass(frozen=True, kw_only=True)
class Started(Fact):
    """The person set out: was enrolled, or tries again after a failure."""

    kind = FactKind.STARTED


@dataclass(frozen=True, kw_only=True)
class EvidenceAccepted(Fact):
    """A part of the scheme with the key ``part`` was shown: exam, session, observation, paper."""

    kind = FactKind.EVIDENCE_ACCEPTED
    part: str


@dataclass(frozen=True, kw_only=True)
class EvidenceWithdrawn(Fact):
    """The evidence with this key doesn't count from ``effective_on``; what was awarded stands."""

    kind = FactKind.EVIDENCE_WITHDRAWN
    evidence: str


@dataclass(frozen=True, kw_only=True)
class DecisionRequested(Fact):
    """A person decides whether it is awarded."""

    kind = FactKind.DECISION_REQUESTED


@dataclass(frozen=True, kw_only=True)
class RouteFailed(Fact):
    """The route failed: it may be tried again from ``retry_on``; None: when somebody allows it."""

    kind = FactKind.ROUTE_FAILED
    retry_on: date | None


@dataclass(frozen=True, kw_only=True)
class Awarded(Fact):
    """Granted for the days from ``from_on`` to ``until_on``, inclusive; None: without an end.

    ``version`` is the scheme's version whose window, notice and grace belong to this period;
    ``anchor_on`` and ``cycle`` are what the next period counts from (see ``anchors``).
    ``is_equivalent``: something else counts in its place for these days; the whole route leads on,
    from the first of them, and nothing shown so far is used up.
    """

    kind = FactKind.AWARDED
    from_on: date
    until_on: date | None
    version: int
    route: Route = Route.FULL
    anchor_on: date | None = None
    cycle: int = 1
    is_equivalent: bool = False


@dataclass(frozen=True, kw_only=True)
class EquivalentEnded(Fact):
    """What counted in its place by the award with this key doesn't from ``effective_on``."""

    kind = FactKind.EQUIVALENT_ENDED
    award: str


@dataclass(frozen=True, kw_only=True)
class Extended(Fact):
    """The award with this key runs to ``until_on``, if that is later than it ran."""

    kind = FactKind.EXTENDED
    award: str
    until_on: date


@dataclass(frozen=True, kw_only=True)
class Suspended(Fact):
    """It doesn't count for the time being; the clock of its validity keeps running."""

    kind = FactKind.SUSPENDED


@dataclass(frozen=True, kw_only=True)
class Reinstated(Fact):
    """The suspension with this key is over; ``effective_on`` is the first day without it."""

    kind = FactKind.REINSTATED
    suspension: str


@dataclass(frozen=True, kw_only=True)
class Revoked(Fact):
    """All that was awarded up to this day is lost; only an award of a later day leads out."""

    kind = FactKind.REVOKED


@dataclass(frozen=True, kw_only=True)
class Waived(Fact):
    """Nothing is asked until ``until_on``, inclusive; only with authority may the person serve."""

    kind = FactKind.WAIVED
    until_on: date
    grants_authority: bool = False


@dataclass(frozen=True, kw_only=True)
class WaiverEnded(Fact):
    """The waiver with this key is over; ``effective_on`` is the first day without it."""

    kind = FactKind.WAIVER_ENDED
    waiver: str


@dataclass(frozen=True, kw_only=True)
class LeaveBegan(Fact):
    """The person is away from this day on; terms of requirements stand still."""

    kind = FactKind.LEAVE_BEGAN


@dataclass(frozen=True, kw_only=True)
class LeaveEnded(Fact):
    """The leave with this key is over; ``effective_on`` is the first day back."""

    kind = FactKind.LEAVE_ENDED
    leave: str


@dataclass(frozen=True, kw_only=True)
class Left(Fact):
    """The person doesn't work in the network from this day on."""

    kind = FactKind.LEFT


@dataclass(frozen=True, kw_only=True)
class Returned(Fact):
    """The person works in the network again; ``absence`` is the key of having left."""

    kind = FactKind.RETURNED
    absence: str


FACTS: dict[FactKind, type[Fact]] = {
    kind: next(fact for fact in Fact.__subclasses__() if fact.kind is kind) for kind in FactKind
}
