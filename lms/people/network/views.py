"""Pages of the parts of the network and of the posts, for administrators of the whole network."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from lms.core import clock
from lms.core.database import db
from lms.core.errors import Conflict, Missing
from lms.people.models import JobRole, OrganisationUnit, UnitKind
from lms.people.network import closing, services
from lms.people.network.forms import NamesForm, PostsForm, UnitsForm, names_of
from lms.people.network.rules import may_have_parts
from lms.people.permissions import HEAD_OF_CENTRE, Permission
from lms.people.policies import may_see_all
from lms.people.queries import former_places, lies_in_called
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.i18n import localised
from lms.web.paging import Page, paginate

KEEP = Permission.KEEP_NETWORK
UNITS_A_PAGE = 25
# What the programmes that come along are for, and the post that leads a centre.
USUAL_POSTS = f"""universal-specialist; Универсальный специалист; Universal specialist
senior-specialist; Старший специалист; Senior specialist
hall-administrator; Администратор зала; Hall administrator
{HEAD_OF_CENTRE}; Руководитель центра; Head of centre"""


def _units() -> list[OrganisationUnit]:
    return list(db.session.scalars(sa.select(OrganisationUnit).order_by(OrganisationUnit.path)))


def _units_page(words: str, cursor: str | None) -> Page:
    statement = sa.select(OrganisationUnit)
    return paginate(
        statement.where(lies_in_called(words)) if words.strip() else statement,
        columns=(OrganisationUnit.path, OrganisationUnit.id),
        readers=(str, int),
        key=lambda unit: (unit.path, unit.id),
        cursor=cursor,
        size=UNITS_A_PAGE,
    )


def _posts() -> list[JobRole]:
    return list(db.session.scalars(sa.select(JobRole).order_by(JobRole.name_ru, JobRole.id)))


def _demand() -> None:
    if not may_see_all(current_user, KEEP):
        raise Missing


@blueprint.get("/admin/network")
@access.requires(KEEP)
def network() -> ResponseReturnValue:
    """List the parts of the network, each after the one above it, and the posts."""
    _demand()
    words = request.args.get("words", "")
    page = _units_page(words, request.args.get("page"))
    return render_template("people/network/network.html", page=page, sought=words, posts=_posts())


@blueprint.route("/admin/network/units/new", methods=["GET", "POST"])
@access.requires(KEEP)
def new_units() -> ResponseReturnValue:
    """Add districts or centres, one or many."""
    _demand()
    units = _units()
    form = UnitsForm(
        taken=[unit.code for unit in units],
        above=[unit for unit in units if may_have_parts(unit)],
        kind=UnitKind.SERVICE_CENTRE.value,
    )
    if not form.validate_on_submit():
        page = render_template("people/network/new_units.html", form=form)
        return page, 422 if form.errors else 200
    services.add_units(
        form.rows,
        kind=UnitKind(form.kind.data),
        above=form.parts[form.above.data],
        now=clock.now(),
        actor_key=current_user.person.public_id,
    )
    return _added(len(form.rows), "units")


@blueprint.route("/admin/network/posts/new", methods=["GET", "POST"])
@access.requires(KEEP)
def new_posts() -> ResponseReturnValue:
    """Add posts, one or many; the first time the usual ones are offered."""
    _demand()
    posts = _posts()
    form = PostsForm(taken=[post.code for post in posts], lines="" if posts else USUAL_POSTS)
    if not form.validate_on_submit():
        page = render_template("people/network/new_posts.html", form=form)
        return page, 422 if form.errors else 200
    services.add_posts(form.rows, now=clock.now(), actor_key=current_user.person.public_id)
    return _added(len(form.rows), "posts")


def _added(count: int, anchor: str) -> ResponseReturnValue:
    flash(_("Added: %(num)s.", num=count), "good")
    return redirect(url_for("people.network", _anchor=anchor), 303)


@blueprint.route("/admin/network/units/<public_id>", methods=["GET", "POST"])
@access.requires(KEEP)
def unit_names(public_id: str) -> ResponseReturnValue:
    """Let a part of the network be called otherwise, or close it."""
    return _names(OrganisationUnit, public_id, services.rename_unit)


@blueprint.post("/admin/network/units/<public_id>/closed")
@access.requires(KEEP)
def close_unit(public_id: str) -> ResponseReturnValue:
    """Close a part of the network, where nobody works any more."""
    unit, now = _part(public_id), clock.now()
    on = clock.local_date(now, current_app.config["SETTINGS"].time_zone)
    try:
        closing.close(unit, on=on, now=now, actor_key=current_user.person.public_id)
    except Conflict as refusal:
        return _unit_page(unit, refusal)
    flash(_("Closed: %(name)s.", name=localised(unit)), "good")
    return redirect(url_for("people.network"), 303)


@blueprint.post("/admin/network/units/<public_id>/opened")
@access.requires(KEEP)
def reopen_unit(public_id: str) -> ResponseReturnValue:
    """Open a part of the network again."""
    unit = _part(public_id)
    try:
        closing.reopen(unit, now=clock.now(), actor_key=current_user.person.public_id)
    except Conflict as refusal:
        return _unit_page(unit, refusal)
    flash(_("Open again: %(name)s.", name=localised(unit)), "good")
    return redirect(url_for("people.network"), 303)


def _part(public_id: str) -> OrganisationUnit:
    """Return a part of the network, with what it is a part of; never the whole."""
    _demand()
    unit = db.session.scalars(
        sa.select(OrganisationUnit)
        .where(OrganisationUnit.public_id == public_id, OrganisationUnit.kind != UnitKind.NETWORK)
        .options(joinedload(OrganisationUnit.parent))
    ).one_or_none()
    if unit is None:
        raise Missing
    return unit


def _unit_page(unit: OrganisationUnit, refusal: Conflict) -> ResponseReturnValue:
    form = NamesForm(formdata=None, name_ru=unit.name_ru, name_en=unit.name_en, seen=names_of(unit))
    form.form_errors.append(refusal.message)
    return _names_page(unit, form), refusal.status


def _names_page(one: OrganisationUnit | JobRole, form: NamesForm) -> str:
    """Show what it is called; of a centre what it was a part of, too."""
    places = former_places(one) if isinstance(one, OrganisationUnit) else []
    return render_template("people/network/names.html", form=form, one=one, places=places)


@blueprint.route("/admin/network/posts/<public_id>", methods=["GET", "POST"])
@access.requires(KEEP)
def post_names(public_id: str) -> ResponseReturnValue:
    """Let a post be called otherwise."""
    return _names(JobRole, public_id, services.rename_post)


def _names(
    kind: type[OrganisationUnit | JobRole], public_id: str, rename: Callable[..., None]
) -> ResponseReturnValue:
    _demand()
    found = sa.select(kind).where(kind.public_id == public_id)
    if kind is OrganisationUnit:
        found = found.options(joinedload(OrganisationUnit.parent))
    one: Any = db.session.scalars(found).one_or_none()
    if one is None:
        raise Missing
    form = NamesForm(name_ru=one.name_ru, name_en=one.name_en, seen=names_of(one))
    if not form.validate_on_submit():
        return _names_page(one, form), 422 if form.errors else 200
    if (form.seen.data or "").replace("\r\n", "\n") != names_of(one):
        form.form_errors.append(
            _(
                "Meanwhile it was named “%(name)s”. Send your name again if it is to count.",
                name=one.name_ru,
            )
        )
        form.seen.data = names_of(one)
        return _names_page(one, form), 409
    rename(
        one,
        name_ru=form.name_ru.data,
        name_en=form.name_en.data,
        now=clock.now(),
        actor_key=current_user.person.public_id,
    )
    flash(_("The name is saved."), "good")
    return redirect(url_for("people.network"), 303)
