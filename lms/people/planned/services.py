"""Planning posts and ends of work ahead, calling them off, and letting them begin on their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record, record_many
from lms.core.database import db
from lms.core.errors import Refusal
from lms.people import services
from lms.people.errors import NotEmployed, TooEarly
from lms.people.events import plan_failed, tell_posts_changed
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.planned.errors import (
    EndsFirst,
    FarAhead,
    OwnPost,
    PlanEnded,
    SamePost,
    UnitClosed,
)
from lms.people.planned.models import AHEAD, PlannedPost, PlanOutcome
from lms.people.planned.overtaking import POST
from lms.people.services.persons import must_be_known

SUBJECT = "planned_post"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ahead:
    """A post that a person is to take up."""

    person: Person
    unit: OrganisationUnit
    job_role: JobRole
    on: date


@dataclass(frozen=True)
class Leaving:
    """The last day at work of a person; it lies ahead."""

    person: Person
    on: date


def plan_posts(*, wanted: Sequence[Ahead], actor: Person | None, now: datetime) -> None:
    """Plan posts ahead, one for each person; what was planned for them before is replaced."""
    if not wanted:
        return
    plans = [
        _plan(one.person, one.on, actor, now, unit_id=one.unit.id, job_role_id=one.job_role.id)
        for one in wanted
    ]
    _replace(plans, POST, now)
    record_many(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="people.post_planned",
        subject_kind=SUBJECT,
        subjects=[
            (
                plan.public_id,
                one.person.public_id,
                {
                    "unit": one.unit.code,
                    "job_role": one.job_role.code,
                    "on": one.on.isoformat(),
                },
            )
            for plan, one in zip(plans, wanted, strict=True)
        ],
    )
    _tell(wanted, now)


def plan_ends(*, wanted: Sequence[Leaving], actor: Person | None, now: datetime) -> None:
    """Plan ends of work, one for each person; another last day planned before is replaced.

    So is a post that was to begin after the last day.
    """
    if not wanted:
        return
    plans = [_plan(one.person, one.on + DAY, actor, now) for one in wanted]
    for day in {plan.starts_on for plan in plans}:
        leaving = [plan for plan in plans if plan.starts_on == day]
        _end(leaving, sa.and_(POST, PlannedPost.starts_on >= day), now)
    _replace(plans, ~POST, now)
    record_many(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="people.leaving_planned",
        subject_kind=SUBJECT,
        subjects=[
            (plan.public_id, one.person.public_id, {"on": one.on.isoformat()})
            for plan, one in zip(plans, wanted, strict=True)
        ],
    )
    _tell(wanted, now)


def _tell(wanted: Sequence[Ahead | Leaving], now: datetime) -> None:
    for one in wanted:
        tell_posts_changed(one.person, now=now)


def dismiss(*, person: Person, on: date, actor: Person, now: datetime, today: date) -> bool:
    """End a person's work with the day ``on``; True when it lies ahead and is planned only.

    Raises NotEmployed, OwnPost, FarAhead and WrongDay.
    """
    if person.id == actor.id:
        raise OwnPost
    if on > today + AHEAD:
        raise FarAhead
    _hold(person.id)
    if on <= today:
        services.end_employment(
            now=now, actor_key=actor.public_id, person=person, on=on, today=today
        )
        return False
    has_post = sa.exists().where(Employment.person_id == person.id, Employment.ended_on.is_(None))
    if not db.session.scalar(sa.select(has_post)):
        raise NotEmployed
    plan_ends(wanted=[Leaving(person, on)], actor=actor, now=now)
    return True


def move(*, wanted: Ahead, actor: Person, now: datetime, today: date) -> bool:
    """Move a person to another post from a day; True when it lies ahead and is planned only.

    Somebody without a post is given one, which only a day ahead can say. Raises FarAhead, SamePost,
    EndsFirst when the last day at work that is planned comes before, and what ``services.transfer``
    raises.
    """
    person, on = wanted.person, wanted.on
    if on > today + AHEAD:
        raise FarAhead
    must_be_known(person)
    _hold(person.id)
    begins = _first_day_of_present(wanted)
    if on <= today:
        services.transfer(
            now=now,
            actor_key=actor.public_id,
            person=person,
            unit=wanted.unit,
            job_role=wanted.job_role,
            on=on,
            today=today,
        )
        return False
    if begins is not None and on <= begins:
        raise TooEarly(begins)
    ends = db.session.scalars(
        sa.select(PlannedPost).where(
            PlannedPost.person_id == person.id, PlannedPost.ended_at.is_(None), ~POST
        )
    ).one_or_none()
    if ends is not None and on > ends.last_on:
        raise EndsFirst(ends.last_on)
    plan_posts(wanted=[wanted], actor=actor, now=now)
    return True


def _first_day_of_present(wanted: Ahead) -> date | None:
    """Return since when the person has the present post; None: has none. Raises SamePost."""
    statement = sa.select(Employment).where(
        Employment.person_id == wanted.person.id, Employment.ended_on.is_(None)
    )
    present = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if present is None:
        return None
    if (present.unit_id, present.job_role_id) == (wanted.unit.id, wanted.job_role.id):
        raise SamePost
    return present.started_on


def _plan(
    person: Person, starts_on: date, actor: Person | None, now: datetime, **place: int
) -> PlannedPost:
    return PlannedPost(
        person_id=person.id,
        starts_on=starts_on,
        planned_by_id=actor.id if actor else None,
        planned_at=now,
        **place,
    )


def _replace(plans: Sequence[PlannedPost], kind: sa.ColumnElement[bool], now: datetime) -> None:
    """Add plans; those of this kind that the people had before end."""
    _end(plans, kind, now)
    db.session.add_all(plans)
    db.session.flush()


def _end(plans: Sequence[PlannedPost], which: sa.ColumnElement[bool], now: datetime) -> None:
    replaced = sa.update(PlannedPost).where(
        PlannedPost.person_id.in_([plan.person_id for plan in plans]),
        PlannedPost.ended_at.is_(None),
        which,
    )
    db.session.execute(replaced.values(outcome=PlanOutcome.REPLACED, ended_at=now))


def call_off(*, plan: PlannedPost, actor: Person, reason: str, now: datetime) -> None:
    """Let what was planned not happen. Raises PlanEnded."""
    statement = sa.update(PlannedPost).where(
        PlannedPost.id == plan.id, PlannedPost.ended_at.is_(None)
    )
    ended = statement.values(
        outcome=PlanOutcome.CALLED_OFF, ended_at=now, called_off_by_id=actor.id, reason=reason
    )
    if db.session.execute(ended.returning(PlannedPost.id)).one_or_none() is None:
        raise PlanEnded
    of: dict[str, Any] = {
        "now": now,
        "actor_key": actor.public_id,
        "subject_kind": SUBJECT,
        "subject_key": plan.public_id,
        "person_key": plan.person.public_id,
        "reason": reason,
    }
    if plan.is_end:
        record(action="people.leaving_called_off", **of)
    else:
        record(action="people.planned_post_called_off", **of)
    tell_posts_changed(plan.person, now=now)


def begin(plan_id: int, *, now: datetime, today: date) -> None:
    """Let a planned post or end of work begin, if it still is planned and its day has come.

    Its first day is the planned one, however late this is run. What can't be done any more ends the
    plan as failed; ``plan_failed`` tells of it.
    """
    plan = _held(plan_id)
    if plan is None or plan.ended_at is not None or plan.starts_on > today:
        return
    plan.outcome, plan.ended_at = PlanOutcome.DONE, now
    db.session.flush()
    try:
        with db.session.begin_nested():
            _carry_out(plan, now, today)
    except Refusal:
        plan.outcome = PlanOutcome.FAILED
        db.session.flush()
        _note_failure(plan, now)


def _note_failure(plan: PlannedPost, now: datetime) -> None:
    of: dict[str, Any] = {
        "now": now,
        "actor_key": None,
        "subject_kind": SUBJECT,
        "subject_key": plan.public_id,
        "person_key": plan.person.public_id,
    }
    if plan.is_end:
        record(action="people.leaving_failed", **of)
    else:
        record(action="people.planned_post_failed", **of)
    plan_failed.send(plan, now=now)
    tell_posts_changed(plan.person, now=now)


def _hold(person_id: Any) -> None:
    db.session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update())


def _held(plan_id: int) -> PlannedPost | None:
    """Return a plan; the person is held first, as an import does, so that neither waits twice."""
    owner = sa.select(PlannedPost.person_id).where(PlannedPost.id == plan_id).scalar_subquery()
    _hold(owner)
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.id == plan_id)
        .options(
            joinedload(PlannedPost.unit),
            joinedload(PlannedPost.job_role),
            joinedload(PlannedPost.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def _carry_out(plan: PlannedPost, now: datetime, today: date) -> None:
    """Do what was planned. Raises whatever the service refuses, and UnitClosed."""
    stamp: dict[str, Any] = {
        "now": now,
        "actor_key": None,
        "person": plan.person,
        "today": today,
    }
    if plan.unit is None or plan.job_role is None:
        services.end_employment(on=plan.last_on, **stamp)
        return
    if plan.unit.closed_on is not None:
        raise UnitClosed
    move = services.transfer if plan.person.employment else services.take_up_post
    move(unit=plan.unit, job_role=plan.job_role, on=plan.starts_on, **stamp)
