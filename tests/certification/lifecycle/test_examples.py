"""The table of the life cycle, row by row, and what the axes show side by side."""

from datetime import date
from typing import Any

import pytest

from lms.certification.lifecycle.facts import (
    FACTS,
    DecisionRequested,
    EvidenceAccepted,
    EvidenceWithdrawn,
    Extended,
    FactKind,
    LeaveBegan,
    LeaveEnded,
    Left,
    Reinstated,
    Required,
    RequirementLifted,
    Returned,
    Revoked,
    Route,
    RouteFailed,
    Started,
    Suspended,
    Waived,
    WaiverEnded,
)
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.reminders import Distances, Occasion, Reminder, reminders_on
from lms.certification.lifecycle.state import Holding, Label, Obligation, state_on
from lms.certification.lifecycle.terms import Scheme, Terms, Version
from lms.certification.lifecycle.timeline import timeline
from lms.certification.lifecycle.work import Work
from tests.certification.lifecycle.facts import awarded, fact, on, scheme, state

REQUIRED = fact(Required, on(0), "rule", days=30)
EXAM = fact(EvidenceAccepted, on(10), "exam", part="exam")
VISIT = fact(EvidenceAccepted, on(12), "visit", part="visit")
YEAR = awarded(on(20), on(385), "year")
ALL_TERMS: dict[str, Any] = {
    "window_days": 60,
    "notice_days": 30,
    "grace_days": 14,
    "short_months": 3,
}


def label(facts: list[Any], day: int, **terms: Any) -> Label:
    return state(facts, on(day), **{**ALL_TERMS, **terms}).label


def test_there_is_one_class_for_each_kind_of_fact() -> None:
    assert set(FACTS) == set(FactKind)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (19, Label.REQUIRED),
        (20, Label.CERTIFIED),
        (324, Label.CERTIFIED),
        (325, Label.WINDOW_OPEN),
        (354, Label.WINDOW_OPEN),
        (355, Label.EXPIRING),
        (385, Label.EXPIRING),
        (386, Label.IN_GRACE),
        (399, Label.IN_GRACE),
        (400, Label.EXPIRED),
    ],
)
def test_a_certification_lives_through_its_year(day: int, expected: Label) -> None:
    assert label([REQUIRED, YEAR], day) is expected


def test_a_requirement_becomes_late_the_day_after_its_term() -> None:
    assert label([REQUIRED], 30) is Label.REQUIRED
    assert label([REQUIRED], 31) is Label.OVERDUE
    assert state([REQUIRED], on(31)).due_on == on(30)


def test_the_earliest_of_several_requirements_counts() -> None:
    sooner = fact(Required, on(5), due_on=on(12))
    found = state([REQUIRED, sooner], on(6))
    assert found.due_on == on(12)
    assert found.requirements == (REQUIRED, sooner)


def test_expired_and_in_progress_and_overdue_is_one_true_state() -> None:
    found = state([REQUIRED, YEAR, fact(Started, on(405))], on(410), **ALL_TERMS)
    assert found.holding is Holding.EXPIRED
    assert found.work is Work.IN_PROGRESS
    assert found.obligation is Obligation.OVERDUE
    assert found.due_on == on(399)
    assert not found.is_compliant
    assert not found.may_serve


def test_work_goes_from_evidence_to_a_decision() -> None:
    terms = {"needs_decision": True}
    assert state([REQUIRED], on(5), **terms).work is Work.NOT_STARTED
    assert state([REQUIRED, EXAM], on(11), **terms).lacking == ("visit",)
    assert label([REQUIRED, EXAM], 11, **terms) is Label.IN_PROGRESS
    assert label([REQUIRED, EXAM, VISIT], 12, **terms) is Label.AWAITING_DECISION
    assert label([REQUIRED, EXAM, VISIT], 12) is Label.IN_PROGRESS
    assert label([REQUIRED, EXAM, fact(DecisionRequested, on(11))], 11) is Label.AWAITING_DECISION


