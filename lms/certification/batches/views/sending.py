"""The finished file of a batch, as a reply."""

from flask import Response, request

from lms.audit import services as audit
from lms.catalog.views.sending import send_blob
from lms.certification.batches import services
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.core import clock
from lms.core.errors import Missing
from lms.core.storage import passing
from lms.core.unit_of_work import release, unit_of_work

TYPES = {
    BatchKind.ORIGINALS: ("zip", "application/zip"),
    BatchKind.PRINT: ("pdf", "application/pdf"),
    BatchKind.REPORT: ("pdf", "application/pdf"),
}


def send_file(found: CertificateBatch, taker_key: str) -> Response:
    """Send the finished file, and write down that this person took it. Raises Missing."""
    if found.file is None or found.file_size is None:
        raise Missing
    ending, media_type = TYPES[found.kind]
    what = "report" if found.kind is BatchKind.REPORT else "certificates"
    answer = send_blob(
        found.file,
        size=found.file_size,
        media_type=media_type,
        download_name=f"{what}-{found.asked_at:%Y-%m-%d}-{found.public_id}.{ending}",
        store=passing(),
    )
    if request.method != "HEAD" and _begins(answer):
        _note_taking(found, taker_key)
    return answer


def _begins(answer: Response) -> bool:
    """Tell whether the file is sent from its beginning: a download that goes on is the same one."""
    return answer.status_code == 200 or (
        answer.status_code == 206 and answer.content_range.start == 0
    )


def _note_taking(found: CertificateBatch, taker_key: str) -> None:
    """Append to the audit log, in a transaction of its own: the request is a reading one."""
    release(then_writing=False)
    with unit_of_work():
        audit.record(
            now=clock.now(),
            actor_key=taker_key,
            action="certification.batch_file_taken",
            subject_kind=services.SUBJECT,
            subject_key=found.public_id,
        )
