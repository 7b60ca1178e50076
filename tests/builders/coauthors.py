"""Builders of co-authors from outside. Each adds to the session and flushes."""

from datetime import date
from itertools import count

import sqlalchemy as sa

from lms.catalog.coauthoring.services import Guest, invite
from lms.catalog.queries import course_for
from lms.core import clock
from lms.core.database import db
from lms.people.models import Account
from tests.builders.people import PASSWORD, make_person, password_hash
from tests.support.applications import QUICK_HASHER

_numbers = count(1)


def make_co_author(slug: str, *, expires_on: date = date(2099, 1, 1)) -> Account:
    """The account of someone invited to a course, who has chosen a password: PASSWORD."""
    course = course_for(slug)
    assert course is not None
    username = f"expert{next(_numbers)}"
    invitation = invite(
        course,
        Guest("Ершов", "Пётр", "", "Registry of Rights", None, username),
        password_hash=password_hash(PASSWORD, QUICK_HASHER),
        expires_on=expires_on,
        now=clock.now(),
        actor=make_person("Staff", "Secret"),
    )
    statement = sa.select(Account).where(Account.person_id == invitation.person_id)
    account = db.session.scalars(statement.options(sa.orm.joinedload(Account.person))).one()
    account.must_change_password = False
    db.session.flush()
    return account