def test_a_holder_whose_renewal_awaits_a_decision_stays_certified_with_a_mark() -> None:
    facts = [REQUIRED, YEAR, fact(EvidenceAccepted, on(330), part="exam")]
    found = state(facts, on(331), **ALL_TERMS, needs_decision=True)
    assert found.label is Label.WINDOW_OPEN
    assert found.work is Work.AWAITING_DECISION


def test_withdrawn_evidence_is_lacking_again() -> None:
    gone = fact(EvidenceWithdrawn, on(15), evidence="exam")
    assert state([REQUIRED, EXAM, gone], on(14)).lacking == ("visit",)
    assert state([REQUIRED, EXAM, gone], on(15)).lacking == ("exam", "visit")


def test_evidence_of_an_award_is_used_up_and_the_renewal_asks_for_the_short_route() -> None:
    facts = [REQUIRED, EXAM, VISIT, YEAR]
    before, window = (state(facts, on(day), **ALL_TERMS) for day in (100, 330))
    assert (before.work, before.lacking) == (Work.NOT_STARTED, ())
    assert (window.route, window.lacking) == (Route.SHORT, ("exam",))


def test_the_short_route_ends_some_months_after_the_grace() -> None:
    # The last day is 21 March 2027, grace runs to 4 April, the short route to 4 July.
    still, over = (
        state([REQUIRED, YEAR], day, **ALL_TERMS) for day in (date(2027, 7, 4), date(2027, 7, 5))
    )
    assert (still.route, over.route) == (Route.SHORT, Route.FULL)
    assert over.lacking == ("exam", "visit")


def test_without_a_short_route_the_full_one_renews() -> None:
    assert state([REQUIRED, YEAR], on(330), short_parts=()).route is Route.FULL


def test_old_evidence_counts_as_far_as_the_scheme_looks_back() -> None:
    facts = [fact(EvidenceAccepted, on(-40), part="exam"), REQUIRED]
    known = [fact(Required, on(0), days=30)]
    assert state(facts, on(1)).lacking == ("visit",)
    late = [*known, fact(EvidenceAccepted, on(380), part="exam"), YEAR]
    assert state(late, on(381), window_days=10, look_back_days=20).lacking == ()
    early = [*known, fact(EvidenceAccepted, on(300), part="exam"), YEAR]
    assert state(early, on(380), window_days=10, look_back_days=20).lacking == ("exam",)
    assert state(early, on(380), window_days=10, look_back_days=80).lacking == ()


def test_a_failed_route_waits_for_its_day_or_for_a_further_attempt() -> None:
    waiting = [REQUIRED, fact(RouteFailed, on(8), retry_on=on(14))]
    assert state(waiting, on(13)).work is Work.ROUTE_FAILED
    assert state(waiting, on(13)).retry_on == on(14)
    assert state(waiting, on(14)).work is Work.NOT_STARTED
    stuck = [REQUIRED, fact(Started, on(2)), fact(RouteFailed, on(8), retry_on=None)]
    assert state(stuck, on(200)).work is Work.ROUTE_FAILED
    assert label(stuck, 20) is Label.IN_PROGRESS
    assert state([*stuck, fact(Started, on(9))], on(10)).work is Work.IN_PROGRESS


def test_a_renewal_made_early_counts_as_valid_to_its_own_end() -> None:
    renewed = awarded(on(340), on(750), "renewed", from_on=on(386))
    found = state([REQUIRED, YEAR, renewed], on(350), **ALL_TERMS)
    assert found.holding is Holding.VALID
    assert found.period is not None
    assert found.period.until_on == on(750)


def test_an_award_for_days_to_come_is_not_held_yet() -> None:
    coming = awarded(on(5), on(400), "coming", from_on=on(20))
    found = state([REQUIRED, coming], on(10))
    assert (found.holding, found.work, found.lacking) == (Holding.NONE, Work.NOT_STARTED, ())


def test_a_shorter_award_takes_nothing_away() -> None:
    short = awarded(on(60), on(90), "short")
    assert state([YEAR, short], on(91)).holding is Holding.VALID


