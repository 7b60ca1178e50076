"""The demonstration's co-author from outside: an expert of a registry, invited to one course."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.catalog.coauthoring.services import Guest, invite
from lms.catalog.models import Course
from lms.core.database import db, fold
from lms.people.models import Account, Person

USERNAME = "expert"
COURSE = "real-estate-registration"
GUEST = Guest(
    "Лебедева",
    "Елена",
    "Юрьевна",
    "Росреестр (демонстрация)",
    None,
    USERNAME,
)
OPEN_FOR = timedelta(days=365)


def make_guest(*, host: Person, password_hash: str, now: datetime, today: date) -> None:
    """Invite the expert to the course, if it is there; marked as made up by the number."""
    course = db.session.scalars(sa.select(Course).where(Course.slug == COURSE)).one_or_none()
    if course is None:
        return
    invitation = invite(
        course,
        GUEST,
        password_hash=password_hash,
        expires_on=today + OPEN_FOR,
        now=now,
        actor=host,
    )
    invitation.person.personnel_number = "ДЕМО-EXT-1"
    account = db.session.scalars(sa.select(Account).where(Account.username == fold(USERNAME))).one()
    account.is_demonstration, account.must_change_password = True, False
    db.session.flush()
