"""Emblems and signatures: taken as the media library takes pictures, kept as blobs for ever."""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa

from lms.catalog.errors import WrongFile
from lms.catalog.media.errors import BadFile
from lms.catalog.media.pictures import Picture, is_picture, remade
from lms.catalog.messages import Message, localised_message
from lms.certification.designs.models import CertificateDesign, DesignPicture
from lms.core.database import db
from lms.core.pdf import Document
from lms.core.storage import blobs
from lms.people.models import Person

MOST_BYTES = 4 * 1024 * 1024  # of an upload
MOST_KEPT = 2 * 1024 * 1024  # of what is made of it: each certificate's document carries it
MOST_PICTURES = 60  # of one design: versions keep what they show
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Stored:
    """Where a picture's bytes lie, and what they are."""

    blob: str
    media_type: str


def taken(file: BinaryIO) -> Picture:
    """Return an uploaded picture made anew from its pixels. Slow. Raises WrongFile."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refusal(Message("is larger than %(limit)s MB", limit=MOST_BYTES // 2**20))
    if not is_picture(content[:512]):
        raise _refusal(Message("is no picture of a kind we take: PNG, JPEG or WebP"))
    try:
        picture = remade(content)
    except BadFile as error:
        raise _refusal(error.message) from error
    if len(picture.content) > MOST_KEPT:
        raise _refusal(Message("shows too much for a certificate: make the picture smaller"))
    return picture


def _refusal(message: str) -> WrongFile:
    return WrongFile(localised_message(message))


def add_picture(
    design: CertificateDesign, picture: Picture, *, now: datetime, actor: Person
) -> DesignPicture:
    """Keep a picture for a design; the same bytes are kept once. Raises WrongFile for too many."""
    blob = blobs().put(picture.content)
    of_design = sa.select(DesignPicture).where(DesignPicture.design_id == design.id)
    known = db.session.scalars(of_design.where(DesignPicture.blob == blob)).first()
    if known is not None:
        return known
    if len(db.session.scalars(of_design).all()) >= MOST_PICTURES:
        raise _refusal(Message("this design has %(count)s pictures already", count=MOST_PICTURES))
    row = DesignPicture(
        design_id=design.id,
        blob=blob,
        media_type=MEDIA_TYPES[picture.suffix],
        width=picture.width,
        height=picture.height,
        added_at=now,
        added_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def picture_of(design: CertificateDesign, key: str) -> DesignPicture | None:
    """Return a design's own picture by its public id."""
    statement = sa.select(DesignPicture).where(
        DesignPicture.design_id == design.id, DesignPicture.public_id == key
    )
    return db.session.scalars(statement).one_or_none()


def own_pictures(design: CertificateDesign) -> Sequence[str]:
    """Return the public ids of a design's pictures."""
    statement = sa.select(DesignPicture.public_id).where(DesignPicture.design_id == design.id)
    return db.session.scalars(statement).all()


def stored_pictures(keys: Collection[str]) -> dict[str, Stored]:
    """Return where pictures lie by public id; no statement when there are none."""
    if not keys:
        return {}
    statement = sa.select(DesignPicture).where(DesignPicture.public_id.in_(keys))
    return {
        one.public_id: Stored(one.blob, one.media_type) for one in db.session.scalars(statement)
    }


def with_pictures(document: Document, pictures: Mapping[str, Stored]) -> Document:
    """Return the document with the bytes of its pictures in it: the renderer reads no store.

    Call outside a transaction: the store may be slow.
    """
    if not pictures:
        return document
    addresses = {key: _address(one) for key, one in pictures.items()}
    return replace(document, shared={"addresses": addresses})


def _address(stored: Stored) -> str:
    content = base64.b64encode(blobs().get(stored.blob)).decode()
    return f"data:{stored.media_type};base64,{content}"
