"""The classes of retention: seen by who keeps people, changed and added by administrators."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.people.erasure import classes
from lms.people.erasure.classes import RetentionClass
from lms.people.erasure.forms import ClassForm, NewClassForm
from lms.people.erasure.holdings import holdings
from lms.people.erasure.words import FATES, STARTS
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.people.views.base import blueprint
from lms.web import access


@blueprint.get("/hr/retention")
@access.requires(Permission.KEEP_PEOPLE)
def retention() -> ResponseReturnValue:
    """Show which records stay how long, on what ground, and what happens then."""
    if not may_see_all(current_user, Permission.KEEP_PEOPLE):
        raise Missing
    return render_template(
        "people/erasure/classes.html",
        classes=classes.in_force().values(),
        holdings=holdings(),
        fates=FATES,
        starts=STARTS,
        may_change=may_see_all(current_user, Permission.SET_RETENTION),
    )


@blueprint.route("/hr/retention/new", methods=["GET", "POST"])
@access.requires(Permission.SET_RETENTION)
def new_retention() -> ResponseReturnValue:
    """Add a class: which records, how long, on what ground."""
    if not may_see_all(current_user, Permission.SET_RETENTION):
        raise Missing
    form = NewClassForm()
    if not form.validate_on_submit():
        page = render_template("people/erasure/new_class.html", form=form)
        return page, 422 if form.errors else 200
    added = form.added
    classes.add_class(added, actor=current_user.person, now=clock.now())
    flash(_("The class is added. It counts from now on, for whoever isn’t erased yet."), "good")
    return redirect(url_for("people.retention", _anchor=added.key), 303)


@blueprint.get("/hr/retention/<key>")
@access.requires(Permission.SET_RETENTION)
def retention_class(key: str) -> ResponseReturnValue:
    """Show one class to be changed."""
    one = _found(key)
    form = ClassForm(
        formdata=None, fates=classes.possible_fates(one.records), data=ClassForm.values_of(one)
    )
    return _show(one, form)


@blueprint.post("/hr/retention/<key>")
@access.requires(Permission.SET_RETENTION)
def change_retention(key: str) -> ResponseReturnValue:
    """Let a class read otherwise from now on."""
    one = _found(key)
    form = ClassForm(fates=classes.possible_fates(one.records))
    if not form.validate_on_submit():
        return _show(one, form), 422
    if form.seen.data != str(one.number):
        return _show(one, form, is_outdated=True), 409
    classes.change_class(
        form.changed(one), seen=one.number, actor=current_user.person, now=clock.now()
    )
    flash(_("Saved. It counts from now on, for whoever isn’t erased yet."), "good")
    return redirect(url_for("people.retention"), 303)


def _found(key: str) -> RetentionClass:
    one = classes.in_force().get(key)
    if one is None or not may_see_all(current_user, Permission.SET_RETENTION):
        raise Missing
    return one


def _show(one: RetentionClass, form: ClassForm, *, is_outdated: bool = False) -> str:
    form.seen.data = str(one.number)
    return render_template(
        "people/erasure/class.html",
        one=one,
        form=form,
        is_outdated=is_outdated,
        fates=FATES,
        starts=STARTS,
        holdings=holdings(),
    )
