"""Pages of equivalents: before one is made it shows for whom it would count."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.certification.schemes.equivalents import queries, services
from lms.certification.schemes.equivalents.forms import EndEquivalentForm, EquivalentForm
from lms.certification.schemes.equivalents.words import names, olds
from lms.certification.schemes.models import CertificationScheme, SchemeEquivalent
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.schemes import MANAGE, found_scheme, must_define
from lms.core import clock
from lms.core.errors import Conflict, Missing
from lms.web import access


@blueprint.route("/hr/certifications/<scheme_id>/equivalents/new", methods=["GET", "POST"])
@access.requires(MANAGE)
def new_equivalent(scheme_id: str) -> ResponseReturnValue:
    """Say what counts in place of a certification; the first answer shows what that means."""
    must_define()
    scheme = found_scheme(scheme_id)
    form = EquivalentForm().offer(olds(scheme), today())
    if not (form.validate_on_submit() and _may_be_made(scheme, form)):
        return _page(scheme, form), 422 if form.errors else 200
    if "save" not in request.form:
        proposed = queries.proposed(scheme, form.chosen, form.until_on.data)
        return _page(scheme, form, queries.meaning(proposed, today()))
    made = services.declare(
        scheme=scheme,
        old=form.chosen,
        until_on=form.until_on.data,
        reason=str(form.reason.data),
        actor=current_user.person,
        now=clock.now(),
        today=today(),
    )
    _tell(made)
    return redirect(url_for("certification.scheme", scheme_id=scheme.public_id), 303)


def _tell(made: SchemeEquivalent) -> None:
    if waiting := queries.people_waiting(made, today()):
        told = ngettext(
            "It will count for %(num)s person: that is being recorded in the background.",
            "It will count for %(num)s people: that is being recorded in the background.",
            waiting,
        )
    else:
        people = queries.people_counted(made, today())
        told = ngettext(
            "It counts for %(num)s person now.", "It counts for %(num)s people now.", people
        )
    flash(told, "good")


def _may_be_made(scheme: CertificationScheme, form: EquivalentForm) -> bool:
    """Tell whether nothing that is said already speaks against it; the field says what does."""
    try:
        services.check(scheme, form.chosen, today())
    except Conflict as refused:
        form.old.errors = [str(refused)]
        return False
    return True


def _page(
    scheme: CertificationScheme, form: EquivalentForm, shown: queries.Meaning | None = None
) -> str:
    return render_template(
        "certification/equivalents/new.html", scheme=scheme, form=form, shown=shown
    )


@blueprint.route("/hr/equivalents/<equivalent_id>/end", methods=["GET", "POST"])
@access.requires(MANAGE)
def end_equivalent(equivalent_id: str) -> ResponseReturnValue:
    """Let it count for nobody from today on."""
    equivalent, form = _found(equivalent_id), EndEquivalentForm()
    if not form.validate_on_submit():
        people = queries.people_counted(equivalent, today())
        page = render_template(
            "certification/equivalents/end.html",
            equivalent=equivalent,
            name=names([equivalent])[0],
            form=form,
            people=people,
        )
        return page, 422 if form.errors else 200
    services.end(
        equivalent,
        reason=str(form.reason.data),
        actor=current_user.person,
        now=clock.now(),
        today=today(),
    )
    if queries.people_waiting(equivalent, today()):
        told = _("It doesn’t count any more. That is being recorded in the background.")
    else:
        told = _("It doesn't count any more.")
    flash(told, "good")
    return redirect(url_for("certification.scheme", scheme_id=equivalent.scheme.public_id), 303)


def _found(equivalent_id: str) -> SchemeEquivalent:
    must_define()
    found = queries.equivalent_for(equivalent_id)
    if found is None:
        raise Missing
    return found
