"""Public verification of a file: is it one of ours, and unaltered? Nothing of it is kept."""

import hashlib
from dataclasses import replace

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lms.certification import queries
from lms.certification.credentials.papers import Answer, Paper, judge, judge_badge
from lms.certification.forms import PDF, NumberForm, PaperForm
from lms.certification.sealing.authority import anchors, authority
from lms.certification.sealing.bounded import Busy, Unchecked, inspect
from lms.certification.views.blueprint import blueprint, settings
from lms.certification.views.verification import page
from lms.core import clock
from lms.core.errors import Overloaded
from lms.core.signing import checked_keys, public_keys
from lms.core.unit_of_work import reads_first, release
from lms.web import access
from lms.web.limits import limiter


@blueprint.get("/verify/document")
@access.public
def ask_for_document() -> ResponseReturnValue:
    """Lead back to where a file is chosen: an answer is shown once."""
    return redirect(url_for("certification.verify", _anchor="document"))


@blueprint.post("/verify/document")
@access.public
@limiter.limit(lambda: settings().verify_file_limit)
@reads_first
def verify_document() -> ResponseReturnValue:
    """Tell whether a PDF or a badge is ours, unaltered, and what the register says of it."""
    form = PaperForm()
    if not form.validate_on_submit():
        return _refused(form)
    try:
        paper = _looked_at(form.content)
    except Unchecked:
        form.refuse_content()
        return _refused(form)
    except Busy as error:
        raise Overloaded(_l("Many files are being checked. Please try again soon.")) from error
    certificate = queries.certificate(paper.number) if paper.number else None
    return page("verify_document", paper=paper, certificate=certificate)


def _refused(form: PaperForm) -> Response:
    return page("verify", 422, form=NumberForm(formdata=None), upload=form)


def _looked_at(content: bytes) -> Paper:
    """Tell what a file is: the one that was kept at issue, or by the signatures in it."""
    known = queries.certificate_of_file(hashlib.sha256(content).hexdigest())
    if known is not None:
        return Paper(Answer.OURS, known.number)
    keys = checked_keys(public_keys(settings()))
    if PDF not in content[:1024]:
        return judge_badge(content.decode("utf-8", "replace"), keys, clock.now())
    release(then_writing=False)
    inspection = inspect(content, anchors(settings(), clock.now()))
    paper = judge(inspection, keys, authority(settings()).distrusted())
    if paper.answer is Answer.OURS and paper.number and queries.has_kept_files(paper.number):
        # Its signature doesn't cover itself: the change is in there, in bytes that show nothing.
        return replace(paper, answer=Answer.ALTERED)
    return paper
