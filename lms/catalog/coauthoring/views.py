"""Co-authors of a course: who is invited, inviting, withdrawing. For instructors of the network."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.coauthoring import queries, services
from lms.catalog.coauthoring.forms import InvitationForm
from lms.catalog.models import Course
from lms.catalog.queries import course_titles
from lms.catalog.views.base import AUTHOR, blueprint, loaded_course
from lms.core import clock
from lms.core.errors import Conflict, Missing
from lms.core.unit_of_work import reads_first, release
from lms.people.passwords.hashing import one_time_password, passwords
from lms.web import access


@blueprint.route("/authoring/courses/<slug>/co-authors", methods=["GET", "POST"])
@access.requires(AUTHOR)
@reads_first
def co_authors(slug: str) -> ResponseReturnValue:
    """List who edits the course from outside; invite another, whose password is shown once."""
    course, form = loaded_course(slug), InvitationForm(queries.today())
    if not form.validate_on_submit():
        return _page(course, form, 422 if form.errors else 200)
    secret, secret_hash = _new_secret()
    try:
        invitation = services.invite(
            course,
            form.guest(),
            password_hash=secret_hash,
            expires_on=form.expires_on.data,
            now=clock.now(),
            actor=current_user.person,
        )
    except Conflict as refusal:
        form.username.errors = [refusal.message]
        return _page(course, form, 422)
    return render_template(
        "catalog/coauthoring/invited.html",
        course=course,
        invitation=invitation,
        username=form.username.data,
        secret=secret,
    )


def _new_secret() -> tuple[str, str]:
    """Return a one-time password and its hash; from here on the request may write."""
    release(then_writing=False)
    secret = one_time_password()
    secret_hash = passwords().hash(secret)
    release()
    return secret, secret_hash


def _page(course: Course, form: InvitationForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "catalog/coauthoring/co_authors.html",
        course=course,
        title=course_titles([course.slug]).get(course.slug, course.slug),
        form=form,
        invitations=queries.invitations_to(course),
        today=queries.today(),
    )
    return page, status


@blueprint.post("/authoring/courses/<slug>/co-authors/<invitation_id>/withdraw")
@access.requires(AUTHOR)
def withdraw_co_author(slug: str, invitation_id: str) -> ResponseReturnValue:
    """Withdraw an invitation: its account is shut at once."""
    invitation = queries.invitation_to(loaded_course(slug), invitation_id)
    if invitation is None:
        raise Missing
    services.withdraw(invitation, now=clock.now(), actor=current_user.person)
    flash(_("The invitation is withdrawn. The co-author is signed out."), "good")
    return redirect(url_for("catalog.co_authors", slug=slug), 303)
