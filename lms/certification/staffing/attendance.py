"""Who is at a centre in a week: those who are alike together, everybody else one by one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.certification.board.models import StandingAtPost
from lms.certification.lifecycle.calendar import Stretch
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.codec import FACT_COLUMNS, fact_of
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.alike import ids_of, read_ids
from lms.certification.staffing.crews import Crew, Ids, Spell, Worker
from lms.certification.staffing.models import WorkException, WorkPattern
from lms.certification.staffing.seating.shifts import OtherDays
from lms.core.database import db
from lms.core.unit_of_work import is_one_of
from lms.people.models import Employment, JobRole, OrganisationUnit, Person, name_of
from lms.people.planned.models import PlannedPost

SIX_DAYS = timedelta(days=6)
ONE_DAY = timedelta(days=1)
WEEKS_KEPT = 64  # of whichever centres


@dataclass(frozen=True)
class Colleague:
    """Somebody of a centre as pages and files name them."""

    id: int
    public_id: str
    name: str
    post_ru: str
    post_en: str


def load_crew(unit: OrganisationUnit, monday: date, pattern: int) -> Crew:
    """Return who is at a centre in a week; ``pattern`` is of those who have none of their own.

    The database puts those together who are alike: a centre may have thousands.
    """
    sunday, posts = monday + SIX_DAYS, _posts(unit, monday)
    is_special = posts.c.person_id.in_(_special(unit, monday, sunday))
    own = sa.case((is_special, sa.null()), else_=sa.func.coalesce(WorkPattern.pattern, pattern))
    each = (
        sa.select(posts.c.person_id, own.label("own"))
        .outerjoin_from(posts, WorkPattern, WorkPattern.person_id == posts.c.person_id)
        .subquery()
    )
    by_pattern = sa.select(each.c.own, ids_of(each.c.person_id)).group_by(each.c.own)
    patterns = {row[0]: read_ids(row[1]) for row in db.session.execute(by_pattern)}
    special = patterns.pop(None, frozenset())
    return Crew(
        patterns,
        _spells(unit, monday, sunday),
        _others(unit, monday, pattern, special) if special else (),
    )


def workers_of(unit: OrganisationUnit, monday: date) -> sa.Select[Any]:
    """Return the statement of the ids of those who have, or are to have, a post in a week."""
    return _workers_at(unit.id, monday)


@lru_cache(maxsize=WEEKS_KEPT)
def _workers_at(unit_id: int, monday: date) -> sa.Select[Any]:
    return sa.select(_posts_at(unit_id, monday).c.person_id)


def load_order(unit: OrganisationUnit, monday: date) -> list[int]:
    """Return the ids of everybody of the centre in a week, in the order of their names."""
    statement = sa.select(Person.id).where(Person.id.in_(workers_of(unit, monday)))
    return list(db.session.scalars(statement.order_by(Person.sort_name, Person.id)))


def in_order(people: Collection[int]) -> list[int]:
    """Return the ids of these people in the order of their names."""
    statement = sa.select(Person.id).where(is_one_of(Person.id, people))
    return list(db.session.scalars(statement.order_by(Person.sort_name, Person.id)))


def load_colleagues(
    unit: OrganisationUnit, monday: date, among: Collection[int] | sa.Select[Any]
) -> dict[int, Colleague]:
    """Return those of a centre's people whose ids are ``among`` these, in the order of their names.

    Who has a post is neither erased nor merged.
    """
    posts, found = _posts(unit, monday), {}
    of = posts.c.person_id
    named = of.in_(among) if isinstance(among, sa.Select) else is_one_of(of, among)
    for row in db.session.execute(_people_at(posts).where(named)):
        if _is_gone(row, monday):
            continue
        # Of two posts here within one week the later one is named.
        name = name_of(row.family_name, row.given_name, row.patronymic, None)
        found[row.id] = Colleague(row.id, row.public_id, name, row.name_ru, row.name_en)
    return found


def _employed(unit_id: int, first: date, last: date) -> Sequence[sa.ColumnElement[bool]]:
    return (
        Employment.unit_id == unit_id,
        Employment.started_on <= last,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= first),
    )


def _posts(unit: OrganisationUnit, monday: date) -> sa.Subquery:
    """Return the posts at a centre in a week: those held, and those planned to begin by then."""
    return _posts_at(unit.id, monday)


@lru_cache(maxsize=WEEKS_KEPT)  # a part of most statements about a week
def _posts_at(unit_id: int, monday: date) -> sa.Subquery:
    plan, sunday = PlannedPost, monday + SIX_DAYS
    held = sa.select(
        Employment.person_id,
        Employment.job_role_id,
        Employment.started_on.label("first_on"),
        Employment.ended_on.label("last_on"),
    ).where(*_employed(unit_id, monday, sunday))
    ahead = sa.select(
        plan.person_id, plan.job_role_id, plan.starts_on, sa.null().cast(sa.Date)
    ).where(plan.unit_id == unit_id, plan.ended_at.is_(None), plan.starts_on <= sunday)
    return sa.union_all(held, ahead).subquery("posts")


def _lasting(monday: date, sunday: date) -> Sequence[sa.ColumnElement[bool]]:
    return (
        Employment.started_on <= monday,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= sunday),
    )


def _special(unit: OrganisationUnit, monday: date, sunday: date) -> sa.CompoundSelect[Any]:
    """Return the statement of the ids of people who are looked at one by one.

    All others are employed all week, and work as their pattern says.
    """
    partly = sa.select(Employment.person_id).where(
        *_employed(unit.id, monday, sunday), sa.not_(sa.and_(*_lasting(monday, sunday)))
    )
    here = workers_of(unit, monday)
    said = (
        sa.select(of.person_id).where(of.person_id.in_(here), *conditions)
        for of, conditions in (
            (PlannedPost, [PlannedPost.ended_at.is_(None)]),
            (WorkException, _in_days(WorkException, monday, sunday)),
            (CertificationFact, [CertificationFact.scheme_id.is_(None)]),
        )
    )
    return sa.union(partly, *said)


def _in_days(row: Any, monday: date, sunday: date) -> Sequence[sa.ColumnElement[bool]]:
    return row.first_on <= sunday, row.last_on >= monday


def _spells(unit: OrganisationUnit, monday: date, sunday: date) -> dict[Spell, Ids]:
    row = StandingAtPost
    # As far as they lie in the week: what begins or ends before or after makes no difference.
    first = sa.case((row.first_on < monday, monday), else_=row.first_on)
    last = sa.case((row.last_on > sunday, sunday), else_=row.last_on)
    days = (row.scheme_id, sa.type_coerce(first, sa.Date), sa.type_coerce(last, sa.Date))
    statement = (
        sa.select(*days, ids_of(row.person_id))
        .where(row.unit_id == unit.id, row.may_serve, *_in_days(row, monday, sunday))
        .group_by(*days)
    )
    return {Spell(*of): read_ids(ids) for *of, ids in db.session.execute(statement)}


def _others(unit: OrganisationUnit, monday: date, pattern: int, special: Ids) -> list[Worker]:
    """Return those who aren't alike."""
    sunday = monday + SIX_DAYS
    posts = _posts(unit, monday)
    statement = _people_at(posts).where(is_one_of(posts.c.person_id, special))
    found_rows = db.session.execute(statement)
    rows = [row for row in found_rows if not _is_gone(row, monday)]
    ids = {row.id for row in rows}
    other, leaves = _other_days(ids, monday, sunday), _leaves(ids)
    found: dict[int, Worker] = {}
    for row in rows:
        # Two posts here within one week are one stretch: the later one's end counts.
        first = found[row.id].first_on if row.id in found else row.first_on
        found[row.id] = Worker(
            id=row.id,
            first_on=first,
            last_on=_last_day(row),
            pattern=pattern if row.pattern is None else row.pattern,
            other_days=tuple(other[row.id]),
            leaves=tuple(leaves[row.id]),
        )
    return list(found.values())


