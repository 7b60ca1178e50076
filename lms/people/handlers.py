"""Reactions to lower domains: what the log is told of a person's changes is kept beside them."""

from typing import Any

from lms.audit.events import recording
from lms.people.services.changes import CHANGES, note_change


def keep_last_change(facts: list[dict[str, Any]]) -> None:
    """Keep when each person changed last, in the transaction that changes them."""
    for fact in facts:
        if fact["action"] in CHANGES and fact["person_key"] is not None:
            note_change(fact["person_key"], now=fact["recorded_at"])


recording.connect(keep_last_change)
