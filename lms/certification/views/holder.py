"""The holder's own certificates and the PDF."""

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.certification import documents, numbers, queries
from lms.certification.models import Certificate
from lms.certification.schemes import words
from lms.certification.schemes.queries import facts_of
from lms.certification.schemes.telling import told
from lms.certification.sealing.authority import SigningUnavailable
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core import clock
from lms.core.errors import Missing, Overloaded
from lms.core.storage import blobs
from lms.core.unit_of_work import release
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import LANGUAGES


@blueprint.get("/certificates")
@access.requires(Permission.LEARN)
def certificates() -> ResponseReturnValue:
    """List what the viewer has earned and what they must hold."""
    person = current_user.person
    return render_template(
        "certification/certificates.html",
        certificates=queries.certificates_of(person),
        standings=told(person, facts_of(person), today()),
        words=words,
        notice_days=settings().certificate_notice_days,
    )


@blueprint.get("/certificates/<number>.pdf")
@access.signed_in
def document(number: str) -> ResponseReturnValue:
    """Send the PDF to its holder or to HR, in the language asked for (default: the holder's)."""
    keep = "download" in request.args
    return send_document(current_user, number, request.args.get("language"), keep=keep)


@blueprint.get("/courses/<enrolment>/certificate")
@access.requires(Permission.LEARN)
def of_enrolment(enrolment: str) -> ResponseReturnValue:
    """Lead from a passed course to the PDF of its certificate."""
    certificate = queries.certificate_of_enrolment(current_user.person, enrolment)
    if certificate is None:
        raise Missing
    return redirect(url_for("certification.document", number=certificate.number))


def send_document(viewer: Viewer, number: str, language: str | None, *, keep: bool) -> Response:
    """Return the PDF of a certificate that the viewer may read, made now if it wasn't before.

    Default of ``language``: the holder's; ``keep``: the browser saves it. Raises Missing.
    """
    certificate = queries.readable(viewer, numbers.parse(number) or "")
    if certificate is None:
        raise Missing
    documents.must_have_holder(certificate)
    if language not in LANGUAGES:
        language = certificate.holder.language
    key = documents.kept(certificate.id, language) or _make(certificate, language)
    return _pdf(blobs().get(key), certificate, keep=keep)


def _make(certificate: Certificate, language: str) -> str:
    """Make the PDF now, outside any transaction, and keep it; return its key."""
    wanted = documents.printable(certificate, language, settings())
    release()
    try:
        blob = documents.make(wanted, settings=settings(), now=clock.now())
    except SigningUnavailable as error:
        current_app.logger.exception("certificates can't be signed")
        raise Overloaded(
            _l("The document can’t be signed just now. Please try again later.")
        ) from error
    return documents.keep(wanted, blob, clock.now())


def _pdf(content: bytes, certificate: Certificate, *, keep: bool) -> Response:
    response = Response(content, mimetype="application/pdf")
    name = f"certificate-{numbers.group(certificate.number)}.pdf"
    response.headers.set("Content-Disposition", "attachment" if keep else "inline", filename=name)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
