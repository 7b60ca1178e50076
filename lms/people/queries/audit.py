"""The part of the audit log that a viewer may read."""

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries.persons import name_matches, visible_to


def audit_concerns(viewer: Viewer, words: str) -> sa.ColumnElement[bool]:
    """Return the condition 'in the viewer's scope and about ``words``'.

    With a scope over the whole network all entries are in it, else those that concern its people.
    ``words`` is a record's key, or the name or number of a person who acted or is concerned.
    """
    scope: sa.ColumnElement[bool] = sa.true()
    if "/network/" not in viewer.scope(Permission.SEE_AUDIT):
        scope = AuditEntry.person_key.in_(
            sa.select(Person.public_id).where(visible_to(viewer, Permission.SEE_AUDIT))
        )
    if not words.strip():
        return scope
    people = sa.select(Person.public_id).where(name_matches(words))
    about = sa.or_(
        AuditEntry.subject_key == words.strip(),
        AuditEntry.person_key == words.strip(),
        AuditEntry.person_key.in_(people),
        AuditEntry.actor_key.in_(people),
    )
    return sa.and_(scope, about)
