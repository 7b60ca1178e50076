"""What certification holds of a person, and how it goes.

A certificate stays with number, course and dates: whoever holds one in hands may ask what it counts
for. Its name goes, its files go, and the salts: so the register's leaves say nothing any more.
"""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.certification.batches import assembling
from lms.certification.batches.models import BatchItem, BatchKind, CertificateBatch
from lms.certification.board.models import StandingAtPost
from lms.certification.credentials.models import Credential
from lms.certification.feeds.models import CalendarFeed
from lms.certification.following.models import RequiredPlace, StandingChange
from lms.certification.models import (
    Certificate,
    CertificateDocument,
    CertificateRevocation,
    FormerDocument,
)
from lms.certification.register import services as register
from lms.certification.register.models import RegisterEntry
from lms.certification.reminding.models import Reminder
from lms.certification.reviews.models import CertificateReview
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.certification.snapshots import NAME_PARTS
from lms.certification.staffing.models import WorkException, WorkPattern
from lms.core.database import db
from lms.people.disclosure.parts import of_person
from lms.people.erasure.files import remove_later
from lms.people.erasure.holdings import Holding, hold, rows_of, theirs
from lms.people.erasure.models import Fate
from lms.people.models import Person

_theirs = of_person(Certificate.holder_id)
_named = Certificate.holder_sort_name != ""


def _certificates(person: Person) -> list[Certificate]:
    statement = sa.select(Certificate).where(_theirs(person), _named).order_by(Certificate.id)
    return list(db.session.scalars(statement))


def _take_names(person: Person, now: datetime) -> None:
    """Take the name from certificates; what the register holds of them says nothing then."""
    _seal_waiting(person, now)
    register.forget(holder=person, actor=None, reason="", now=now)
    for one in _certificates(person):
        one.snapshot = {**one.snapshot, "holder": dict.fromkeys(NAME_PARTS, "")}
        one.holder_sort_name = ""
    db.session.flush()


def _seal_waiting(person: Person, now: datetime) -> None:
    """Take their new entries into the tree first: they stay in it, each with its leaf."""
    waiting = (
        sa.select(RegisterEntry.id)
        .join(Certificate, Certificate.id == RegisterEntry.certificate_id)
        .where(_theirs(person), RegisterEntry.position.is_(None))
    )
    while db.session.scalar(waiting.limit(1)) is not None:
        register.seal(now=now, settings=current_app.config["SETTINGS"])


_their_files = of_person(CertificateDocument.certificate_id, Certificate.holder_id)


def _drop_files(person: Person, now: datetime) -> None:
    """Delete the PDFs, and files of many certificates that hold one of theirs.

    The digests stay: who hands in the file learns that it is ours.
    """
    rows = db.session.execute(
        sa.select(CertificateDocument.blob, CertificateDocument.certificate_id).where(
            _their_files(person)
        )
    ).all()
    former = db.session.execute(
        sa.select(FormerDocument.blob)
        .join(Certificate, Certificate.id == FormerDocument.certificate_id)
        .where(_theirs(person))
    ).scalars()
    gone = {*former, *(row.blob for row in rows)}
    known = set(
        db.session.scalars(sa.select(FormerDocument.blob).where(FormerDocument.blob.in_(gone)))
    )
    db.session.add_all(
        FormerDocument(blob=row.blob, certificate_id=row.certificate_id)
        for row in rows
        if row.blob not in known
    )
    db.session.execute(
        sa.delete(CertificateDocument)
        .where(_their_files(person))
        .execution_options(synchronize_session=False)
    )
    for batch in _batches_with(person):
        assembling.forget(batch)
        if batch.kind is BatchKind.REPORT:  # one that is under way has nothing to go on with
            batch.finished_at = batch.finished_at or now
    remove_later(gone, person=person, kind="certificates", now=now)


def _with(person: Person) -> sa.ColumnElement[bool]:
    """Return 'the batch holds one of theirs', or is a report: whom it names isn't noted."""
    concerned = (
        sa.select(BatchItem.batch_id)
        .join(Certificate, Certificate.id == BatchItem.certificate_id)
        .where(_theirs(person))
    )
    is_there = sa.or_(CertificateBatch.file.is_not(None), CertificateBatch.source.is_not(None))
    is_report = sa.and_(CertificateBatch.kind == BatchKind.REPORT, is_there)
    return sa.or_(CertificateBatch.id.in_(concerned), is_report)


