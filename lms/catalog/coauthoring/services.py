"""Inviting someone from outside to one course, and withdrawing it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.models import Course
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.people.models import Account, Person
from lms.people.services import create_account, create_person, suspend


@dataclass(frozen=True)
class Guest:
    """Who is invited."""

    family_name: str
    given_name: str
    patronymic: str
    organisation: str
    email: str | None
    username: str


def invite(
    course: Course,
    guest: Guest,
    *,
    password_hash: str,
    expires_on: date,
    now: datetime,
    actor: Person,
) -> CoAuthorship:
    """Make an account for someone from outside that edits ``course`` up to a day.

    The account has no post and no role. Raises UsernameTaken.
    """
    person = create_person(
        now=now,
        actor_key=actor.public_id,
        personnel_number=f"EXT-{public_id().upper()}",
        family_name=guest.family_name,
        given_name=guest.given_name,
        patronymic=guest.patronymic,
        email=guest.email,
    )
    create_account(
        now=now,
        person=person,
        username=guest.username,
        password_hash=password_hash,
        must_change_password=True,
        actor_key=actor.public_id,
    )
    invitation = CoAuthorship(
        course_id=course.id,
        course=course,
        person=person,
        organisation=guest.organisation,
        invited_by_id=actor.id,
        invited_at=now,
        expires_on=expires_on,
    )
    db.session.add(invitation)
    db.session.flush()
    _note("catalog.coauthor_invited", invitation, now, actor, until_on=expires_on.isoformat())
    return invitation


def withdraw(invitation: CoAuthorship, *, now: datetime, actor: Person) -> None:
    """End an invitation at once: the account is suspended. Doing it twice changes nothing."""
    if invitation.withdrawn_at is not None:
        return
    invitation.withdrawn_at = now
    db.session.flush()
    statement = (
        sa.select(Account)
        .where(Account.person_id == invitation.person_id, Account.suspended_at.is_(None))
        .options(joinedload(Account.person))
    )
    account = db.session.scalars(statement).one_or_none()
    if account is not None:
        suspend(now=now, actor_key=actor.public_id, account=account)
    _note("catalog.coauthor_withdrawn", invitation, now, actor)


def _note(
    action: str, invitation: CoAuthorship, now: datetime, actor: Person, **details: str
) -> None:
    record(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="co_authorship",
        subject_key=invitation.public_id,
        person_key=invitation.person.public_id,
        course=invitation.course.slug,
        **details,
    )
