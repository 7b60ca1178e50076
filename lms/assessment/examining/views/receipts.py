"""The receipt: issued to the candidate, as a page, a file and a PDF; checked by anyone."""

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.examining.forms import ReceiptFileForm
from lms.assessment.examining.models import AttemptReceipt
from lms.assessment.examining.receipts.documents import document_of, printed
from lms.assessment.examining.receipts.queries import receipts_of
from lms.assessment.examining.receipts.sealing import FILE_LIMIT, Verdict, check, file_of
from lms.assessment.examining.receipts.services import issue_receipt, may_keep_receipt
from lms.assessment.views.base import blueprint, found, own_attempt, settings
from lms.core import clock
from lms.core.pdf import renderer
from lms.core.signing import checked_keys, key_ring
from lms.core.unit_of_work import release
from lms.people.permissions import Permission
from lms.web import access
from lms.web.headers import save_as
from lms.web.i18n import LANGUAGES, current_language, in_browsers_language
from lms.web.limits import limiter


@blueprint.post("/attempts/<attempt_id>/receipt")
@access.requires(Permission.LEARN)
def issue_receipt_(attempt_id: str) -> ResponseReturnValue:
    """Issue the receipt of the score as it stands; again gives the same one."""
    issue_receipt(attempt=own_attempt(attempt_id), now=clock.now(), settings=settings())
    return redirect(url_for("assessment.receipt", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<attempt_id>/receipt")
@access.requires(Permission.LEARN)
def receipt(attempt_id: str) -> ResponseReturnValue:
    """Show the newest receipt of the attempt."""
    attempt = own_attempt(attempt_id)
    may_keep_receipt(attempt)
    kept = receipts_of(attempt)
    shown = printed(kept[0].content, current_language()) if kept else None
    return render_template(
        "assessment/examining/receipt.html", attempt=attempt, receipts=kept, shown=shown
    )


@blueprint.get("/attempts/<attempt_id>/receipt.json")
@access.requires(Permission.LEARN)
def receipt_file(attempt_id: str) -> ResponseReturnValue:
    """Send the signed file."""
    kept = _kept(attempt_id)
    response = Response(file_of(kept.content, kept.seal), mimetype="application/json")
    save_as(response, f"exam-receipt-{kept.public_id}.json")
    return response


@blueprint.get("/attempts/<attempt_id>/receipt.pdf")
@access.requires(Permission.LEARN)
@limiter.limit("20 per minute")
def receipt_document(attempt_id: str) -> ResponseReturnValue:
    """Send the document for people, in the language asked for (default: the reader's)."""
    kept = _kept(attempt_id)
    language = request.args.get("language", "")
    language = language if language in LANGUAGES else current_language()
    page = f"{settings().public_address}{url_for('assessment.verify_receipt')}"
    document = document_of(kept, language, verify_url=page)
    release(then_writing=False)
    response = Response(renderer().render(document), mimetype="application/pdf")
    name = f"exam-receipt-{kept.public_id}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response


def _kept(attempt_id: str) -> AttemptReceipt:
    attempt = own_attempt(attempt_id)
    may_keep_receipt(attempt)
    kept = receipts_of(attempt)
    return found(kept[0] if kept else None)


@blueprint.get("/receipts/verify")
@access.public
@in_browsers_language
def verify_receipt() -> ResponseReturnValue:
    """Ask for the file of a receipt."""
    return _verification(ReceiptFileForm(formdata=None))


@blueprint.post("/receipts/verify")
@access.public_question
@in_browsers_language
@limiter.shared_limit(lambda: settings().verify_limit, scope="verification")
def check_receipt() -> ResponseReturnValue:
    """Tell whether a file is genuine, was altered (and where), or isn't ours. Nothing is kept."""
    form = ReceiptFileForm()
    if not form.validate_on_submit():
        return _verification(form), 422
    keys = checked_keys(key_ring(current_app.config["SETTINGS"]).public_keys())
    verdict = check(form.file.data.stream.read(FILE_LIMIT + 1), keys)
    return _verification(ReceiptFileForm(formdata=None), verdict)


def _verification(form: ReceiptFileForm, verdict: Verdict | None = None) -> str:
    shown = None
    if verdict is not None and verdict.content is not None:
        shown = printed(dict(verdict.content), current_language())
    return render_template(
        "assessment/examining/verify_receipt.html", form=form, verdict=verdict, shown=shown
    )
