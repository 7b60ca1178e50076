"""What planned posts will mean: absences, and requirements that rules add and lift on their day.

Nothing of it is recorded before its day. What is recorded then has the same keys, so that nothing
counts twice; and a plan that is called off leaves no trace.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.certification.lifecycle.facts import Fact, Required, RequirementLifted
from lms.certification.schemes.models import RequirementRule
from lms.certification.schemes.rules.spells import coverage_of, joined, newest_key
from lms.core.calendar import add_days
from lms.core.database import db
from lms.people.models import Employment, UnitPlace
from lms.people.planned.expected import NO_END, People, expected_posts, has_plan
from lms.people.queries import is_in


@dataclass(frozen=True)
class Post:
    """A post as it is expected, while its unit lies in one place; ``ended_on`` is the last day."""

    unit_path: str
    job_role_id: int
    started_on: date
    ended_on: date | None
    planned_at: datetime | None  # of the plan by which it begins or ends
    is_ahead: bool

    @property
    def turns_on(self) -> date | None:
        """The day on which the plan takes effect; None without one."""
        if self.planned_at is None:
            return None
        if self.is_ahead or self.ended_on is None:
            return self.started_on
        return add_days(self.ended_on, 1)


def changing_posts(people: People, known_at: datetime | None = None) -> dict[int, list[Post]]:
    """Return the posts of those of these people who left one, or for whom something is planned.

    By person, in their order. One statement.
    """
    if known_at is None and not isinstance(people, (sa.Select, sa.BindParameter)):
        rows = db.session.execute(_changing_now(), {"people": list(people)})
    else:
        rows = db.session.execute(_changing(people, known_at))
    found: dict[int, list[Post]] = defaultdict(list)
    for person_id, path, since, until, role, first, last, planned_at, is_ahead in rows:
        over = min(last, until)
        own = Post(
            unit_path=path,
            job_role_id=role,
            started_on=max(first, since),
            ended_on=None if over == NO_END else over,
            planned_at=planned_at if over == last else None,
            is_ahead=bool(is_ahead),
        )
        found[person_id].append(own)
    return found


@cache
def _changing_now() -> sa.Select[Any]:
    """Return the statement for people by id, made once: each fact about anybody asks it."""
    return _changing(sa.bindparam("people", expanding=True, type_=sa.Integer), None)


def _changing(people: People, known_at: datetime | None) -> sa.Select[Any]:
    row, ended = expected_posts(people, known_at=known_at).c, aliased(Employment)
    has_ended = sa.exists().where(ended.person_id == row.person_id, ended.ended_on.is_not(None))
    place = UnitPlace
    until: Any = place.last_on
    if known_at is not None:
        is_later = sa.or_(place.ended_at.is_(None), place.ended_at > known_at)
        until = sa.type_coerce(sa.case((is_later, NO_END), else_=until), sa.Date())
    statement = (
        sa.select(row.person_id, place.path, place.first_on, until, *row[2:])
        .join(place, place.unit_id == row.unit_id)
        .where(
            sa.or_(has_ended, has_plan(row.person_id, known_at=known_at)),
            place.first_on <= until,
            place.first_on <= row.last_on,
            until >= row.started_on,
        )
        .order_by(row.person_id, row.started_on, place.first_on)
    )
    if known_at is not None:
        is_known = sa.or_(place.recorded_at.is_(None), place.recorded_at <= known_at)
        statement = statement.where(is_known)
    return statement


def foreseen(
    posts: Mapping[int, Sequence[Post]],
    recorded: Mapping[tuple[int, int], Sequence[Fact]],
    scheme_ids: Collection[int],
    known_at: datetime | None = None,
) -> dict[tuple[int, int], list[Fact]]:
    """Return what rules will require, and no longer require, of whom something is planned for.

    By person and scheme, as ``recorded`` is. One statement, none where nothing is planned.
    """
    planned = {
        person_id: own for person_id, own in posts.items() if any(one.turns_on for one in own)
    }
    found: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for rule in _rules(scheme_ids, known_at) if planned else ():
        for person_id, own in planned.items():
            keys = {fact.key for fact in recorded.get((person_id, rule.scheme_id), ())}
            found[person_id, rule.scheme_id] += _of_rule(rule, person_id, own, keys)
    return {pair: facts for pair, facts in found.items() if facts}


def _rules(scheme_ids: Collection[int], known_at: datetime | None) -> Iterable[RequirementRule]:
    statement = (
        sa.select(RequirementRule)
        .where(RequirementRule.scheme_id.in_(scheme_ids))
        .options(joinedload(RequirementRule.unit))
        .order_by(RequirementRule.id)
    )
    if known_at is not None:
        statement = statement.where(RequirementRule.made_at <= known_at)
    return db.session.scalars(statement).all()


def _of_rule(
    rule: RequirementRule, person_id: int, posts: Sequence[Post], recorded: Collection[str]
) -> Iterable[Fact]:
    coverage = coverage_of(rule)
    covered = [
        (one.started_on, one.ended_on)
        for one in posts
        if is_in(one.unit_path, coverage.unit_path)
        and coverage.job_role_id in (None, one.job_role_id)
        and (one.ended_on is None or one.ended_on >= coverage.in_force_on)
        and (coverage.ended_on is None or one.started_on < coverage.ended_on)
    ]
    turn = min(one.turns_on for one in posts if one.turns_on)
    planned_at = min(one.planned_at for one in posts if one.planned_at)
    for spell in joined(person_id, covered, coverage):
        key = newest_key(rule, spell.begins_on, recorded)
        if spell.begins_on >= turn:
            yield Required(
                key=key, effective_on=spell.begins_on, recorded_at=planned_at, days=rule.days
            )
        if spell.ends_on is not None and spell.ends_on >= turn:
            yield RequirementLifted(
                key=f"lifted:{key}",
                effective_on=spell.ends_on,
                recorded_at=planned_at,
                requirement=key,
            )
