"""Jobs: documents are made after the certificate is committed."""

from flask import current_app

from lms.certification import documents, queries
from lms.certification.batches import jobs as batch_jobs  # noqa: F401 - its jobs
from lms.certification.board import jobs as board_jobs  # noqa: F401 - its jobs
from lms.certification.following import jobs as following_jobs  # noqa: F401 - its jobs
from lms.certification.register.jobs import seal_register
from lms.certification.reminding import jobs as reminder_jobs  # noqa: F401 - its jobs
from lms.certification.schemes import jobs as scheme_jobs  # noqa: F401 - its jobs
from lms.certification.services import RENDER_JOB
from lms.certification.snapshots import is_erased
from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work

__all__ = ["make_document", "seal_register"]


@job(RENDER_JOB)
def make_document(number: str, language: str) -> None:
    """Make and keep one certificate's PDF; nothing to do when there is one."""
    with unit_of_work():
        certificate = queries.certificate(number)
        if (
            certificate is None
            or is_erased(certificate.snapshot)
            or documents.kept(certificate.id, language)
        ):
            return
        wanted = documents.printable(certificate, language, current_app.config["SETTINGS"])
    blob = documents.make(wanted, settings=current_app.config["SETTINGS"], now=clock.now())
    with unit_of_work():
        documents.keep(wanted, blob, clock.now())
