"""How people stood at which post, kept beside the standings: made from them and the posts.

What changed is all that is written, and the tally grows by exactly that.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

import sqlalchemy as sa

from lms.certification.board import tally
from lms.certification.board.models import StandingAtPost
from lms.certification.lifecycle.state import Obligation
from lms.certification.schemes.models import CertificationStanding
from lms.core.database import db
from lms.people.planned.expected import People, expected_posts

TABLE: sa.Table = StandingAtPost.__table__  # type: ignore[assignment]


def refresh(person_ids: Collection[int], scheme_ids: Collection[int]) -> None:
    """Bring the rows of these people to what their standings and posts say, and the tally.

    Whoever calls holds the people's rows, so that nobody else does the same at the same time.
    """
    names = {"people": sorted(person_ids), "schemes": sorted(scheme_ids)}
    kept, meant = _statements()
    old, new = set(db.session.execute(kept, names)), set(db.session.execute(meant, names))
    gone, come = old - new, new - old
    _delete(gone)
    if come:
        db.session.execute(sa.insert(TABLE), [row._asdict() for row in come])
    tally.append(gone=gone, come=come)


@cache
def _statements() -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Return what is kept and what is meant of people and schemes by id; made once."""
    people = sa.bindparam("people", expanding=True, type_=sa.Integer)
    schemes = sa.bindparam("schemes", expanding=True, type_=sa.Integer)
    standing = CertificationStanding
    kept = sa.select(TABLE).where(TABLE.c.person_id.in_(people), TABLE.c.scheme_id.in_(schemes))
    meant = derived(people).where(standing.person_id.in_(people), standing.scheme_id.in_(schemes))
    return kept, meant


def derived(person_ids: People | None = None) -> sa.Select[Any]:
    """Return the rows that standings and posts mean, in the order of the table's columns.

    Posts of these people, or of everybody, as they are expected.
    """
    standing, post = CertificationStanding, expected_posts(person_ids).c
    required = standing.obligation.in_((Obligation.REQUIRED, Obligation.OVERDUE))
    first = sa.case((post.started_on > standing.first_on, post.started_on), else_=standing.first_on)
    last = sa.case((post.last_on < standing.last_on, post.last_on), else_=standing.last_on)
    meant = {
        "person_id": standing.person_id,
        "scheme_id": standing.scheme_id,
        "first_on": first,
        "last_on": last,
        "unit_id": post.unit_id,
        "job_role_id": post.job_role_id,
        "is_required": required,
        "is_compliant": sa.and_(required, standing.is_compliant),
        "is_overdue": standing.obligation == Obligation.OVERDUE,
        "may_serve": standing.may_serve,
        "valid_until_on": standing.valid_until_on,
    }
    columns = (sa.type_coerce(meant[own.key], own.type).label(own.key) for own in TABLE.c)
    return (
        sa.select(*columns)
        .select_from(standing)
        .join(
            post.person_id.table,
            sa.and_(
                post.person_id == standing.person_id,
                post.started_on <= standing.last_on,
                post.last_on >= standing.first_on,
            ),
        )
    )


def _delete(rows: Collection[Any]) -> None:
    names = [column.name for column in TABLE.primary_key]
    this = [TABLE.c[name] == sa.bindparam(f"its_{name}") for name in names]
    keys = [{f"its_{name}": getattr(row, name) for name in names} for row in rows]
    if keys:
        db.session.execute(sa.delete(TABLE).where(*this), keys)
