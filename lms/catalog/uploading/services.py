"""Commands on uploads: begin, take a piece, end."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import BinaryIO

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.errors import WrongFile
from lms.catalog.media.kinds import MEGABYTE, MediaKind
from lms.catalog.media.reading import HEAD, foretold
from lms.catalog.messages import Message, localised_message
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.uploading import queries
from lms.catalog.uploading.errors import (
    Expired,
    NotWhole,
    OffsetMoved,
    QuotaReached,
    TooLarge,
    TooManyPieces,
)
from lms.catalog.uploading.models import MediaPiece, MediaUpload, UploadState
from lms.catalog.uploading.places import clear_afterwards, put_together
from lms.core.database import db
from lms.core.errors import Missing
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert
from lms.people.models import Person

LIFE = timedelta(days=3)  # after the last piece
AT_ONCE = 20  # uploads of one person that are under way
PIECES = 2000  # of one file: nobody sends it byte by byte


def fingerprint_of(name: str, size: int, modified: str) -> str:
    """Return by what the same file is known again; unlike all others when nothing tells it."""
    told = json.dumps([name, size, modified]) if modified else public_id()
    return hashlib.sha256(told.encode()).hexdigest()


def begin(
    version: CourseVersion,
    *,
    name: str,
    size: int,
    modified: str,
    limits: Mapping[MediaKind, int],
    quota: int,
    now: datetime,
    person: Person,
) -> MediaUpload:
    """Begin an upload, or return the one of the same file that broke off.

    Raises TooLarge for more than a file may have, WrongFile for an empty one, QuotaReached for more
    than a person may send.
    """
    if size > max(limits.values()):
        raise TooLarge
    if not size:
        raise WrongFile(localised_message(Message("is an empty file: it holds nothing")))
    _hold(person)
    fingerprint = fingerprint_of(name, size, modified)
    known = queries.same_file(person, version, fingerprint)
    if known is not None and known.expires_at > now:
        return known
    if known is not None:
        drop(known, now)
    check_quota(person, size, quota=quota, now=now)
    upload = _new(version, name, size, now, person, fingerprint=fingerprint)
    db.session.flush()
    return upload


def _hold(person: Person) -> None:
    """Let one person's uploads begin one after another: the quota counts each of them."""
    statement = sa.select(Person.id).where(Person.id == person.id)
    db.session.execute(statement.with_for_update(key_share=True))


def _new(
    version: CourseVersion,
    name: str,
    size: int,
    now: datetime,
    person: Person,
    *,
    fingerprint: str = "",
    file: CourseFile | None = None,
) -> MediaUpload:
    upload = MediaUpload(
        version_id=version.id,
        person_id=person.id,
        name=name,
        size=size,
        fingerprint=fingerprint or fingerprint_of(name, size, ""),
        state=UploadState.DONE if file else UploadState.UNDER_WAY,
        begun_at=now,
        expires_at=now + LIFE,
        ended_at=now if file else None,
        file_id=file.id if file else None,
    )
    db.session.add(upload)
    return upload


def check_quota(person: Person, size: int, *, quota: int, now: datetime) -> None:
    """Raise QuotaReached when the person sends ``size`` bytes more than one may in a day."""
    count, counted = queries.counted(person, now)
    if count >= AT_ONCE:
        raise QuotaReached(
            _l("You have %(count)d unfinished uploads. Finish or remove one first.", count=count)
        )
    if counted + size > quota:
        raise QuotaReached(
            _l(
                "You may upload %(limit)d MB within a day. Try again tomorrow.",
                limit=quota // MEGABYTE,
            )
        )


def check_offset(upload: MediaUpload, offset: int, now: datetime) -> None:
    """Raise OffsetMoved unless the next piece begins at ``offset``, Expired when it's too late."""
    if upload.state is UploadState.UNDER_WAY and upload.expires_at <= now:
        raise Expired
    received = queries.received(upload.id)
    if offset != received:
        raise OffsetMoved(received)


def check_beginning(size: int, head: bytes, limits: Mapping[MediaKind, int]) -> None:
    """Raise WrongFile when the first bytes tell a kind that may not be as large as the file is.

    What the first bytes don't tell is found when the file is whole.
    """
    kinds = foretold(head) if len(head) >= min(HEAD, size) else ()
    most = max((limits[kind] for kind in kinds), default=size)
    if size > most:
        words = Message("is larger than %(limit)s MB", limit=round(most / MEGABYTE, 1))
        raise WrongFile(localised_message(words))


def keep_piece(upload_id: int, *, offset: int, size: int, blob: str, now: datetime) -> datetime:
    """Note a piece that is in the store; return until when the next one is awaited.

    Raises OffsetMoved when another request was faster, Missing when the upload was given up.
    """
    upload = queries.held(upload_id)
    if upload is None or upload.state is not UploadState.UNDER_WAY:
        raise Missing
    check_offset(upload, offset, now)
    if len(queries.pieces_of(upload.id)) >= PIECES:
        raise TooManyPieces
    piece = MediaPiece(upload_id=upload.id, start=offset, size=size, blob=blob)
    insert(piece, OffsetMoved(offset))
    upload.expires_at = now + LIFE
    db.session.flush()
    return upload.expires_at


def whole(upload: MediaUpload) -> BinaryIO:
    """Return the file that arrived: slow. Raises NotWhole."""
    pieces = queries.pieces_of(upload.id)
    received = sum(piece.size for piece in pieces)
    if received != upload.size:
        raise NotWhole(received)
    try:
        return put_together(upload, pieces)
    except FileNotFoundError as error:  # swept at this moment
        raise Expired from error


def finish(upload: MediaUpload, file: CourseFile, now: datetime) -> None:
    """Note what the upload, which is held, became; its pieces go."""
    upload.state, upload.ended_at, upload.file_id = UploadState.DONE, now, file.id
    db.session.flush()
    clear_afterwards(upload)


def note_whole(
    version: CourseVersion, file: CourseFile, *, name: str, size: int, now: datetime, person: Person
) -> None:
    """Count a file that a form brought whole to its sender's quota."""
    _new(version, name[-255:], size, now, person, file=file)
    db.session.flush()


def drop(upload: MediaUpload, now: datetime) -> None:
    """Give an upload up that is under way; its pieces go."""
    if upload.state is not UploadState.UNDER_WAY:
        return
    upload.state, upload.ended_at = UploadState.DROPPED, now
    db.session.flush()
    clear_afterwards(upload)
