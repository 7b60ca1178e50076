"""Finding what a PDF carries by its bytes alone, however broken its structure is.

Whoever alters a certificate may break the tables by which a reader finds its way. The embedded
record and the signature lie in the file as they were written and are found without them. Nothing
here proves anything: what is found is checked by its own signatures.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from lms.core import clock

RECORD_BYTES = 64 * 1024  # more than any record has
RECORD_MARK = b'"lms-certificate/1"'
RECORDS, STREAMS, SIGNATURES = 4, 2000, 8  # looked at, at most
_STREAM = re.compile(rb"stream\r?\n")
_SIGNATURE = re.compile(rb"/Contents\s{0,9}<([0-9A-Fa-f\s]{200,300000})>")


def records(content: bytes) -> list[str]:
    """Return the texts in a PDF that look like a certificate's signed record, each once."""
    found: dict[str, None] = {}
    for text in _streams(content):
        if RECORD_MARK in text and len(found) < RECORDS:
            found[text.decode("utf-8", "replace")] = None
    return list(found)


def _streams(content: bytes) -> Iterator[bytes]:
    """Yield the beginnings of the file's streams, unpacked where they are packed."""
    place = 0
    for _ in range(STREAMS):
        begin = _STREAM.search(content, place)
        end = content.find(b"endstream", begin.end()) if begin else -1
        if begin is None or end < 0:
            return
        packed = content[begin.end() : end]
        try:
            yield zlib.decompressobj().decompress(packed, RECORD_BYTES)
        except zlib.error:
            yield packed[:RECORD_BYTES]
        place = end + len(b"endstream")


def signers(content: bytes) -> Iterator[x509.Certificate]:
    """Yield the certificates in the file's signatures, whether those hold or not."""
    for number, match in enumerate(_SIGNATURE.finditer(content)):
        if number == SIGNATURES:
            return
        try:
            signed = cms.ContentInfo.load(bytes.fromhex(match[1].decode()))["content"]
            encoded = [one.chosen.dump() for one in signed["certificates"]]
            yield from [x509.load_der_x509_certificate(one) for one in encoded[:SIGNATURES]]
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - a hostile file may hold anything
            continue


def last_moment(certificate: asn1_x509.Certificate) -> datetime:
    """Return now, or the last second of a certificate that has ended."""
    end: datetime = certificate["tbs_certificate"]["validity"]["not_after"].native
    return min(clock.now(), end - timedelta(seconds=1))
