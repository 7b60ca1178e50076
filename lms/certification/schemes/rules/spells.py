"""Which days rules cover: of whom, from when, until when.

A unit that was moved lay in another part of the network before. Rules over that part cover its
people until the move, and those over the new part from that day on: their terms are counted from
it, as from the first day of somebody's own transfer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.certification.schemes.models import RequirementRule
from lms.core.calendar import add_days
from lms.core.database import db
from lms.people.models import Employment, UnitPlace
from lms.people.planned.expected import NO_END
from lms.people.queries import EVERYWHERE, lay_in

BY_RULE = "rule:"  # how keys begin of what a rule requires


@dataclass(frozen=True)
class Coverage:
    """What a rule says: a post (None: each), a part of the network, a stretch of days."""

    scheme_id: int
    unit_path: str  # at present
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
    statement = covered_stretches(coverage)
    if person_ids is not None:
        statement = statement.where(Employment.person_id.in_(person_ids))
    posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    ordered = statement.order_by(Employment.person_id, "started_on")
    for person_id, started_on, ended_on in db.session.execute(ordered):
        posts[person_id].append((started_on, ended_on))
    return [
        spell
        for person_id, stretches in posts.items()
        for spell in joined(person_id, stretches, coverage)
    ]


def covered_posts(coverage: Coverage) -> sa.Select[Any]:
    """Return the statement of whose posts a rule covers, at least in part."""
    return _covered(coverage, Employment.person_id)


def covered_stretches(coverage: Coverage) -> sa.Select[Any]:
    """Return the statement of the days of posts that a rule covers: whose, first and last.

    ``started_on`` and ``ended_on`` are those of a post as long as its unit lay in the rule's part
    of the network; a post may have several stretches. The rule's own days aren't cut out.
    """
    post, place = Employment, UnitPlace
    first: Any = post.started_on
    last: Any = post.ended_on
    if not _is_everywhere(coverage):
        first = sa.case((place.first_on > first, place.first_on), else_=first)
        goes_on = sa.or_(place.last_on == NO_END, place.last_on >= last)
        last = sa.case((goes_on, last), else_=place.last_on)
    days = (sa.type_coerce(day, sa.Date()) for day in (first, last))
    named = (day.label(name) for day, name in zip(days, ("started_on", "ended_on"), strict=True))
    return _covered(coverage, post.person_id, *named)


def _is_everywhere(coverage: Coverage) -> bool:
    return coverage.unit_path in EVERYWHERE


def _covered(coverage: Coverage, *columns: Any) -> sa.Select[Any]:
    post, place = Employment, UnitPlace
    statement = sa.select(*columns).where(
        sa.or_(post.ended_on.is_(None), post.ended_on >= coverage.in_force_on)
    )
    if not _is_everywhere(coverage):
        ever = sa.select(place.unit_id).where(lay_in(coverage.unit_path))
        statement = statement.join(place, place.unit_id == post.unit_id).where(
            lay_in(coverage.unit_path),
            # So each database begins with the few units, whatever it thinks of the text.
            post.unit_id.in_(ever.correlate(None)),
            place.first_on <= place.last_on,
            place.last_on >= coverage.in_force_on,
            place.last_on >= post.started_on,
            sa.or_(post.ended_on.is_(None), post.ended_on >= place.first_on),
        )
        if coverage.ended_on is not None:
            statement = statement.where(place.first_on < coverage.ended_on)
    if coverage.job_role_id is not None:
        statement = statement.where(post.job_role_id == coverage.job_role_id)
    if coverage.ended_on is not None:
        statement = statement.where(post.started_on < coverage.ended_on)
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
