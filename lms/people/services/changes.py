"""When what other systems are shown of a person changed last: kept beside the person.

They are shown names, number, address, language, post, account and whether they may sign in.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.events import recording
from lms.core.database import execute
from lms.people.models import Person

PEOPLE = Person.__table__
KEY, NOW = sa.bindparam("key", type_=sa.String), sa.bindparam("now", type_=PEOPLE.c.changed_at.type)
CHANGE = (
    sa.update(PEOPLE)
    .where(PEOPLE.c.public_id == KEY, PEOPLE.c.changed_at < NOW)
    .values(changed_at=NOW)
)
# What the log calls the changes of it; who is added changed when they were added.
CHANGES = frozenset(
    {
        "people.person_renamed",
        "people.contact_changed",
        "people.email_changed",
        "people.transferred",
        "people.post_taken_up",
        "people.employment_ended",
        "people.account_created",
        "people.account_suspended",
        "people.account_reinstated",
        "people.merged",
        "people.person_erased",
    }
)


def note_change(person_key: str, *, now: datetime) -> None:
    """Keep that the person with this public id changed; a later change stays the last one.

    The row's version stays: nobody who edits the person meanwhile is in conflict with it.
    """
    execute(CHANGE, {"key": person_key, "now": now})


@recording.connect
def keep_last_change(facts: list[dict[str, Any]]) -> None:
    """Keep when each person changed last, as the log is told of it: in the same transaction."""
    changed = [
        {"key": fact["person_key"], "now": fact["recorded_at"]}
        for fact in facts
        if fact["action"] in CHANGES and fact["person_key"] is not None
    ]
    if changed:
        execute(CHANGE, changed)
