"""What holds for any history of any scheme."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.certification.lifecycle.facts import (
    Awarded,
    EquivalentEnded,
    EvidenceAccepted,
    Fact,
    LeaveEnded,
    Revoked,
)
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.reminders import Distances, reminders_on
from lms.certification.lifecycle.state import IN_FORCE, Holding, Label, Obligation, state_on
from lms.certification.lifecycle.terms import Scheme
from lms.certification.lifecycle.timeline import timeline
from lms.certification.lifecycle.work import work_on
from lms.certification.schemes.equivalents.revocations import may_count
from lms.certification.schemes.records.recording import earned
from lms.core.calendar import add_days
from tests.certification.lifecycle.facts import (
    awarded,
    days,
    evidence,
    fact,
    groups,
    histories,
    leaves,
    on,
    schemes,
)
from tests.certification.lifecycle.facts import scheme as yearly

EVERY_THIRD = Distances(frozenset({0, 1, 7, 30, 60}), frozenset({1, 7, 30}))


@given(histories, schemes, days, st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing(
    facts: list[Fact], scheme: Scheme, day: date, random: Any
) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert state_on(History(shuffled, scheme), day) == state_on(History(facts, scheme), day)


@given(histories, schemes, days)
def test_a_fact_recorded_twice_counts_once(facts: list[Fact], scheme: Scheme, day: date) -> None:
    assert state_on(History(facts * 2, scheme), day) == state_on(History(facts, scheme), day)


@given(histories, schemes, days)
def test_later_facts_never_change_an_earlier_day(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    known = [one for one in facts if one.effective_on <= day]
    assert state_on(History(known, scheme), day) == state_on(History(facts, scheme), day)


@settings(max_examples=60)
@given(histories, schemes)
def test_the_timeline_equals_the_state_of_every_day(facts: list[Fact], scheme: Scheme) -> None:
    history = History(facts, scheme)
    segments = timeline(history)
    assert bool(segments) == bool(facts)
    for segment, follower in zip(segments, [*segments, None][1:], strict=True):
        end = segment.last_on or add_days(segment.first_on, 800)
        middle = segment.first_on + (end - segment.first_on) // 2
        for day in (segment.first_on, middle, end):
            assert state_on(history, day) == segment.state
        assert follower is None or follower.first_on == add_days(end, 1)
        assert follower is None or follower.state != segment.state


@settings(max_examples=40)
@given(histories, schemes, days, st.lists(st.integers(1, 40), max_size=6))
def test_jumps_and_single_days_give_the_same_reminders(
    facts: list[Fact], scheme: Scheme, day: date, jumps: list[int]
) -> None:
    history = History(facts, scheme)

    def between(after: date, upto: date) -> list[Any]:
        span = range(1, (upto - after).days + 1)
        return [
            one
            for offset in span
            for one in reminders_on(history, after + timedelta(days=offset), EVERY_THIRD)
        ]

    end = day + timedelta(days=sum(jumps))
    jumped, at = [], day
    for jump in jumps:
        jumped += between(at, at + timedelta(days=jump))
        at += timedelta(days=jump)
    single = between(day, end)
    assert jumped == single


@given(histories, schemes, days)
def test_no_reminder_of_one_occasion_comes_twice(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    history = History(facts, scheme)
    found = [
        one
        for offset in range(60)
        for one in reminders_on(history, day + timedelta(days=offset), EVERY_THIRD)
    ]
    assert len(found) == len(set(found))


@given(histories, schemes, days)
def test_at_most_one_period_governs_a_day_and_it_covers_it(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    state = state_on(History(facts, scheme), day)
    if state.holding in IN_FORCE:
        assert state.period is not None
        assert state.period.until_on is None or day <= state.period.until_on


@given(histories, schemes, days, days, days)
def test_a_further_award_never_moves_an_expiry_earlier(
    facts: list[Fact], scheme: Scheme, day: date, decided: date, until: date
) -> None:
    before = state_on(History(facts, scheme), day)
    more = [*facts, awarded(decided, max(until, decided), "another")]
    after = state_on(History(more, scheme), day)
    if before.holding in IN_FORCE and before.period is not None:
        assert after.period is not None
        assert (after.period.until_on or date.max) >= (before.period.until_on or date.max)


@given(histories, groups, schemes, days)
def test_an_expiry_moves_earlier_by_nothing_but_taking_away(
    facts: list[Fact], more: list[Fact], scheme: Scheme, day: date
) -> None:
    assume(not any(isinstance(one, (Revoked, EquivalentEnded)) for one in more))
    before = History(facts, scheme).standing_period(day)
    after = History([*facts, *more], scheme).standing_period(day)
    if before is not None and day <= (before.until_on or date.max):
        assert after is not None
        assert (after.until_on or date.max) >= (before.until_on or date.max)


@given(histories, evidence, schemes, days, st.integers(0, 400))
def test_what_was_there_at_an_award_counts_no_second_time(
    facts: list[Fact], shown: list[Fact], scheme: Scheme, day: date, later: int
) -> None:
    on_that_day = fact(EvidenceAccepted, day, part="exam")
    award = awarded(day, add_days(day, 30), "now")
    history, further = History([*facts, *shown, on_that_day, award], scheme), add_days(day, later)
    counted = work_on(history, further, history.standing_period(further)).counted
    assert all(one.effective_on > day for one in counted)


@given(evidence, schemes, st.integers(0, 60))
def test_an_award_is_of_today_and_counts_from_the_last_of_what_it_rests_on(
    shown: list[Fact], scheme: Scheme, later: int
) -> None:
    last_on = max(one.effective_on for one in shown)
    terms, day = scheme.terms_on(last_on), add_days(last_on, later)
    now = datetime.combine(day, time(9), UTC)
    award = earned(History(shown, scheme), today=day, now=now)
    parts = {one.part for one in shown if isinstance(one, EvidenceAccepted)}
    assert (award is not None) == (not terms.needs_decision and parts == {*terms.parts})
    if award is not None:
        assert award.effective_on == day
        assert award.from_on == last_on
        assert earned(History([*shown, award], scheme), today=day, now=now) is None


@given(leaves, schemes, st.integers(0, 300), days)
def test_of_two_ends_of_a_leave_the_earlier_holds(
    facts: list[Fact], scheme: Scheme, days_on: int, day: date
) -> None:
    ends = [one for one in facts if isinstance(one, LeaveEnded)]
    more = [fact(LeaveEnded, add_days(one.effective_on, days_on), leave=one.leave) for one in ends]
    before, after = History(facts, scheme), History([*facts, *more], scheme)
    assert after.leaves(day) == before.leaves(day)
    assert after.leaves(on(2000)) == before.leaves(on(2000))


@given(histories, schemes, days)
def test_from_any_state_an_award_of_the_next_day_certifies_who_is_not_suspended(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    known = [one for one in facts if one.effective_on <= day]
    next_day = add_days(day, 1)
    history = History([*known, awarded(next_day, None, "now")], scheme)
    expected = Label.SUSPENDED if history.is_suspended(next_day) else Label.CERTIFIED
    assert state_on(history, next_day).label is expected


@given(histories, schemes, days)
def test_a_revocation_leaves_nothing_and_only_a_later_award_leads_out(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    known = [one for one in facts if one.effective_on <= day]
    state = state_on(History([*known, fact(Revoked, day, "lost")], scheme), day)
    assert state.holding is Holding.REVOKED
    assert state.period is None


@given(histories, schemes, days)
def test_one_who_may_serve_holds_it_or_is_let_by_grace_or_waiver(
    facts: list[Fact], scheme: Scheme, day: date
) -> None:
    history = History(facts, scheme)
    state = state_on(history, day)
    if state.may_serve and state.holding not in IN_FORCE:
        in_grace = state.holding is Holding.IN_GRACE and state.period is not None
        by_grace = in_grace and state.period.terms.grace_serves  # type: ignore[union-attr]
        assert by_grace or any(one.grants_authority for one in history.waivers(day))


@given(histories, schemes, days)
def test_nobody_overdue_is_compliant(facts: list[Fact], scheme: Scheme, day: date) -> None:
    state = state_on(History(facts, scheme), day)
    if state.obligation is Obligation.OVERDUE:
        assert not state.is_compliant
        assert state.due_on is not None
        assert state.due_on < day


@given(histories, histories, schemes, days, st.booleans())
def test_what_was_taken_away_comes_back_by_a_new_award_alone(
    facts: list[Fact], of_old: list[Fact], scheme: Scheme, taken: date, of_ones_own: bool
) -> None:
    next_day, later = add_days(taken, 1), add_days(taken, 400)
    known = [*(one for one in facts if one.effective_on <= taken), fact(Revoked, taken, "lost")]
    held = [
        one
        for one in of_old
        if not isinstance(one, Awarded) or one.is_equivalent or one.effective_on <= taken
    ]
    held.append(awarded(taken, None, "that day"))
    assert not may_count(History(known, scheme), History(held, scheme), (), later)
    (known if of_ones_own else held).append(awarded(next_day, None, "new"))
    assert may_count(History(known, scheme), History(held, scheme), (), next_day)
    assert not may_count(History(known, scheme), History(held, scheme), (), taken)


def test_years_pass_in_milliseconds() -> None:
    facts = [awarded(on(year * 365), on(year * 365 + 365), f"year-{year}") for year in range(40)]
    segments = timeline(History(facts, yearly(valid_months=12)))
    assert segments[-1].first_on > on(40 * 365)
    assert len(segments) < 200
