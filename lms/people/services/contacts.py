"""Commands on how people are written to: address and language."""

from datetime import datetime

import sqlalchemy as sa

from lms.audit.services import record
from lms.core.database import db
from lms.core.mailing import is_address
from lms.people.errors import AddressTaken, MayDoMore, RecordChanged, SharedAccount, WrongAddress
from lms.people.events import email_changed
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.policies import may_readdress
from lms.people.queries import has_demonstration_account, roles_of
from lms.people.services.changes import note_change
from lms.people.services.persons import must_be_known


def change_contact(
    *, now: datetime, actor_key: str | None, person: Person, email: str | None, language: str
) -> None:
    """Change where and in which language the person is written to; of a changed address both are
    told. Raises Erased.
    """
    must_be_known(person)
    former = person.email
    person.email, person.language = email, language
    db.session.flush()
    record(
        now=now,
        actor_key=actor_key,
        action="people.contact_changed",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
    )
    if email != former:
        email_changed.send(person, former=former, now=now)


def choose_language(*, now: datetime, person: Person, language: str) -> None:
    """Keep the language the person wants to be addressed in."""
    if language == person.language:
        return
    person.language = language
    db.session.flush()
    note_change(person.public_id, now=now)


def change_email(
    *, now: datetime, actor_key: str | None, person: Person, email: str | None
) -> None:
    """Send mail to ``email`` from now on; None: nowhere. Both addresses are told.

    A link for choosing a password goes there, too. Raises WrongAddress, Erased.
    """
    if email is not None and not is_address(email):
        raise WrongAddress
    if email == person.email:
        return
    must_be_known(person)
    former = person.email
    _write_email(person, email, now=now, actor_key=actor_key)
    email_changed.send(person, former=former, now=now)


def correct_email(
    *,
    now: datetime,
    viewer: Viewer,
    person: Person,
    email: str,
    reason: str,
    row_version: int,
) -> None:
    """Send a person's mail to ``email``; a notice goes to it and to the former address.

    Nobody signs in by an address, so sessions go on. Raises SharedAccount, WrongAddress,
    AddressTaken, RecordChanged when the record isn't the one that was shown, Erased, MayDoMore.
    """
    if not may_readdress(viewer, roles_of([person.id]).get(person.id, ())):
        raise MayDoMore
    if has_demonstration_account(person):
        raise SharedAccount
    if not is_address(email):
        raise WrongAddress
    held = sa.select(Person.row_version).where(Person.id == person.id).with_for_update()
    if db.session.scalar(held) != row_version:
        raise RecordChanged
    if email == person.email:
        return
    must_be_known(person)
    if _is_taken(email, person):
        raise AddressTaken
    former = person.email
    actor_key = viewer.person.public_id
    _write_email(person, email, now=now, actor_key=actor_key, reason=reason)
    email_changed.send(person, former=former, now=now)


def _write_email(
    person: Person, email: str | None, *, now: datetime, actor_key: str | None, reason: str = ""
) -> None:
    """Write the address; the log tells who and why, not which."""
    person.email = email
    db.session.flush()
    record(
        now=now,
        actor_key=actor_key,
        action="people.email_changed",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        reason=reason,
    )


def _is_taken(email: str, person: Person) -> bool:
    others = sa.select(Person.id).where(
        sa.func.lower(Person.email) == email.lower(),
        Person.id != person.id,
        Person.merged_into_id.is_(None),
    )
    return db.session.scalar(others.limit(1)) is not None