def test_an_extension_moves_the_end_and_never_back() -> None:
    longer = fact(Extended, on(30), award="year", until_on=on(500))
    shorter = fact(Extended, on(31), award="year", until_on=on(100))
    found = state([YEAR, longer, shorter], on(450))
    assert found.period is not None
    assert found.period.until_on == on(500)


def test_what_has_no_end_stays_valid() -> None:
    for_ever = awarded(on(20), None)
    later = fact(Extended, on(30), award=for_ever.key, until_on=on(500))
    found = state([REQUIRED, for_ever, later], on(5000))
    assert (found.holding, found.due_on, found.route) == (Holding.VALID, None, Route.FULL)


def test_a_suspension_stops_service_and_the_clock_runs_on() -> None:
    facts = [REQUIRED, YEAR, fact(Suspended, on(100), "stop")]
    stopped = state(facts, on(110))
    assert (stopped.label, stopped.may_serve, stopped.is_compliant) == (
        Label.SUSPENDED,
        False,
        False,
    )
    over = fact(Reinstated, on(150), suspension="stop")
    assert state([*facts, over], on(149)).label is Label.SUSPENDED
    assert state([*facts, over], on(150)).label is Label.CERTIFIED
    assert state([*facts, over], on(385)).label is Label.EXPIRING


def test_a_waiver_with_authority_does_not_lift_a_suspension() -> None:
    waiver = fact(Waived, on(90), until_on=on(200), grants_authority=True)
    facts = [REQUIRED, YEAR, fact(Suspended, on(100)), waiver]
    assert not state(facts, on(110)).may_serve


def test_a_revocation_is_left_by_a_new_award_alone() -> None:
    facts = [REQUIRED, EXAM, VISIT, YEAR, fact(Revoked, on(100))]
    lost = state(facts, on(101))
    assert (lost.label, lost.obligation, lost.due_on) == (
        Label.REVOKED,
        Obligation.OVERDUE,
        on(100),
    )
    assert lost.lacking == ("exam", "visit")
    assert label([*facts, awarded(on(100), on(400))], 101) is Label.REVOKED
    assert label([*facts, awarded(on(101), on(466))], 101) is Label.CERTIFIED


def test_a_plain_waiver_excuses_and_never_lets_one_serve() -> None:
    plain = fact(Waived, on(5), "w", until_on=on(50))
    excused = state([REQUIRED, plain], on(40))
    assert (excused.label, excused.is_compliant, excused.may_serve) == (Label.WAIVED, True, False)
    assert excused.waived_until_on == on(50)
    assert label([REQUIRED, plain], 51) is Label.OVERDUE
    ended = fact(WaiverEnded, on(33), waiver="w")
    assert label([REQUIRED, plain, ended], 33) is Label.OVERDUE
    assert label([plain], 10) is Label.NONE


def test_a_waiver_with_authority_lets_one_serve() -> None:
    waiver = fact(Waived, on(5), until_on=on(50), grants_authority=True)
    assert state([REQUIRED, waiver], on(50)).may_serve
    assert not state([REQUIRED, waiver], on(51)).may_serve


def test_grace_serves_only_where_the_scheme_lets_it() -> None:
    facts = [REQUIRED, YEAR]
    assert not state(facts, on(390), **ALL_TERMS).may_serve
    serving = state(facts, on(390), **ALL_TERMS, grace_serves=True)
    assert serving.may_serve
    assert serving.is_compliant


def test_what_counted_in_its_place_takes_no_grace_away() -> None:
    for_a_while = awarded(on(388), on(392), is_equivalent=True)
    facts = [REQUIRED, YEAR, for_a_while]
    for day, expected in ((392, Label.EXPIRING), (393, Label.IN_GRACE), (400, Label.EXPIRED)):
        assert label(facts, day) is expected
    again = state(facts, on(393), **ALL_TERMS)
    assert (again.due_on, again.route) == (on(399), Route.SHORT)
    longer = awarded(on(388), on(401), is_equivalent=True)
    assert state([REQUIRED, YEAR, longer], on(402), **ALL_TERMS).due_on == on(401)


