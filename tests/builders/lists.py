"""Builders of saved lists, their schedules and colleagues."""

from lms.core.database import db
from lms.people.models import Person
from lms.reporting.mailing.models import Condition, FileKind, ListSchedule
from lms.reporting.mailing.times import Rhythm
from lms.reporting.saved.models import SavedList, SavedListPerson
from tests.builders.people import NOW


def make_saved_list(owner_id: int, **overrides: object) -> SavedList:
    """The registry narrowed to what expires soon."""
    values = {"kind": "registry", "name": "Expiring", "values": {"status": "expiring"}}
    row = SavedList(owner_id=owner_id, saved_at=NOW, **{**values, **overrides})
    db.session.add(row)
    db.session.flush()
    return row


def make_schedule(row: SavedList, **overrides: object) -> ListSchedule:
    """Each working day at eight, a workbook, to the owner; due from the start."""
    values: dict[str, object] = {
        "rhythm": Rhythm.WORKING_DAYS,
        "hour": 8,
        "file_kind": FileKind.XLSX,
        "condition": Condition.ALWAYS,
        "to_owner": True,
        "due_at": NOW,
    }
    schedule = ListSchedule(list_id=row.id, **{**values, **overrides})
    db.session.add(schedule)
    db.session.flush()
    return schedule


def name_colleague(row: SavedList, person: Person, **overrides: bool) -> SavedListPerson:
    """A colleague who gets the list by mail, and has it among their own."""
    values = {"is_mailed": True, "is_shared": True, **overrides}
    named = SavedListPerson(list_id=row.id, person_id=person.id, named_at=NOW, **values)
    db.session.add(named)
    db.session.flush()
    return named
