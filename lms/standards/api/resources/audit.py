"""The audit log."""

from datetime import datetime
from typing import Any

from pydantic import Field

from lms.audit.models import AuditEntry
from lms.audit.queries import ORDER, READERS, entries, place
from lms.people.audit_search import audit_concerns
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Moment, PageOf, Paging, Sent, Words
from lms.standards.api.tokens.scopes import Scope


class EntryOut(Sent):
    """One thing done by someone to one record. Records are named by kind and key."""

    recorded_at: datetime
    actor: str | None = Field(description="The acting person; null: the system itself.")
    action: str
    subject_kind: str
    subject: str
    person: str | None = Field(description="The person whom it concerns.")
    reason: str
    details: dict[str, Any]
    hash: str = Field(description="Covers this entry and the hash before it.")
    previous_hash: str


class AuditQuery(Paging):
    """What the log is narrowed to."""

    q: Words | None = Field(None, description="A record's key, or a person's name or number.")
    domain: str | None = Field(
        None, pattern="^[a-z]{1,30}$", description="The part of the action before the dot."
    )
    since: Moment | None = Field(None, description="Recorded then or later.")
    before: Moment | None = Field(None, description="Recorded earlier.")


@operation(
    "GET",
    "/audit-entries",
    tag="Audit log",
    scope=Scope.AUDIT_READ,
    summary="List audit entries",
    query=AuditQuery,
    answer=PageOf[EntryOut],
)
def list_audit_entries(call: Call) -> Answer:
    """What was done, the newest first. A token over a part of the network sees what concerns its
    people.
    """
    asked: AuditQuery = call.query
    statement = entries(
        domain=asked.domain or "",
        concerns=audit_concerns(call.viewer, asked.q or ""),
        since=asked.since,
        before=asked.before,
    )
    return Answer(
        page_of(
            statement,
            asked,
            _shown,
            columns=ORDER,
            readers=READERS,
            key=place,
            descending=True,
        )
    )


def _shown(entry: AuditEntry) -> EntryOut:
    return EntryOut.model_validate(
        {
            "recorded_at": entry.recorded_at,
            "actor": entry.actor_key,
            "action": entry.action,
            "subject_kind": entry.subject_kind,
            "subject": entry.subject_key,
            "person": entry.person_key,
            "reason": entry.reason,
            "details": entry.details,
            "hash": entry.hash,
            "previous_hash": entry.previous_hash,
        }
    )
