"""A training centre that signs files, without an application around it."""

import io
import json
from dataclasses import dataclass

import pikepdf
import rfc8785

from lms.certification.credentials.papers import RECORD_PURPOSE, Paper, judge
from lms.certification.numbers import encode
from lms.certification.sealing.authority import Authority
from lms.certification.sealing.checking import look
from lms.certification.sealing.signer import PadesSigner, simple_signer
from lms.core import clock
from lms.core.signing import KeyRing, checked_keys

NUMBER = encode(2**100 + 7)


@dataclass
class Desk:
    """A training centre that signs files, and what it signed."""

    authority: Authority
    ring: KeyRing
    plain: bytes = b""
    signed: bytes = b""

    def fill(self) -> "Desk":
        self.plain = blank(record_of(self.ring))
        self.signed = self.sign(self.plain)
        return self

    def sign(self, content: bytes) -> bytes:
        now = clock.now()
        key = self.authority.signer() or self.authority.make(now)
        return PadesSigner(simple_signer(key, self.authority.root(now))).sign(content)

    def judge(self, content: bytes) -> Paper:
        """What the examining process finds, found in this one."""
        found = look(content, [self.authority.root(clock.now()).certificate])
        return judge(found, checked_keys(self.ring.public_keys()))


def record_of(ring: KeyRing) -> str:
    record = {"format": "lms-certificate/1", "number": NUMBER}
    signature = ring.sign(rfc8785.dumps(record), purpose=RECORD_PURPOSE, now=clock.now())
    return json.dumps({"record": record, "signature": signature}, indent=2)


def blank(record: str | None = None) -> bytes:
    """A small PDF that carries ``record``."""
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    if record is not None:
        pdf.attachments["certificate-record.json"] = record.encode()
    pdf.save(file)
    return file.getvalue()
