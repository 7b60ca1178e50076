"""Importing a journal: first told, then done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.assessment.errors import AttemptClosed, MalformedEvent, TooLate
from lms.assessment.examining.journals.files import Journal
from lms.assessment.models import Attempt
from lms.assessment.services import save_events, score_again
from lms.assessment.services.answering import Saved
from lms.assessment.services.incoming import BATCH_LIMIT, IncomingEvent
from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Refusal
from lms.core.settings import Settings
from lms.people.models import Person

WINDOW = timedelta(hours=24)  # after the deadline


@dataclass(frozen=True)
class Plan:
    """What became, or would become, of a file's events."""

    fresh: int
    known: int
    refused: dict[str, tuple[Any, int]]  # code → (words, how many)

    @property
    def total(self) -> int:
        """How many events the file has."""
        return self.fresh + self.known + sum(count for _, count in self.refused.values())


def takes_files(attempt: Attempt, now: datetime) -> bool:
    """Tell whether the file of a browser may still bring answers: also after the settlement."""
    return attempt.submitted_at is None and now <= attempt.deadline_at + WINDOW


def plan_import(*, attempt: Attempt, journal: Journal, now: datetime, settings: Settings) -> Plan:
    """Tell what an import would bring; writes nothing. ``attempt`` is locked by the caller."""
    return _take(attempt, journal, now, settings, write=False)


def import_journal(
    *,
    attempt: Attempt,
    journal: Journal,
    reason: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> Plan:
    """Append the journal's events as late ones; again brings nothing new.

    A settled attempt is scored again, which never lowers its result. ``attempt`` is locked.
    """
    plan = _take(attempt, journal, now, settings, write=True)
    if not plan.fresh:
        return plan
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.journal_imported",
        subject_kind="attempt",
        subject_key=attempt.public_id,
        person_key=db.session.get_one(Person, attempt.candidate_id).public_id,
        reason=reason,
        rows=plan.fresh,
        file=journal.digest,
    )
    score_again(attempt=attempt, now=now)
    return plan


def _take(
    attempt: Attempt, journal: Journal, now: datetime, settings: Settings, *, write: bool
) -> Plan:
    events = journal.sent_at(now)
    fresh = known = 0
    refused: dict[str, tuple[Any, int]] = {}

    def refuse(refusal: Refusal, count: int = 1) -> None:
        code = str(refusal.details.get("code"))
        refused[code] = (refusal.message, refused.get(code, (None, 0))[1] + count)

    for start in range(0, len(events), BATCH_LIMIT):
        batch = events[start : start + BATCH_LIMIT]
        try:
            saved = save_events(
                attempt=attempt,
                events=batch,
                received_at=now,
                settings=settings,
                lateness=_by_file,
                write=write,
            )
        except Refusal as refusal:
            refuse(refusal, len(batch))
            continue
        fresh += len(saved.fresh)
        known += _known(saved, batch)
        for one in saved.refused.values():
            refuse(one)
    return Plan(fresh, known, refused)


def _known(saved: Saved, batch: list[dict[str, Any]]) -> int:
    return len(batch) - len(saved.fresh) - len(saved.refused)


def _by_file(
    attempt: Attempt, event: IncomingEvent, received_at: datetime, _settings: Settings
) -> bool:
    """Take what was given before the deadline, marked as late; nothing once it was handed in."""
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if event.writer > attempt.writer:
        raise MalformedEvent
    if event.authored_at > attempt.deadline_at or received_at > attempt.deadline_at + WINDOW:
        raise TooLate
    return True
