"""Certificates and evidence that a regrade touches, for HR to decide."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.forms import ReviewForm
from lms.certification.policies import may_manage, may_see_designs
from lms.certification.reviews import queries, services
from lms.certification.reviews.models import CertificateReview
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core import clock
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import paginate

SEE, MANAGE = Permission.SEE_CERTIFICATES, Permission.MANAGE_CERTIFICATES


@blueprint.get("/hr/regrades")
@access.requires(SEE)
def reviews() -> ResponseReturnValue:
    """List certificates and evidence that corrections of exams touch: those to decide first."""
    return _page()


@blueprint.post("/hr/regrades/<review_id>")
@access.requires(MANAGE)
def decide_review(review_id: str) -> ResponseReturnValue:
    """Record what was decided on one certificate or piece of evidence, and do it."""
    review = queries.locked_review(current_user, review_id)
    if review is None:
        raise Missing
    form = ReviewForm(prefix=review.public_id).offer(services.choices_of(review, today()))
    if not form.validate_on_submit():
        return _page(form), 422
    services.decide(
        review=review,
        decision=form.decided,
        reason=form.reason.data or "",
        actor=current_user.person,
        now=clock.now(),
        settings=settings(),
    )
    flash(_("The decision is recorded."), "good")
    return redirect(url_for("certification.reviews"), 303)


def _page(posted: ReviewForm | None = None) -> str:
    is_open = "decided" not in request.args
    page = paginate(
        queries.reviews(current_user, is_open=is_open),
        columns=(CertificateReview.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=25,
        descending=not is_open,
    )
    return render_template(
        "certification/reviews.html",
        page=page,
        is_open=is_open,
        exam_titles=queries.exam_titles(page.rows),
        evidence_of=queries.evidence_of(page.rows),
        waiting=queries.open_count(current_user),
        over={row.id for row in page.rows if services.is_over(row, today())},
        may_see_designs=may_see_designs(current_user),
        forms_of={
            row.id: _form_of(row, posted)
            for row in page.rows
            if may_manage(current_user, row.holder)
        },
    )


def _form_of(review: CertificateReview, posted: ReviewForm | None) -> ReviewForm:
    if posted is not None and posted.is_of(review.public_id):
        return posted
    form = ReviewForm(prefix=review.public_id, formdata=None)
    return form.offer(services.choices_of(review, today()))
