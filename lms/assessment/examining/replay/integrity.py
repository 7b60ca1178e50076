"""What proves a log: its chain, the ends that the audit log sealed, and the receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.models import AttemptReceipt
from lms.assessment.examining.receipts.queries import receipts_of
from lms.assessment.examining.receipts.sealing import Outcome, Verdict, check, file_of
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, AttemptEvent
from lms.audit.models import AuditEntry
from lms.core.database import db


@dataclass(frozen=True)
class Integrity:
    """The statement on one log."""

    entries: int
    first_break: int | None  # the first entry that isn't what was recorded
    sealed: tuple[bool, ...]  # for each scoring: whether the log still ends then as it did
    receipts: tuple[tuple[AttemptReceipt, bool], ...]  # whether signature and log agree with it

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the log."""
        receipts_hold = all(holds for _, holds in self.receipts)
        return self.first_break is None and all(self.sealed) and receipts_hold


def integrity_of(
    attempt: Attempt, log: Sequence[AttemptEvent], keys: Mapping[str, Mapping[str, Any]]
) -> Integrity:
    """Check the attempt's log against all that was sealed of it."""
    return Integrity(
        entries=len(log),
        first_break=first_break(attempt.public_id, log),
        sealed=tuple(
            agrees(log, entries=seal["log_entries"], head=seal["log_head"])
            for seal in _seals(attempt)
        ),
        receipts=tuple(
            (one, receipt_holds(attempt, one, log, keys)) for one in receipts_of(attempt)
        ),
    )


def agrees(log: Sequence[AttemptEvent], *, entries: int, head: str) -> bool:
    """Tell whether the log's entry number ``entries`` has this hash."""
    return 1 <= entries <= len(log) and log[entries - 1].hash == head


def _seals(attempt: Attempt) -> list[dict[str, Any]]:
    statement = sa.select(AuditEntry.details).where(
        AuditEntry.subject_kind == "attempt",
        AuditEntry.subject_key == attempt.public_id,
        AuditEntry.action == "assessment.scored",
    )
    return [details for details in db.session.scalars(statement) if "log_head" in details]


def receipt_holds(
    attempt: Attempt,
    receipt: AttemptReceipt,
    log: Sequence[AttemptEvent],
    keys: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Tell whether an issued receipt is still what was signed and agrees with the log."""
    verdict = check(file_of(receipt.content, receipt.seal).encode(), keys)
    return receipt_agrees(verdict, attempt, log)


def receipt_agrees(verdict: Verdict, attempt: Attempt, log: Sequence[AttemptEvent]) -> bool:
    """Tell whether a checked receipt is genuine, of this attempt, and says how this log ended."""
    if verdict.outcome is not Outcome.GENUINE or verdict.content is None:
        return False
    end = verdict.content["log"]
    same = verdict.content["attempt"]["id"] == attempt.public_id
    return same and agrees(log, entries=end["entries"], head=end["head"])
