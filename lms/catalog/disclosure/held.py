"""What courses hold of a person, and how it goes."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.coauthoring.models import CoAuthorship
from lms.core import clock
from lms.core.database import db
from lms.people.disclosure.parts import of_person
from lms.people.erasure.holdings import hinder, hold, rows_of
from lms.people.models import Person


def while_invited(person: Person) -> Any:
    """Say that whoever still edits a course isn't erased."""
    stands = sa.select(CoAuthorship.id).where(
        CoAuthorship.person_id == person.id,
        CoAuthorship.withdrawn_at.is_(None),
        CoAuthorship.expires_on >= clock.now().date(),
    )
    if db.session.scalar(stands.limit(1)) is None:
        return None
    return _l("The person is still invited to edit a course. Withdraw the invitation first.")


hinder(while_invited)
hold(
    rows_of(
        "invitations",
        _l("Invitations to edit a course"),
        CoAuthorship,
        of_person(CoAuthorship.person_id),
        deletes=True,
    ),
)
