"""The stored timelines: made anew from the facts of the people they are asked for."""

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from lms.certification.board import standings_at_posts
from lms.certification.events import standings_refreshed
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.lifecycle.timeline import Segment, timeline
from lms.certification.schemes.models import CertificationStanding
from lms.certification.schemes.records.histories import BATCH, histories, schemes_by_id
from lms.core.database import db
from lms.people.models import Person

# Of an insert into the class, rows with other columns empty would be statements of their own.
TABLE: sa.Table = CertificationStanding.__table__  # type: ignore[assignment]
NO_END = date.max


def refresh(
    person_ids: Collection[int],
    scheme_ids: Collection[int] | None = None,
    *,
    schemes: dict[int, Scheme] | None = None,
) -> None:
    """Make the stored timelines of these people anew, for all schemes or those given.

    ``schemes``: those given, where they are read already. Whoever follows is told of those about
    whom something is known.
    """
    schemes = schemes_by_id(scheme_ids) if schemes is None else schemes
    if not schemes:
        return
    ordered = sorted(set(person_ids))
    found: set[int] = set()
    for start in range(0, len(ordered), BATCH):
        ids = ordered[start : start + BATCH]
        hold(ids)
        gone = sa.delete(CertificationStanding).where(
            CertificationStanding.person_id.in_(ids),
            CertificationStanding.scheme_id.in_(schemes.keys()),
        )
        db.session.execute(gone, execution_options={"synchronize_session": False})
        known = histories(ids, schemes)
        found |= {person_id for person_id, _scheme_id in known}
        rows = [row for key, one in known.items() for row in rows_of(*key, one)]
        if rows:
            db.session.execute(sa.insert(TABLE), rows)
        standings_at_posts.refresh(ids, schemes.keys())
    if found:
        standings_refreshed.send(sorted(found))


def serving(scheme_id: int, day: date) -> sa.Select[int]:
    """Return the statement that selects the ids of those who may serve on a day."""
    return sa.select(CertificationStanding.person_id).where(
        CertificationStanding.scheme_id == scheme_id,
        CertificationStanding.first_on <= day,
        CertificationStanding.last_on >= day,
        CertificationStanding.may_serve,
    )


def hold(person_ids: Collection[int]) -> None:
    """Let nobody else refresh these people before this transaction ends: each sees the other's."""
    held = sa.select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(held.with_for_update(key_share=True))


def rows_of(person_id: int, scheme_id: int, known: History) -> Iterable[dict[str, object]]:
    """Yield the timeline of one person and scheme as rows."""
    for segment in timeline(known):
        yield {"person_id": person_id, "scheme_id": scheme_id, **_columns(segment)}


def _columns(segment: Segment) -> dict[str, object]:
    state = segment.state
    return {
        "first_on": segment.first_on,
        "last_on": segment.last_on or NO_END,
        "label": state.label,
        "obligation": state.obligation,
        "holding": state.holding,
        "work": state.work,
        "is_compliant": state.is_compliant,
        "may_serve": state.may_serve,
        "due_on": state.due_on,
        "valid_until_on": state.period.until_on if state.period else None,
    }
