"""Changes of labels: compared with the last that was noticed, appended, told to who listens."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.events import standing_changed
from lms.certification.following.models import StandingChange
from lms.certification.lifecycle.state import Label
from lms.certification.schemes.models import CertificationStanding
from lms.core.database import db

Pair = tuple[int, int]  # person and scheme


def notice_changes(person_ids: Collection[int], *, now: datetime, today: date) -> int:
    """Append and tell each label of these people that isn't the last one noticed; return how many.

    Safe to repeat, and for two who notice at once: what stands is compared.
    """
    present, last = _present(person_ids, today), _last(person_ids)
    rows = [
        StandingChange(
            person_id=pair[0],
            scheme_id=pair[1],
            label_before=last.get(pair, Label.NONE),
            label=present.get(pair, Label.NONE),
            changed_on=today,
            noticed_at=now,
        )
        for pair in sorted({*present, *last})
        if present.get(pair, Label.NONE) is not last.get(pair, Label.NONE)
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        standing_changed.send(row, now=now)
    return len(rows)


def _present(person_ids: Collection[int], today: date) -> dict[Pair, Label]:
    row = CertificationStanding
    statement = sa.select(row.person_id, row.scheme_id, row.label).where(
        row.person_id.in_(person_ids), row.first_on <= today, row.last_on >= today
    )
    return {(one[0], one[1]): one[2] for one in db.session.execute(statement)}


def _last(person_ids: Collection[int]) -> dict[Pair, Label]:
    row = StandingChange
    newest = (
        sa.select(sa.func.max(row.id))
        .where(row.person_id.in_(person_ids))
        .group_by(row.person_id, row.scheme_id)
    )
    statement = sa.select(row.person_id, row.scheme_id, row.label).where(row.id.in_(newest))
    return {(one[0], one[1]): one[2] for one in db.session.execute(statement)}
