"""What courses hold of a person, and how it goes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.coauthoring.queries import today
from lms.catalog.reminding.models import ReviewReminder
from lms.catalog.uploading.models import MediaUpload
from lms.catalog.uploading.places import clear_afterwards
from lms.core.database import db
from lms.people.erasure.holdings import Holding, hinder, hold, theirs
from lms.people.erasure.models import Fate
from lms.people.models import Person


def while_invited(person: Person) -> Any:
    """Say that whoever still edits a course isn't erased."""
    stands = sa.select(CoAuthorship.id).where(
        CoAuthorship.person_id == person.id,
        CoAuthorship.withdrawn_at.is_(None),
        CoAuthorship.expires_on >= today(),
    )
    if db.session.scalar(stands.limit(1)) is None:
        return None
    return _l("The person is still invited to edit a course. Withdraw the invitation first.")


def _upload_count(person: Person) -> Any:
    count = sa.select(sa.func.count()).select_from(MediaUpload)
    return count.where(MediaUpload.person_id == person.id).scalar_subquery()


def _drop_uploads(person: Person, _now: datetime) -> None:
    """Remove what a person was sending, with the pieces that have arrived."""
    theirs = sa.select(MediaUpload).where(MediaUpload.person_id == person.id)
    for upload in db.session.scalars(theirs).all():
        clear_afterwards(upload)
        db.session.delete(upload)
    db.session.flush()


hinder(while_invited)
hold(
    theirs("invitations", _l("Invitations to edit a course"), CoAuthorship.person_id, deletes=True),
    theirs(
        "review_reminders",
        _l("Reminders of reviews received"),
        ReviewReminder.recipient_id,
        deletes=True,
    ),
    Holding(
        "media_uploads",
        _l("Files on their way into the media library"),
        _upload_count,
        {Fate.DELETE: _drop_uploads},
        tables=frozenset({MediaUpload.__tablename__}),
    ),
)
