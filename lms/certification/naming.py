"""Comparing a typed name with the one on a certificate, without telling how near it was."""

import hashlib
import hmac
import re

from lms.certification import snapshots
from lms.certification.models import Certificate
from lms.core.database import fold

_DASHES = re.compile(r"\s*[‐-―−-]\s*")


def comparable(name: str) -> bytes:
    """Return what two spellings of one name have in common.

    Case, ё and е, spaces, kinds of dashes and the order of the parts don't count.
    """
    folded = fold(_DASHES.sub("-", name)) or ""
    return hashlib.sha256(" ".join(sorted(folded.split())).encode()).digest()


def is_name_of(certificate: Certificate | None, name: str) -> bool:
    """Tell, in a time that doesn't depend on the names, whether ``name`` is the holder's.

    False when there is no certificate.
    """
    actual = snapshots.full_name(certificate.snapshot) if certificate else ""
    same = hmac.compare_digest(comparable(actual), comparable(name))
    return same and certificate is not None
