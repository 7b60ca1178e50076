"""The page on which administrators of the whole network move a centre."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from lms.certification.moving.forms import MoveForm
from lms.certification.moving.meaning import meaning
from lms.certification.schemes.rules.moved import AT_ONCE, people_at
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Conflict, Missing
from lms.people.forms import ROLE_NAMES
from lms.people.models import OrganisationUnit
from lms.people.network.moving import is_movable, move
from lms.people.network.rules import may_have_parts
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.web import access
from lms.web.i18n import localised

KEEP = Permission.KEEP_NETWORK


@blueprint.route("/admin/network/units/<public_id>/move", methods=["GET", "POST"])
@access.requires(KEEP)
def move_unit(public_id: str) -> ResponseReturnValue:
    """Move a centre to another part of the network; the first answer shows what that means."""
    centre = _centre(public_id)
    form = _offered(centre)
    if not form.validate_on_submit():
        return _page(centre, form), 422 if form.errors else 200
    if "save" not in request.form:
        return _page(centre, form, form.chosen)
    try:
        _move(centre, form)
    except Conflict as refusal:
        return _refused(public_id, form, refusal)
    flash(_told(centre, form.chosen), "good")
    return redirect(url_for("people.unit_names", public_id=public_id), 303)


def _centre(public_id: str) -> OrganisationUnit:
    """Return a centre that can be moved, with what it is a part of."""
    found = sa.select(OrganisationUnit).where(OrganisationUnit.public_id == public_id)
    centre = db.session.scalars(found.options(joinedload(OrganisationUnit.parent))).one_or_none()
    if centre is None or not is_movable(centre) or not may_see_all(current_user, KEEP):
        raise Missing
    return centre


def _offered(centre: OrganisationUnit) -> MoveForm:
    units = db.session.scalars(sa.select(OrganisationUnit).order_by(OrganisationUnit.path))
    return MoveForm().offer(
        one for one in units if may_have_parts(one) and one.id != centre.parent_id
    )


def _page(centre: OrganisationUnit, form: MoveForm, above: OrganisationUnit | None = None) -> str:
    """Show the form, and what a move to ``above`` would mean; it is bound to what is shown."""
    form.seen.data = centre.parent.public_id if centre.parent else ""
    return render_template(
        "certification/move_unit.html",
        form=form,
        centre=centre,
        above=above,
        shown=meaning(centre, above, now=clock.now(), today=today()) if above else None,
        role_names=ROLE_NAMES,
    )


def _move(centre: OrganisationUnit, form: MoveForm) -> None:
    is_seen = centre.parent is not None and form.seen.data == centre.parent.public_id
    move(
        centre,
        form.chosen,
        seen_id=centre.parent_id if is_seen else None,
        on=today(),
        now=clock.now(),
        actor_key=current_user.person.public_id,
        reason=str(form.reason.data),
    )


def _refused(public_id: str, form: MoveForm, refusal: Conflict) -> ResponseReturnValue:
    """Show the form with what was typed and what is there now."""
    centre = _centre(public_id)
    form.form_errors.append(refusal.message)
    return _page(centre, form), refusal.status


def _told(centre: OrganisationUnit, above: OrganisationUnit) -> Any:
    told = {"centre": localised(centre), "part": localised(above)}
    if len(people_at(centre.id, today())) <= AT_ONCE:
        return _("“%(centre)s” is a part of “%(part)s” now.", **told)
    return _(
        "“%(centre)s” is a part of “%(part)s” now. What rules mean for its people is being"
        " recorded in the background.",
        **told,
    )
