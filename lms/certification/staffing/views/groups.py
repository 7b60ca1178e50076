"""Service groups: what is done at windows, and which certifications it asks for."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import GroupKeyTaken, SetupChanged
from lms.certification.policies import may_define_groups
from lms.certification.schemes.queries import schemes
from lms.certification.staffing import queries, services
from lms.certification.staffing.forms import GroupForm
from lms.certification.staffing.models import ServiceGroup
from lms.certification.staffing.views.base import PLAN
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access


@blueprint.get("/hr/service-groups")
@access.requires(PLAN)
def service_groups() -> ResponseReturnValue:
    """List the service groups of the network."""
    return render_template(
        "certification/staffing/groups.html",
        groups=queries.groups(),
        retired=queries.groups(retired=True),
        may_define=may_define_groups(current_user),
    )


@blueprint.route("/hr/service-groups/new", methods=["GET", "POST"])
@access.requires(PLAN)
def new_service_group() -> ResponseReturnValue:
    """Define a service group."""
    return _edit(None)


@blueprint.route("/hr/service-groups/<group_id>", methods=["GET", "POST"])
@access.requires(PLAN)
def edit_service_group(group_id: str) -> ResponseReturnValue:
    """Change a service group."""
    found = queries.group_for(group_id)
    if found is None:
        raise Missing
    return _edit(found)


def _edit(group: ServiceGroup | None) -> ResponseReturnValue:
    if not may_define_groups(current_user):
        raise Missing
    form = GroupForm(data=_data(group)).offer(schemes())
    if not form.validate_on_submit():
        return _page(form, group), 422 if form.errors else 200
    try:
        _save(form, group)
    except GroupKeyTaken as refusal:
        form.key.errors = [*form.key.errors, refusal.message]
        return _page(form, None), 409
    except SetupChanged:
        form.row_version.data = str(group.row_version if group else 0)
        return _page(form, group, changed=True), 409
    flash(_("The service group is saved."), "good")
    return redirect(url_for("certification.service_groups"), 303)


def _data(group: ServiceGroup | None) -> dict[str, object]:
    if group is None:
        return {"row_version": "0"}
    return {
        "key": group.key,
        "name_ru": group.name_ru,
        "name_en": group.name_en,
        "schemes": [one.scheme.public_id for one in group.asked],
        "retired": group.retired_at is not None,
        "row_version": str(group.row_version),
    }


def _save(form: GroupForm, group: ServiceGroup | None) -> None:
    services.save_group(
        group=group,
        key=str(form.key.data),
        name_ru=str(form.name_ru.data),
        name_en=str(form.name_en.data),
        scheme_ids=form.scheme_ids,
        retired=bool(form.retired.data),
        row_version=form.seen,
        now=clock.now(),
        actor=current_user.person,
    )


def _page(form: GroupForm, group: ServiceGroup | None, *, changed: bool = False) -> str:
    return render_template(
        "certification/staffing/group_form.html", form=form, group=group, changed=changed
    )
