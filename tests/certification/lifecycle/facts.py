"""Facts and schemes for tests of the life cycle: builders, and strategies for any history."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from lms.certification.lifecycle.facts import (
    Awarded,
    DecisionRequested,
    EquivalentEnded,
    EvidenceAccepted,
    EvidenceWithdrawn,
    Extended,
    Fact,
    LeaveBegan,
    LeaveEnded,
    Left,
    Reinstated,
    Required,
    RequirementLifted,
    Returned,
    Revoked,
    RouteFailed,
    Started,
    Suspended,
    Waived,
    WaiverEnded,
)
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import State, state_on
from lms.certification.lifecycle.terms import Anchor, Scheme, Terms, Version

START = date(2026, 3, 1)
numbers = count(1)


def on(offset: int) -> date:
    """The day so many days after 1 March 2026."""
    return START + timedelta(days=offset)


def fact(kind: type[Fact], effective_on: date, key: str | None = None, **details: Any) -> Any:
    recorded_at = datetime.combine(effective_on, time(9), UTC)
    return kind(
        key=key or f"{kind.kind.value}-{next(numbers)}",
        effective_on=effective_on,
        recorded_at=recorded_at,
        **details,
    )


def scheme(**terms: Any) -> Scheme:
    wanted = {"parts": ("exam", "visit"), "short_parts": ("exam",), "valid_months": 12, **terms}
    return Scheme((Version(1, date(2020, 1, 1), Terms(**wanted)),))


def awarded(on_day: date, until_on: date | None, key: str | None = None, **details: Any) -> Awarded:
    given = {"from_on": on_day, "version": 1, **details}
    return fact(Awarded, on_day, key, until_on=until_on, **given)


def state(facts: list[Fact], day: date, **terms: Any) -> State:
    return state_on(History(facts, scheme(**terms)), day)


schemes = st.builds(
    scheme,
    short_parts=st.sampled_from([(), ("exam",)]),
    valid_months=st.none() | st.integers(1, 36),
    anchor=st.sampled_from(Anchor),
    window_days=st.integers(0, 90),
    notice_days=st.integers(0, 90),
    grace_days=st.integers(0, 40),
    grace_serves=st.booleans(),
    short_months=st.integers(0, 6),
    look_back_days=st.none() | st.integers(0, 60),
    needs_decision=st.booleans(),
)
offsets = st.integers(0, 900)
days = offsets.map(on)


@st.composite
def begun_and_ended(draw: Any, begin: type[Fact], end: type[Fact], names: str, **extra: Any) -> Any:
    first = draw(offsets)
    one = fact(begin, on(first), **{name: draw(value) for name, value in extra.items()})
    over = draw(st.none() | st.integers(0, 300))
    return [one] if over is None else [one, fact(end, on(first + over), **{names: one.key})]


@st.composite
def awards(draw: Any) -> Any:
    decided, delay, length = draw(offsets), draw(st.integers(-60, 60)), draw(st.integers(0, 500))
    until = draw(st.sampled_from([None, on(decided + delay + length)]))
    one = awarded(on(decided), until, from_on=on(decided + delay))
    extra = draw(st.none() | st.integers(-30, 120))
    if extra is None:
        return [one]
    later = on(decided + delay + length + extra)
    return [one, fact(Extended, on(decided + max(delay, 0)), award=one.key, until_on=later)]


@st.composite
def equivalents(draw: Any) -> Any:
    begin, length = draw(offsets), draw(st.integers(0, 300))
    one = awarded(on(begin), on(begin + length), is_equivalent=True)
    over = draw(st.none() | st.integers(0, 300))
    lost = [] if over is None else [fact(EquivalentEnded, on(begin + over), award=one.key)]
    return [one, *lost]


@st.composite
def single(draw: Any, kind: type[Fact], **extra: Any) -> Any:
    return [fact(kind, draw(days), **{name: draw(value) for name, value in extra.items()})]


parts = st.sampled_from(["exam", "visit"])


def together(groups: st.SearchStrategy[list[Fact]], **sizes: int) -> Any:
    """Histories of several such groups of facts."""
    return st.lists(groups, **sizes).map(lambda found: [one for group in found for one in group])


evidence = together(single(EvidenceAccepted, part=parts), min_size=2, max_size=6)
leaves = together(begun_and_ended(LeaveBegan, LeaveEnded, "leave"), min_size=1, max_size=3)
groups = st.one_of(
    begun_and_ended(
        Required, RequirementLifted, "requirement", days=st.integers(0, 90), due_on=st.none() | days
    ),
    begun_and_ended(EvidenceAccepted, EvidenceWithdrawn, "evidence", part=parts),
    begun_and_ended(Suspended, Reinstated, "suspension"),
    begun_and_ended(Waived, WaiverEnded, "waiver", until_on=days, grants_authority=st.booleans()),
    begun_and_ended(LeaveBegan, LeaveEnded, "leave"),
    begun_and_ended(Left, Returned, "absence"),
    awards(),
    equivalents(),
    single(Revoked),
    single(Started),
    single(DecisionRequested),
    single(RouteFailed, retry_on=st.none() | days),
)
histories = together(groups, max_size=8)
