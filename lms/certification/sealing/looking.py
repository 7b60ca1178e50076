"""Looking at a file that somebody hands in: one way for the public page and for the API."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.certification import queries
from lms.certification.credentials.papers import Answer, Paper, judge, judge_badge
from lms.certification.credentials.verifying import is_document
from lms.certification.sealing.authority import anchors, authority
from lms.certification.sealing.bounded import Busy, inspect
from lms.core.errors import Overloaded
from lms.core.settings import Settings
from lms.core.signing import checked_keys, public_keys
from lms.core.unit_of_work import release

PDF = b"%PDF-"  # somewhere at the beginning
LARGEST = 4 * 2**20  # many times what a certificate has
TOO_COMPLICATED = _l(
    "This file could not be checked: it is far more complicated than a certificate."
)


def fault_of(content: bytes) -> Any | None:
    """Return what is wrong with a file that can't be a certificate's; None for one that can."""
    if len(content) > LARGEST:
        return _l("The file is larger than 4 MB: no certificate is.")
    if not _is_pdf(content) and not is_document(content.decode("utf-8", "replace")):
        return _l("This isn’t a PDF or a digital badge. Choose the file of the certificate.")
    return None


def looked_at(content: bytes, settings: Settings, now: datetime) -> Paper:
    """Tell what a file is: the one that was kept at issue, or by the signatures in it.

    Nothing of it is kept. In a reading transaction, which it ends before slow work. Raises
    Unchecked for a file that asks for too much, Overloaded while many are looked at.
    """
    known = queries.certificate_of_file(hashlib.sha256(content).hexdigest())
    if known is not None:
        return Paper(Answer.OURS, known.number)
    keys = checked_keys(public_keys(settings))
    if not _is_pdf(content):
        return judge_badge(content.decode("utf-8", "replace"), keys, now)
    release(then_writing=False)
    try:
        inspection = inspect(content, anchors(settings, now))
    except Busy as error:
        raise Overloaded(_l("Many files are being checked. Please try again soon.")) from error
    paper = judge(inspection, keys, authority(settings).distrusted())
    if paper.answer is Answer.OURS and paper.number and queries.has_kept_files(paper.number):
        # Its signature doesn't cover itself: the change is in there, in bytes that show nothing.
        return replace(paper, answer=Answer.ALTERED)
    return paper


def _is_pdf(content: bytes) -> bool:
    return PDF in content[:1024]
