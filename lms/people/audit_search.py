"""The part of the audit log that a viewer may read."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.audit_words import SUBJECTS
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries.matching import among, goes_by_either
from lms.people.queries.persons import name_matches, visible_to

FEW = 200  # people whose keys are asked for one by one


def audit_concerns(viewer: Viewer, words: str) -> sa.ColumnElement[bool]:
    """Return the condition 'in the viewer's scope and about ``words``'.

    With a scope over the whole network all entries are in it, else those that concern its people.
    ``words`` is a record's key, or the name or number of a person who acted or is concerned; what
    was written under a record that was merged into theirs is about them too.
    """
    scope: sa.ColumnElement[bool] = sa.true()
    if "/network/" not in viewer.scope(Permission.SEE_AUDIT):
        seen = [
            visible_to(viewer, Permission.SEE_AUDIT, of)
            for of in (Person.id, Person.merged_into_id)
        ]
        scope = AuditEntry.person_key.in_(sa.select(Person.public_id).where(sa.or_(*seen)))
    if not words.strip():
        return scope
    return sa.and_(scope, _about(words))


def _about(words: str) -> sa.ColumnElement[bool]:
    """Return the condition 'about ``words``', fit for how many people they name.

    Of a few people all entries are found by indexes, each kind by its own: one condition with an
    ``or`` would look at the whole log. Of many people the newest entries are near, and looking at
    one after another finds a page of them soonest.
    """
    record = aliased(Person)  # theirs, or one that was merged into it
    theirs = sa.or_(record.id == Person.id, record.merged_into_id == Person.id)
    named = sa.select(Person.id, Person.public_id).where(name_matches(words)).limit(FEW + 1)
    few = db.session.execute(named).all()
    if len(few) > FEW:
        one_of_them = (
            sa.select(record.public_id)
            .join(Person, theirs)
            .where(
                record.public_id.in_((AuditEntry.person_key, AuditEntry.actor_key)),
                name_matches(words),
            )
        )
        return one_of_them.offset(0).exists()  # without it, PostgreSQL joins all of them first
    merged = sa.select(Person.public_id).where(Person.merged_into_id.in_([one.id for one in few]))
    people = [*(one.public_id for one in few), *db.session.scalars(merged)]
    entry, key = aliased(AuditEntry), words.strip()
    found = sa.union_all(
        sa.select(entry.id).where(entry.subject_kind.in_(SUBJECTS), entry.subject_key == key),
        sa.select(entry.id).where(entry.person_key.in_((key, *people))),
        sa.select(entry.id).where(entry.actor_key.in_(people)),
    )
    # PostgreSQL may else go through the whole log to meet one after another.
    return among(AuditEntry.id, found) if goes_by_either() else AuditEntry.id.in_(found)
