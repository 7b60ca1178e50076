"""Which days rules cover: of whom, from when, until when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.certification.lifecycle.calendar import add_days
from lms.certification.schemes.models import RequirementRule
from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit
from lms.people.queries import within

BY_RULE = "rule:"  # how keys begin of what a rule requires


@dataclass(frozen=True)
class Coverage:
    """What a rule says: a post (None: each), a part of the network, a stretch of days."""

    scheme_id: int
    unit_path: str
    job_role_id: int | None
    days: int
    in_force_on: date
    ended_on: date | None = None  # the first day on which it no longer holds
    enrols: bool = False


@dataclass(frozen=True)
class Spell:
    """Days without a gap on which a rule covers a person; ``ends_on`` is the first day after."""

    person_id: int
    begins_on: date
    ends_on: date | None


def coverage_of(rule: RequirementRule) -> Coverage:
    """Return what a stored rule says; load its ``unit``."""
    return Coverage(
        scheme_id=rule.scheme_id,
        unit_path=rule.unit.path,
        job_role_id=rule.job_role_id,
        days=rule.days,
        in_force_on=rule.in_force_on,
        ended_on=rule.ended_on,
        enrols=rule.enrols,
    )


def spells(coverage: Coverage, person_ids: Collection[int] | None = None) -> list[Spell]:
    """Return the spells that a rule covers, of all people or of those given.

    Someone who moves within what the rule covers is in one spell: its term doesn't begin again.
    """
    statement = covered_posts(coverage, Employment.started_on, Employment.ended_on)
    if person_ids is not None:
        statement = statement.where(Employment.person_id.in_(person_ids))
    posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    ordered = statement.order_by(Employment.person_id, Employment.started_on)
    for person_id, started_on, ended_on in db.session.execute(ordered):
        posts[person_id].append((started_on, ended_on))
    return [
        spell
        for person_id, stretches in posts.items()
        for spell in joined(person_id, stretches, coverage)
    ]


def covered_posts(coverage: Coverage, *columns: Any) -> sa.Select[Any]:
    """Return the statement of the posts that a rule covers: whose each is, and these columns."""
    statement = (
        sa.select(Employment.person_id, *columns)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(
            within(frozenset({coverage.unit_path})),
            sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= coverage.in_force_on),
        )
    )
    if coverage.job_role_id is not None:
        statement = statement.where(Employment.job_role_id == coverage.job_role_id)
    if coverage.ended_on is not None:
        statement = statement.where(Employment.started_on < coverage.ended_on)
    return statement


def joined(
    person_id: int, posts: Sequence[tuple[date, date | None]], coverage: Coverage
) -> Iterable[Spell]:
    """Yield the spells of one person: ``posts`` are those that are covered, by their first day."""
    begun: date | None = None
    over: date | None = None
    for started_on, ended_on in posts:
        first = max(started_on, coverage.in_force_on)
        after = add_days(ended_on, 1) if ended_on else None
        if begun is not None and over is not None and first <= over:
            over = after
            continue
        if begun is not None:
            yield _spell(person_id, begun, over, coverage)
        begun, over = first, after
    if begun is not None:
        yield _spell(person_id, begun, over, coverage)


def _spell(person_id: int, begun: date, over: date | None, coverage: Coverage) -> Spell:
    ends = [end for end in (over, coverage.ended_on) if end is not None]
    return Spell(person_id, begun, min(ends, default=None))


def key_of(rule: RequirementRule, begins_on: date, number: int = 1) -> str:
    """Return the key of the ``number``-th requirement that a rule leads to with a spell.

    There is more than one where a requirement was lifted and the spell turned out to go on.
    """
    again = f"#{number}" if number > 1 else ""
    return f"{BY_RULE}{rule.public_id}:{begins_on.isoformat()}{again}"


def newest_key(rule: RequirementRule, begins_on: date, recorded: Collection[str]) -> str:
    """Return the key of the last requirement that a rule led to with a spell, as ``recorded``."""
    number = 1
    while key_of(rule, begins_on, number + 1) in recorded:
        number += 1
    return key_of(rule, begins_on, number)
