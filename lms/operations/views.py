"""The administrators' page of work in the background."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.core.jobs import MAX_TRIES, registered
from lms.operations import queries, services
from lms.people.permissions import Permission
from lms.web import access
from lms.web.navigation import ADMINISTRATION, Entry, register

blueprint = Blueprint("operations", __name__)


def init_app(app: Any) -> None:
    """Add the entry of the navigation."""
    register(
        app,
        Entry(
            _l("Background work"),
            "operations.jobs",
            "progress-check",
            order=95,
            group=ADMINISTRATION,
            permission=Permission.SEE_JOBS,
        ),
    )


@blueprint.get("/admin/jobs")
@access.requires(Permission.SEE_JOBS)
def jobs() -> ResponseReturnValue:
    """Show whether the work in the background runs, what waits, and what failed for good."""
    return render_template(
        "operations/jobs.html",
        failures=queries.failures(),
        waiting=queries.count_waiting(clock.now()),
        are_well=current_app.extensions["jobs_are_well"](),
        tries=MAX_TRIES,
    )


@blueprint.post("/admin/jobs/<name>/begin-anew")
@access.requires(Permission.MANAGE_JOBS)
def begin_anew(name: str) -> ResponseReturnValue:
    """Let what failed of one kind of work begin anew."""
    if name not in registered():
        raise Missing
    count = services.begin_anew(name, actor=current_user.person, now=clock.now())
    if count:
        told = ngettext(
            "%(num)d piece of work begins anew.", "%(num)d pieces of work begin anew.", count
        )
        flash(told, "good")
    else:
        flash(_("None of this work is failed any more."), "info")
    return redirect(url_for("operations.jobs"), 303)
