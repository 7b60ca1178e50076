"""What merging two people does with what courses hold of them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.models import Course
from lms.catalog.reminding.models import ReviewReminder
from lms.core.database import db
from lms.people.merging.carrying import (
    Clash,
    Deed,
    Pair,
    Unless,
    carry,
    clashing,
    leave_behind,
    rows_of,
    run,
)


def _twice(pair: Pair) -> Any:
    """Select course and invitation of the record that ends where both are invited."""
    other = aliased(CoAuthorship)
    return (
        sa.select(CoAuthorship.course_id, CoAuthorship.id)
        .join(other, other.course_id == CoAuthorship.course_id)
        .where(
            CoAuthorship.person_id == pair.ended.id,
            CoAuthorship.withdrawn_at.is_(None),
            other.person_id == pair.kept.id,
            other.withdrawn_at.is_(None),
        )
        .order_by(CoAuthorship.id)
    )


def _clashes(pair: Pair) -> Sequence[Clash]:
    twice = [course_id for course_id, _id in db.session.execute(_twice(pair))]
    names = db.session.scalars(sa.select(Course.slug).where(Course.id.in_(twice)))
    return clashing(names, _l("The invitation of the record that stays holds; the other ends."))


def _end_twice(deed: Deed) -> None:
    ids = [key for _course, key in db.session.execute(_twice(deed.pair))]
    ending = sa.update(CoAuthorship).where(CoAuthorship.id.in_(ids))
    run(ending.values(withdrawn_at=deed.now, row_version=CoAuthorship.row_version + 1))


carry(
    rows_of(
        "invitations",
        _l("Invitations to edit a course"),
        CoAuthorship.person_id,
        before=_end_twice,
        clashes=_clashes,
    ),
    rows_of(
        "review_reminders",
        _l("Reminders of reviews received"),
        ReviewReminder.recipient_id,
        unless=Unless((ReviewReminder.about, ReviewReminder.review_by, ReviewReminder.occasion)),
        is_passing=True,
    ),
)
leave_behind({"media_upload.person_id": "a file on its way goes within days; it is sent anew"})
