"""The one file of a batch: a ZIP of signed originals, or a PDF to print. Written piece by piece."""

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from lms.certification import snapshots
from lms.certification.batches import queries
from lms.certification.batches.models import BatchItem, BatchKind, BatchPart, CertificateBatch
from lms.certification.models import Certificate, CertificateDocument
from lms.certification.numbers import group
from lms.certification.printing import binding
from lms.core.database import db
from lms.core.storage import BlobStore, blobs, passing
from lms.core.unit_of_work import after_commit

KEPT_FOR = timedelta(days=7)
LONGEST_NAME = 100  # characters of a holder's name in a file's name
TITLES = {"ru": "Сертификаты", "en": "Certificates"}
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True)
class Source:
    """Where the pages of one certificate are: in a blob of its own, or on a page of a part."""

    blob: str
    name: str = ""
    day: date = date(2000, 1, 1)
    page: int = 0


def sources(batch: CertificateBatch) -> list[Source]:
    """Return what the file consists of, in the batch's order."""
    return _originals(batch) if batch.kind is BatchKind.ORIGINALS else _pages(batch)


def _originals(batch: CertificateBatch) -> list[Source]:
    statement = (
        sa.select(
            CertificateDocument.blob,
            Certificate.snapshot,
            Certificate.number,
            Certificate.issued_on,
        )
        .select_from(BatchItem)
        .join(Certificate, Certificate.id == BatchItem.certificate_id)
        .join(
            CertificateDocument,
            sa.and_(
                CertificateDocument.certificate_id == Certificate.id,
                CertificateDocument.language == batch.language,
            ),
        )
        .where(BatchItem.batch_id == batch.id)
        .order_by(BatchItem.position)
    )
    return [
        Source(blob, file_name(snapshots.full_name(snapshot), number), day)
        for blob, snapshot, number, day in db.session.execute(statement)
    ]


def _pages(batch: CertificateBatch) -> list[Source]:
    statement = (
        sa.select(BatchPart.blob, BatchItem.page)
        .join(BatchPart, BatchPart.id == BatchItem.part_id)
        .where(BatchItem.batch_id == batch.id)
        .order_by(BatchItem.position)
    )
    return [Source(blob, page=page or 0) for blob, page in db.session.execute(statement)]


def file_name(holder: str, number: str) -> str:
    """Return a name of a file that every system takes and that no other certificate has."""
    plain = unicodedata.normalize("NFC", NOT_IN_NAMES.sub(" ", holder))
    shown = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in plain)
    name = " ".join(shown.split())[:LONGEST_NAME].strip(" .")
    return f"{name} {group(number)}.pdf" if name else f"{group(number)}.pdf"


def assemble(batch: CertificateBatch, found: list[Source]) -> tuple[str, int]:
    """Write the file and store it; return its key and its size in bytes."""
    if batch.kind is BatchKind.REPORT:
        return _assemble_report([source.blob for source in found])
    if batch.kind is not BatchKind.ORIGINALS:
        return _assemble_pages(found, TITLES[batch.language])
    with tempfile.TemporaryFile() as file:
        write_zip(file, found, blobs())
        size = file.seek(0, 2)
        file.seek(0)
        return passing().put_file(file), size


def _assemble_report(blobs_of_sections: list[str]) -> tuple[str, int]:
    with _on_disk(blobs_of_sections) as (folder, paths):
        parts = [paths[blob] for blob in blobs_of_sections]
        return _bound(folder, lambda target: binding.bind(target, parts))


def _assemble_pages(found: list[Source], title: str) -> tuple[str, int]:
    with _on_disk(source.blob for source in found) as (folder, paths):
        pages = [(paths[source.blob], source.page) for source in found]
        return _bound(folder, lambda target: binding.bind_pages(target, pages, title))


@contextmanager
def _on_disk(wanted: Iterable[str]) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Copy blobs to a folder for as long as the block lasts; give it and their paths by key."""
    store = passing()
    with tempfile.TemporaryDirectory() as name:
        paths = {
            blob: Path(name, f"{place}.pdf") for place, blob in enumerate(dict.fromkeys(wanted))
        }
        for blob, path in paths.items():
            with path.open("wb") as copy, store.stream(blob) as pieces:
                copy.writelines(pieces)
        yield Path(name), paths


def _bound(folder: Path, bind: Callable[[Path], None]) -> tuple[str, int]:
    target = folder / "bound.pdf"
    bind(target)
    with target.open("rb") as file:
        return passing().put_file(file), target.stat().st_size


def write_zip(file: BinaryIO, found: list[Source], store: BlobStore) -> None:
    """Write the originals as they are, one in memory at a time."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for source in found:
            day = max(source.day, date(1980, 1, 1))
            entry = zipfile.ZipInfo(source.name, (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, store.get(source.blob))


def keep(batch: CertificateBatch, file: str, size: int, now: datetime) -> None:
    """Note the file of a locked batch; its parts, and what a report was made of, go."""
    batch.file, batch.file_size, batch.expires_at = file, size, now + KEPT_FOR
    _forget_parts(batch)


def forget(batch: CertificateBatch) -> None:
    """Remove the file of a batch whose time is over, unless another batch has the same one."""
    if batch.file is not None:
        _remove_own(batch.file, CertificateBatch.file, CertificateBatch.id != batch.id)
    batch.file, batch.file_size, batch.expires_at = None, None, None
    _forget_parts(batch)


def _remove_own(
    blob: str, column: sa.orm.InstrumentedAttribute[Any], of_another: sa.ColumnElement[bool]
) -> None:
    """Remove a blob after the commit, unless the column of another batch has the same one."""
    if db.session.scalar(sa.select(sa.exists().where(column == blob, of_another))):
        return
    store = passing()
    after_commit(lambda: store.remove(blob))


def _forget_parts(batch: CertificateBatch) -> None:
    _forget_source(batch)
    parts = queries.parts(batch.id)
    db.session.execute(
        sa.update(BatchItem).where(BatchItem.batch_id == batch.id).values(part_id=None, page=None)
    )
    for part in parts:
        _remove_own(part.blob, BatchPart.blob, BatchPart.batch_id != batch.id)
        db.session.delete(part)
    db.session.flush()


def _forget_source(batch: CertificateBatch) -> None:
    if batch.source is not None:
        _remove_own(batch.source, CertificateBatch.source, CertificateBatch.id != batch.id)
        batch.source = None
