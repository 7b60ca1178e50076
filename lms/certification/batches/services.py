"""Asking for a batch, stopping it and letting it go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.catalog.models import Course
from lms.certification.batches.errors import NothingChosen, NotRunning, NotStopped, TooLarge
from lms.certification.batches.models import (
    TWO_PEOPLE,
    BatchItem,
    BatchKind,
    BatchState,
    CertificateBatch,
)
from lms.certification.schemes.models import CertificationScheme
from lms.core import jobs
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.second_person import services as second_person
from lms.people.second_person.models import Answer
from lms.people.second_person.subjects import Subject
from lms.people.second_person.subjects import register as register_subject

WORK_JOB = "certification.work_batch"
SUBJECT = "certificate_batch"
register_subject(
    Subject(
        SUBJECT,
        _l("Many certificates or certifications at once"),
        "certification.batch",
        "batch_id",
    )
)
MOST = 20_000  # certificates in one batch
PORTION = 1000  # rows of an INSERT


@dataclass(frozen=True)
class Certifying:
    """What is to be recorded: evidence for a part, shown on a day, or an award (no part)."""

    scheme: CertificationScheme
    part: str = ""
    shown_on: date | None = None


@dataclass(frozen=True)
class Report:
    """A long list for paper: its title, where what it is made of is kept, and its sections."""

    title: str
    source: str
    sections: int


def ask(
    *,
    kind: BatchKind,
    viewer: Viewer,
    now: datetime,
    certificates: Sequence[int] = (),
    people: Sequence[int] = (),
    language: str = "ru",
    reason: str = "",
    course: Course | None = None,
    is_outside: bool = False,
    certifying: Certifying | None = None,
    report: Report | None = None,
) -> CertificateBatch:
    """Freeze a selection, ids of certificates or of people in their order, or a report, as a batch.

    A download begins at once, issuing and revoking wait for a second person. Raises NothingChosen,
    TooLarge.
    """
    total = len(certificates) + len(people) + (report.sections if report else 0)
    if not total:
        raise NothingChosen
    if total > MOST:
        raise TooLarge(MOST)
    batch = CertificateBatch(
        public_id=public_id(),
        kind=kind,
        asked_by_id=viewer.person.id,
        asked_at=now,
        scope=sorted(viewer.scope(Permission.MANAGE_CERTIFICATES)),
        language=language,
        reason=reason,
        course_id=course.id if course else None,
        is_outside=is_outside,
        scheme_id=certifying.scheme.id if certifying else None,
        part=certifying.part if certifying else "",
        shown_on=certifying.shown_on if certifying else None,
        title=report.title if report else None,
        source=report.source if report else None,
        total=total,
        stint=0,
        has_failed=False,
    )
    if kind in TWO_PEOPLE:
        batch.request = second_person.ask(
            kind=SUBJECT,
            key=batch.public_id,
            permission=Permission.MANAGE_CERTIFICATES,
            viewer=viewer,
            reason=reason,
            now=now,
        )
    db.session.add(batch)
    db.session.flush()
    _freeze(batch, certificates, people)
    _audit(batch, viewer.person, now, action="certification.batch_asked")
    if batch.request is None:
        begin(batch, now)
    return batch


def _freeze(batch: CertificateBatch, certificates: Sequence[int], people: Sequence[int]) -> None:
    chosen: list[dict[str, int]] = [
        *({"certificate_id": one} for one in certificates),
        *({"person_id": one} for one in people),
    ]
    rows = [
        {"batch_id": batch.id, "position": position, **one}
        for position, one in enumerate(chosen or [{}] * batch.total)
    ]
    for start in range(0, len(rows), PORTION):
        db.session.execute(sa.insert(BatchItem), rows[start : start + PORTION])


def begin(batch: CertificateBatch, now: datetime) -> None:
    """Ask for the batch's next stint of work; it follows this transaction."""
    batch.stint += 1
    db.session.flush()
    jobs.enqueue(
        WORK_JOB,
        key=f"{batch.public_id}-{batch.stint}",
        now=now,
        batch_id=batch.public_id,
        stint=batch.stint,
    )


def stop(*, batch: CertificateBatch, actor: Person, now: datetime) -> None:
    """Let a running batch rest after the portion under way; the batch is locked.

    Raises NotRunning.
    """
    if batch.state is not BatchState.RUNNING:
        raise NotRunning
    batch.stopped_at, batch.has_failed = now, False
    db.session.flush()
    _audit(batch, actor, now, action="certification.batch_stopped")


def resume(*, batch: CertificateBatch, actor: Person, now: datetime) -> None:
    """Let a stopped batch go on where it was; the batch is locked. Raises NotStopped."""
    if batch.state not in (BatchState.STOPPED, BatchState.FAILED):
        raise NotStopped
    batch.stopped_at, batch.has_failed = None, False
    _audit(batch, actor, now, action="certification.batch_resumed")
    begin(batch, now)


def decide(
    *, batch: CertificateBatch, answer: Answer, viewer: Viewer, word: str, now: datetime
) -> None:
    """Record the second person's answer to a locked batch; with their agreement it begins."""
    assert batch.request is not None
    second_person.answer(request=batch.request, answer=answer, viewer=viewer, word=word, now=now)
    if answer is Answer.AGREED:
        begin(batch, now)


def finish(batch: CertificateBatch, now: datetime) -> None:
    """Note that all of a locked batch is done."""
    batch.finished_at = now
    db.session.flush()
    _audit(batch, None, now, action="certification.batch_finished")


def _audit(
    batch: CertificateBatch, actor: Person | None, now: datetime, *, action: str, **details: Any
) -> None:
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind=SUBJECT,
        subject_key=batch.public_id,
        reason=batch.reason,
        batch=batch.kind.value,
        rows=batch.total,
        **details,
    )