def _batches_with(person: Person) -> list[CertificateBatch]:
    statement = (
        sa.select(CertificateBatch)
        .where(_with(person))
        .with_for_update()
        .order_by(CertificateBatch.id)
    )
    return list(db.session.scalars(statement))


def _files(person: Person) -> Any:
    """Count their PDFs and the files of many certificates that hold one of theirs."""
    own = sa.select(sa.func.count()).select_from(CertificateDocument).where(_their_files(person))
    shared = (
        sa.select(sa.func.count())
        .select_from(CertificateBatch)
        .where(_with(person), CertificateBatch.file.is_not(None))
    )
    return own.scalar_subquery() + shared.scalar_subquery()


def _renew_salts(person: Person, _now: datetime) -> None:
    """Exchange the salts of digital badges: what they hash can't be compared with a name here."""
    statement = sa.select(Credential).where(
        of_person(Credential.certificate_id, Certificate.holder_id)(person)
    )
    for one in db.session.scalars(statement):
        one.salt = secrets.token_bytes(len(one.salt))
    db.session.flush()


def _salted(person: Person) -> Any:
    """Count badges of certificates that still bear the name."""
    return (
        sa.select(sa.func.count())
        .select_from(Credential)
        .join(Certificate, Certificate.id == Credential.certificate_id)
        .where(_theirs(person), _named)
        .scalar_subquery()
    )


def _unsaid(person: Person) -> Any:
    return (
        sa.select(sa.func.count()).select_from(Certificate).where(_theirs(person), _named)
    ).scalar_subquery()


hold(
    theirs(
        "register",
        _l("Entries in the issue register"),
        RegisterEntry.certificate_id,
        Certificate.holder_id,
    ),
    theirs("standings", _l("State of certifications by day"), CertificationStanding.person_id),
    theirs(
        "standings_at_posts",
        _l("State of certifications by day and post"),
        StandingAtPost.person_id,
    ),
    theirs("standing_changes", _l("Certification: how things changed"), StandingChange.person_id),
    theirs(
        "required_places", _l("Enrolments that a requirement asks for"), RequiredPlace.person_id
    ),
    theirs("bulk_issues", _l("Certificates issued in bulk"), BatchItem.person_id),
    Holding(
        "certificates",
        _l("The holder’s name in certificates"),
        _unsaid,
        {Fate.ANONYMISE: _take_names},
        tables=frozenset({"certificate"}),
    ),
    Holding(
        "certificate_files",
        _l("Files of certificates"),
        _files,
        {Fate.ANONYMISE: _drop_files},
        tables=frozenset({"certificate_document", "former_document", "certificate_batch_part"}),
    ),
    Holding(
        "credentials",
        _l("Digital badges"),
        _salted,
        {Fate.ANONYMISE: _renew_salts},
        tables=frozenset({"credential"}),
    ),
    theirs("fact_rows", _l("Facts of certification"), CertificationFact.person_id),
    theirs(
        "facts",
        _l("Reasons of decisions on certification"),
        CertificationFact.person_id,
        blanks={CertificationFact.reason: ""},
        newest=CertificationFact.recorded_at,
    ),
    theirs(
        "revocations",
        _l("Reasons of revoked certificates"),
        CertificateRevocation.certificate_id,
        Certificate.holder_id,
        blanks={CertificateRevocation.reason: ""},
        newest=CertificateRevocation.revoked_at,
    ),
    theirs(
        "reviews",
        _l("Reasons of reviewed certificates"),
        CertificateReview.holder_id,
        blanks={CertificateReview.reason: ""},
        newest=CertificateReview.raised_at,
    ),
    rows_of(
        "reminders",
        _l("Reminders of certification"),
        Reminder,
        lambda person: sa.or_(Reminder.person_id == person.id, Reminder.recipient_id == person.id),
        deletes=True,
    ),
    theirs("work_pattern", _l("Parts of the week at work"), WorkPattern.person_id, deletes=True),
    theirs(
        "work_days",
        _l("Days worked otherwise than by the pattern"),
        WorkException.person_id,
        deletes=True,
    ),
    theirs("calendars", _l("Calendar addresses"), CalendarFeed.owner_id, deletes=True),
)