def test_days_on_leave_move_the_term() -> None:
    leave = [fact(LeaveBegan, on(10), "away"), fact(LeaveEnded, on(17), leave="away")]
    assert state([REQUIRED, *leave], on(20)).due_on == on(37)
    during = state([REQUIRED, leave[0]], on(200))
    assert (during.obligation, during.due_on) == (Obligation.REQUIRED, None)
    after = fact(LeaveBegan, on(31))
    assert state([REQUIRED, after], on(40)).due_on == on(30)


def test_an_exact_date_stands_whatever_leave_there_was() -> None:
    exact = fact(Required, on(0), due_on=on(25))
    leave = [fact(LeaveBegan, on(10), "away"), fact(LeaveEnded, on(17), leave="away")]
    assert state([exact, *leave], on(20)).due_on == on(25)


def test_who_has_left_must_nothing_and_serves_nowhere_but_still_holds() -> None:
    facts = [REQUIRED, YEAR, fact(Left, on(100), "gone")]
    gone = state(facts, on(120))
    assert (gone.obligation, gone.holding, gone.may_serve) == (
        Obligation.NONE,
        Holding.VALID,
        False,
    )
    assert state([*facts, fact(Returned, on(130), absence="gone")], on(130)).may_serve


def test_a_lifted_requirement_leaves_the_holding() -> None:
    lifted = fact(RequirementLifted, on(50), requirement="rule")
    found = state([REQUIRED, YEAR, lifted], on(60))
    assert (found.obligation, found.holding) == (Obligation.NONE, Holding.VALID)
    again = fact(Required, on(500), "again", days=10)
    found = state([REQUIRED, YEAR, lifted, again], on(505))
    assert (found.label, found.due_on) == (Label.EXPIRED, on(510))


def test_what_is_ended_on_the_day_it_began_never_was() -> None:
    facts = [fact(Left, on(5), "slip"), fact(Returned, on(5), absence="slip"), REQUIRED, YEAR]
    assert state(facts, on(30)).may_serve


def test_a_new_version_touches_the_next_period_only() -> None:
    first, second = Terms(parts=("exam",), window_days=60), Terms(parts=("exam", "visit"))
    versions = (Version(1, on(-900), first), Version(2, on(100), second))
    history = History([REQUIRED, YEAR], Scheme(versions))
    open_on = state_on(history, on(330))
    assert open_on.period is not None
    assert open_on.period.terms is first
    assert open_on.lacking == ("exam", "visit")


def test_before_its_first_version_a_scheme_has_the_terms_of_the_first() -> None:
    terms = scheme().versions[0].terms
    assert scheme().terms_on(date(2000, 1, 1)) == terms


def test_no_facts_make_no_timeline() -> None:
    assert timeline(History([], scheme())) == []


AT = Distances(before=frozenset({0, 7, 30}), after=frozenset({1, 14}))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, Reminder(Occasion.DUE, on(30), 30)),
        (19, None),
        (355, Reminder(Occasion.EXPIRING, on(385), 30)),
        (385, Reminder(Occasion.EXPIRING, on(385), 0)),
        (392, Reminder(Occasion.GRACE, on(399), 7)),
        (400, Reminder(Occasion.OVERDUE, on(399), 1)),
        (413, Reminder(Occasion.OVERDUE, on(399), 14)),
    ],
)
def test_each_occasion_reminds_at_its_distances(day: int, expected: Reminder | None) -> None:
    history = History([REQUIRED, YEAR], scheme(**ALL_TERMS))
    found = reminders_on(history, on(day), AT)
    assert found == ((expected,) if expected else ())


@pytest.mark.parametrize(
    "silent",
    [
        fact(LeaveBegan, on(-10)),
        fact(Left, on(-10)),
        fact(Waived, on(-10), until_on=on(400)),
        fact(Suspended, on(-10)),
    ],
    ids=lambda one: str(one.kind.value),
)
def test_nobody_is_reminded_who_is_away_excused_or_suspended(silent: Any) -> None:
    history = History([REQUIRED, awarded(on(-20), on(30)), silent], scheme(**ALL_TERMS))
    assert reminders_on(history, on(0), AT) == ()
