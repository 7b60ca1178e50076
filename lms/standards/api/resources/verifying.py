"""Whether a file is a certificate of ours as it was issued; and what the certificate is today."""

import base64
from datetime import date

from pydantic import Field

from lms.certification import queries
from lms.certification.credentials import papers
from lms.certification.models import Certificate
from lms.certification.sealing.bounded import Unchecked
from lms.certification.sealing.looking import TOO_COMPLICATED, fault_of, looked_at
from lms.certification.status import CertificateStatus, standing_on
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.files import Base64, content_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Number, Received, Sent, Texts
from lms.standards.api.resources.certificates import TAG
from lms.web.limits import Allowance


class FileIn(Received):
    """A certificate's PDF or digital badge."""

    content: Base64 = Field(
        description="The file in base64.", examples=[base64.b64encode(b"%PDF-1.7\n...").decode()]
    )


class VerifiedCertificate(Sent):
    """What the register says of a certificate today, to whoever has its file."""

    number: Number
    course: Texts
    status: CertificateStatus
    issued_on: date
    valid_until_on: date | None


class FileVerified(Sent):
    """What a file is."""

    answer: papers.Answer = Field(
        description="`ours`: not a byte was changed; `altered`: ours once; `distrusted`: its key "
        "counts as compromised; `foreign`: not ours."
    )
    certificate: VerifiedCertificate | None = Field(
        description="The one that the file is, or was made from; null where the register has none."
    )


def _look(call: Call) -> papers.Paper:
    Allowance("api-files", call.settings.verify_file_limit).spend(call.token.public_id)
    content = content_of(call.body.content)
    wrong = fault_of(content)
    if wrong is not None:
        raise fault("body.content", wrong)
    try:
        return looked_at(content, call.settings, call.now)
    except Unchecked as error:
        raise fault("body.content", TOO_COMPLICATED) from error


@operation(
    "POST",
    "/certificates/verification",
    tag=TAG,
    scope=None,
    summary="Verify a certificate's file",
    body=FileIn,
    answer=FileVerified,
    refusals=(503,),
    prepare=_look,
)
def verify_file(call: Call) -> Answer:
    """Tell whether a PDF or a digital badge was issued here and is unaltered, as the public page
    does. Nothing of it is kept.
    """
    paper: papers.Paper = call.prepared
    found = queries.certificate(paper.number) if paper.number else None
    shown = _shown(call, found) if found else None
    return Answer(FileVerified(answer=paper.answer, certificate=shown))


def _shown(call: Call, certificate: Certificate) -> VerifiedCertificate:
    standing = standing_on(
        call.today,
        valid_until_on=certificate.valid_until_on,
        is_revoked=certificate.revocation is not None,
        is_replaced=certificate.replaced_by is not None,
    )
    return VerifiedCertificate(
        number=certificate.number,
        course=certificate.snapshot["course"],
        status=standing.status,
        issued_on=certificate.issued_on,
        valid_until_on=certificate.valid_until_on,
    )