def _is_gone(row: Any, monday: date) -> bool:
    """Tell whether the post ends by what is planned before it, or the week, begins."""
    last_on = _last_day(row)
    return last_on is not None and last_on < max(monday, row.first_on)


def _people_at(posts: sa.Subquery) -> sa.Select[Any]:
    """Return the statement of these posts with their people, and what else is planned for them."""
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


def _other_days(ids: Collection[int], monday: date, sunday: date) -> dict[int, list[OtherDays]]:
    row = WorkException
    statement = (
        sa.select(row.person_id, row.first_on, row.last_on, row.shifts)
        .where(is_one_of(row.person_id, ids), *_in_days(row, monday, sunday))
        .order_by(row.id)
    )
    found: dict[int, list[OtherDays]] = defaultdict(list)
    for person_id, first_on, last_on, shifts in db.session.execute(statement):
        found[person_id].append(OtherDays(first_on, last_on, shifts))
    return found


def _leaves(ids: Collection[int]) -> dict[int, list[Stretch]]:
    statement = sa.select(CertificationFact.person_id, *FACT_COLUMNS).where(
        is_one_of(CertificationFact.person_id, ids), CertificationFact.scheme_id.is_(None)
    )
    facts = defaultdict(list)
    for row in db.session.execute(statement):
        facts[row.person_id].append(fact_of(row))
    # Seen from the calendar's end: what is known of leaves that begin and end later counts too.
    found: dict[int, list[Stretch]] = defaultdict(list)
    for person_id, known in facts.items():
        found[person_id] = History(known, Scheme(())).leaves(date.max)
    return found
