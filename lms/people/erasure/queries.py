"""Reads of erasures. Who left is seen with a scope over the whole network only."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.erasure.holdings import mentions
from lms.people.erasure.models import DueErasure, Erasure
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.people.second_person.models import SecondPersonRequest


def _visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    return visible_to(viewer, Permission.KEEP_PEOPLE)


def erasure_for(viewer: Viewer, public_id: str) -> Erasure | None:
    """Return an erasure with its request and steps, if the viewer keeps its person."""
    statement = (
        sa.select(Erasure)
        .join(Erasure.person)
        .where(Erasure.public_id == public_id, _visible(viewer))
        .options(
            joinedload(Erasure.person),
            joinedload(Erasure.request).options(
                joinedload(SecondPersonRequest.asked_by),
                joinedload(SecondPersonRequest.answered_by),
            ),
            selectinload(Erasure.steps),
        )
    )
    return db.session.scalars(statement).one_or_none()


def erasures(viewer: Viewer) -> sa.Select[Erasure]:
    """Return the erasures in the viewer's scope, to be paged by id."""
    return (
        sa.select(Erasure)
        .join(Erasure.person)
        .where(_visible(viewer))
        .options(
            joinedload(Erasure.person),
            joinedload(Erasure.request).joinedload(SecondPersonRequest.asked_by),
        )
    )


def due(viewer: Viewer) -> sa.Select[DueErasure]:
    """Return who is due for erasure and has no open order, to be paged by day and person."""
    is_open = sa.exists().where(
        Erasure.person_id == DueErasure.person_id, Erasure.closed_at.is_(None)
    )
    return (
        sa.select(DueErasure)
        .join(DueErasure.person)
        .where(_visible(viewer), ~is_open)
        .options(joinedload(DueErasure.person))
    )


def open_erasure(person: Person) -> Erasure | None:
    """Return the order for this person that is under way."""
    statement = sa.select(Erasure).where(
        Erasure.person_id == person.id, Erasure.closed_at.is_(None)
    )
    return db.session.scalars(statement).one_or_none()


def left_before(day: date, after: int, limit: int) -> list[int]:
    """Return ids beyond ``after`` of people without a post whose last one ended before ``day``."""
    posts = sa.select(Employment.id).where(Employment.person_id == Person.id)
    statement = (
        sa.select(Person.id)
        .where(
            Person.id > after,
            Person.merged_into_id.is_(None),
            ~posts.where(
                sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= day)
            ).exists(),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def reasons_naming(person: Person) -> list[AuditEntry]:
    """Return the entries of the audit log about a record in whose reason the person is named.

    By their number, address or whole name, or by a word that is the family name in some case. They
    stay as they are: the log's chain proves that nothing in it was changed.
    """
    statement = sa.select(AuditEntry).where(
        AuditEntry.person_key == person.public_id, AuditEntry.reason != ""
    )
    found = db.session.scalars(statement.order_by(AuditEntry.id))
    return [entry for entry in found if mentions(entry.reason, person)]
