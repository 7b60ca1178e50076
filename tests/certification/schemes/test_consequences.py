"""What a rule would mean is what looking at each person by themselves says."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.catalog.models import Course
from lms.certification.following.policies import asked
from lms.certification.lifecycle.facts import Fact, FactKind, Required
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Obligation, state_on
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import begin_leave
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.records.recording import Entry, append
from lms.certification.schemes.rules.consequences import consequence
from lms.certification.schemes.rules.spells import Coverage
from lms.core.database import db
from lms.people.models import Employment, JobRole
from tests.builders.certification import make_taught_course
from tests.builders.people import make_job_role, make_person, make_unit, network
from tests.builders.planned import plan_end
from tests.builders.schemes import EXAM, TODAY, VISIT, at, make_scheme
from tests.certification.lifecycle.facts import histories as any_facts

pytestmark = pytest.mark.usefixtures("app")
LEAVES = (FactKind.LEAVE_BEGAN, FactKind.LEAVE_ENDED)
ABSENCES = (FactKind.LEFT, FactKind.RETURNED)  # which posts tell

# Facts; for how long in the post; how long after a former one, if any; when to leave, if ever.
PERSON = st.tuples(
    any_facts, st.integers(0, 400), st.none() | st.integers(0, 9), st.none() | st.integers(1, 300)
)


def someone(
    scheme: CertificationScheme,
    role: JobRole,
    known: list[Fact],
    days: int,
    gap: int | None,
    ahead: int | None,
) -> tuple[int, date]:
    """Return somebody's id and since when they have worked without a gap."""
    began = TODAY - timedelta(days=days)
    person = make_person(unit=make_unit(), job_role=role, started_on=began)
    if gap is not None:
        ended_on = began - timedelta(days=gap + 1)
        former = {"started_on": ended_on - timedelta(days=30), "ended_on": ended_on}
        place = {"unit_id": make_unit().id, "job_role_id": role.id}
        db.session.add(Employment(person_id=person.id, **former, **place))
        db.session.flush()
        began = former["started_on"] if gap == 0 else began
    if ahead is not None:
        plan_end(person, on=TODAY + timedelta(days=ahead))
    told = [one for one in known if one.kind not in ABSENCES]
    append([Entry(person.id, None if one.kind in LEAVES else scheme.id, one) for one in told])
    return person.id, began


def one_by_one(began: Mapping[int, date], coverage: Coverage) -> dict[str, Any]:
    """Return the figures from each history with the requirement in it."""
    scheme = schemes_by_id([coverage.scheme_id])[coverage.scheme_id]
    counts: Counter[str] = Counter()
    waiting, day = [], coverage.in_force_on
    for person_id in began:
        old = history(person_id, coverage.scheme_id, scheme)
        required = Required(
            key="new", effective_on=max(began[person_id], day), recorded_at=at(TODAY),
            days=coverage.days,
        )  # fmt: skip
        then = History([*old.facts, required], scheme)
        state, ask = state_on(then, day), asked(then, day, {"new"})
        is_late = state.obligation is Obligation.OVERDUE
        lacks = not state.may_serve and state.obligation is not Obligation.WAIVED
        enrols = ask.may_enrol and "exam" in ask.lacking
        counts.update(people=1, holding=state.may_serve, lacking=lacks, late=is_late)
        counts.update(enrolments=enrols)
        waiting += [state.due_on] if lacks and not is_late and state.due_on else []
    names = ("people", "holding", "lacking", "late", "enrolments")
    return {name: counts[name] for name in names} | {"first_due_on": min(waiting, default=None)}


@given(st.lists(PERSON, min_size=1, max_size=4), st.integers(0, 600), st.integers(0, 60))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_a_rule_would_mean_is_what_each_history_says(
    people: list[Any], later: int, days: int
) -> None:
    if not db.session.scalar(sa.select(Course.id).filter_by(slug="taught")):
        make_taught_course("taught")
    scheme = make_scheme(parts=(EXAM, VISIT), window_days=30, grace_days=20, short_months=6)
    role = make_job_role(f"role-{scheme.key}")
    began = dict(someone(scheme, role, *one) for one in people)
    coverage = Coverage(
        scheme_id=scheme.id, unit_path=network().path, job_role_id=role.id, days=days,
        in_force_on=TODAY + timedelta(days=later), enrols=True,
    )  # fmt: skip
    meant = consequence(coverage, now=at(TODAY), today=TODAY)
    figures = one_by_one(began, coverage)
    assert {name: getattr(meant, name) for name in figures} == figures
    assert sum(one.lacking for one in meant.centres) == meant.lacking
    assert sum(one.late for one in meant.centres) == meant.late


def test_whoever_is_on_leave_is_not_late_and_not_enrolled() -> None:
    make_taught_course("taught")
    scheme, person = make_scheme(), make_person(started_on=date(2025, 1, 1))
    begin_leave(person=person, on=date(2026, 1, 1), actor=None, now=at(TODAY), reason="child")
    coverage = Coverage(
        scheme_id=scheme.id, unit_path=network().path, job_role_id=None, days=30,
        in_force_on=date(2025, 12, 20), enrols=True,
    )  # fmt: skip
    meant = consequence(coverage, now=at(TODAY), today=TODAY)
    assert (meant.people, meant.lacking, meant.late, meant.enrolments) == (1, 1, 0, 0)
