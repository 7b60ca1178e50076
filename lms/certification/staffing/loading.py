"""Reading a centre's week: a fixed number of statements, whatever the size."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from lms.certification.lifecycle.calendar import Stretch
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.codec import FACT_COLUMNS, fact_of
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.certification.staffing.models import (
    CentreStaffing,
    OpeningDay,
    ServiceGroup,
    ServiceWindow,
    StaffingNeed,
    WorkException,
    WorkPattern,
)
from lms.certification.staffing.seating.shifts import (
    OFFICE,
    WEEKDAYS,
    OtherDays,
    Shift,
    monday_of,
)
from lms.certification.staffing.weeks import (
    STANDARD_HOURS,
    Group,
    Hours,
    Setup,
    Spell,
    Week,
    Worker,
)
from lms.core.database import db
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.planned.models import PlannedPost

SIX_DAYS = timedelta(days=6)
ONE_DAY = timedelta(days=1)


def load_week(unit: OrganisationUnit, day: date) -> Week:
    """Return the week of ``day`` at a centre."""
    monday = monday_of(day)
    setup = load_setup(unit)
    return Week(monday, load_groups(), setup, _workers(unit, monday, setup))


def load_groups() -> list[Group]:
    """Return the service groups in use, in the order they were made."""
    statement = (
        sa.select(ServiceGroup)
        .where(ServiceGroup.retired_at.is_(None))
        .options(selectinload(ServiceGroup.asked))
        .order_by(ServiceGroup.id)
    )
    return [
        Group(
            row.id,
            row.public_id,
            row.key,
            row.name_ru,
            row.name_en,
            frozenset(one.scheme_id for one in row.asked),
        )
        for row in db.session.scalars(statement)
    ]


def load_setup(unit: OrganisationUnit) -> Setup:
    """Return what is said of a centre; what isn't said is as the network's standard."""
    centre = db.session.get(CentreStaffing, unit.id)
    return Setup(
        windows=_windows(unit),
        hours=_hours(unit),
        needs=_needs(unit),
        pattern=centre.pattern if centre else OFFICE,
        row_version=centre.row_version if centre else 0,
    )


def _windows(unit: OrganisationUnit) -> dict[int, frozenset[int]]:
    statement = (
        sa.select(ServiceWindow)
        .where(ServiceWindow.unit_id == unit.id)
        .options(selectinload(ServiceWindow.offers))
        .order_by(ServiceWindow.number)
    )
    return {
        row.number: frozenset(one.group_id for one in row.offers)
        for row in db.session.scalars(statement)
    }


def _hours(unit: OrganisationUnit) -> dict[int, Hours | None]:
    found: dict[int, Hours | None] = dict.fromkeys(WEEKDAYS, STANDARD_HOURS)
    for row in db.session.scalars(sa.select(OpeningDay).where(OpeningDay.unit_id == unit.id)):
        times = (row.opens_at, row.changes_at, row.closes_at)
        found[row.weekday] = None if None in times else times  # type: ignore[assignment]
    return found


def _needs(unit: OrganisationUnit) -> dict[tuple[int, Shift], dict[int, int]]:
    statement = (
        sa.select(StaffingNeed)
        .join(ServiceGroup, ServiceGroup.id == StaffingNeed.group_id)
        .where(StaffingNeed.unit_id == unit.id, ServiceGroup.retired_at.is_(None))
    )
    found: dict[tuple[int, Shift], dict[int, int]] = defaultdict(dict)
    for row in db.session.scalars(statement):
        found[row.weekday, row.shift][row.group_id] = row.windows
    return found


def _employed(unit: OrganisationUnit, first: date, last: date) -> Sequence[sa.ColumnElement[bool]]:
    return (
        Employment.unit_id == unit.id,
        Employment.started_on <= last,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= first),
    )


def _posts(unit: OrganisationUnit, monday: date) -> sa.Subquery:
    """Return the posts at a centre in a week: those held, and those planned to begin by then."""
    plan, sunday = PlannedPost, monday + SIX_DAYS
    held = sa.select(
        Employment.person_id,
        Employment.job_role_id,
        Employment.started_on.label("first_on"),
        Employment.ended_on.label("last_on"),
    ).where(*_employed(unit, monday, sunday))
    ahead = sa.select(
        plan.person_id, plan.job_role_id, plan.starts_on, sa.null().cast(sa.Date)
    ).where(plan.unit_id == unit.id, plan.ended_at.is_(None), plan.starts_on <= sunday)
    return sa.union_all(held, ahead).subquery("posts")


def workers_of(unit: OrganisationUnit, monday: date) -> sa.Select[Any]:
    """Return the statement of the ids of those who have, or are to have, a post in a week."""
    return sa.select(_posts(unit, monday).c.person_id)


def _workers(unit: OrganisationUnit, monday: date, setup: Setup) -> list[Worker]:
    sunday = monday + SIX_DAYS
    ids = workers_of(unit, monday)
    serves, other, leaves = (
        _serves(ids, monday, sunday),
        _other_days(ids, monday, sunday),
        _leaves(ids),
    )
    found: dict[int, Worker] = {}
    for row in db.session.execute(_people_at(_posts(unit, monday))):
        person_id, pattern, last_on = row.id, row.pattern, _last_day(row)
        if last_on is not None and last_on < max(monday, row.first_on):
            continue  # as planned they are gone by then
        # Two posts here within one week are one stretch: the later one's end counts.
        first = found[person_id].first_on if person_id in found else row.first_on
        found[person_id] = Worker(
            id=person_id,
            public_id=row.public_id,
            name=" ".join(filter(None, (row.family_name, row.given_name, row.patronymic))),
            post_ru=row.name_ru,
            post_en=row.name_en,
            first_on=first,
            last_on=last_on,
            pattern=setup.pattern if pattern is None else pattern,
            other_days=tuple(other[person_id]),
            leaves=tuple(leaves[person_id]),
            serves=tuple(serves[person_id]),
        )
    return list(found.values())


def _people_at(posts: sa.Subquery) -> sa.Select[Any]:
    """Return the statement of these posts with their people, and what else is planned for them.

    Columns, not records: a large centre has thousands. Who has a post is neither erased nor merged.
    """
    move, end = aliased(PlannedPost), aliased(PlannedPost)
    return (
        sa.select(
            posts.c.first_on,
            posts.c.last_on,
            move.starts_on.label("moves_on"),
            end.starts_on.label("gone_on"),
            Person.id,
            Person.public_id,
            Person.family_name,
            Person.given_name,
            Person.patronymic,
            JobRole.name_ru,
            JobRole.name_en,
            WorkPattern.pattern,
        )
        .select_from(posts)
        .join(Person, Person.id == posts.c.person_id)
        .join(JobRole, JobRole.id == posts.c.job_role_id)
        .outerjoin(WorkPattern, WorkPattern.person_id == Person.id)
        .outerjoin(move, _is_ahead_of(move, posts, move.unit_id.is_not(None)))
        .outerjoin(end, _is_ahead_of(end, posts, end.unit_id.is_(None)))
        .order_by(Person.sort_name, Person.id, posts.c.first_on)
    )


def _is_ahead_of(plan: Any, posts: sa.Subquery, kind: Any) -> sa.ColumnElement[bool]:
    return sa.and_(plan.person_id == posts.c.person_id, plan.ended_at.is_(None), kind)


def _last_day(row: Any) -> date | None:
    """Return the last day in a post by what is on record and by what is planned; None: open."""
    days = [row.last_on] if row.last_on else []
    if row.moves_on and row.moves_on > row.first_on:
        days.append(row.moves_on - ONE_DAY)
    if row.gone_on:
        days.append(row.gone_on - ONE_DAY)
    return min(days, default=None)


def _serves(ids: sa.Select[Any], monday: date, sunday: date) -> dict[int, list[Spell]]:
    row = CertificationStanding
    statement = sa.select(row.person_id, row.scheme_id, row.first_on, row.last_on).where(
        row.person_id.in_(ids), row.may_serve, row.first_on <= sunday, row.last_on >= monday
    )
    found: dict[int, list[Spell]] = defaultdict(list)
    for person_id, scheme_id, first_on, last_on in db.session.execute(statement):
        found[person_id].append(Spell(scheme_id, first_on, last_on))
    return found


def _other_days(ids: sa.Select[Any], monday: date, sunday: date) -> dict[int, list[OtherDays]]:
    row = WorkException
    statement = (
        sa.select(row.person_id, row.first_on, row.last_on, row.shifts)
        .where(row.person_id.in_(ids), row.first_on <= sunday, row.last_on >= monday)
        .order_by(row.id)
    )
    found: dict[int, list[OtherDays]] = defaultdict(list)
    for person_id, first_on, last_on, shifts in db.session.execute(statement):
        found[person_id].append(OtherDays(first_on, last_on, shifts))
    return found


def _leaves(ids: sa.Select[Any]) -> dict[int, list[Stretch]]:
    statement = sa.select(CertificationFact.person_id, *FACT_COLUMNS).where(
        CertificationFact.person_id.in_(ids), CertificationFact.scheme_id.is_(None)
    )
    facts = defaultdict(list)
    for row in db.session.execute(statement):
        facts[row.person_id].append(fact_of(row))
    # Seen from the calendar's end: what is known of leaves that begin and end later counts too.
    found: dict[int, list[Stretch]] = defaultdict(list)
    for person_id, known in facts.items():
        found[person_id] = History(known, Scheme(())).leaves(date.max)
    return found
