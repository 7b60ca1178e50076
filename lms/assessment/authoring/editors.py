"""Who changed a course's questions last: reviews of drafts ask."""

from datetime import datetime

import sqlalchemy as sa

from lms.assessment.models import Item, ItemBank, ItemVersion
from lms.audit.models import AuditEntry
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.people.models import Person


def last_item_editor(version: CourseVersion) -> tuple[int, datetime] | None:
    """Return the row id of who last wrote, retired or imported a question, and when."""
    written = (
        sa.select(ItemVersion.created_by_id, ItemVersion.created_at)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == version.course_id, ItemVersion.created_by_id.is_not(None))
        .order_by(ItemVersion.created_at.desc(), ItemVersion.id.desc())
        .limit(1)
    )
    handled = (
        sa.select(Person.id, AuditEntry.recorded_at)
        .join(Item, Item.public_id == AuditEntry.subject_key)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(Person, Person.public_id == AuditEntry.actor_key)
        .where(ItemBank.course_id == version.course_id, AuditEntry.subject_kind == "item")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    rows = [db.session.execute(statement).one_or_none() for statement in (written, handled)]
    found = [(int(row[0]), row[1]) for row in rows if row is not None and row[0] is not None]
    return max(found, key=lambda edit: edit[1]) if found else None
