"""HR's registry: search, one certificate with its history, revoking, reissuing, exporting."""

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from lms.catalog.models import Course, CourseVersion
from lms.certification import numbers, queries, services
from lms.certification.batches.queries import waiting_count
from lms.certification.forms import RegistryForm, ReissueForm, RevokeForm
from lms.certification.models import Certificate
from lms.certification.queries import registry as registry_of
from lms.certification.queries.registry import Filters, Order, StatusFilter
from lms.certification.views import export as exports
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Missing
from lms.core.unit_of_work import reads_first
from lms.learning.deltas.queries import confirmations
from lms.people.models import OrganisationUnit, UnitKind
from lms.people.permissions import Permission
from lms.people.queries import units_within
from lms.web import access
from lms.web.i18n import localised
from lms.web.paging import MOST_COUNTED

PERMISSION = Permission.MANAGE_CERTIFICATES
_INDENT = {UnitKind.NETWORK: "", UnitKind.DISTRICT: "", UnitKind.SERVICE_CENTRE: "\N{EM SPACE}"}


@blueprint.get("/hr/certificates")
@access.requires(PERMISSION)
def registry() -> ResponseReturnValue:
    """Show the certificates of the viewer's part of the network, narrowed and sorted as asked."""
    form, filters = asked(request.args)
    found, total, status = None, 0, 422
    if filters is not None:
        found = registry_of.page(current_user, filters, today(), request.args.get("page"))
        total, status = registry_of.found(current_user, filters, today()), 200
    chosen = {key: value for key, value in request.args.items() if key != "page" and value}
    return render_template(
        "certification/registry.html",
        form=form,
        found=found,
        total=total,
        most=MOST_COUNTED,
        chosen=chosen,
        waiting=waiting_count(current_user),
        notice_days=settings().certificate_notice_days,
    ), status


@blueprint.post("/hr/certificates/export/<any(xlsx, csv):kind>")
@access.requires(PERMISSION)
@reads_first
def export(kind: str) -> ResponseReturnValue:
    """Send everything that matches as a file, and write down that it was taken."""
    _form, filters = asked(request.form)
    if filters is None:
        values = {k: v for k, v in request.form.items() if k != "csrf_token"}
        return redirect(f"{url_for('certification.registry')}?{urlencode(values)}")
    return exports.send_registry(kind, current_user, filters, today())


@blueprint.get("/hr/certificates/<number>")
@access.requires(PERMISSION)
def entry(number: str) -> ResponseReturnValue:
    """Show one certificate with its history."""
    return _entry(_managed(number))


@blueprint.post("/hr/certificates/<number>/revoke")
@access.requires(PERMISSION)
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
@access.requires(PERMISSION)
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
        reissuing=reissuing or ReissueForm(prefix="reissue", formdata=None),
        notice_days=settings().certificate_notice_days,
    ), status


def asked(values: MultiDict[str, str]) -> tuple[RegistryForm, Filters | None]:
    """Return the form and what it asks for; None when it asks for what there isn't."""
    units = {unit.public_id: unit for unit in units_within(current_user, PERMISSION)}
    courses = {course.slug: (course, title) for course, title in registry_of.courses()}
    form = RegistryForm(MultiDict(values))
    form.unit.choices = _unit_choices(units)
    form.course.choices = _course_choices(courses)
    if not form.days.data and not form.days.errors and not form.days.raw_data:
        form.days.data = settings().certificate_notice_days
    if not form.validate():
        return form, None
    return form, Filters(
        text=form.text.data or "",
        unit_path=units[form.unit.data].path if form.unit.data else None,
        course_id=courses[form.course.data][0].id if form.course.data else None,
        status=StatusFilter(form.status.data) if form.status.data else None,
        days=form.days.data or settings().certificate_notice_days,
        order=Order(form.order.data),
    )


def _unit_choices(units: dict[str, OrganisationUnit]) -> list[SelectChoice]:
    named = (SelectChoice(key, _INDENT[u.kind] + localised(u)) for key, u in units.items())
    return [SelectChoice("", _("All centres")), *named]


def _course_choices(courses: dict[str, tuple[Course, dict[str, Any]]]) -> list[SelectChoice]:
    named = (SelectChoice(slug, localised(title)) for slug, (_c, title) in courses.items())
    return [SelectChoice("", _("All courses")), *named]
