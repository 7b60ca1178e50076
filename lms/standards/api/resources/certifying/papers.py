"""A certificate as a file: its PDF, and its digital badge (Open Badges 3.0)."""

from collections.abc import Callable
from enum import Enum
from typing import Literal

from flask import Response
from pydantic import Field

from lms.certification.credentials.views import send_badge, send_enveloped, send_proven
from lms.certification.views.holder import send_document
from lms.people.identity import Viewer
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Query
from lms.standards.api.resources.certificates import TAG
from lms.standards.api.tokens.scopes import Scope


class CredentialForm(Enum):
    """How a digital badge is written."""

    JWT = "jwt"  # VC-JWT: what verifiers take
    ENVELOPED = "enveloped"  # the same in a JSON document: what wallets take
    PROVEN = "proven"  # a JSON document with its own proof (Data Integrity)


FORMS: dict[CredentialForm, Callable[[Viewer, str], Response]] = {
    CredentialForm.JWT: send_badge,
    CredentialForm.ENVELOPED: send_enveloped,
    CredentialForm.PROVEN: send_proven,
}


class DocumentQuery(Query):
    """In which language."""

    language: Literal["ru", "en"] | None = Field(None, description="Default: the holder's.")


class CredentialQuery(Query):
    """Written how."""

    form: CredentialForm = Field(
        CredentialForm.JWT,
        description="`jwt`: VC-JWT; `enveloped`: the same in JSON; `proven`: JSON with a proof.",
    )


@operation(
    "GET",
    "/certificates/{number}/document",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="Download a certificate's PDF",
    query=DocumentQuery,
    files=("application/pdf",),
    refusals=(409, 503),
)
def get_certificate_document(call: Call, number: str) -> Answer:
    """The signed PDF. It is made when it is asked for first, within seconds, and kept. 409 once the
    holder's data was erased; 503 while it can't be signed.
    """
    return Answer(file=send_document(call.viewer, number, call.query.language, keep=True))


@operation(
    "GET",
    "/certificates/{number}/credential",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="Download a certificate's Open Badge",
    query=CredentialQuery,
    files=("application/vc+jwt", "application/json", "application/vc"),
    refusals=(409,),
)
def get_certificate_credential(call: Call, number: str) -> Answer:
    """The digital badge (Open Badges 3.0), signed. The first taking gives it a place in a list of
    statuses, where a revocation shows.
    """
    return Answer(file=FORMS[call.query.form](call.viewer, number))
