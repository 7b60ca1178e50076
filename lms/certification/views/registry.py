"""HR's registry: search, one certificate with its history, revoking, reissuing, exporting."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.models import CourseVersion
from lms.certification import numbers, queries, services
from lms.certification.batches.queries import waiting_count
from lms.certification.designs.choosing import version_for
from lms.certification.forms import ReissueForm, RevokeForm
from lms.certification.lists import registry as lists
from lms.certification.models import Certificate
from lms.certification.policies import may_manage, may_see_designs
from lms.certification.queries import registry as registry_of
from lms.certification.reviews.voiding import hanging_on
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Missing
from lms.learning.deltas.queries import confirmations
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import MOST_COUNTED

SEE, MANAGE = Permission.SEE_CERTIFICATES, Permission.MANAGE_CERTIFICATES


@blueprint.get("/hr/certificates")
@access.requires(SEE)
def registry() -> ResponseReturnValue:
    """Show the certificates of the viewer's part of the network, narrowed and sorted as asked."""
    form, filters = lists.asked(current_user, request.args)
    found, total, status = None, 0, 422
    if filters is not None:
        found = registry_of.page(current_user, filters, today(), request.args.get("page"))
        total, status = registry_of.found(current_user, filters, today()), 200
    chosen = {name: request.args[name] for name in lists.KIND.fields if request.args.get(name)}
    return render_template(
        "certification/registry.html",
        form=form,
        found=found,
        total=total,
        most=MOST_COUNTED,
        chosen=chosen,
        waiting=waiting_count(current_user),
        notice_days=settings().certificate_notice_days,
        may_see_designs=may_see_designs(current_user),
    ), status


@blueprint.get("/hr/certificates/<number>")
@access.requires(SEE)
def entry(number: str) -> ResponseReturnValue:
    """Show one certificate with its history."""
    certificate = queries.overseen(current_user, numbers.parse(number) or "")
    if certificate is None:
        raise Missing
    return _entry(certificate)


@blueprint.post("/hr/certificates/<number>/revoke")
@access.requires(MANAGE)
def revoke(number: str) -> ResponseReturnValue:
    """Revoke with a reason."""
    certificate, form = _managed(number), RevokeForm(prefix="revoke")
    if not form.validate_on_submit():
        return _entry(certificate, revoking=form, status=422)
    services.revoke(
        certificate=certificate,
        actor=current_user.person,
        reason=form.reason.data or "",
        now=clock.now(),
    )
    flash(_("The certificate is revoked. Its public page says so from now on."), "good")
    return redirect(url_for("certification.entry", number=certificate.number))


@blueprint.post("/hr/certificates/<number>/reissue")
@access.requires(MANAGE)
def reissue(number: str) -> ResponseReturnValue:
    """Issue a new certificate in place of this one, with a reason."""
    certificate, form = _managed(number), ReissueForm(prefix="reissue")
    if not form.validate_on_submit():
        return _entry(certificate, reissuing=form, status=422)
    successor = services.reissue(
        certificate=certificate,
        actor=current_user.person,
        reason=form.reason.data or "",
        now=clock.now(),
        settings=settings(),
    )
    flash(_("A new certificate is issued. The old one is shown as replaced."), "good")
    return redirect(url_for("certification.entry", number=successor.number))


def _managed(number: str) -> Certificate:
    certificate = queries.managed(current_user, numbers.parse(number) or "")
    if certificate is None:
        raise Missing
    return certificate


def _entry(
    certificate: Certificate,
    *,
    revoking: RevokeForm | None = None,
    reissuing: ReissueForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return render_template(
        "certification/entry.html",
        certificate=certificate,
        history=queries.history(certificate),
        confirmations=confirmations(
            certificate.holder_id, db.session.get_one(CourseVersion, certificate.version_id)
        ),
        revoking=revoking or RevokeForm(prefix="revoke", formdata=None),
        may_manage=may_manage(current_user, certificate.holder),
        today=today(),
        reissuing=reissuing or ReissueForm(prefix="reissue", formdata=None),
        notice_days=settings().certificate_notice_days,
        design=certificate.design_version,
        hanging=hanging_on(certificate),
        next_design=version_for(certificate.course_id, on=today()),
    ), status
