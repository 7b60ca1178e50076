"""Public verification of a file: is it one of ours, and unaltered? Nothing of it is kept."""

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.certification import queries
from lms.certification.forms import NumberForm, PaperForm
from lms.certification.sealing.bounded import Unchecked
from lms.certification.sealing.looking import looked_at
from lms.certification.views.blueprint import blueprint, settings
from lms.certification.views.verification import page
from lms.core import clock
from lms.core.unit_of_work import reads_first
from lms.web import access
from lms.web.i18n import in_browsers_language
from lms.web.limits import limiter


@blueprint.get("/verify/document")
@access.public
def ask_for_document() -> ResponseReturnValue:
    """Lead back to where a file is chosen: an answer is shown once."""
    return redirect(url_for("certification.verify", _anchor="document"))


@blueprint.post("/verify/document")
@access.public_question
@in_browsers_language
@limiter.limit(lambda: settings().verify_file_limit)
@reads_first
def verify_document() -> ResponseReturnValue:
    """Tell whether a PDF or a badge is ours, unaltered, and what the register says of it."""
    form = PaperForm()
    if not form.validate_on_submit():
        return _refused(form)
    try:
        paper = looked_at(form.content, settings(), clock.now())
    except Unchecked:
        form.refuse_content()
        return _refused(form)
    certificate = queries.certificate(paper.number) if paper.number else None
    return page("verify_document", paper=paper, certificate=certificate)


def _refused(form: PaperForm) -> Response:
    return page("verify", 422, form=NumberForm(formdata=None), upload=form)
