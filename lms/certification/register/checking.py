"""Proving that the register holds what it held: ``lms register check``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.certification import snapshots
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.numbers import group
from lms.certification.register import checkpoints, records
from lms.certification.register.checkpoints import Checkpoint, NoCheckpoint
from lms.certification.register.merkle import Frontier, leaf_hash
from lms.certification.register.models import RegisterCheckpoint, RegisterEntry
from lms.certification.register.services import FORGOTTEN, without_entry
from lms.core.database import db
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey

CHUNK = 1000
REVOKED = "certification.revoked"  # in the audit log


@dataclass
class Report:
    """What a check found; ``faults`` are sentences, none when all is well."""

    size: int = 0
    root: bytes = b""
    waiting: int = 0
    forgotten: int = 0
    checkpoints: int = 0
    distrusted: set[int] = field(default_factory=set)  # of these, by size: key is compromised
    faults: list[str] = field(default_factory=list)


def check(keys: Mapping[str, Mapping[str, Any]], against: Checkpoint | None = None) -> Report:
    """Check every record, leaf and checkpoint, and the checkpoint that was kept outside.

    ``keys``: the public keys of checkpoints. Reads the register once, in chunks.
    """
    report, frontier = Report(), Frontier()
    kept = {row.size: row for row in db.session.scalars(sa.select(RegisterCheckpoint))}
    report.checkpoints = len(kept)
    if not kept:
        report.faults.append("there is no checkpoint")
    forgotten = _positions_forgotten()
    _compare(frontier, kept, against, keys, report)
    for entry, record, sorted_by in _entries():
        if entry.position != frontier.size:
            report.faults.append(f"entry {frontier.size} is missing")
            break
        _check_record(entry, record, forgotten, report)
        _check_name(entry, record, sorted_by, report)
        frontier.append(leaf_hash(entry.commitment))
        _compare(frontier, kept, against, keys, report)
    report.size, report.root = frontier.size, frontier.root()
    report.waiting = _count(RegisterEntry.position.is_(None))
    report.faults += [
        f"checkpoint {size}: entries are missing" for size in kept if size > report.size
    ]
    if against is not None and against.size > report.size:
        report.faults.append(
            f"the checkpoint kept outside has {against.size} entries, the register {report.size}"
        )
    if kept and max(kept) < report.size:
        report.faults.append(f"entries after {max(kept)} have no checkpoint")
    if kept and max(kept) in report.distrusted:
        report.faults.append(
            "the newest checkpoint was signed with a key that counts as compromised: "
            "`lms register checkpoint` signs it anew"
        )
    report.faults += _outside()
    report.faults += _unrevoked()
    return report


def _entries() -> Iterator[tuple[Any, dict[str, Any] | None, str]]:
    """Yield the entries by position, each with its record (None: its row is gone) and the name that
    the row is sorted by.
    """
    position = -1
    while True:
        statement = (
            sa.select(
                RegisterEntry.position,
                RegisterEntry.certificate_id,
                RegisterEntry.salt,
                RegisterEntry.commitment,
            )
            .where(RegisterEntry.position > position)
            .order_by(RegisterEntry.position)
            .limit(CHUNK)
        )
        entries = db.session.execute(statement).all()
        ids = [entry.certificate_id for entry in entries]
        with_names = records.selected().add_columns(Certificate.holder_sort_name)
        rows = db.session.execute(with_names.where(Certificate.id.in_(ids)))
        found = {row.certificate_id: (records.of_row(row), row.holder_sort_name) for row in rows}
        for entry in entries:
            yield entry, *found.get(entry.certificate_id or 0, (None, ""))
        if len(entries) < CHUNK:
            return
        position = entries[-1].position


def _check_record(
    entry: Any, record: dict[str, Any] | None, forgotten: set[int], report: Report
) -> None:
    """Compare a leaf with the record it commits to."""
    if entry.salt is None:
        report.forgotten += 1
        if entry.position not in forgotten:
            report.faults.append(
                f"entry {entry.position}: its salt is gone, and no erasure is in the audit log"
            )
    elif record is None:
        report.faults.append(f"entry {entry.position}: its certificate is gone")
    elif not records.commits(entry.commitment, record, entry.salt):
        report.faults.append(
            f"entry {entry.position}: certificate {group(record['number'])} was altered"
        )


def _check_name(entry: Any, record: dict[str, Any] | None, sorted_by: str, report: Report) -> None:
    """Compare the name that a certificate is found by, which no leaf has, with the record's own.

    Of an erased one neither is left.
    """
    if record is None:
        return
    is_whole = "holder" in record["snapshot"]  # what somebody altered may lack it
    if not is_whole or sorted_by != snapshots.sort_name(record["snapshot"]):
        report.faults.append(
            f"entry {entry.position}: certificate {group(record['number'])} is found by another "
            "name than its record has"
        )


def _compare(
    frontier: Frontier,
    kept: Mapping[int, RegisterCheckpoint],
    against: Checkpoint | None,
    keys: Mapping[str, Mapping[str, Any]],
    report: Report,
) -> None:
    """Compare the root at this size with the checkpoints that have this size."""
    own = kept.get(frontier.size)
    if own is not None:
        if frontier.root().hex() != own.root:
            report.faults.append(f"checkpoint {own.size}: the entries before it have another root")
        report.faults += _check_statement(own, keys, report)
    if against is not None and against.size == frontier.size and against.root != frontier.root():
        report.faults.append(
            f"the checkpoint kept outside ({against.size} entries) has another root: entries before"
            " it were altered or removed"
        )


def _check_statement(
    kept: RegisterCheckpoint, keys: Mapping[str, Mapping[str, Any]], report: Report
) -> Iterator[str]:
    try:
        stated = checkpoints.read(kept.statement, keys)
    except DistrustedKey:
        report.distrusted.add(kept.size)
        return
    except (BadSignature, UnknownKey, NoCheckpoint):
        yield f"checkpoint {kept.size}: its signature doesn't hold"
        return
    if (stated.size, stated.root.hex()) != (kept.size, kept.root):
        yield f"checkpoint {kept.size}: it states something else"


def _positions_forgotten() -> set[int]:
    details = db.session.scalars(
        sa.select(AuditEntry.details).where(
            AuditEntry.subject_kind == "register", AuditEntry.action == FORGOTTEN
        )
    )
    return {position for each in details for position in each.get("positions", ())}


def _outside() -> list[str]:
    """Tell of certificates that never came into the register."""
    count = db.session.scalar(without_entry().with_only_columns(sa.func.count())) or 0
    return [f"{count} certificates are not in the register"] if count else []


def _unrevoked() -> Iterator[str]:
    """Tell of revocations that aren't in the audit log, which is chained, or only there."""
    told = (AuditEntry.action == REVOKED, AuditEntry.subject_kind == "certificate")
    kept = (
        sa.exists()
        .where(CertificateRevocation.certificate_id == Certificate.id)
        .where(Certificate.number == AuditEntry.subject_key)
    )
    gone = sa.select(AuditEntry.subject_key).where(*told, ~kept).order_by(AuditEntry.id)
    for number in db.session.scalars(gone):
        yield f"certificate {group(number)} was revoked, and its revocation is gone"
    noted = sa.exists().where(
        *told,
        AuditEntry.subject_key == Certificate.number,
        AuditEntry.recorded_at == CertificateRevocation.revoked_at,
    )
    added = (
        sa.select(Certificate.number)
        .join(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(~noted)
        .order_by(CertificateRevocation.id)
    )
    for number in db.session.scalars(added):
        yield f"certificate {group(number)} counts as revoked, not as the audit log says"


def _count(condition: sa.ColumnElement[bool]) -> int:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(RegisterEntry).where(condition))
        or 0
    )
